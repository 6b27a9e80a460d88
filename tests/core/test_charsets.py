from __future__ import annotations

import pytest

from tui.core.charsets import codecs_of, decode


def text(value: bytes, terms: str) -> str:
    return decode(value, codecs_of(terms))


@pytest.mark.parametrize(
    ("terms", "value", "wanted"),
    [  # the examples of PS3.5 Annexes H, I, J and K
        ("", b"Yamada^Tarou", "Yamada^Tarou"),
        ("ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
        ("ISO_IR 144", b"\xbb\xee\xda", "Люк"),
        ("ISO_IR 126", b"\xc4\xe9\xef", "Διο"),
        ("ISO_IR 127", b"\xe2\xc8\xc7", "قبا"),
        ("ISO_IR 138", b"\xf9\xf8\xe5\xef", "שרון"),
        ("ISO_IR 166", b"\xb9\xd2", "นา"),
        ("ISO_IR 13", b"\xd4\xcf\xc0\xde", "ﾔﾏﾀﾞ"),
        ("ISO_IR 192", "王^小東".encode(), "王^小東"),
        ("GB18030", "王^小东".encode("gb18030"), "王^小东"),
        ("GBK", "王^小东".encode("gbk"), "王^小东"),
        ("\\ISO 2022 IR 87", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "Yamada^Tarou=山田^太郎"),
        ("ISO 2022 IR 13\\ISO 2022 IR 87", b"\xd4\xcf\xc0\xde=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J", "ﾔﾏﾀﾞ=山田^太郎"),
        ("\\ISO 2022 IR 149", b"Hong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7", "Hong=洪^吉洞"),
        ("\\ISO 2022 IR 58", b"Zhang=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab", "Zhang=张^小东"),
    ],
)
def test_known_sets(terms: str, value: bytes, wanted: str) -> None:
    assert text(value, terms) == wanted


@pytest.mark.parametrize("terms", ["ISO_IR 999", "utf-8", "ISO_IR 192\\ISO 2022 IR 87", "iso_ir 100", "ISO-IR 100"])
def test_unknown_sets_are_not_guessed(terms: str) -> None:
    with pytest.raises(LookupError):
        codecs_of(terms)


@pytest.mark.parametrize(
    ("terms", "value"),
    [
        ("ISO_IR 100", b"\x1b$B;3ED\x1b(B"),  # not announced
        ("ISO_IR 100", b"\x1b]0;title\x07"),  # no escape of PS3.3
        ("\\ISO 2022 IR 149", b"\x1b$)C\xfb\xf3^\xd1\xce"),  # goes on after the delimiter
        ("ISO_IR 192", b"\xc0\xaf"),
        ("\\ISO 2022 IR 87", b"\x1b$B;"),
    ],
)
def test_what_is_odd_is_not_guessed(terms: str, value: bytes) -> None:
    with pytest.raises((LookupError, UnicodeError)):
        text(value, terms)
