"""A walk that passes stretches of known elements ends where the plain one does, with the same values."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import FileDataset
from pydicom.uid import ImplicitVRLittleEndian

from tests import phantoms
from tui.core import headers, walk
from tui.core.instance import Ref
from tui.core.runs import KEPT, Runs
from tui.core.traces import traced
from tui.errors import SafelightError

REF = Ref("/x")
NAMES = ("StationName", "Manufacturer", "PatientComments", "KVP", "ProtocolName", "BodyPartExamined", "EchoTime",
         "PatientWeight", "DeviceSerialNumber", "IssuerOfPatientID")  # fmt: skip


def odd(chance: random.Random, syntax: str = "") -> bytes:
    """A slice of which some attributes are missing, and some have another value."""
    ds: FileDataset = phantoms.ct(chance.randrange(3), size=8)
    for name in NAMES:
        if chance.random() < 0.6:
            setattr(ds, name, chance.choice(("7", "12")))
    if syntax:
        ds.file_meta.TransferSyntaxUID = syntax
    return phantoms.data(ds)


def learned(files: list[bytes]) -> Runs:
    runs = Runs()
    for data in files:
        trace = traced(data)
        assert trace is not None
        runs.learn(trace)
    return runs


def stretches(runs: Runs, implicit: bool = False) -> list[walk.Run]:
    return [one for one in runs.wanted(implicit).values() if isinstance(one, walk.Run)]


@pytest.mark.parametrize("syntax", ["", ImplicitVRLittleEndian])
def test_files_that_are_alike_in_parts_are_read_as_ever(syntax: str) -> None:
    chance = random.Random(7)
    files = [odd(chance, syntax) for _ in range(40)]
    runs = learned(files[:10])
    assert stretches(runs, bool(syntax)) and not stretches(runs, not syntax)
    for data in files:
        assert headers.read(data, len(data), REF, None, runs) == headers.read(data, len(data), REF)


def test_known_stretches_are_passed_in_one_step() -> None:
    data = phantoms.data(phantoms.ct(0, size=8))
    runs = learned([data, data])
    (only,) = stretches(runs)
    assert data.endswith(only.data + data[data.index(b"\xe0\x7f\x10\0O") :])
    assert only.found["patient_id"].strip() == b"PHANTOM-1" and only.last == 0x28


def test_a_stretch_that_ends_otherwise_is_cut_and_one_that_is_gone_is_forgotten() -> None:
    one, two = phantoms.ct(0, size=8), phantoms.ct(0, size=8)
    two.SeriesDescription = "Another"
    runs = learned([phantoms.data(one)] * 2)
    whole = len(stretches(runs)[0].data)
    for _ in range(2):
        trace = traced(phantoms.data(two))
        assert trace is not None
        runs.learn(trace)
    assert len(stretches(runs)) > 1 and all(len(each.data) < whole for each in stretches(runs))
    two.ImageType, two.SOPInstanceUID = ["DERIVED"], "1.2.3"
    trace = traced(phantoms.data(two))
    assert trace is not None
    runs.learn(trace)
    found = runs.wanted(implicit=False)[0x0008_0008]
    assert found == ("image_type", b"CS")


def test_only_so_many_stretches_are_kept() -> None:
    runs = Runs()
    for group in range(KEPT):
        ds = phantoms.ct(0, size=8)
        block = ds.private_block(0x0009 + 2 * (group % 8), f"ACME {group}", create=True)
        for element in range(6):
            block.add_new(element, "LO", f"{group}")
        ds[block.get_tag(0).group, 0x10].value = f"ACME {group}"
        data = phantoms.data(ds)
        for _ in range(2):
            trace = traced(data)
            assert trace is not None
            runs.learn(trace)
    assert len(stretches(runs)) <= KEPT


CHANCE = random.Random(3)
FILES = [odd(CHANCE) for _ in range(6)]
KNOWN = learned(FILES)


def outcome(data: bytes, size: int, runs: Runs | None) -> object:
    try:
        return headers.read(data, size, REF, None, runs)
    except (walk.Short, walk.Unsure, SafelightError) as error:
        return type(error)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FILES), st.integers(128, 1400), st.integers(0, 255), st.booleans())
def test_a_changed_or_cut_header_is_walked_to_the_same_end(data: bytes, at: int, value: int, cut: bool) -> None:
    changed = data[:at] if cut else data[:at] + bytes([value]) + data[at + 1 :]
    assert outcome(changed, len(data), KNOWN) == outcome(changed, len(data), None)
