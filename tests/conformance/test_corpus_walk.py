"""The whole corpus through the browser, key by key: each file is opened, stepped, windowed, inverted and exported.

In a long series of like images only a few get all the keys; the others are opened, stepped, windowed, exported.
Each folder of the corpus is a walk of its own, so that workers can share them; one more goes through all series at
once. Every image stands on the screen as a picture or as a sentence, and what the manifest says must show is a picture.
"""

from __future__ import annotations

import asyncio
import csv
import itertools
import struct
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import CORPUS
from tests.driver import Driver, drive
from tui.core.values import Ref
from tui.service.settings import Settings
from tui.service.state import Shown
from tui.ui.commands import IMAGE

MANY = 100  # files of a folder, from which on its own folders are walked one by one
SEVERAL = 5  # exports after which their notes are taken off the screen
PNG = b"\x89PNG\r\n\x1a\n"
SIZE = (100, 30)
LONG, EVERY = 8, 20  # after so many images of a series only every twentieth gets all the keys
NO_PICTURE = {  # the only files with pixels that end in a sentence
    "broken/dwv-test_no-number-rows.dcm": "Rows is missing",
    "broken/invalid_compression.dcm": "does not begin with a JPEG",
}


@cache
def manifest() -> dict[str, dict[str, str]]:
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as lines:
        return {row["path"]: row for row in csv.DictReader(lines)}


def shards() -> list[str]:
    """Folders of the corpus that together hold all of its files but those at the top; one word without a corpus."""
    if not CORPUS.is_dir():
        return ["corpus"]
    found = []
    for folder in sorted(path for path in CORPUS.iterdir() if path.is_dir()):
        inside = sorted(folder.iterdir())
        files = sum(1 for path in folder.rglob("*") if path.is_file())
        if files > MANY and all(path.is_dir() for path in inside):
            found += [f"{folder.name}/{path.name}" for path in inside]
        else:
            found.append(folder.name)
    return found


@dataclass
class Walk:
    """What was met on the way; ``files`` are names as in the manifest."""

    driver: Driver
    corpus: Path
    exports: Path
    pictures: set[str] = field(default_factory=set)
    sentences: dict[str, str] = field(default_factory=dict)
    exported: int = 0

    @property
    def name(self) -> str:
        ref = self.driver.state.cursor.ref
        assert ref is not None
        return self.name_of(ref)

    def name_of(self, ref: Ref) -> str:
        name = Path(ref.path).relative_to(self.corpus).as_posix()
        return f"{name}/{ref.member}" if ref.member else name

    async def series(self) -> None:
        """All images of the series that is looked at, from its first to its last."""
        d = self.driver
        await d.press("g")
        for number in itertools.count():
            await self.image(thorough=number < LONG or not number % EVERY)
            before = d.state.cursor.ref
            await d.press("j")
            if d.state.cursor.ref == before:
                assert d.message in {"This is the last image of the series.", "This series has one image."}
                return
            assert d.state.cursor.frame == 0

    async def image(self, thorough: bool) -> None:
        """Everything that is done to one image, or the least of it."""
        d = self.driver
        shown = self.look()
        if shown.picture is None:
            self.sentences[self.name] = shown.problem
        else:
            self.pictures.add(self.name)
        await self.next_frame(shown)
        if thorough:
            await self.window(shown)
            await self.invert(shown)
        else:
            before = d.state.view
            await d.press("]")
            assert d.message or d.state.view != before
            self.look()
        await self.export(shown)

    def look(self) -> Shown:
        """What the screen shows is what is looked at: a picture that hangs in its cells, or a sentence that is read."""
        d = self.driver
        shown, cursor = d.state.shown, d.state.cursor
        assert d.app._exception is None
        assert shown is not None
        assert (shown.ref, shown.frame, shown.serial) == (cursor.ref, cursor.frame, d.state.asked), self.name
        if shown.picture is None:
            assert shown.problem[:1].isupper() and shown.problem.endswith("."), shown.problem
            assert len(shown.problem) < 300 and shown.problem.isprintable()
            assert shown.problem.split(maxsplit=1)[0] in d.text()
        else:
            exhibit = d.app.image_pane._exhibit
            assert exhibit is not None and exhibit.shown.picture is shown.picture, self.name
            assert shown.picture.width > 0 and shown.picture.height > 0
        return shown

    async def next_frame(self, first: Shown) -> None:
        d = self.driver
        await d.press(".")
        now = self.look()
        order = first.facts.order or tuple(range(max(first.facts.frames, 2)))
        place = order.index(0)
        if d.state.cursor.frame == 0:
            last = place == len(order) - 1
            assert d.message == ("This is the last frame." if last else "This image has one frame.")
            return
        assert now.frame == order[place + 1]
        assert (now.picture is None) == (first.picture is None), f"frame 2 of {self.name}: {now.problem}"

    async def window(self, first: Shown) -> None:
        """Level, width, a preset, automatic, the next of the file: grey moves, all else says why not."""
        d = self.driver
        if first.picture is None or first.facts.colour:
            why = "No picture is shown." if first.picture is None else "A colour picture has no window."
            for key in ("]", "}", "6", "0", "v"):
                await d.press(key)
                assert d.message == why
            self.look()
            return
        await d.press("0")
        auto = self.look().picture
        assert auto is not None and auto.window is not None and auto.window.width > 0
        assert auto.window_label == "auto", self.name
        await d.press("]")
        higher = self.look().picture
        assert higher is not None and higher.window is not None and higher.window.center > auto.window.center
        await d.press("}")
        wider = self.look().picture
        assert wider is not None and wider.window is not None and wider.window.width > higher.window.width
        before = d.state.view
        await d.press("6")
        self.look()
        assert d.message or d.state.view != before
        before = d.state.view
        await d.press("v")
        self.look()
        stored = len(first.facts.stored_views)
        said = d.message.startswith("The file stores")
        assert said if not stored else (said or d.state.view.voi.kind in ("stored", "default")), self.name
        assert stored < 2 or d.state.view != before

    async def invert(self, first: Shown) -> None:
        d = self.driver
        before = d.state.view.invert
        await d.press("i")
        self.look()
        assert d.state.view.invert is (before if first.picture is None else not before)

    async def export(self, shown: Shown) -> None:
        """A picture becomes one file that names nobody; what has none says so in a note."""
        d = self.driver
        notes = len(d.toasts)
        await d.press("e")
        written = list(self.exports.iterdir())
        assert not d.state.writing.verb
        assert len(d.toasts) == notes + 1
        if shown.picture is None:
            assert not written
        else:
            (path,) = written
            data = path.read_bytes()
            assert data.startswith(PNG)
            width, height = struct.unpack(">II", data[16:24])
            assert width >= shown.facts.columns and height >= shown.facts.rows, self.name
            path.unlink()
            self.exported += 1
        if notes > SEVERAL:
            d.app.clear_notifications()
            await d.idle()


