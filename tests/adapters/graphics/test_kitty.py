from base64 import b64encode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.graphics.readers import Kitty as Reader
from tests.adapters.graphics.readers import drawn, envelopes
from tui.adapters.graphics import kitty as module
from tui.adapters.graphics._cell import Ruler
from tui.adapters.graphics._placeholder import MARKS, PLACEHOLDER, cells
from tui.adapters.graphics.kitty import GRAPHICS, Kitty, command, frame
from tui.adapters.terminal import Terminal
from tui.service.ports import Box

BOX = Box(3, 2, 8, 4)
RULER = Ruler((10, 20))
KITTY = {"tty": True, "kitty": True, "placeholders": True, "edits": True}


def noise(rows: int, columns: int, seed: int = 0, depth: int = 0) -> np.ndarray:
    shape = (rows, columns, depth) if depth else (rows, columns)
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def test_an_exact_picture_arrives_bit_for_bit_and_is_placed_in_the_cells_of_the_box() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    for picture in (noise(60, 70), noise(60, 70, 1), noise(60, 70, 2, depth=3)):
        encoded = drawn(graphics, picture, BOX, 0)
        reader.feed(encoded.send)
        assert np.array_equal(reader.images[encoded.image], picture)
    assert reader.placed == {encoded.image: (8, 4)}


def test_a_picture_of_the_same_size_is_edited_in_place_and_no_cell_changes() -> None:
    graphics = Kitty(RULER)
    first, second = (drawn(graphics, noise(40, 40, seed), BOX, 0) for seed in (0, 1))
    assert "a=t" in first.send and "a=f" in second.send and "a=t" not in second.send
    assert [first.row(y, 0, 8) for y in range(4)] == [second.row(y, 0, 8) for y in range(4)]


def test_without_editing_each_picture_gets_a_new_number_and_the_terminal_keeps_two_at_most() -> None:
    reader, graphics = Reader(), Kitty(RULER, edits=False)
    numbers = set()
    for seed in range(20):
        encoded = drawn(graphics, noise(40, 40, seed), BOX, 0)
        reader.feed(encoded.send)
        numbers.add(encoded.image)
        assert len(reader.images) <= 2
        assert encoded.image in reader.placed
    assert len(numbers) > 1


def test_forget_frees_everything_and_the_next_picture_is_sent_whole() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    for size in (30, 40, 50):
        reader.feed(drawn(graphics, noise(size, size), BOX, 0).send)
    reader.feed(graphics.forget())
    assert not reader.images
    assert graphics.forget() == ""
    reader.feed(drawn(graphics, noise(50, 50), BOX, 0).send)
    assert len(reader.images) == 1


def test_coarse_pictures_cost_less_and_can_be_edited_in_place() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    y, x = np.mgrid[0:80, 0:80]
    picture = (x + y + noise(80, 80) % 8).astype(np.uint8)
    sizes = []
    for coarse in (0, 1, 2, 0):
        encoded = drawn(graphics, picture, BOX, coarse)
        reader.feed(encoded.send)
        sizes.append(encoded.size)
        seen = reader.images[encoded.image]
        assert seen.shape == picture.shape
        assert abs(seen.astype(int) - picture).mean() < 8
    assert sizes[0] > 2 * sizes[1] > 2 * sizes[2]
    assert np.array_equal(seen, picture)
    assert len(reader.images) == 1


def test_a_picture_with_more_pixels_than_the_box_is_shrunk_to_it() -> None:
    encoded = drawn(Kitty(RULER), noise(500, 90), BOX, 0)
    reader = Reader()
    reader.feed(encoded.send)
    assert reader.images[encoded.image].shape == (80, 80)


def test_frames_repeat_their_keys_on_every_chunk() -> None:
    chunks = frame(7, 1, b64encode(noise(80, 80).tobytes()).decode(), new=False).split("\x1b\\")[:-1]
    assert len(chunks) > 2
    assert all("a=f" in c and "r=1" in c and "i=7" in c for c in chunks)
    assert [("m=1" in c) for c in chunks] == [True] * (len(chunks) - 1) + [False]


