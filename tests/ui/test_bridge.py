"""What is told of a job that wrote."""

from __future__ import annotations

from tui.service.events import WritingEnded
from tui.service.values import Outcome
from tui.ui.bridge import written


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
    text, severity = written(ended("anonymize", Outcome("a", "/out/1"), Outcome("b", "/out/2")))
    assert text.splitlines()[0] == "2 copies in /out"
    assert severity == "information"
    assert "were not looked at" in text


def test_failures_are_counted_and_the_first_is_told() -> None:
    text, severity = written(
        ended("anonymize", Outcome("a", "/out/1"), Outcome("b", error="It is damaged."), Outcome("c", error="No."))
    )
    assert "2 not copied: It is damaged." in text
    assert severity == "warning"


def test_warnings_of_copies_are_counted_by_their_text_and_stand_out() -> None:
    outcomes = [Outcome(str(n), f"/out/{n}", notes=("R03: a face.",) + ("R02: text.",) * (n < 2)) for n in range(5)]
    text, severity = written(ended("anonymize", *outcomes))
    assert text.splitlines()[1:3] == ["5 with a warning: R03: a face.", "2 with a warning: R02: text."]
    assert severity == "warning"
    assert "with a warning" not in written(ended("export", *outcomes))[0]


def test_nothing_written_is_an_error_without_a_command() -> None:
    text, severity = written(ended("export", Outcome("a", error="No room.")))
    assert text == "0 pictures in /out\n1 failed: No room."
    assert severity == "error"


def test_what_was_left_is_told() -> None:
    text, _ = written(ended("anonymize", Outcome("a", "/out/1"), total=5))
    assert "4 left undone" in text


def test_a_path_that_could_steer_the_terminal_is_made_visible() -> None:
    text, _ = written(ended("export", Outcome("a", "/out/\x1b]0;x\x07.png")))
    assert "\x1b" not in text
