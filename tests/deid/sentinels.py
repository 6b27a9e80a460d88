"""Values that nobody else has, legal in their VR, and where each was planted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydicom import config
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

UID_ROOT = "1.2.826.0.1.3680043.10.1338.9."
_FIRST_DAY = date(1750, 1, 1).toordinal()


@dataclass(frozen=True)
class Sentinel:
    """One planted value.

    Attributes
    ----------
    needles
        Bytes that must not be found in any output.
    kind
        ``core`` if PS3.15 says that it must go, ``beyond`` if its table does not name it.
    path
        Tags from the top level to the element, empty where it stands in no data set.
    """

    number: int
    needles: tuple[bytes, ...]
    kind: str
    what: str
    path: tuple[int, ...] = ()
    file: str = ""


@dataclass
class Planter:
    """Plants sentinels and remembers them."""

    folder: Path
    planted: list[Sentinel] = field(default_factory=list)
    file: str = ""

    def text(self, what: str, kind: str = "core", path: tuple[int, ...] = (), letters: str = "") -> str:
        """A word of eight letters and digits, or one of ``letters`` and a number."""
        number = len(self.planted) + 1
        word = f"{letters or 'QZ'}{number:06d}"
        wide = word.encode("utf-16-le")
        self.planted.append(Sentinel(number, (word.encode(), wide), kind, what, path, self.file))
        return word

    def remember(self, needle: str, what: str, kind: str = "core", path: tuple[int, ...] = ()) -> None:
        """A value that was made elsewhere."""
        number = len(self.planted) + 1
        self.planted.append(Sentinel(number, (needle.encode(),), kind, what, path, self.file))

    def element(self, tag: int, vr: str, path: tuple[int, ...] = ()) -> DataElement | None:
        """An element with a sentinel; None for a VR in which none can be told from other values."""
        path = (*path, tag)
        number = len(self.planted) + 1
        what = f"{tag:08X} {vr}"
        if vr == "SQ":
            item = Dataset()
            item.add_new(0x00080104, "LO", self.text(what, path=path))
            return DataElement(tag, "SQ", Sequence([item]))
        if vr in ("US", "AS", "FD"):
            return None
        value: object
        if vr in ("OB", "UN", "OB or OW"):
            value = self.text(what, path=path).encode()
            return DataElement(tag, "UN" if vr == "UN" else "OB", value)
        if vr == "UI":
            value = f"{UID_ROOT}{number}"
        elif vr == "DA":
            value = _day(number)
        elif vr == "DT":
            value = f"{_day(number)}1122{number % 60:02d}.{number:06d}"
        elif vr == "TM":
            value = f"1122{number % 60:02d}.{number:06d}"
        elif vr in ("IS", "DS"):
            value = f"7{number:08d}"
        elif vr == "UR":
            value = "http://" + self.text(what, path=path)
            return DataElement(tag, vr, value)
        elif vr == "PN":
            value = self.text(what, path=path) + "^Given"
            return DataElement(tag, vr, value)
        else:
            return DataElement(tag, vr or "LO", self.text(what, path=path), validation_mode=config.IGNORE)
        self.remember(str(value)[:15] if vr == "DT" else str(value), what, path=path)
        return DataElement(tag, vr, value, validation_mode=config.IGNORE)


def _day(number: int) -> str:
    return date.fromordinal(_FIRST_DAY + number).strftime("%Y%m%d")
