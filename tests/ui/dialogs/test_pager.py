from __future__ import annotations

import base64

from textual.pilot import Pilot

from tests.ui.dialogs.hosts import Host, story
from tui.service.actions import Action
from tui.service.questions import MOST_BYTES, Answered, Ask, Value, ValueOf
from tui.service.values import Ref
from tui.ui.dialogs.pager import BASE64, HEX, TEXT, ValuePager, lines_of


def value(text: str = "", data: bytes = b"", vr: str = "LT", at: int = 0, length: int = -1) -> Value:
    return Value("(0010,4000)", vr, "PatientComments", text, data, at, len(data) if length < 0 else length)


def test_text_keeps_its_lines_and_long_ones_are_folded() -> None:
    assert lines_of(value("a␍␊b␊␊c"), TEXT) == ["a", "b", "", "c"]
    assert lines_of(value("x" * 100), TEXT, 60) == ["x" * 60, "x" * 40]


def test_bytes_stand_as_other_programs_show_them() -> None:
    data = bytes(range(0x20, 0x41))
    assert lines_of(value(data=data, at=0x100), HEX) == [
        "00000100  20 21 22 23 24 25 26 27  28 29 2a 2b 2c 2d 2e 2f   !\"#$%&'()*+,-./",
        "00000110  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f  0123456789:;<=>?",
        "00000120  40                                                @",
    ]
    assert base64.b64decode("".join(lines_of(value(data=data * 9), BASE64))) == data * 9
    assert lines_of(value(), HEX) == lines_of(value(), BASE64) == []


def test_what_a_text_says_stands_below_it_and_is_not_copied() -> None:
    copied: list[str] = []
    question = ValueOf(Ref("/a"), "0008,0020")
    pager = ValuePager(question, lambda action: None, lambda text, what: copied.append(text))

    async def act(host: Host, pilot: Pilot[None]) -> None:
        pager.answered(Answered(question, Value("", "DA", "", "20260102", b"20260102", 0, 8, ("2026-01-02",))))
        await pilot.pause()
        assert "20260102" in host.text() and "2026-01-02" in host.text()
        await pilot.press("y", "x")
        assert copied == ["20260102"]
        assert "2026-01-02" not in host.text()

    story(pager, act)


def test_parts_of_a_long_value_are_asked_for_one_at_a_time() -> None:
    asked: list[Action] = []
    question = ValueOf(Ref("/a"), "7FE0,0010")
    pager = ValuePager(question, asked.append, lambda text, what: None)

    async def act(host: Host, pilot: Pilot[None]) -> None:
        pager.answered(Answered(question, value(data=b"a" * 16, vr="OW", length=3 * MOST_BYTES)))
        await pilot.press("p", "n")
        assert asked[1:] == [Ask(ValueOf(Ref("/a"), "7FE0,0010", MOST_BYTES))]
        pager.answered(Answered(question, value(data=b"b" * 16, vr="OW")))  # of the part before
        later = ValueOf(Ref("/a"), "7FE0,0010", MOST_BYTES)
        pager.answered(Answered(later, value(data=b"c" * 16, vr="OW", at=MOST_BYTES, length=3 * MOST_BYTES)))
        await pilot.pause()
        assert "00100000  63 63" in host.text()
        pager.answered(Answered(later, problem="The file has changed meanwhile."))
        await pilot.pause()
        assert "The file has changed" in host.text()

    story(pager, act)
