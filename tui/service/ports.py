"""What the service and the screen need of the outside, as protocols. ``compose.py`` alone names who fulfils them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from tui.frozen import frozen
from tui.service.fileports import FileBytes, Replaces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset, FileDataset

    from tui.core.frames import Frame
    from tui.core.mask import MaskStack
    from tui.core.plain import Plain
    from tui.core.values import Checked, Instance, LeftOut, Lost, Picture, Ref, Skipped
    from tui.errors import SafelightError
    from tui.service.batch import Workers, Workplace
    from tui.service.events import Event
    from tui.service.formats import Exporter, Pictures, Presses
    from tui.service.known import Catalogue, Visit
    from tui.service.requests import Request

Cancelled = Callable[[], bool]
Emit = Callable[["Event"], None]


class Opened(Protocol):
    """An instance that is open for looking: its data set without the pixels, its frames one at a time."""

    @property
    def dataset(self) -> Dataset:
        """The data set with its file meta information, without pixel data; do not change it."""

    @property
    def frames(self) -> int:
        """Number of frames that can be asked for; 0 without pixels."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what could not be read of the data set."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it takes while it is open, about."""

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What the file has besides the data set: its pixels."""

    def frame(self, index: int) -> Frame:
        """One decoded frame, counted from 0; reads and decodes that frame alone.

        Raises
        ------
        tui.errors.NoPictureError
            With the reason as a sentence.
        """

    def reduced(self, index: int, halvings: int) -> Frame | None:
        """That frame at a lower resolution, its sides halved at most that often; None where that is not much quicker.

        Raises
        ------
        tui.errors.NoPictureError
        """


class Instances(FileBytes, Protocol):
    """Finding and reading DICOM. All methods may be called from any thread."""

    def scan(
        self, paths: Collection[str], cancelled: Cancelled, visit: Visit | None = None
    ) -> Iterator[Instance | Skipped | Checked | Lost]:
        """All files of the paths, in the order in which they are met; never raises for a bad file.

        What the visit knows and has not changed is only counted, as ``Checked``; what it knows and is gone is ``Lost``.
        """

    def open(self, ref: Ref) -> Opened:
        """An instance for looking.

        Raises
        ------
        tui.errors.UnreadableError
        """

    def plain(self, ref: Ref) -> tuple[Plain, bytes] | None:
        """The header and the value of Pixel Data of a file where they lie as they are; None for every other one."""

    def refs(self, paths: Collection[str], cancelled: Cancelled) -> Iterator[Ref | Skipped]:
        """All files of the paths without a look into them, in the order in which they are met."""

    def data(self, ref: Ref) -> bytes:
        """The bytes of a file.

        Raises
        ------
        tui.errors.UnreadableError
        """

    def whole(self, ref: Ref, end: int | None = None) -> FileDataset:
        """The whole data set, pixels included, for de-identification; the caller may change it.

        With ``end`` that of the first so many bytes of the file.
        """


class Output(Replaces, Protocol):
    """Writing files: beside, then renamed; never over a file, never onto a source."""

    def folder(self, wanted: str, setting: str) -> str:
        """The absolute folder to write to: wanted, else the setting, else the working directory."""

    def write(self, path: str, data: bytes | Iterable[bytes], *, numbered: bool = False) -> str:
        """Write a new file atomically and return its path.

        With ``numbered`` a taken name gets ``-2``, ``-3`` … before its suffix; without, it raises.

        Raises
        ------
        tui.errors.ExistsError
        tui.errors.OutputError
        """

    def write_all(self, files: Sequence[tuple[str, bytes]]) -> Sequence[str | SafelightError]:
        """Write new files as :meth:`write` with ``numbered``, together: the path of each, or why there is none."""

    def dicom(self, dataset: FileDataset) -> bytes:
        """The bytes of a DICOM file (PS3.10) with an empty preamble."""


class Secrets(Protocol):
    """The keys of projects, from which new UIDs, patients and dates follow."""

    def secret(self, path: str) -> bytes:
        """The 32 bytes of a key file, which is made if it is not there.

        Raises
        ------
        tui.errors.RefusedError
            If others may read it, or it is no key.
        """


class DeviceRules(Protocol):
    """The rules for burned-in text that were made in earlier sessions."""

    @property
    def path(self) -> str:
        """Where they are; empty where they cannot be kept."""

    def read(self) -> str:
        """Their text; raises UnreadableError."""

    def write(self, text: str) -> None:
        """Put new ones in their place; raises OutputError."""


class Runner(Protocol):
    """Where work is done: lanes in the app, inline in the command line and in tests.

    Lanes are ``index``, ``open``, ``render``, ``whole``, ``ahead`` (a new job replaces the waiting one), and ``write``
    (a queue).
    """

    def submit(self, lane: str, work: Callable[[Emit, Cancelled], None]) -> None:
        """Run the work on the lane; what it emits reaches the viewer on the thread of the screen, in order."""

    def cancel(self, lane: str) -> None:
        """Tell the running job of the lane that it is no longer wanted, and forget the waiting ones."""

    def close(self) -> None:
        """End all lanes; called once at exit."""