async def at_the_first_series(d: Driver) -> None:
    """The image pane has the focus, and the first series of the library is looked at."""
    await d.press("tab")
    assert d.focus() == IMAGE
    while not d.message.startswith(("This is the first series.", "Nothing is open")):
        await d.press("<")


async def walk(corpus: Path, folder: Path, exports: Path) -> None:
    async with drive([folder], SIZE, settings=Settings(export_folder=str(exports))) as d:
        assert d.state.scan.complete
        found = Walk(d, corpus, exports)
        await at_the_first_series(d)
        while d.state.library.patients:
            await found.series()
            await d.press(">")
            if d.message == "This is the last series.":
                break
    judge(found, folder)


def judge(found: Walk, folder: Path) -> None:
    """Every file was met or has its reason, and the manifest agrees."""
    library = found.driver.state.library
    refs = [i.ref for p in library.patients for t in p.studies for s in t.series for i in s.instances]
    every = {found.name_of(ref) for ref in refs}
    files = {found.name_of(ref) for ref in refs if not ref.member}
    archives = {found.name_of(Ref(ref.path)) for ref in refs if ref.member}
    skipped = {Path(one.path).relative_to(found.corpus).as_posix() for one in library.skipped}
    there = {path.relative_to(found.corpus).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found.pictures | set(found.sentences) == every
    assert files | archives | (skipped & there) == there and not files & skipped
    assert all(name.rpartition("/")[0] in archives for name in skipped - there)
    assert found.exported == len(found.pictures)
    rows = manifest()
    assert {name for name in there if rows[name]["kind"] == "dicom"} == files
    must = {name for name in files if rows[name]["must_show"].startswith("yes")}
    assert {name: found.sentences[name] for name in must - found.pictures} == {}
    pixels = {name for name in files if rows[name]["has_pixels"] == "yes"}
    refused = {name: found.sentences[name] for name in pixels - found.pictures}
    assert set(refused) == NO_PICTURE.keys() & there
    assert all(NO_PICTURE[name] in why for name, why in refused.items())


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("shard", shards())
def test_every_file_of_a_folder(shard: str, corpus: Path, tmp_path: Path) -> None:
    asyncio.run(walk(corpus, corpus / shard, tmp_path))


def test_the_folders_hold_the_whole_corpus(corpus: Path) -> None:
    held = {path for shard in shards() for path in (corpus / shard).rglob("*")}
    beside = [path.name for path in corpus.rglob("*") if path.is_file() and path not in held]
    assert sorted(beside) == ["MANIFEST.csv", "README.md"]


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_series_of_the_corpus_at_once(corpus: Path, tmp_path: Path) -> None:
    """All patients in one tree: the keys for the series go through it from end to end, and the tree goes along."""

    async def story() -> None:
        async with drive([corpus], SIZE, settings=Settings(export_folder=str(tmp_path))) as d:
            found = Walk(d, corpus, tmp_path)
            await at_the_first_series(d)
            keys = [s.key for p in d.state.library.patients for study in p.studies for s in study.series]
            met = []
            while True:
                found.look()
                met.append(d.state.cursor.series)
                row = d.app.tree_pane.row
                assert row is not None
                item = getattr(row.block.item, "series", row.block.item)  # of a stack its series
                assert getattr(item, "key", None) == d.state.cursor.series
                await d.press(">")
                if d.message == "This is the last series.":
                    break
            assert met == keys
            assert len(keys) > 150
            refs = [i.ref for p in d.state.library.patients for t in p.studies for s in t.series for i in s.instances]
            assert d.state.scan.dicom == len(refs)
            assert sum(not ref.member for ref in refs) == sum(row["kind"] == "dicom" for row in manifest().values())

    asyncio.run(story())
