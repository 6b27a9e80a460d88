"""Text in pictures: where it stands, and what it never says."""

import numpy as np
import pytest

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tui.core.annotation import annotated, texts
from tui.core.values import Label, Picture, View, Wish


def test_what_stands_where():
    page = pages_of(phantoms.ct(3, size=32)).first()
    found = texts(page.picture, page.label, View(invert=True))
    assert found["la"] == "CT 1" and found["ra"] == "image 4" and found["ld"] == "C 40 W 80 HU, inverted"
    assert (found["lm"], found["rm"], found["ma"], found["md"]) == ("R", "L", "A", "P")


def test_nothing_names_the_patient():
    ds = phantoms.ct(size=32)
    ds.PatientName = ds.PatientID = ds.SeriesDescription = ds.StudyID = "ZEBRA"
    page = pages_of(ds).first()
    assert "ZEBRA" not in " ".join(texts(page.picture, page.label, page.view).values())


@pytest.mark.parametrize("depth", [(), (3,)], ids=["grey", "colour"])
def test_letters_are_drawn_at_the_edges_only_where_there_is_room(depth):
    blank = np.full((256, 256, *depth), 90, np.uint8)
    picture = Picture(blank, 256, 256, letters=("R", "L", "A", "P"))
    out = annotated(blank, picture, Label("CT", 1, 2), View())
    assert out.shape == blank.shape and (blank == 90).all()
    assert (out[:, :30] > 180).any() and (out[:30] > 180).any() and (out[100:150, 100:150] == 90).all()
    small = np.zeros((20, 20, *depth), np.uint8)
    assert annotated(small, picture, Label(), View()) is small


def test_a_page_is_annotated_when_asked_for():
    ds = phantoms.ct(size=256)
    plain, drawn = (pages_of(ds, wish=Wish(annotate=a)).first().pixels() for a in (False, True))
    assert (plain != drawn).any()
