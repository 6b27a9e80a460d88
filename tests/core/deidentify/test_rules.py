from __future__ import annotations

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

from tui.core.deidentify.rules import Action, action, types
from tui.core.deidentify.table import table

SOURCE = Path(__file__).resolve().parents[4] / "shared" / "standard" / "ps3.3-types-for-e1-1.csv"
CT, PET, SR, KO = (f"1.2.840.10008.5.1.4.1.1.{n}" for n in ("2", "128", "88.11", "88.59"))


def _action(tag: int, sop_class: str, parent: int | None = None, **options: frozenset[str]) -> Action:
    row = table().row(tag)
    assert row is not None
    return action(row, tag, sop_class, parent, **options)


@pytest.mark.parametrize(
    ("tag", "sop_class", "parent", "expected"),
    [
        (0x00080022, CT, None, "X"),  # Acquisition Date: Type 3 in CT, 2 in PET
        (0x00080022, PET, None, "Z"),
        (0x0040A032, CT, None, "X"),  # Observation DateTime: not in CT
        (0x00081140, CT, None, "X"),  # Referenced Image Sequence: Type 3 at the top …
        (0x00081140, CT, 0x00081115, "U"),  # … and 1 in Referenced Series Sequence
        (0x00081010, SR, None, "X"),
        (0x00080023, CT, None, "Z"),  # Content Date has no X
        (0x00080012, "1.2.3", None, "D"),  # a class nobody knows gets what is right for any Type
        (0x00080022, "1.2.3", None, "Z"),
        (0x00100010, CT, 0x00081115, "Z"),
        (0x0040A730, KO, None, "D"),
    ],
)
def test_compound_codes_by_place(tag: int, sop_class: str, parent: int | None, expected: str) -> None:
    assert _action(tag, sop_class, parent) == expected


def test_every_class_resolves_as_the_module_tables_say() -> None:
    if not SOURCE.is_file():
        assert not os.environ.get("CI"), "the tables of the standard are missing"
        pytest.skip("the tables of the standard are not beside the clone")
    strictest: dict[tuple[int, str], set[str]] = defaultdict(set)
    for line in csv.DictReader(SOURCE.open()):
        if "/" in line["basic"] and line["sop_class_uid"]:
            tag = int(line["tag"][1:5] + line["tag"][6:10], 16)
            strictest[tag, line["sop_class_uid"]].add(line["resolved_basic"])
    assert len(strictest) > 2000
    for (tag, sop_class), letters in strictest.items():
        expected = next(a for a in "UDZX" if a in letters)
        assert _action(tag, sop_class) == expected, f"{tag:08X} {sop_class}"


def test_options_override_the_profile() -> None:
    assert _action(0x0020000D, CT, options=frozenset({"rtn_uids"})) is Action.KEEP
    assert _action(0x00081030, CT, options=frozenset({"clean_desc"})) is Action.CLEAN
    assert _action(0x00100010, CT, options=frozenset({"rtn_uids", "clean_desc"})) is Action.EMPTY


def test_classes_are_known() -> None:
    assert {CT, PET, SR, KO} <= types().classes
