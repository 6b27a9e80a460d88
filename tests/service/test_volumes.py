from __future__ import annotations

import pytest

from tests import phantoms
from tests.service.fakes import Bench, bench
from tui.core.cuts import Cut
from tui.core.values import Ref, View, Viewport
from tui.errors import GeometryError
from tui.service.settings import Limits
from tui.service.volumes import Volumes, block

PANE = Viewport(600, 400)


def made() -> Bench:
    return bench({f"/data/ct/{z}": phantoms.ct(z, of=4, size=32) for z in range(4)} | {"/data/x": phantoms.report()})


SLICES = tuple((Ref(f"/data/ct/{z}"), 0) for z in range(4))


def test_slices_are_decoded_once() -> None:
    there = made()
    volumes = Volumes(there.instances, Limits())
    looked_at = there.instances.files["/data/ct/1"], 0
    for at in (None, (3, 4, 1), (5, 5, 2)):
        volumes.draw(1, SLICES, View(cut=Cut(at=at)), PANE, looked_at)
    assert len(there.instances.reads) == 4
    volumes.draw(2, SLICES, View(cut=Cut()), PANE, looked_at)  # another scan: files may be others
    assert len(there.instances.reads) == 8


def test_a_refusal_is_kept_and_not_found_out_at_each_key() -> None:
    there = made()
    volumes = Volumes(there.instances, Limits())
    for _ in range(3):
        with pytest.raises(GeometryError, match="two slices"):
            volumes.draw(1, SLICES[:1], View(cut=Cut()), PANE, (there.instances.files["/data/ct/0"], 0))
    assert len(there.instances.reads) == 1


def test_a_volume_has_a_limit_with_a_name() -> None:
    with pytest.raises(GeometryError, match="volume_bytes"):
        block(made().instances, Limits(volume_bytes=1000), SLICES)
    with pytest.raises(GeometryError, match="no picture"):
        block(made().instances, Limits(), ())
