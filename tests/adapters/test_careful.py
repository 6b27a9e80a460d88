from __future__ import annotations

import os
import random
import tracemalloc
import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests import phantoms
from tui.adapters import careful
from tui.errors import DamagedError, LimitError


def test_a_deflated_file_is_not_given_to_pydicom(tmp_path: Path) -> None:
    plain = phantoms.save(phantoms.ct(), tmp_path / "plain")
    with plain.open("rb") as file:
        file.seek(99)
        careful.refuse_deflated(file)
        assert file.tell() == 0
    ds = phantoms.ct()
    ds.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    with phantoms.save(ds, tmp_path / "deflated").open("rb") as file, pytest.raises(DamagedError):
        careful.refuse_deflated(file)


@pytest.mark.filterwarnings("ignore")
def test_what_pydicom_raises_for_a_broken_file_is_known(tmp_path: Path) -> None:
    errors = careful.pydicom_errors()
    assert zlib.error in errors and MemoryError in errors
    path = tmp_path / "x"
    path.write_bytes(b"Dear colleague")
    with pytest.raises(errors):
        pydicom.dcmread(path)
    # A group length of one byte: pydicom's own kind of error, which is no ValueError.
    path.write_bytes(bytes(128) + b"DICM\2\0\0\0UL\1\0x")
    with pytest.raises(errors):
        pydicom.dcmread(path)


MIB = 2**20


def packed(data: bytes, path: Path) -> int:
    """A descriptor of a file with 100 bytes and then the deflated data."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    path.write_bytes(bytes(100) + packer.compress(data) + packer.flush())
    return os.open(path, os.O_RDONLY)


@pytest.mark.parametrize("size", [0, 1, 65536, 3 * MIB + 7])
def test_inflated_is_what_was_deflated(size: int, tmp_path: Path) -> None:
    data = random.Random(size).randbytes(size // 2) + bytes(size - size // 2)
    assert careful.inflated(packed(data, tmp_path / "x"), 100, size) == (data, True)
    if size:
        with pytest.raises(LimitError, match="dataset_bytes"):
            careful.inflated(packed(data, tmp_path / "x"), 100, size - 1)


def test_of_a_cut_or_damaged_stream_the_beginning_is_had(tmp_path: Path) -> None:
    data = random.Random(1).randbytes(3 * MIB)
    os.close(packed(data, tmp_path / "x"))
    whole = (tmp_path / "x").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    found, ended = careful.inflated(os.open(tmp_path / "cut", os.O_RDONLY), 100, 4 * MIB)
    assert not ended and MIB < len(found) < len(data) and data.startswith(found)
    (tmp_path / "noise").write_bytes(bytes(100) + b"\xff" * 1000)
    assert careful.inflated(os.open(tmp_path / "noise", os.O_RDONLY), 100, MIB) == (b"", False)


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    opened = packed(bytes(256 * MIB), tmp_path / "bomb")
    tracemalloc.start()
    with pytest.raises(LimitError):
        careful.inflated(opened, 100, 128 * MIB)
    assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    tracemalloc.stop()
