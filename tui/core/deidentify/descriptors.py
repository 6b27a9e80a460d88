"""Descriptions that keep only listed words, and codes that keep only public schemes (PS3.15 E.3.5)."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from tui.core.deidentify import elements
from tui.core.deidentify.options import word_list

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Designators of PS3.16 Table 8-1 whose codes anybody can look up; codes of a site or a device mean what they like.
_PUBLIC = frozenset((
    "DCM", "SCT", "SRT", "SNM3", "LN", "UCUM", "RADLEX", "UMLS", "FMA", "NCIt", "ICDO3", "I10", "I10P", "I9", "I9C",
    "I11", "ICD10", "BI", "BARI", "MA", "MDC", "NYUMCCG", "NEU", "PUBCHEM_CID", "RXNORM", "ISO639_1", "ISO639_2",
    "ISO3166_1", "ISO2022", "ITIS_TSN", "ACR", "C4", "C5", "CD2", "HPC", "HCPCS", "UNS", "NDC", "ATC", "RO", "MSH",
))  # fmt: skip
_VALUES = (0x00080100, 0x00080119, 0x00080120)


@cache
def shipped() -> frozenset[str]:
    """The words that may stay in descriptions, in lower case."""
    return word_list(resources.files(__package__).joinpath("words.txt").read_text("ascii"))


def listed(text: str, words: Set[str]) -> str:
    """The words of a text that are listed, here or among the shipped ones, in their order; the rest is left out."""
    known = shipped()
    kept = []
    for found in _WORD.findall(text.replace("_", " ")):
        parts = [found] if found.casefold() in known or found.casefold() in words else found.split("-")
        kept += [part for part in parts if part.casefold() in known or part.casefold() in words]
    return " ".join(kept)


def is_public(code: Dataset) -> bool:
    """Whether an item is a code of a scheme that everybody can look up (PS3.3 8.1)."""
    if not any(elements.first(code, tag) for tag in _VALUES):
        return False
    return bool(elements.first(code, 0x00080120)) or elements.first(code, 0x00080102) in _PUBLIC
