import io
from dataclasses import replace

import numpy as np
from PIL import Image

from tests.adapters.masks import stack
from tui.adapters.masks.png import MASK_FORMAT


def test_pillow_reads_one_slice_back() -> None:
    there = stack()
    one = replace(there, masks=there.masks[2:3], frames=there.frames[2:3])
    with Image.open(io.BytesIO(MASK_FORMAT.encode(one))) as picture:
        assert picture.mode == "L" and (np.asarray(picture) == there.masks[2] * 255).all()