@given(st.binary(max_size=20_000))
@settings(max_examples=20, deadline=None)
def test_payloads_survive_the_chunks(payload: bytes) -> None:
    from base64 import b64decode

    parts = [c.split(";", 1)[1] for c in command("a=t,i=1", b64encode(payload).decode()).split("\x1b\\")[:-1]]
    assert all(len(p) <= 4096 for p in parts)
    assert b64decode("".join(parts)) == payload


def test_the_first_cell_of_any_part_of_a_row_says_where_it_is() -> None:
    whole = cells(5 | 9 << 24, 3, 0, 8)
    assert whole == f"\x1b[0;38;5;5m{PLACEHOLDER}{MARKS[3]}{MARKS[0]}{MARKS[9]}{PLACEHOLDER * 7}\x1b[0m"
    part = cells(5 | 9 << 24, 3, 6, 8)
    assert part == f"\x1b[0;38;5;5m{PLACEHOLDER}{MARKS[3]}{MARKS[6]}{MARKS[9]}{PLACEHOLDER}\x1b[0m"
    assert cells(5, 0, 4, 4) == ""


def test_there_are_marks_for_297_rows_and_columns_and_the_limit_says_so() -> None:
    import unicodedata

    assert len(set(MARKS)) == len(MARKS) == 297
    assert all(unicodedata.combining(mark) == 230 for mark in MARKS)
    assert Kitty(RULER).limit == (2970, 5940)


def test_numbers_are_safe_at_256_colours() -> None:
    graphics = Kitty(RULER, edits=False)
    for seed in range(50):
        number = drawn(graphics, noise(4, 4, seed), BOX, 0).image
        assert 1 <= number & 255 <= 255 and number >> 8 & 0xFFFF == 0 and 1 <= number >> 24 < len(MARKS)


def test_through_tmux_each_command_has_an_envelope_of_its_own() -> None:
    graphics = Kitty(RULER, tmux=True)
    reader = Reader()
    picture = noise(80, 80)
    encoded = drawn(graphics, picture, BOX, 0)
    reader.feed(envelopes(encoded.send))
    assert np.array_equal(reader.images[encoded.image], picture)
    reader.feed(envelopes(graphics.forget()))
    assert not reader.images


def test_which_terminals_it_suits() -> None:
    def score(**facts: object) -> int:
        return GRAPHICS.suits(Terminal(**facts)).score  # type: ignore[arg-type]

    assert score(name="kitty", version=(0, 41, 1), **KITTY) == 90
    assert score(name="ghostty", **{**KITTY, "edits": False}) == 90
    assert score(name="konsole", **KITTY) == 0  # says OK to everything, and draws boxes
    assert score(name="kitty", version=(0, 26, 5), **{**KITTY, "placeholders": False}) == 85
    assert score(name="kitty", version=(0, 26, 5), **{**KITTY, "placeholders": False, "kitty": False}) == 0
    assert score(name="tmux", inside="tmux", outer="kitty", passthrough=True, **KITTY) == 90
    assert score(name="tmux", inside="tmux", outer="kitty", **KITTY) == 0
    assert score(name="screen", inside="screen", outer="kitty", passthrough=True, **KITTY) == 0


def test_a_cine_is_sent_once_and_then_costs_next_to_nothing() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    frames = [noise(40, 40, seed) for seed in range(5)]
    sizes = []
    for turn in range(3):
        for key, pixels in enumerate(frames, 1):
            encoded = drawn(graphics, pixels, BOX, 0, look=1, key=key, keep=True)
            reader.feed(encoded.send)
            sizes.append(encoded.size)
            assert np.array_equal(reader.images[encoded.image], pixels), (turn, key)
    assert min(sizes[:5]) > 1600 and max(sizes[5:]) <= 36
    assert len(reader.frames) == 1


def test_a_frame_that_was_kept_coarse_becomes_exact_where_it_rests() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    frames = [noise(40, 40, seed) for seed in range(3)]
    for key, pixels in enumerate(frames, 1):
        reader.feed(drawn(graphics, pixels, BOX, 2, look=1, key=key, keep=True).send)
    encoded = drawn(graphics, frames[2], BOX, 0, look=1, key=3)
    reader.feed(encoded.send)
    assert np.array_equal(reader.images[encoded.image], frames[2])
    reader.feed(drawn(graphics, frames[0], BOX, 0, look=1, key=1, keep=True).send)
    again = drawn(graphics, frames[2], BOX, 0, look=1, key=3, keep=True)
    reader.feed(again.send)
    assert again.size <= 36 and np.array_equal(reader.images[encoded.image], frames[2])


