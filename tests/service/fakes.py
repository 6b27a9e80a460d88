"""The outside, in memory: phantoms for instances, a dict for the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydicom.dataset import FileDataset

from tests import phantoms
from tui import compose
from tui.adapters.pictures import FilePictures
from tui.adapters.presses import LocalPresses
from tui.adapters.readers import LocalReader
from tui.adapters.runners import Inline
from tui.adapters.workers import CopyWorkers
from tui.core import heads
from tui.core.frames import Frame
from tui.core.heads import Head
from tui.core.pages import Pages
from tui.core.plain import Plain
from tui.core.values import Instance, LeftOut, Ref, Skipped, Wish
from tui.errors import ExistsError, NoPictureError, SafelightError, UnreadableError
from tui.service.events import Event
from tui.service.formats import Makes
from tui.service.known import Visit
from tui.service.ports import Cancelled, DeviceRules, Ports, Secrets
from tui.service.requests import Desk
from tui.service.settings import Settings
from tui.service.viewer import Viewer


@dataclass
class FakeOpened:
    dataset: FileDataset
    reads: list[int]

    @property
    def frames(self) -> int:
        return int(self.dataset.get("NumberOfFrames", 1)) if "PixelData" in self.dataset else 0

    @property
    def nbytes(self) -> int:
        return 1000

    @property
    def notes(self) -> tuple[str, ...]:
        return ()

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return ()

    def frame(self, index: int) -> Frame:
        self.reads.append(index)
        if "PixelData" not in self.dataset:
            raise NoPictureError("This object has no pixels")
        array = self.dataset.pixel_array
        stored = array[index] if self.frames > 1 else array
        return Frame(stored, str(self.dataset.PhotometricInterpretation), self.dataset, index, ())

    def reduced(self, index: int, halvings: int) -> Frame | None:
        return None


@dataclass
class FakeInstances:
    files: dict[str, FileDataset]
    skipped: tuple[Skipped, ...] = ()
    reads: list[int] = field(default_factory=list)
    opens: list[Ref] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def scan(
        self, paths: Collection[str], cancelled: Cancelled, visit: Visit | None = None
    ) -> Iterator[Instance | Skipped]:
        for path, ds in self.files.items():
            if cancelled():
                return
            yield instance(path, ds)
        yield from self.skipped

    def refs(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[Ref | Skipped]:
        for path in self.files:
            if any(path == one or path.startswith(f"{one}/") for one in paths):
                yield Ref(path)
        yield from self.skipped

    def data(self, ref: Ref) -> bytes:
        if ref.path not in self.files:
            raise UnreadableError("There is no such file")
        return phantoms.data(self.files[ref.path])

    def open(self, ref: Ref) -> FakeOpened:
        self.opens.append(ref)
        if ref.path not in self.files:
            raise UnreadableError("There is no such file")
        return FakeOpened(self.files[ref.path], self.reads)

    def plain(self, ref: Ref) -> tuple[Plain, bytes] | None:
        return None

    def whole(self, ref: Ref, end: int | None = None) -> FileDataset:
        if ref.path not in self.files:
            raise UnreadableError("There is no such file")
        copy: FileDataset = phantoms.reread(self.files[ref.path])
        return copy

    def head(self, ref: Ref, *, whole: bool = False) -> Head:
        if ref.path not in self.files:
            raise UnreadableError("There is no such file")
        data = phantoms.data(self.files[ref.path])
        meta, start, form, deflated = heads.layout(data)
        end = len(data) if whole else heads.end(data, start, form, complete=True) or len(data)
        return Head(data[:end], meta, start, form, end, len(data), (hash(data),), deflated)

    def bytes_at(self, ref: Ref, head: Head, at: int, count: int) -> bytes:
        return phantoms.data(self.files[ref.path])[at : at + count]

    def edited(self, ref: Ref, head: Head, data: bytes) -> Iterator[bytes]:
        yield data
        yield phantoms.data(self.files[ref.path])[head.tail :]

    def text(self, path: str) -> str:
        if path not in self.texts:
            raise UnreadableError("no such file or folder")
        return self.texts[path]


@dataclass
class FakeOutput:
    disk: dict[str, bytes] = field(default_factory=dict)
    home: str = "/home/user"

    def folder(self, wanted: str, setting: str) -> str:
        return (wanted or setting or self.home).replace("~", self.home)

    def replace(self, path: str, data: Iterable[bytes], stamp: tuple[int, ...]) -> str:
        self.disk[path] = b"".join(data)
        return f"{path}.bak"

    def write(self, path: str, data: bytes | Iterable[bytes], *, numbered: bool = False) -> str:
        data = data if isinstance(data, bytes) else b"".join(data)
        stem, dot, suffix = path.rpartition(".")
        name, number = path, 2
        while name in self.disk:
            if not numbered:
                raise ExistsError("There is a file of that name")
            name, number = f"{stem}-{number}{dot}{suffix}", number + 1
        self.disk[name] = data
        return name

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> list[str | SafelightError]:
        return [self.write(path, data, numbered=True) for path, data in files]

    def dicom(self, dataset: FileDataset) -> bytes:
        return phantoms.data(dataset)


class FakeExporter:
    suffix = ".png"
    about = "as displayed"
    makes = Makes.FRAME
    shows = True

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        return pages.first().pixels().tobytes()


def instance(path: str, ds: FileDataset) -> Instance:
    def triple(keyword: str) -> Any:
        return tuple(float(v) for v in ds[keyword].value) if keyword in ds else None

    return Instance(
        Ref(path),
        patient_id=ds.PatientID, patient_name=str(ds.PatientName), study_uid=ds.StudyInstanceUID,
        series_uid=ds.SeriesInstanceUID, series_number=int(ds.SeriesNumber), number=int(ds.InstanceNumber),
        modality=ds.Modality, sop_instance_uid=ds.SOPInstanceUID, frames=int(ds.get("NumberOfFrames", 1)),
        rows=int(ds.get("Rows", 0)), columns=int(ds.get("Columns", 0)),
        position=triple("ImagePositionPatient"), orientation=triple("ImageOrientationPatient"),
    )  # fmt: skip


@dataclass
class Bench:
    """A viewer on phantoms, with everything it said."""

    viewer: Viewer
    instances: FakeInstances
    output: FakeOutput
    events: list[Event]

    def last(self, kind: type[Any]) -> Any:
        return next(e for e in reversed(self.events) if isinstance(e, kind))

    def all(self, kind: type[Any]) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]


class FakeSecrets(Secrets):
    def secret(self, path: str) -> bytes:
        return hashlib.sha256(path.encode()).digest()


def bench(
    files: dict[str, FileDataset] | None = None, settings: Settings | None = None, rules: DeviceRules | None = None
) -> Bench:
    if files is None:
        files = {f"/data/ct/{z}": phantoms.ct(z, of=4, size=32) for z in range(4)}
        files["/data/us/disc"] = phantoms.cine(frames=5, size=16, series=2)
        files["/data/us/ramp"] = phantoms.colour(size=16, series=3)
        files["/data/report"] = phantoms.report(series=4)
    instances, output, runner = FakeInstances(files, (Skipped("/data/notes.txt", "not DICOM"),)), FakeOutput(), Inline()
    reader = LocalReader(runner, Desk(instances, Settings().limits))
    formats, limits = {"png": FakeExporter()}, Settings().limits
    presses = LocalPresses(instances, formats, Settings().limits)
    viewer = Viewer(
        Ports(
            instances,
            output,
            formats,
            presses,
            FilePictures(limits),
            runner,
            reader,
            FakeSecrets(),
            compose.workplace,
            lambda: CopyWorkers(instances, output, Settings().limits),
            rules=rules,
        ),
        settings or Settings(),
    )
    runner.attach(viewer.absorb)
    events: list[Event] = []
    viewer.subscribe(events.append)
    return Bench(viewer, instances, output, events)
