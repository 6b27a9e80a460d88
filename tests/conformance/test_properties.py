"""Laws that hold for every picture, whatever is in the file: found wanting by examples that hypothesis makes up."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.service.test_reduce import SETTINGS, files, shown, started
from tui.core import geometry, pipeline
from tui.core.frames import Frame
from tui.core.values import Facts, View, Viewport, Voi, VoiKind, Window
from tui.service import actions as act
from tui.service import reduce
from tui.service.state import State

KINDS = ["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"]
finite = st.floats(allow_nan=False, allow_infinity=False)
windows = st.builds(Window, st.floats(-1e5, 1e5), st.floats(1e-3, 1e5))
functions = st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"])
FLOATS = (0x00281052, 0x00281053, 0x00281050, 0x00281051)  # intercept, slope, center, width


@st.composite
def tables(draw: st.DrawFn, rising: bool = False) -> Dataset:
    """A LUT of PS3.3 C.11.1.1.1, its descriptor right or not."""
    entries = draw(st.lists(st.integers(0, 65535), min_size=1, max_size=40))
    item = Dataset()
    count = len(entries) if rising else draw(st.sampled_from([len(entries), 0, 3, 65535]))
    bits = 16 if rising else draw(st.integers(0, 20))
    item.add_new(0x00283002, "US", [count, draw(st.integers(0, 65535)) if not rising else 0, bits])
    item.add_new(0x00283006, "US", sorted(entries) if rising else entries)
    return item


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """A grey frame of any type with any numbers in its header."""
    kind = draw(st.sampled_from(KINDS))
    stored = draw(stnp.arrays(kind, stnp.array_shapes(min_dims=2, max_dims=2, max_side=12)))
    ds = Dataset()
    ds.Rows, ds.Columns = stored.shape
    ds.BitsStored = draw(st.integers(0, 70))
    ds.Modality = draw(st.sampled_from(["CT", "MR", "PT", "XA", "NM", "SEG", "CR", "RTDOSE", "X"]))
    for tag in FLOATS:
        if draw(st.booleans()):
            ds.add(DataElement(tag, "FD", draw(finite)))
    if draw(st.booleans()):
        ds.VOILUTFunction = draw(functions)
    if draw(st.booleans()):
        ds.add_new(0x00280120, "SS" if kind[0] == "i" else "US", draw(st.integers(0, 32767)))
    for keyword in ("VOILUTSequence", "ModalityLUTSequence", "PresentationLUTSequence"):
        if draw(st.integers(0, 4)) == 0:
            setattr(ds, keyword, Sequence([draw(tables())]))
    if draw(st.booleans()):
        ds.add(DataElement(0x00280030, "FD", [draw(finite), draw(finite)]))
    return Frame(stored, draw(st.sampled_from(["MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "X"])), ds)


views = st.builds(
    View,
    voi=st.one_of(
        st.builds(Voi, st.sampled_from([VoiKind.DEFAULT, VoiKind.STORED, VoiKind.AUTO]), st.integers(-1, 4)),
        st.builds(Voi, st.just(VoiKind.PRESET), name=st.sampled_from(["suv7", "full", "stored", "50%max", "2-98%"])),
        st.builds(
            Voi, st.just(VoiKind.MANUAL),
            window=st.builds(Window, finite, st.floats(5e-324, exclude_min=False, allow_infinity=False)),
        ),
    ),
    invert=st.booleans(), zoom=finite, one_to_one=st.booleans(), center_x=finite, center_y=finite,
    rotation=st.integers(0, 3), flip=st.booleans(), smooth=st.booleans(),
)  # fmt: skip
panes = st.builds(Viewport, st.integers(0, 40), st.integers(0, 40))


@given(frames(), views, panes)
@settings(max_examples=120, deadline=None)
def test_no_finite_number_makes_a_warning_or_an_exception(frame: Frame, view: View, pane: Viewport) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = pipeline.draw(frame, view, pane)
        whole = pipeline.render(frame, view)
        pipeline.facts(frame)
    assert picture.pixels.dtype == whole.pixels.dtype == np.uint8
    assert sorted(whole.pixels.shape[:2]) == sorted(frame.stored.shape)
    assert picture.window is None or (math.isfinite(picture.window.center) and picture.window.width > 0)


@st.composite
def integers(draw: st.DrawFn, photometric: str = "MONOCHROME2") -> Frame:
    """An integer frame in units, without padding."""
    stored = draw(stnp.arrays(st.sampled_from(["u1", "i1", "u2", "i2", "i4"]), (6, 7)))
    ds = Dataset()
    ds.BitsStored = 8 * stored.itemsize
    ds.VOILUTFunction = draw(functions)
    ds.add(DataElement(0x00281053, "FD", draw(st.floats(0.01, 100))))
    ds.add(DataElement(0x00281052, "FD", draw(st.floats(-5000, 5000))))
    return Frame(stored, photometric, ds)


def manual(window: Window, **words: bool) -> View:
    return View(voi=Voi(VoiKind.MANUAL, window=window), **words)


@given(integers(), windows)
@settings(max_examples=60, deadline=None)
def test_a_window_never_shows_a_greater_value_darker(frame: Frame, window: Window) -> None:
    order = np.argsort(frame.stored, axis=None, kind="stable")
    levels = pipeline.render(frame, manual(window)).pixels.ravel()[order]
    assert (np.diff(levels.astype(int)) >= 0).all()


@given(integers(), tables(rising=True))
@settings(max_examples=40, deadline=None)
def test_a_rising_table_is_as_orderly_and_clamps_at_its_ends(frame: Frame, table: Dataset) -> None:
    frame.dataset.VOILUTSequence = Sequence([table])
    stored = frame.stored.ravel()
    levels = pipeline.render(frame, View()).pixels.ravel()
    assert (np.diff(levels[np.argsort(stored, kind="stable")].astype(int)) >= 0).all()
    entries = np.asarray(table.LUTData).ravel() if np.ndim(table.LUTData) else np.array([table.LUTData])
    values = stored * float(frame.dataset.RescaleSlope) + float(frame.dataset.RescaleIntercept)
    for beyond, entry in ((values <= 0, entries[0]), (values >= len(entries) - 1, entries[-1])):
        assert (levels[beyond] == math.floor(entry * 255 / 65535)).all()


@given(integers(), windows)
@settings(max_examples=60, deadline=None)
def test_monochrome1_is_the_mirror_of_monochrome2(frame: Frame, window: Window) -> None:
    """PS3.3 C.7.6.3.1.2: floor(255 * (1 - y)), so both levels add up to 255 where 255 * y is whole, else to 254."""
    mirror = replace(frame, photometric="MONOCHROME1")
    two, one = (pipeline.render(each, manual(window)).pixels.astype(int) for each in (frame, mirror))
    assert set(np.unique(one + two)) <= {254, 255}
    for each, other in ((frame, mirror), (mirror, frame)):
        turned = pipeline.render(each, manual(window, invert=True)).pixels
        assert np.array_equal(turned, pipeline.render(other, manual(window)).pixels)


def looking(rows: int, columns: int, pane: Viewport) -> State:
    """At an image of this size, its picture as the pipeline places it."""
    return seen(replace(started(*files()), viewport=pane), rows, columns)


def seen(state: State, rows: int, columns: int) -> State:
    """The same after its picture has come."""
    scale = geometry.place((rows, columns), 1.0, state.view, state.viewport).scale
    return shown(state, scale, Facts(rows=rows, columns=columns))


def placed(state: State, rows: int, columns: int) -> geometry.Placement:
    return geometry.place((rows, columns), 1.0, state.view, state.viewport)


sides = st.integers(8, 600)


@given(sides, sides, st.builds(Viewport, st.integers(8, 500), st.integers(8, 500)), st.data())
@settings(max_examples=60, deadline=None)
def test_zoom_pan_turn_and_back_is_the_same_place(rows: int, columns: int, pane: Viewport, data: st.DataObject) -> None:
    state = looking(rows, columns, pane)
    for _ in range(data.draw(st.integers(0, 3))):
        state = seen(reduce.apply(state, act.ZoomBy(1.25), SETTINGS), rows, columns)
    state = seen(reduce.apply(state, act.PanBy(data.draw(st.floats(-1, 1)), data.draw(st.floats(-1, 1))), SETTINGS),
                 rows, columns)  # fmt: skip
    before = placed(state, rows, columns)
    there, back = data.draw(
        st.sampled_from(
            [
                ([act.ZoomBy(1.25)], [act.ZoomBy(1 / 1.25)]),
                ([act.ToggleFlip()], [act.ToggleFlip()]),
                ([act.RotateBy(1)], [act.RotateBy(-1)]),
                ([act.RotateBy(1)] * 4, []),
                ([act.PanBy(0.05, -0.05)], [act.PanBy(-0.05, 0.05)]),
            ]
        )
    )
    for action in there:
        moved = seen(reduce.apply(state, action, SETTINGS), rows, columns)
        if isinstance(action, act.PanBy):  # an edge of the image stops it
            x, y = moved.view.center_x - state.view.center_x, moved.view.center_y - state.view.center_y
            assume(x > 0 > y)
            steps = (abs(x), abs(y))
            wanted = (
                0.05 * min(pane.width / (columns * before.scale), 1),
                0.05 * min(pane.height / (rows * before.scale), 1),
            )
            assume(np.allclose(steps, wanted))
        state = moved
    for action in back:
        state = seen(reduce.apply(state, action, SETTINGS), rows, columns)
    after = placed(state, rows, columns)
    assert (after.flip, after.rotation) == (before.flip, before.rotation)
    assert abs(after.scale - before.scale) <= 1e-9 * before.scale
    for name in ("left", "top", "columns", "rows"):
        assert abs(getattr(after, name) - getattr(before, name)) <= 1, name  # half a pixel may round either way
