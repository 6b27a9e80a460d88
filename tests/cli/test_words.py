from __future__ import annotations

import pytest

from tui.cli.words import parser
from tui.errors import UsageError


def test_a_message_is_safe_to_print() -> None:
    with pytest.raises(UsageError) as caught:
        parser("tags", "About.").parse_args(["\x1b]0;x"])
    assert "\x1b" not in caught.value.sentence()
    assert caught.value.hint == "See safelight tags --help."
