"""Export by actions."""

from __future__ import annotations

import shlex

import numpy as np
import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.values import Ref, View, Voi, VoiKind, Window, Wish
from tui.service import actions as act
from tui.service import events as ev
from tui.service import exporting
from tui.service.settings import Settings


@pytest.fixture
def b() -> Bench:
    made = bench()
    made.viewer.do(act.Open(("/data",)))
    return made


def ct(frame: int | None = 0) -> tuple[act.Target, ...]:
    return (act.Target(Ref("/data/ct/1"), frame),)


def test_export_writes_full_resolution_beside_the_user_without_a_patient_in_the_name(b: Bench) -> None:
    b.viewer.do(act.Export(ct(), View(voi=Voi(VoiKind.MANUAL, window=Window(40, 80)))))
    assert list(b.output.disk) == ["/home/user/CT-s1-i2.png"]
    hu = phantoms.head(32, 2 / 4 - 1).astype(float)
    expected = np.floor(255 * np.clip((hu - 39.5) / 79 + 0.5, 0, 1))  # PS3.3 C.11.2.1.2
    found = np.frombuffer(b.output.disk["/home/user/CT-s1-i2.png"], np.uint8).reshape(32, 32)
    np.testing.assert_array_equal(found, expected)


def test_the_toast_names_a_command_that_does_the_same(b: Bench) -> None:
    view = View(voi=Voi(VoiKind.MANUAL, window=Window(-600, 1500)), invert=True, rotation=1)
    b.viewer.do(act.Export(ct(), view))
    words = shlex.split(b.last(ev.WritingEnded).command)
    assert words == [
        "safelight", "export", "/data/ct/1", "--window=-600,1500", "--invert", "--rotate", "90", "-o", "/home/user",
    ]  # fmt: skip


def test_a_taken_name_gets_a_number_and_a_wanted_one_is_refused(b: Bench) -> None:
    b.viewer.do(act.Export(ct()))
    b.viewer.do(act.Export(ct()))
    assert sorted(b.output.disk) == ["/home/user/CT-s1-i2-2.png", "/home/user/CT-s1-i2.png"]
    b.viewer.do(act.Export(ct(), name="/home/user/CT-s1-i2.png"))
    assert b.last(ev.WritingEnded).outcomes[0].error.startswith("There is a file of that name")


def test_never_beside_the_data_unless_asked(b: Bench) -> None:
    b.output.home = "/data/ct"
    b.viewer.do(act.Export(ct()))
    assert list(b.output.disk) == ["/data/ct/safelight/CT-s1-i2.png"]
    b.viewer.do(act.Export(ct(), folder="/data/ct"))
    assert "/data/ct/CT-s1-i2.png" in b.output.disk


def test_all_frames_and_one_bad_file_does_not_stop_the_rest(b: Bench) -> None:
    targets = (act.Target(Ref("/data/report")), act.Target(Ref("/gone")), act.Target(Ref("/data/us/disc"), None))
    b.viewer.do(act.Export(targets))
    ended = b.last(ev.WritingEnded)
    assert [bool(o.error) for o in ended.outcomes] == [True, True] + [False] * 5
    assert [o.output.rsplit("-", 1)[1] for o in ended.outcomes[2:]] == [f"f{n}.png" for n in range(1, 6)]
    assert b.viewer.state.writing.verb == ""


def test_an_unknown_format_is_said_once_for_each(b: Bench) -> None:
    b.viewer.do(act.Export(ct(), format="bmp"))
    assert "no export format bmp" in b.last(ev.WritingEnded).outcomes[0].error
    assert b.output.disk == {}


def test_the_setting_is_the_default_folder() -> None:
    made = bench(settings=Settings(export_folder="/pictures"))
    made.viewer.do(act.Open(("/data",)))
    made.viewer.do(act.Export(ct()))
    assert list(made.output.disk) == ["/pictures/CT-s1-i2.png"]


def test_crosshair_and_pins_are_for_the_eye_alone(b: Bench) -> None:
    b.viewer.do(act.Export(ct(), View(), folder="/a"))
    b.viewer.do(act.Export(ct(), View(probe=(3, 3), pins=((5, 5),)), folder="/b"))
    assert b.output.disk["/a/CT-s1-i2.png"] == b.output.disk["/b/CT-s1-i2.png"]


def test_what_is_drawn_over_pictures_is_in_the_command() -> None:
    from tui.core.overlaid import Chosen
    from tui.service.exporting import overlay_words, view_words

    view = View(
        chosen=(Chosen(Ref("/a.dcm"), "segmentation", (1, 3)), Chosen(Ref("/b.dcm"), "presentation")),
        hidden=(0x6002,), opacity=0.8,
    )  # fmt: skip
    expected = ["--overlay", "/a.dcm@1,3", "--overlay", "/b.dcm", "--no-plane", "6002", "--opacity", "80"]
    assert overlay_words(view) == expected
    assert overlay_words(View()) == []
    assert view_words(view) == ["--rotate", "0"]  # else the presentation state would turn it


def test_sheets_of_one_name_are_numbered_and_no_file_is_replaced(b: Bench) -> None:
    targets = tuple(act.Target(Ref(f"/data/ct/{n}"), 0, "s") for n in range(3))
    wish = Wish(sheet=(1, 1))
    b.viewer.do(act.Export(targets, name="/out/s.png", wish=wish))
    assert sorted(b.output.disk) == ["/out/s-2.png", "/out/s-3.png", "/out/s.png"]
    b.viewer.do(act.Export(targets[:1], name="/out/s.png", wish=wish))
    assert b.last(ev.WritingEnded).outcomes[0].error and len(b.output.disk) == 3


def test_one_long_file_tells_how_far_it_is(b: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_STEP_SECONDS", 0.0)
    said: list[ev.Written] = []
    b.viewer.subscribe(lambda event: said.append(event) if isinstance(event, ev.Written) else None)
    b.viewer.do(act.Export((act.Target(Ref("/data/us/disc"), None),)))
    assert [(one.done, one.total) for one in said if not one.outcome.source] == [(n, 5) for n in range(1, 6)]
    assert len([one for one in said if one.outcome.output]) == 5
