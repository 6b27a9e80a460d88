"""Every element before and after, filtered."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.reviewing import AnonymizeReviewed, ReviewAnonymize, Reviewed
from tui.service.values import Options, Ref
from tui.ui.dialogs.review import ReviewSheet, matches, text

A, B = Ref("/data/a"), Ref("/data/b")
ROWS = (
    Reviewed("0008,0018", "(0008,0018)", "SOPInstanceUID", "UI", 0, "new UID", "E.1-1 U", "1.2.3", "2.25.9"),
    Reviewed("0010,0010", "(0010,0010)", "PatientName", "PN", 0, "replaced", "E.1-1 Z", "Doe^[/b]Jane", "P-AAAA"),
    Reviewed("0010,1040", "(0010,1040)", "PatientAddress", "LO", 0, "removed", "E.1-1 X", "Some Street", ""),
    Reviewed("0028,0010", "(0028,0010)", "Rows", "US", 0, "kept", "", "512", "512"),
    Reviewed("0012,0062", "(0012,0062)", "PatientIdentityRemoved", "CS", 0, "added", "", "", "YES"),
)


def sheet() -> tuple[ReviewSheet, list[ReviewAnonymize]]:
    asked: list[ReviewAnonymize] = []
    return ReviewSheet((A, B), Options(), "", asked.append), asked


def test_it_shows_values_before_and_after() -> None:
    dialog, asked = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        assert asked == [ReviewAnonymize(A, Options())]
        dialog.reviewed(AnonymizeReviewed(B, ()))
        dialog.reviewed(AnonymizeReviewed(A, ROWS, "R03: a face."))
        await pilot.pause()
        shown = host.text()
        for told in ("Doe^[/b]Jane", "P-AAAA", "Some Street", "2.25.9", "[E.1-1 X]", "R03: a face.", "1 removed",
                     "1 of 2", "/data/a"):  # fmt: skip
            assert told in shown

    story(dialog, act)


def test_it_filters_by_words_and_by_what_is_done() -> None:
    dialog, _ = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        dialog.reviewed(AnonymizeReviewed(A, ROWS))
        await pilot.press("tab")
        await pilot.pause()
        assert "PatientAddress" in host.text() and "PatientName" not in host.text()
        await pilot.press("shift+tab", "slash", *"patient !name", "enter")
        await pilot.pause()
        assert "PatientAddress" in host.text() and "YES" in host.text() and "P-AAAA" not in host.text()

    story(dialog, act, (80, 24))


def test_it_goes_to_the_next_file() -> None:
    dialog, asked = sheet()

    async def act(host: Host, pilot: Pilot[None]) -> None:
        await pilot.press("n")
        await pilot.pause()
        assert asked[-1] == ReviewAnonymize(B, Options()) and "2 of 2" in host.text()
        await pilot.press("n")
        assert asked[-1].ref == A
        await pilot.press("escape")

    assert story(dialog, act).result is None


def test_lines_and_words() -> None:
    assert [bool(matches(row, ["patient", "!name"])) for row in ROWS] == [False, False, True, False, True]
    assert "(empty)" in text(Reviewed("", "", "X", "LO", 0, "emptied", "", "a", ""))
    assert text(ROWS[3]).rstrip().endswith("512") and "→" not in text(ROWS[3])
