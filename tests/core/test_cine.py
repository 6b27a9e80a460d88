import pytest
from pydicom.dataset import Dataset

from tui.core.cine import rate, rhythm


def dataset(**attributes: object) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ({}, 0.0),
        ({"RecommendedDisplayFrameRate": 12, "CineRate": 30, "FrameTime": 20}, 12.0),
        ({"CineRate": 30, "FrameTime": 20}, 30.0),
        ({"FrameTime": 20}, 50.0),
        ({"FrameTimeVector": [0, 100, 300]}, 5.0),
        ({"CineRate": 0, "FrameTime": 40}, 25.0),
        ({"RecommendedDisplayFrameRate": 5000, "CineRate": 25}, 25.0),
        ({"FrameTime": 0.0001}, 0.0),
    ],
)
def test_the_stored_rate(attributes: dict[str, object], wanted: float) -> None:
    assert rate(dataset(**attributes)) == pytest.approx(wanted)


def test_frames_stand_as_long_as_the_vector_says() -> None:
    found = rhythm(dataset(FrameTimeVector=[0, 100, 300, 200]))
    assert found == pytest.approx((0.5, 1.5, 1.0, 1.0))
    assert sum(found) == pytest.approx(4)


@pytest.mark.parametrize(
    "attributes",
    [{}, {"FrameTime": 40}, {"FrameTimeVector": [0, 40, 40.2, 39.9]}, {"FrameTimeVector": [0, 40]},
     {"FrameTimeVector": [0, 40, -1, 40]}, {"FrameTimeVector": [0, 10, 90], "CineRate": 10}],
)  # fmt: skip
def test_else_they_stand_equally_long(attributes: dict[str, object]) -> None:
    assert rhythm(dataset(**attributes)) == ()
