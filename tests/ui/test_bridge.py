"""What events change on the screen, and what is told of a job that wrote."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests import phantoms
from tests.driver import drive
from tui.service.batch import State, Summary
from tui.service.events import AnonymizeEnded, AnonymizePreviewed, WritingEnded
from tui.service.reviewing import AnonymizeReviewed
from tui.service.surveying import Survey
from tui.service.values import Options, Outcome, Ref
from tui.ui import bridge
from tui.ui.bridge import anonymized, written
from tui.ui.dialogs.anonymize import AnonymizeSheet
from tui.ui.dialogs.review import ReviewSheet
from tui.ui.dialogs.scope import Scope


def ended(verb: str, *outcomes: Outcome, total: int | None = None) -> WritingEnded:
    return WritingEnded(
        verb, outcomes, len(outcomes) if total is None else total, "/out", f"safelight {verb} x -o /out"
    )


def test_one_picture_is_told_by_its_path_and_the_same_command() -> None:
    assert written(ended("export", Outcome("a", "/out/CT.png"))) == (
        "Written: /out/CT.png\nThe same as: safelight export x -o /out",
        "information",
    )


def test_several_are_counted() -> None:
    text, severity = written(ended("export", Outcome("a", "/out/1"), Outcome("b", "/out/2")))
    assert text.splitlines()[0] == "2 files in /out"
    assert severity == "information"


def test_failures_are_counted_and_the_first_is_told() -> None:
    text, severity = written(
        ended("export", Outcome("a", "/out/1"), Outcome("b", error="It is damaged."), Outcome("c", error="No."))
    )
    assert "2 failed: It is damaged." in text
    assert severity == "warning"


def test_nothing_written_is_an_error_without_a_command() -> None:
    text, severity = written(ended("export", Outcome("a", error="No room.")))
    assert text == "0 files in /out\n1 failed: No room."
    assert severity == "error"


def run(counts: dict[State, int], **more: Any) -> AnonymizeEnded:
    total = more.pop("total", sum(counts.values()))
    return AnonymizeEnded(Summary(counts, total, **more), "/out", "safelight anonymize x -o /out")


def test_a_run_is_told_in_one_line_and_its_warnings_stand_out() -> None:
    text, severity = anonymized(run({State.WRITTEN: 2}))
    assert text.splitlines()[:2] == ["2 copies in /out", "OK 2 · refused 0 · quarantined 0 · verified 2/2"]
    assert severity == "information" and "safelight anonymize x" in text
    warned = run({State.WRITTEN: 5}, warnings=(("R03: a face.", 5), ("R02: text.", 2)), total=9)
    text, severity = anonymized(warned)
    assert "5 with a warning: R03: a face." in text and "2 with a warning: R02: text." in text
    assert "left undone 4" in text
    assert severity == "warning"


def test_a_run_without_a_copy_is_an_error() -> None:
    text, severity = anonymized(run({State.REFUSED: 1}, reasons=(("R01: text.", 1),)))
    assert "1 not copied: R01: text." in text and "The same as" not in text
    assert severity == "error"
    assert anonymized(run({}, stopped="The disk is full."))[0].splitlines()[0] == "Stopped: The disk is full."


def test_a_path_that_could_steer_the_terminal_is_made_visible() -> None:
    text, _ = written(ended("export", Outcome("a", "/out/\x1b]0;x\x07.png")))
    assert "\x1b" not in text


def test_an_answer_that_comes_before_the_sheet_is_there_was_for_one_that_is_closed(tmp_path: Path) -> None:
    path = str(phantoms.save(phantoms.ct(0, size=16), tmp_path / "a.dcm"))
    refs = (Ref(path),)

    async def story() -> None:
        async with drive([tmp_path]) as d:
            for sheet in (
                AnonymizeSheet((Scope("image", refs),), d.app.do),
                ReviewSheet(refs, Options(), "", d.app.do),
            ):
                d.app.push_screen(sheet)
                bridge.show(d.app, AnonymizePreviewed(refs, Options(), Survey(), "/elsewhere"))
                bridge.show(d.app, AnonymizeReviewed(refs[0], (), "no"))
                await d.idle()
                assert sheet.made and "looking" not in "\n".join(d.lines())
                await d.press("escape")

    asyncio.run(story())
