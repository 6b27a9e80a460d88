"""Descriptions that keep only listed words, and codes that keep only public schemes (PS3.15 E.3.5)."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, cast

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
_VALUES, _MEANING = (0x00080100, 0x00080119, 0x00080120), 0x00080104
_LONG_WORD = re.compile(r"[^\W\d_]{6}")


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
    values = [elements.first(code, tag) for tag in _VALUES]
    scheme = elements.first(code, 0x00080102)
    if not any(values) or not all(_is_code(value, scheme) for value in values[:2] if value):
        return False
    return values[2].startswith("urn:") or scheme in _PUBLIC


def _is_code(value: str, scheme: str) -> bool:
    """Whether a Code Value looks like one: a number or a unit, not a name or a sentence."""
    if any(c.isspace() or c == "^" for c in value):
        return False
    return _LONG_WORD.search(value) is None if scheme == "UCUM" else any(c.isdigit() for c in value)


def is_no_private_code(item: Dataset) -> bool:
    """Whether an item is no code at all, or a public one."""
    return not any(tag in item for tag in (*_VALUES, _MEANING)) or is_public(item)


def meaning(code: Dataset, text: str, words: Set[str]) -> str:
    """What a code of a public scheme means: the text if everybody knows it as that, or all its words are listed.

    Else it is what the code itself says, as nobody can tell what was written there.
    """
    value, scheme = elements.first(code, _VALUES[0]), elements.first(code, 0x00080102)
    if text.casefold() == _concepts().get((scheme, value), "").casefold():
        return text
    found = _WORD.findall(text)
    if found and listed(text, words) == " ".join(found):
        return text
    return _concepts().get((scheme, value)) or value or "code"


@cache
def _concepts() -> dict[tuple[str, str], str]:
    """Code Meaning by scheme and Code Value, of the context groups of PS3.16."""
    from pydicom.sr import _concepts_dict

    concepts = cast("dict[str, dict[str, dict[str, tuple[str, object]]]]", _concepts_dict.concepts)
    return {
        (scheme, code): text
        for scheme, names in concepts.items()
        for codes in names.values()
        for code, (text, _groups) in codes.items()
    }
