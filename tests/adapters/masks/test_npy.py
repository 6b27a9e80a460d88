import io

import numpy as np

from tests.adapters.masks import stack
from tui.adapters.masks.npy import MASK_FORMAT


def test_numpy_reads_it_back() -> None:
    there = stack()
    found = np.load(io.BytesIO(MASK_FORMAT.encode(there)))
    assert found.dtype == np.uint8 and (found == there.masks).all()
