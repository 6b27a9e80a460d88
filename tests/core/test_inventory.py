from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest

from tui.core import inventory
from tui.core.codestreams import NATIVE, SYNTAXES, VIDEO


def test_every_syntax_is_listed_with_a_decoder_or_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {uid: decoder for uid, _, decoder in inventory.decoders()}
    assert set(listed) == {*NATIVE, *SYNTAXES, *VIDEO}
    assert all(decoder.startswith(("imagecodecs ", "zlib ")) for uid, decoder in listed.items() if uid in SYNTAXES)
    assert all(listed[uid].startswith("av ") for uid in VIDEO)

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(inventory, "version", missing)
    assert {name for uid, _, name in inventory.decoders() if uid in VIDEO} == {"none: the extra video is not installed"}
