"""Objects that draw over pictures, read from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import overlays, phantoms
from tests.core.objects.test_segmentation import discs
from tui.adapters.instances import DicomInstances
from tui.core.frames import Frame
from tui.core.overlaid import Chosen
from tui.core.pipeline import Renderer
from tui.core.values import Ref, View, Viewport
from tui.service.objects import Objects
from tui.service.settings import Limits

IMAGES = [phantoms.ct(z) for z in range(3)]


class Counting(DicomInstances):
    """Counts what is opened."""

    def __init__(self) -> None:
        super().__init__(Limits())
        self.opened: list[str] = []

    def open(self, ref: Ref):  # type: ignore[no-untyped-def]
        self.opened.append(Path(ref.path).name)
        return super().open(ref)


@pytest.fixture
def disk() -> Counting:
    return Counting()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Ref]:
    """An image, a segmentation, a structure set and a presentation state of it; a broken one, and a report."""
    made = {
        "image": IMAGES[1],
        "seg": overlays.seg(IMAGES, {1: discs(), 2: ~discs()}),
        "contours": overlays.structures(
            [("Ball", (0, 255, 0), [("CLOSED_PLANAR", overlays.circle(40, (0, 0), 5.0))])]
        ),
        "state": overlays.state(
            IMAGES[1], annotate=True, RescaleIntercept=-1024, RescaleSlope=1, RescaleType="HU",
            SoftcopyVOILUTSequence=[overlays.item(WindowCenter=500, WindowWidth=100)],
        ),
        "broken": overlays.seg(IMAGES, {1: discs()}, instance=9),
        "report": phantoms.report(),
    }  # fmt: skip
    del made["broken"].PerFrameFunctionalGroupsSequence
    return {name: Ref(str(phantoms.save(ds, tmp_path / f"{name}.dcm"))) for name, ds in made.items()}


def picture(disk: Counting, files: dict[str, Ref]) -> Frame:
    return disk.open(files["image"]).frame(0)


def drawn(objects: Objects, frame: Frame, *chosen: Chosen, **more: float) -> tuple[np.ndarray, tuple[str, ...], int]:
    view = View(chosen=chosen, **more)  # type: ignore[arg-type]
    dressed, laid = objects.prepared(frame, view)
    found = Renderer().draw(dressed, view, Viewport(128, 128), None, laid)
    return found.pixels, found.notes, found.overlays


def test_what_can_be_drawn_is_listed_with_reasons_for_the_rest(disk: Counting, files: dict[str, Ref]) -> None:
    asked = [(files[name], "") for name in ("seg", "contours", "state", "broken", "report")]
    asked.append((Ref("/nowhere/x.dcm"), ""))
    found = Objects(disk).overlays(picture(disk, files), asked)
    assert [(one.kind, one.word, one.title) for one in found.found] == [
        ("segmentation", "SEG", "PHANTOM"),
        ("structures", "RTSTRUCT", "PHANTOM"),
        ("presentation", "GSPS", "As someone saw it"),
    ]
    assert [(part.number, part.name, part.here) for part in found.found[0].parts] == [
        (1, "Part 1", True), (2, "Part 2", True),
    ]  # fmt: skip
    assert found.found[1].parts[0].colour == (0, 255, 0)
    broken, report, missing = found.problems
    assert broken.startswith("broken.dcm: The segmentation has no frames.")
    assert report == "report.dcm: Objects of this kind are not drawn over pictures."
    assert missing.startswith("x.dcm: ")


def test_other_kinds_are_passed_over_without_a_look(disk: Counting, files: dict[str, Ref]) -> None:
    frame = picture(disk, files)
    found = Objects(disk).overlays(frame, [(files["report"], "1.2.840.10008.5.1.4.1.1.88.11")])
    assert (found.found, found.problems, disk.opened) == ((), (), ["image.dcm"])


def test_an_object_is_read_once(disk: Counting, files: dict[str, Ref]) -> None:
    objects, frame = Objects(disk), picture(disk, files)
    one = Chosen(files["seg"], "segmentation", (1,))
    drawn(objects, frame, one)
    drawn(objects, frame, one, opacity=0.8)
    assert disk.opened.count("seg.dcm") == 1
    objects.begin(1)
    drawn(objects, frame, one)
    assert disk.opened.count("seg.dcm") == 2


def test_the_same_choice_gives_the_same_frame_and_drawing(disk: Counting, files: dict[str, Ref]) -> None:
    objects, frame = Objects(disk), picture(disk, files)
    view = View(chosen=(Chosen(files["state"], "presentation"),))
    assert objects.prepared(frame, view) == objects.prepared(frame, view)
    assert objects.prepared(frame, View()) == (frame, None)


def test_segments_contours_and_a_state_are_drawn_together(disk: Counting, files: dict[str, Ref]) -> None:
    objects, frame = Objects(disk), picture(disk, files)
    pixels, notes, count = drawn(
        objects, frame, Chosen(files["seg"], "segmentation", (1,)), Chosen(files["contours"], "structures"),
        Chosen(files["state"], "presentation"),
    )  # fmt: skip
    assert count == 4
    assert pixels.ndim == 3
    assert notes
    dressed, _ = objects.prepared(frame, View(chosen=(Chosen(files["state"], "presentation"),)))
    window = Renderer().draw(dressed, View(), Viewport(128, 128)).window
    assert window is not None
    assert (window.center, window.width) == (500, 100)


def test_a_broken_object_says_why_and_harms_nothing(disk: Counting, files: dict[str, Ref]) -> None:
    frame = picture(disk, files)
    plain = Renderer().draw(frame, View(), Viewport(128, 128)).pixels
    pixels, notes, count = drawn(Objects(disk), frame, Chosen(files["broken"], "segmentation"))
    assert np.array_equal(pixels, plain)
    assert count == 0
    assert notes[-1].startswith("broken.dcm: The segmentation has no frames.")


def test_pixels_that_are_cut_off_say_why(disk: Counting, files: dict[str, Ref]) -> None:
    path = Path(files["seg"].path)
    path.write_bytes(path.read_bytes()[:-4000])
    _, notes, count = drawn(Objects(disk), picture(disk, files), Chosen(files["seg"], "segmentation", (2,)))
    assert count == 0
    assert any("segmentation" in note or note.startswith("seg.dcm: ") for note in notes)


def test_a_state_about_other_pictures_says_so(disk: Counting, tmp_path: Path) -> None:
    image = Ref(str(phantoms.save(IMAGES[0], tmp_path / "image.dcm")))
    state = Ref(str(phantoms.save(overlays.state(IMAGES[1]), tmp_path / "state.dcm")))
    _, notes, _ = drawn(Objects(disk), disk.open(image).frame(0), Chosen(state, "presentation"))
    assert "The presentation state is about other pictures." in notes


@pytest.mark.parametrize("seed", range(40))
def test_bytes_turned_at_random_never_raise(seed: int, disk: Counting, files: dict[str, Ref]) -> None:
    rng = np.random.default_rng(seed)
    name = ("seg", "contours", "state")[seed % 3]
    path = Path(files[name].path)
    data = bytearray(path.read_bytes())
    for at in rng.integers(300, min(len(data), 5000), 12):
        data[at] = rng.integers(256)
    path.write_bytes(data)
    kind = {"seg": "segmentation", "contours": "structures", "state": "presentation"}[name]
    objects, frame = Objects(disk), picture(disk, files)
    objects.overlays(frame, [(files[name], "")])
    drawn(objects, frame, Chosen(files[name], kind))
