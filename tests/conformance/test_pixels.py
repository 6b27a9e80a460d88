"""The table of ``tests/conformance/pixels.py`` on one file of each kind: every file is shown, and exact."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from tests.conformance import pixels
from tests.conformance.test_decoding import NO_PICTURE, NO_PICTURE_WHEEL
from tui.adapters.opened import open_instance
from tui.core.grey import Grey
from tui.core.modality import Rescale
from tui.core.pipeline import content_of
from tui.service.settings import Limits


@pytest.fixture(scope="module")
def verdicts() -> list[pixels.Verdict]:
    missing = [tool for tool in pixels.TOOLS if not shutil.which(tool)]
    if not pixels.CORPUS.is_dir() or missing:
        assert not os.environ.get("CI"), f"{missing or pixels.CORPUS} is missing"
        pytest.skip("the corpus of real files or DCMTK is missing")
    return pixels.survey(pixels.cases(quick=True))


@pytest.mark.corpus
def test_all_that_can_be_shown_is_exact(verdicts: list[pixels.Verdict]) -> None:
    wrong = {verdict.path: verdict.reasons for verdict in verdicts if not verdict.exact}
    expected = NO_PICTURE | NO_PICTURE_WHEEL
    assert {path for path in wrong if path not in expected} == set()
    assert all(expected[path] in wrong[path][0] for path in wrong)
    assert len(verdicts) > 250


@pytest.mark.corpus
def test_what_must_be_shown_is_shown(verdicts: list[pixels.Verdict]) -> None:
    must = {row["path"] for row in pixels.manifest() if row["must_show"].startswith("yes")}
    assert [verdict.path for verdict in verdicts if verdict.path in must and not verdict.shown] == []


@pytest.mark.corpus
def test_few_files_have_nothing_to_be_compared_with(verdicts: list[pixels.Verdict]) -> None:
    # with pydicom's optional decoders installed it is fewer; the gate is run without them, as the product is
    assert sum(pixels.ALONE in verdict.notes for verdict in verdicts) <= 8


@pytest.mark.filterwarnings("ignore")
def test_a_wrong_picture_is_found(tmp_path: pixels.Path) -> None:
    """The comparison is not blind: one rescaled unit too much in one picture is a reason."""
    path = pixels.Path(str(get_testdata_file("CT_small.dcm", download=False)))
    if not all(map(shutil.which, pixels.TOOLS)):
        assert not os.environ.get("CI"), "DCMTK is missing"
        pytest.skip("DCMTK is not installed")
    content = content_of(open_instance(str(path), Limits()).frame(0))
    assert isinstance(content, Grey)
    assert isinstance(content.transform, Rescale)
    right = pixels.Verdict("right", "")
    pixels.grey(path, content, tmp_path, right, lossy=False)
    assert right.reasons == []
    ours = content.frame.stored.copy()
    ours[5, 5] ^= 0x200
    wrong = pixels.Verdict("wrong", "")
    pixels.grey(path, replace(content, stored=ours, frame=replace(content.frame, stored=ours)), tmp_path, wrong, False)
    assert "1 values" in wrong.reasons[0]
    assert pixels.differ(np.zeros((2, 2)), np.zeros((2, 3)), 0)
