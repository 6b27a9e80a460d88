"""CSV (RFC 4180) of the tags, for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish


class Csv:
    """All elements of a file, a line each."""

    suffix = ".csv"
    about = "the tags of a file, for a spreadsheet; holds the patient"
    makes = Makes.TAGS
    shows = False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file."""
        from tui.core import tagcsv, tags

        return tagcsv.encoded(tagcsv.table(tags.rows(pages.dataset)))


EXPORTER = Csv()
