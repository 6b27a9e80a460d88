"""What is read by its layout equals what is walked; and what is no longer of the layout is not taken for it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests import phantoms
from tui.core import headers, walk
from tui.core.instance import Instance, Ref
from tui.core.layouts import Layouts
from tui.errors import SafelightError

REF = Ref("/x")


def outcome(read: Callable[[bytes, int, Ref], Instance], data: bytes, more: int = 0) -> object:
    """What is read of a file that is so many bytes longer."""
    try:
        return read(data[:8192], len(data) + more, REF)
    except (walk.Short, walk.Unsure, SafelightError) as error:
        return type(error)


def slices(count: int = 12, undefined: bool = False, syntax: str = "") -> list[bytes]:
    made = []
    for z in range(count):
        ds = phantoms.ct(z, size=16)
        code = Dataset()
        code.CodeValue, code.CodeMeaning = f"C{z % 4}", "a meaning"
        ds.ProcedureCodeSequence = [code] * (1 + z % 2)
        ds["ProcedureCodeSequence"].is_undefined_length = undefined
        ds.ProtocolName = "long " * (1 + z % 3)
        if syntax:
            ds.file_meta.TransferSyntaxUID = syntax
        made.append(phantoms.data(ds))
    return made


@pytest.mark.parametrize("undefined", [True, False])
@pytest.mark.parametrize("syntax", ["", ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian])
def test_every_file_of_a_series_is_read_as_the_walk_reads_it(undefined: bool, syntax: str) -> None:
    learned = Layouts()
    files = slices(12, undefined, syntax)
    for data in files * 3:
        assert outcome(learned.read, data) == outcome(headers.read, data)
    if syntax != DeflatedExplicitVRLittleEndian:
        assert learned.hits > len(files)


def test_instances_of_a_series_share_their_head() -> None:
    learned = Layouts()
    found = [learned.read(data, len(data), REF) for data in slices(8)]
    assert len({id(instance.head) for instance in found}) == 1


def test_another_character_set_or_syntax_is_another_layout() -> None:
    learned = Layouts()
    plain, latin = phantoms.ct(1, size=16), phantoms.ct(1, size=16)
    latin.SpecificCharacterSet = "ISO_IR 100"
    latin.PatientName = "M\xfcller"
    plain.PatientName = "Mueller"
    plain.SpecificCharacterSet = "ISO_IR 192"
    for _ in range(4):
        for ds in (plain, latin):
            data = phantoms.data(ds)
            assert outcome(learned.read, data) == outcome(headers.read, data)


def learned_from(files: list[bytes]) -> Layouts:
    layouts = Layouts()
    for data in files:
        layouts.read(data[:8192], len(data), REF)
    return layouts


FILES = slices(6)
LEARNED = learned_from(FILES * 2)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(FILES), st.integers(128, 1800), st.integers(0, 255), st.sampled_from((0, 1, 9999)), st.booleans()
)
def test_a_changed_or_cut_header_is_never_taken_for_another(
    data: bytes, at: int, value: int, more: int, cut: bool
) -> None:
    changed = data[:at] + bytes([value]) + data[at + 1 :] if not cut else data[:at]
    before = LEARNED.hits
    assert outcome(LEARNED.read, changed, more) == outcome(headers.read, changed, more)
    assert LEARNED.hits >= before


def test_a_value_that_was_the_same_in_all_files_and_changes_is_walked_once() -> None:
    layouts = learned_from(FILES * 2)
    before = layouts.hits
    for number in range(2, 6):
        changed = FILES[0].replace(b"PHANTOM-1", b"PHANTOM-%d" % number)
        assert layouts.read(changed, len(changed), REF).patient_id == f"PHANTOM-{number}"
    assert layouts.hits == before + 3


def test_what_comes_behind_all_that_a_layout_knows_is_not_lost() -> None:
    plain, more = phantoms.ct(0, size=16), phantoms.ct(0, size=16)
    for ds in (plain, more):
        for element in list(ds.group_dataset(0x0028)):
            del ds[element.tag]
        del ds.PixelData
    more.Rows, more.Columns = 5, 7
    layouts = learned_from([phantoms.data(plain)] * 4)
    assert layouts.hits
    for data in (phantoms.data(more), phantoms.data(plain)):
        assert outcome(layouts.read, data) == outcome(headers.read, data)
    assert layouts.read(phantoms.data(more), len(phantoms.data(more)), REF).rows == 5


def test_a_header_that_goes_on_after_the_bytes_is_known_to_be_short() -> None:
    long = slices(4)
    layouts = learned_from(long)
    before = layouts.hits
    for count in (128, 130, 131, *range(132, 1500, 7)):
        assert outcome(layouts.read, long[0][:count], 9999) == outcome(headers.read, long[0][:count], 9999)
    assert layouts.hits > before


def nested(number: int, depth: int) -> FileDataset:
    """A slice with sequences of undefined length in each other, in which some values differ."""
    ds = phantoms.ct(number, size=16)
    inner = Dataset()
    inner.CodeValue, inner.CodeMeaning = f"{number}" * (1 + number % 3), "a meaning"
    for _ in range(depth):
        outer = Dataset()
        outer.PurposeOfReferenceCodeSequence = [inner]
        outer["PurposeOfReferenceCodeSequence"].is_undefined_length = True
        outer.is_undefined_length_sequence_item = True
        outer.ReferencedSOPInstanceUID = f"1.2.{number}"
        inner = outer
    ds.ReferencedImageSequence = [inner] * 2
    ds["ReferencedImageSequence"].is_undefined_length = True
    return ds


@pytest.mark.parametrize("syntax", ["", ImplicitVRLittleEndian])
def test_values_that_differ_within_sequences_are_no_reason_to_walk_them(
    syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for number in range(12):
        ds = nested(number, 3)
        if syntax:
            ds.file_meta.TransferSyntaxUID = syntax
        files.append(phantoms.data(ds))
    layouts = learned_from(files)
    expected = [headers.read(data, len(data), REF) for data in files]
    monkeypatch.setattr(walk, "skip", None)
    assert [layouts.read(data, len(data), REF) for data in files] == expected


@pytest.mark.filterwarnings("ignore:The value length")
def test_a_length_in_letters_is_left_to_the_walk() -> None:
    """In implicit VR the first element tells it from explicit VR; its length must not look like a VR."""

    def data(size: int) -> bytes:
        ds = phantoms.ct(0, size=16)
        ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        ds.ImageType = "A" * size
        return phantoms.data(ds)

    layouts = learned_from([data(8), data(6), data(4), data(2)])
    assert layouts.hits
    for size, expected in ((0x4140, Instance), (0x4242, walk.Unsure)):
        whole = data(size)
        found: object = None
        try:
            found = type(layouts.read(whole, len(whole), REF))
        except walk.Unsure as error:
            found = type(error)
        assert found is expected


def unlike(number: int) -> FileDataset:
    ds = phantoms.ct(0, size=16)
    for bit in range(8):
        if number >> bit & 1:
            setattr(ds, ("StationName", "Manufacturer", "PatientComments", "KVP", "ProtocolName", "BodyPartThickness",
                         "PatientWeight", "DeviceSerialNumber")[bit], "7")  # fmt: skip
    return ds


def test_where_every_file_differs_little_is_spent_on_learning() -> None:
    files = [phantoms.data(unlike(n)) for n in range(200)]

    def cost(read: Callable[[bytes, int, Ref], Instance]) -> float:
        start = time.process_time()
        for data in files:
            read(data[:8192], len(data), REF)
        return time.process_time() - start

    plain = min(cost(headers.read) for _ in range(3))
    assert min(cost(Layouts().read) for _ in range(3)) < 2.5 * plain