def test_another_window_begins_anew_and_frees_the_frames() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    for key in (1, 2, 3):
        reader.feed(drawn(graphics, noise(40, 40, key), BOX, 0, look=1, key=key, keep=True).send)
    for key, seed in ((4, 9), (5, 10)):
        encoded = drawn(graphics, noise(40, 40, seed), BOX, 0, look=2, key=key)
        reader.feed(encoded.send)
        assert np.array_equal(reader.images[encoded.image], noise(40, 40, seed))
    assert [len(frames) for frames in reader.frames.values()] == [1]


def test_stepping_after_a_cine_keeps_its_frames_but_adds_none() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    for key in (1, 2):
        reader.feed(drawn(graphics, noise(40, 40, key), BOX, 0, look=1, key=key, keep=True).send)
    for key in (7, 8, 1, 2):
        encoded = drawn(graphics, noise(40, 40, key), BOX, 0, look=1, key=key)
        reader.feed(encoded.send)
        assert np.array_equal(reader.images[encoded.image], noise(40, 40, key))
    assert [len(frames) for frames in reader.frames.values()] == [2]


def test_the_terminal_keeps_no_more_than_it_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES", 3 * 40 * 40 * 4)
    reader, graphics = Reader(), Kitty(RULER)
    for key in (1, 2, 3, 4, 5, 1, 2, 3, 4, 5):
        encoded = drawn(graphics, noise(40, 40, key), BOX, 0, look=1, key=key, keep=True)
        reader.feed(encoded.send)
        assert np.array_equal(reader.images[encoded.image], noise(40, 40, key))
    assert [len(frames) for frames in reader.frames.values()] == [3]


def test_what_is_forgotten_is_sent_again() -> None:
    reader, graphics = Reader(), Kitty(RULER)
    for key in (1, 2):
        reader.feed(drawn(graphics, noise(40, 40, key), BOX, 0, look=1, key=key, keep=True).send)
    reader.feed(graphics.forget())
    assert reader.frames == {}
    encoded = drawn(graphics, noise(40, 40, 2), BOX, 0, look=1, key=2, keep=True)
    reader.feed(encoded.send)
    assert np.array_equal(reader.images[encoded.image], noise(40, 40, 2))


@pytest.mark.parametrize("edits", [True, False])
def test_without_placeholders_one_picture_lies_above_blank_cells_and_is_withdrawn_and_brought_back(edits: bool) -> None:
    reader, graphics = Reader(), Kitty(RULER, edits=edits, direct=True)
    for seed, size in ((0, 40), (1, 40), (2, 60), (3, 60)):
        picture = noise(size, size, seed)
        encoded = drawn(graphics, picture, BOX, 0)
        assert encoded.row(0, 0, 8) is None and not encoded.stamp(0, 0).count("U=1")
        reader.feed(encoded.send + encoded.here)
        assert reader.placed == {encoded.image: (8, 4)}
        assert np.array_equal(reader.images[encoded.image], picture)
        assert len(reader.images) <= 2
    assert encoded.stamp(4, 6).startswith("\x1b[?2026h\x1b7\x1b[7;5H\x1b_Ga=p,")
    assert graphics.floats and not Kitty(RULER).floats and Kitty(RULER).withdraw() == ""
    reader.feed(graphics.withdraw())
    assert reader.placed == {} and reader.images
    reader.feed(encoded.here)
    assert reader.placed == {encoded.image: (8, 4)}
    reader.feed(graphics.forget())
    assert not reader.images and graphics.withdraw() == ""


def test_terminals_without_placeholders_get_pictures_above_the_cells() -> None:
    old = Terminal(name="kitty", **{**KITTY, "placeholders": False})  # type: ignore[arg-type]
    new = Terminal(name="kitty", **KITTY)  # type: ignore[arg-type]
    assert GRAPHICS.make(old).floats and not GRAPHICS.make(new).floats
    assert GRAPHICS.make(new, "kitty-direct").floats
