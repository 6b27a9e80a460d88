"""One file to its proved copy; a bad one never raises."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests import phantoms
from tests.service.fakes import FakeInstances, FakeOutput
from tui.adapters.drafts import DraftFolder
from tui.core.deidentify.options import Dates, Options
from tui.core.values import Ref
from tui.errors import DamagedError, NotDicomError, OutputError
from tui.service.batch import CANNOT_WRITE, Orders, State
from tui.service.copying import Copyist, expected

SECRET = bytes(range(32))


def copyist(folder: Path, instances: FakeInstances | None = None, **more: object) -> Copyist:
    files = {"/a": phantoms.ct(0, size=16), "/b": phantoms.report()}
    orders = Orders(SECRET, Options(), "" if more.get("dry") else str(folder))
    return Copyist(orders, instances or FakeInstances(files), FakeOutput(), DraftFolder(str(folder)))


def test_a_draft_is_what_its_result_says(tmp_path: Path) -> None:
    result = copyist(tmp_path).copy(Ref("/a"))
    data = Path(result.draft).read_bytes()
    assert result.state is State.READY and hashlib.sha256(data).hexdigest() == result.sha256
    assert result.name.endswith(f"{result.uid}.dcm") and result.uid.startswith("2.25.")
    assert dict(result.actions)["removed"] > 0 and not result.problems
    assert phantoms.ROOT.encode() not in repr(result.pairs).encode()


def test_a_dry_run_drafts_nothing(tmp_path: Path) -> None:
    result = copyist(tmp_path, dry=True).copy(Ref("/a"))
    assert result.state is State.WOULD and not result.draft and not list(tmp_path.iterdir())


def test_patients_and_studies_are_told_apart_by_keyed_digests(tmp_path: Path) -> None:
    one, other = copyist(tmp_path).copies((Ref("/a"), Ref("/b")))
    pairs = {kind: (old, new) for kind, old, new in one.pairs}
    assert pairs["patient"] == {kind: (old, new) for kind, old, new in other.pairs}["patient"]


class Bad(FakeInstances):
    def __init__(self, error: Exception) -> None:
        super().__init__({"/a": phantoms.ct(0, size=16)})
        self.error = error

    def data(self, ref: Ref) -> bytes:
        raise self.error


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (NotDicomError("not DICOM"), State.SKIPPED, "not DICOM."),
        (DamagedError("The file is damaged"), State.FAILED, "The file is damaged. Fetch the file"),
        (OutputError("/home/secret cannot be written"), State.FAILED, CANNOT_WRITE),
        (MemoryError(), State.FAILED, "There is not enough memory for it."),
    ],
)
def test_what_goes_wrong_is_a_sentence(tmp_path: Path, error: Exception, state: State, reason: str) -> None:
    result = copyist(tmp_path, Bad(error)).copy(Ref("/a"))
    assert result.state is state and result.reason.startswith(reason) and result.error


def test_what_the_proof_expects_follows_the_options() -> None:
    wanted = expected(Options(Dates.SHIFT, keep_uids=True))
    assert wanted.longitudinal == "MODIFIED" and wanted.codes == {"113100", "113107", "113110"}
    assert wanted.columns == {"rtn_long_modif_dates", "rtn_uids"}
