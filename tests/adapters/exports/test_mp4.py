"""MP4 by both encoders, as ffprobe counts and times it."""

import importlib.util
import io
import json
import shutil
import subprocess

import av
import numpy as np
import pytest

from tests import phantoms
from tests.conformance.test_exporters import pages_of
from tests.tools import installed
from tui.adapters.exports import mp4
from tui.core.values import Wish
from tui.errors import MissingExtraError


@pytest.fixture(params=["av", "ffmpeg"])
def encoder(request, monkeypatch):
    if request.param == "ffmpeg":
        installed("ffmpeg")
        without_av(monkeypatch)


def without_av(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(mp4, "find_spec", lambda name: None if name == "av" else find(name))


@pytest.mark.parametrize("rate", [25, 29.97, 12.5])
def test_frames_and_rate(encoder, rate):
    pages = pages_of(phantoms.cine(frames=12, size=33))
    data = mp4.EXPORTER.encode(pages, Wish(rate=rate))
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        assert float(stream.average_rate) == pytest.approx(rate, rel=1e-3)
        decoded = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
    assert len(decoded) == 12 and decoded[0].shape == (34, 34, 3)
    for pixels, page in zip(decoded, pages, strict=True):
        assert np.abs(pixels[:33, :33, 0].astype(int) - page.pixels()).mean() < 6


def test_without_either_it_says_what_to_install(monkeypatch):
    without_av(monkeypatch)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingExtraError, match="ffmpeg") as raised:
        mp4.EXPORTER.encode(pages_of(phantoms.cine(frames=2, size=16)), Wish(rate=5))
    assert "safelight[video]" in raised.value.hint


def test_ffprobe_agrees(tmp_path):
    (tmp_path / "a.mp4").write_bytes(mp4.EXPORTER.encode(pages_of(phantoms.colour(32, frames=8)), Wish(rate=25)))
    words = [
        installed("ffprobe"),
        "-v",
        "error",
        "-count_frames",
        "-show_streams",
        "-of",
        "json",
        str(tmp_path / "a.mp4"),
    ]
    stream = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)["streams"][0]
    assert (stream["nb_read_frames"], stream["r_frame_rate"], stream["pix_fmt"]) == ("8", "25/1", "yuv420p")
