from __future__ import annotations

import zlib
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests import phantoms
from tui.adapters import careful
from tui.errors import DamagedError


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
