"""The DICOM JSON Model (PS3.18 Annex F) of the tags, without the pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.service.formats import Makes

if TYPE_CHECKING:
    from tui.core.pages import Pages
    from tui.core.values import Wish


class Json:
    """All elements of a file as one object."""

    suffix = ".json"
    about = "the tags of a file as DICOM JSON; holds the patient"
    makes = Makes.TAGS
    shows = False

    def encode(self, pages: Pages, wish: Wish) -> bytes:
        """The bytes of a file, ASCII: every byte that a terminal obeys is escaped."""
        import json

        from tui.core import dicomjson

        return json.dumps(dicomjson.model(pages.dataset), ensure_ascii=True, allow_nan=False, indent=1).encode() + b"\n"


EXPORTER = Json()