class Reader(Protocol):
    """Who reads tags and draws pictures: this process, or one beside it, where a broken file can end no more than that.

    A new request replaces the waiting one of its lane.
    """

    def ask(self, request: Request) -> None:
        """Do a request; what comes of it reaches the viewer on the thread of the screen, in order."""

    def close(self) -> None:
        """End; called once at exit."""


class MaskFormat(Protocol):
    """Writes masks: the record of a file in ``adapters/masks``."""

    @property
    def suffix(self) -> str:
        """Ending of its file names, such as ``.nii.gz``."""

    @property
    def slices(self) -> bool:
        """Whether one file holds all slices; else one is written for each."""

    def encode(self, stack: MaskStack) -> bytes:
        """The bytes of a file; raises a SafelightError where the format cannot hold this mask."""


@frozen
class Ports:
    """Everything the viewer is wired to."""

    instances: Instances
    output: Output
    exporters: Mapping[str, Exporter]
    presses: Presses
    pictures: Pictures
    runner: Runner
    reader: Reader
    secrets: Secrets
    workplace: Callable[[str], Workplace]
    workers: Callable[[], Workers]
    masks: Mapping[str, MaskFormat] = field(default_factory=dict)
    catalogue: Catalogue | None = None
    rules: DeviceRules | None = None


# ---------------------------------------------------------------------------------------------- the screen's own port


@frozen
class Box:
    """Cells of the terminal: the top left one, counted from 0 on the screen, and the size."""

    x: int
    y: int
    columns: int
    rows: int


@frozen
class Likeness:
    """A picture in two pixels a cell, one above the other, for what lies over it and for screenshots.

    ``levels`` holds ``2 * rows`` rows of ``columns`` pixels of ``depth`` bytes: 1 for grey, 3 for RGB.
    """

    columns: int
    rows: int
    depth: int
    levels: bytes


@frozen
class Order:
    """How a picture is wanted for the terminal. Goes to the process that reads, so all of it can be pickled.

    ``room`` is what it may fill, ``cell`` width and height of a cell in pixels, ``coarse`` 0 for exact, 1 and 2 ever
    cheaper, for a picture that the next key replaces.
    """

    encoder: Encoder
    room: Box
    cell: tuple[int, int]
    coarse: int = 0


class Payload(Protocol):
    """What an encoder has made of a picture; can be pickled, and only its other half knows what is in it."""

    @property
    def size(self) -> int:
        """Bytes, about."""


@frozen
class Drawing:
    """A picture for the terminal, as it was ordered: its cells within the pane, and what is to be sent.

    Drawings of one ``look`` show one series in one view; those of one ``key`` show the same image, too. 0 is that of
    none.
    """

    order: Order
    box: Box
    payload: Payload
    likeness: Likeness
    look: int = 0
    key: int = 0


class Encoder(Protocol):
    """The half of a way to draw that works where pictures are: a value without a state, which can be pickled."""

    @property
    def dots(self) -> tuple[int, int]:
        """How many dots of a picture a cell can show, across and down; (0, 0) for all its pixels."""

    def draw(self, picture: Picture, order: Order) -> Drawing:
        """Fit the picture into the room and encode it."""

    def encode(self, pixels: NDArray[np.uint8], box: Box, cell: tuple[int, int], coarse: int) -> Payload:
        """Encode a picture to fill the box; what comes of it can be pickled.

        Parameters
        ----------
        pixels
            Shape (rows, columns) or (rows, columns, 3); of any size, scaled to the box.
        """


class Encoded(Protocol):
    """A picture in the terms of a terminal."""

    @property
    def size(self) -> int:
        """Bytes that showing it costs, about."""

    @property
    def send(self) -> str:
        """What to write to the terminal once, before the cells are painted; empty if nothing."""

    def row(self, y: int, start: int, end: int) -> str | None:
        """Text, with its escape codes, for the cells ``start <= x < end`` of a row of the box; None for blanks."""

    def stamp(self, x: int, y: int) -> str:
        """What to write over the cells, at this cell of the screen, after each time they were painted; or empty."""

    @property
    def here(self) -> str:
        """What to write to have it drawn from the cell of the cursor on, which then is anywhere; or empty."""


class Graphics(Protocol):
    """A way to draw pictures in a terminal: made by the record of a file in ``adapters/graphics``.

    This half works where the screen is, and knows what the terminal holds; it imports no library for pictures.
    """

    @property
    def name(self) -> str:
        """As ``--graphics`` takes it."""

    @property
    def note(self) -> str:
        """What the status line must say of it (``101 greys``), or empty."""

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of a cell in pixels."""

    @property
    def limit(self) -> tuple[int, int]:
        """Largest picture in pixels that the terminal takes; 0 for no limit."""

    @property
    def encoder(self) -> Encoder:
        """The other half, for an order."""

    def place(self, drawing: Drawing, keep: bool = False) -> Encoded:
        """What the encoder made, to be shown next. To be sent then: the terminal is taken to know it.

        With ``keep`` the terminal shall keep it, if it can, so that a drawing of this key costs next to nothing later.
        """

    @property
    def floats(self) -> bool:
        """Whether pictures hide what comes to stand in their cells, and must be withdrawn for it."""

    def withdraw(self) -> str:
        """What to write so that pictures that float are seen nowhere, until the next stamp."""

    def forget(self) -> str:
        """What to write so that the terminal forgets everything that was sent; at exit and at resize."""
