"""The statement of PS3.15 E.1.3."""

from tui.core.deidentify.options import Dates, Options
from tui.core.deidentify.table import EDITION
from tui.service.conformance import statement


def test_eight_items_that_follow_the_options():
    plain, chosen = list(statement(Options())), list(statement(Options(Dates.SHIFT, keep_safe_private=True)))
    assert len(plain) == len(chosen) == 8
    assert EDITION in plain[0] and "removed or replaced as the table says" in " ".join(plain[0].split())
    assert "113107" in chosen[6] and "113111" in chosen[6] and "113107" not in plain[6]
    assert "E.3.10-1" in chosen[0] and "E.3.10-1" not in plain[0]
    assert all(len(line) <= 100 for item in plain for line in item.splitlines())
