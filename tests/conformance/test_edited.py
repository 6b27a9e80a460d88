"""Edited copies of files of the corpus, read by programs that are not ours: only what was edited is another."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.tools import installed
from tui.adapters.dciodvfy import Dciodvfy
from tui.adapters.instances import DicomInstances
from tui.adapters.output import Files
from tui.core.edits import Edit
from tui.core.elements import BrokenError
from tui.core.validation import ERROR
from tui.core.values import Ref
from tui.errors import SafelightError
from tui.service.reading import edited_head
from tui.service.settings import Limits

EDITS = (
    Edit("0010,0010", "Edited^Name"),  # there in almost all, of another length
    Edit("0010,1010", "034Y"),  # missing in most
    Edit("0008,1030"),  # taken out
    Edit("0040,0275[0].0040,0009", "STEP-1"),  # with its sequence and item, where there are none
)
PLACES = ("0010,0010", "0010,1010", "0008,1030", "0040,0275")
CHANGED = {0x00100010, 0x00101010, 0x00081030, 0x00400275}


def chosen(corpus: Path) -> list[Path]:
    """The first files of each folder."""
    folders = sorted({path.parent for path in corpus.rglob("*") if path.is_file()})
    return [path for folder in folders for path in sorted(one for one in folder.iterdir() if one.is_file())[:2]]


def elements(path: Path) -> tuple[Dataset, dict[int, object]]:
    """The data set, and the raw values of what is not edited, as pydicom reads them."""
    dataset = dcmread(path, force=True)
    kept = {tag: dataset.get_item(tag) for tag in list(dataset._dict) if int(tag) not in CHANGED and tag.element}
    return dataset, {int(tag): (one.VR, getattr(one, "value", None)) for tag, one in kept.items()}


def dumped(path: Path) -> list[str]:
    """What dcmdump prints at the top, without lengths of groups and the edited elements with what is inside them."""
    ended = subprocess.run([installed("dcmdump"), "-q", "+L", "-Un", str(path)], capture_output=True, check=False)
    out, inside = [], False
    for line in ended.stdout.decode("latin-1").splitlines():
        if line.startswith("(") and not line.startswith("(fffe"):
            inside = line[6:10] == "0000" or int(line[1:5] + line[6:10], 16) in CHANGED
        if not inside:
            out.append(line)
    return out


@pytest.mark.corpus
@pytest.mark.parametrize("part", range(2))
def test_edited_files_of_the_corpus(corpus: Path, tmp_path: Path, part: int) -> None:
    instances, output, checker = DicomInstances(Limits()), Files(), Dciodvfy()
    edited, wrong = 0, {}
    for path in chosen(corpus)[part::2]:
        ref = Ref(str(path))
        try:
            there = 0x00400275 in instances.open(ref).dataset
            edits = EDITS[:3] if there else EDITS
            head = edited_head(instances, ref, edits)
            copy = Path(output.write(str(tmp_path / f"{edited}.dcm"), instances.edited(ref, head, head.data)))
        except (SafelightError, BrokenError):
            continue  # it is damaged, and nothing of it is edited
        edited += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (before, old), (after, new) = elements(path), elements(copy)
            told = (str(after.PatientName), after.PatientAge, "StudyDescription" in after)
        if old != new or told != ("Edited^Name", "034Y", False):
            wrong[path.name] = "pydicom reads other elements"
        elif before.file_meta.get("TransferSyntaxUID") != after.file_meta.get("TransferSyntaxUID"):
            wrong[path.name] = "the transfer syntax is another"
        elif dumped(path) != dumped(copy):
            wrong[path.name] = "dcmdump reads other elements"
        elif before.file_meta.get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian:
            continue  # which dciodvfy takes for elements
        elif news := _errors(checker, copy) - _errors(checker, path):
            wrong[path.name] = f"dciodvfy: {sorted(news)[:2]}"
    assert wrong == {}
    assert edited >= 20


def _errors(checker: Dciodvfy, path: Path) -> set[tuple[str, str]]:
    installed("dciodvfy")
    found = checker.findings(str(path)) or ()
    return {(one.path, one.text) for one in found if one.severity == ERROR and one.path[:9] not in PLACES}
