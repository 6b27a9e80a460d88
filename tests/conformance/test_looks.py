"""On real files: a picture that is looked up from the slices before it is that of the whole way."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from tui.adapters.instances import DicomInstances
from tui.core.looks import Alike, Looks
from tui.core.pages import Page
from tui.core.pipeline import Renderer
from tui.core.values import Ref, View, Voi, VoiKind, Window, Wish
from tui.service.settings import Limits

MOST = 6  # files of a folder
VIEWS = {
    "file": View(),
    "turned": View(voi=Voi(VoiKind.MANUAL, window=Window(40, 400)), rotation=1, flip=True, invert=True),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=list(VIEWS))
def test_it_is_the_same_picture(corpus, view):
    instances, renderer, met = DicomInstances(Limits()), Renderer(), 0
    folders = defaultdict(list)
    for path in sorted(corpus.rglob("*")):
        if path.is_file() and len(folders[path.parent]) < MOST:
            folders[path.parent].append(path)
    for paths in folders.values():
        looks = Looks(view, Wish())
        for path in paths:
            plain = instances.plain(Ref(str(path)))
            if plain is None:
                continue
            look, opened = looks.find(plain[0]), instances.open(Ref(str(path)))
            if look is None and not opened.notes:
                look = looks.learn(*plain, opened.dataset)
            page = Alike.of(look, *plain) if look is not None else None
            if page is None:
                continue
            whole = Page(opened.frame(0), view, Wish(), renderer)
            assert np.array_equal(page.pixels(), whole.pixels()), path
            assert (page.picture.caption, page.label) == (whole.picture.caption, whole.label), path
            met += 1
    assert met > 50
