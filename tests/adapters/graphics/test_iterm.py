import numpy as np

from tests.adapters.graphics.readers import drawn, likeness, osc1337
from tests.phantoms import head
from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics.iterm import GRAPHICS, Iterm
from tui.adapters.terminal import Terminal
from tui.service.ports import Box

BOX = Box(0, 0, 10, 5)


def picture(size: int = 100) -> np.ndarray:
    return np.clip((head(size) + 40) * 1.6, 0, 255).astype(np.uint8)


def test_a_resting_picture_is_without_loss() -> None:
    for wanted in (picture(), np.stack([picture()] * 3, -1)):
        seen, kind, keys = osc1337(drawn(Iterm(Ruler((10, 20))), wanted, BOX, 0).data)
        assert kind == "PNG" and np.array_equal(seen, wanted)
        assert keys["width"] == "10" and keys["height"] == "5" and keys["preserveAspectRatio"] == "0"


def test_a_moving_picture_is_a_jpeg_and_ever_smaller() -> None:
    graphics = Iterm(Ruler((10, 20)))
    wanted = picture()
    sizes = [drawn(graphics, wanted, BOX, coarse).size for coarse in (1, 2)]
    seen, kind, _ = osc1337(drawn(graphics, wanted, BOX, 1).data)
    assert kind == "JPEG" and likeness(seen, wanted) > 0.99
    half, kind, _ = osc1337(drawn(graphics, wanted, BOX, 2).data)
    assert kind == "JPEG" and half.shape == (50, 50)
    assert sizes[0] > sizes[1]


def test_no_more_pixels_than_the_box_has() -> None:
    seen, _, _ = osc1337(drawn(Iterm(Ruler((4, 8))), picture(), BOX, 0).data)
    assert seen.shape == (40, 40)


def test_which_terminals_it_suits() -> None:
    for name in ("iterm2", "wezterm", "konsole", "mlterm"):
        assert GRAPHICS.suits(Terminal(name=name)).score == 80
        assert GRAPHICS.suits(Terminal(name=name, inside="tmux")).score == 0
    assert GRAPHICS.suits(Terminal(name="xterm")).score == 0
