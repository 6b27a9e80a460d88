"""De-identification by actions."""

from __future__ import annotations

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.values import Ref
from tui.service import actions as act
from tui.service import events as ev
from tui.service.settings import Settings


@pytest.fixture
def b() -> Bench:
    made = bench()
    made.viewer.do(act.Open(("/data",)))
    return made


def test_anonymized_copies_hold_no_identity_and_agree_with_each_other(b: Bench) -> None:
    refs = tuple(Ref(f"/data/ct/{z}") for z in range(4))
    b.viewer.do(act.Anonymize(refs, "/out"))
    ended = b.last(ev.WritingEnded)
    assert [o.error for o in ended.outcomes] == [""] * 4
    assert len(b.output.disk) == 4 and all(path.startswith("/out/") for path in b.output.disk)
    for data in b.output.disk.values():
        assert b"Formula" not in data and b"PHANTOM-1" not in data and phantoms.ROOT.encode() not in data
    assert ended.command == "safelight anonymize /data/ct/0 /data/ct/1 /data/ct/2 /data/ct/3 -o /out"
    assert len({path.rsplit("/", 1)[0] for path in b.output.disk}) == 1


def test_copies_never_go_among_the_originals(b: Bench) -> None:
    b.viewer.do(act.Anonymize((Ref("/data/ct/1"),), "/data/ct/copies"))
    assert "among the originals" in b.last(ev.WritingEnded).outcomes[0].error
    assert b.output.disk == {}


def test_the_setting_is_the_default_folder() -> None:
    made = bench(settings=Settings(anonymize_folder="/copies"))
    made.viewer.do(act.Open(("/data",)))
    made.viewer.do(act.Anonymize((Ref("/data/ct/0"),)))
    assert [path.split("/")[1] for path in made.output.disk] == ["copies"]


def test_the_preview_says_what_would_change_and_writes_nothing(b: Bench) -> None:
    b.viewer.do(act.PreviewAnonymize((Ref("/data/ct/0"),)))
    said = b.last(ev.AnonymizePreviewed)
    by_keyword = {change.keyword: change.action for change in said.changes}
    assert by_keyword["PatientName"] == "replaced"
    assert by_keyword["SOPInstanceUID"] == "new UID"
    assert b.output.disk == {}
