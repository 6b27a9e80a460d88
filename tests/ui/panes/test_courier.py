"""Pictures on their way, with a terminal of paper; time passes only where the terminal lets it."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import numpy as np

from tests.adapters.graphics import readers
from tests.ui.panes.paper import QUESTION, RULER, SIZE, Paper, on_paper, picture, run
from tui.adapters.graphics.cells import Cells
from tui.adapters.graphics.iterm import Iterm
from tui.adapters.graphics.kitty import Kitty, KittyEncoder
from tui.adapters.graphics.sixel import Sixel
from tui.service.events import PictureDrawn
from tui.service.ports import Box, Encoded, Order
from tui.service.state import Shown, State
from tui.service.values import Ref
from tui.ui.panes import courier as module
from tui.ui.panes.courier import Courier
from tui.ui.panes.image import EMPTY


class Tally(KittyEncoder):
    """Counts encodings, and can be held up."""

    def __init__(self, edits: bool) -> None:
        super().__init__(edits)
        self.__dict__.update(encoded=[], coarse=[], threads=set(), gate=threading.Event())
        self.__dict__["gate"].set()

    def encode(self, pixels: np.ndarray, box: Box, cell: tuple[int, int], coarse: int) -> Any:
        self.threads.add(threading.current_thread().name)
        assert self.gate.wait(30)
        self.encoded.append(int(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]))
        self.coarse.append(coarse)
        return super().encode(pixels, box, cell, coarse)


class Counting(Kitty):
    """Counts encodings, names their threads, and can be held up."""

    def __init__(self, edits: bool = True) -> None:
        super().__init__(RULER, edits=edits)
        self.encoder = tally = Tally(edits)
        self.encoded, self.coarse, self.threads, self.gate = tally.encoded, tally.coarse, tally.threads, tally.gate


def commands(app: Paper) -> str:
    """The graphics commands that were written."""
    import re

    return "".join(re.findall(r"\x1b_G.*?\x1b\\", app.text(), re.DOTALL))


def test_the_newest_wins_and_nothing_queues_up() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            app.answering = False
            app.show(picture(1))
            await app.until(lambda: app.questions == 1)
            for value in range(2, 40):
                app.show(picture(value))
            for _ in range(20):
                await asyncio.sleep(0)
            assert graphics.encoded == [1]  # one is on its way, and only one
            app.answering = True
            app.answer()
            await app.rest()
            assert graphics.encoded == [1, 39]
            assert app.questions == 3

    run(story)


def test_a_held_key_shows_pictures_all_the_time() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            for value in range(1, 30):
                app.show(picture(value))
                await app.until(lambda v=value: len(graphics.encoded) >= v // 3)
            await app.rest()
            assert len(graphics.encoded) >= 10 and graphics.encoded[-1] == 29
            assert graphics.encoded == sorted(graphics.encoded)

    run(story)


def test_the_screen_never_encodes() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            app.show(picture(5))
            await app.rest()
            assert graphics.threads and all(name.startswith("encode") for name in graphics.threads)

    run(story)


def test_a_picture_of_the_same_size_is_one_write() -> None:
    async def story() -> None:
        for graphics in (Kitty(RULER), Sixel(RULER), Iterm(RULER)):
            async with on_paper(graphics) as app:
                app.show(picture(10))
                await app.rest()
                before = len(app.paper)
                app.show(picture(20))
                await app.rest()
                (only,) = [text for text in app.paper[before:] if len(text) > 20]
                assert only.endswith(QUESTION)

    run(story)


def test_a_new_picture_in_new_cells_is_sent_before_the_cells_and_asked_after_in_this_order() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER, edits=False)) as app:
            app.show(picture(10))
            await app.rest()
            start = len(app.text())
            app.show(picture(20))
            await app.rest()
            text = app.text()[start:]
            assert text.index("a=t") < text.index("\U0010eeee") < text.index(QUESTION)

    run(story)


def test_the_terminal_holds_the_last_picture_exactly() -> None:
    async def story() -> None:
        for edits in (True, False):
            async with on_paper(Kitty(RULER, edits=edits)) as app:
                for value in (1, 2, 3):
                    last = picture(value, noisy=True)
                    app.show(last)
                    await app.rest()
                reader = readers.Kitty()
                reader.feed(commands(app))
                assert any(np.array_equal(image, last.pixels) for image in reader.images.values())
                assert len(reader.images) <= 2

    run(story)


def test_a_slow_line_gets_coarse_pictures_while_they_move_and_an_exact_one_at_rest() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            app.pane.courier.pace.speed = 1.0  # a byte a second
            app.show(picture(1, noisy=True))
            await app.rest()
            assert graphics.coarse == [0]  # nothing is known of sizes yet
            app.pane.courier.pace.speed = 1.0
            last = picture(2, noisy=True)
            app.show(last)
            await app.rest()
            assert graphics.coarse[1:] == [2, 0]
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert np.array_equal(next(iter(reader.images.values())), last.pixels)

    run(story)


def test_a_terminal_that_answers_nothing_is_asked_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)

    async def story() -> None:
        async with on_paper(Kitty(RULER), answering=False) as app:
            for value in range(1, 6):
                app.show(picture(value))
                await app.rest()
            assert app.questions == 1
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert int(next(iter(reader.images.values())).max()) == 5

    run(story)


def test_clearing_while_it_encodes_shows_nothing_and_the_next_picture_is_sent_whole() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            app.show(picture(1))
            await app.rest()
            graphics.gate.clear()
            app.show(picture(2))
            await app.until(lambda: app.pane.busy)
            app.pane.show_reason(EMPTY)
            graphics.gate.set()
            await app.rest()
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert not reader.images
            app.show(picture(3))
            await app.rest()
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert [int(image.max()) for image in reader.images.values()] == [3]

    run(story)


def test_closing_frees_the_terminal_and_nothing_is_written_after_it() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.show(picture(1))
            await app.rest()
            assert "a=d,d=I" in app.pane.close()
            assert app.pane.close() == ""
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert not reader.images
            before = len(app.paper)
            app.show(picture(2))
            for _ in range(20):
                await asyncio.sleep(0)
            assert not any("\x1b_G" in text for text in app.paper[before:])

    run(story)


def test_redraw_sends_everything_anew() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.show(picture(7))
            await app.rest()
            start = len(app.text())
            app.pane.redraw()
            await app.rest()
            text = app.text()[start:]
            assert text.index("a=d") < text.index("a=t") < text.index("\U0010eeee")

    run(story)


def test_a_screen_half_that_fails_ends_the_app() -> None:
    class Broken(Cells):
        def place(self, drawing: Any, keep: bool = False) -> Any:
            raise ZeroDivisionError

    async def story() -> None:
        app = Paper(Broken(RULER))
        task = asyncio.create_task(app.run_async(size=SIZE, mouse=False))
        await app.until(lambda: app.is_running and app.pane.is_mounted and app.did)
        app.show(picture(1))
        await asyncio.wait_for(task, 30)
        assert app.return_code == 1

    run(story)


def test_what_was_drawn_ahead_is_sent_without_another_order() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.viewer.ahead = True
            app.show(picture(1))
            await app.rest()
            assert app.viewer.encoded == [] and "a=t" in app.text()
            app.pane.redraw()
            await app.rest()
            assert app.viewer.encoded == [] and app.text().count("a=t") == 2

    run(story)


def test_what_was_drawn_for_another_room_is_ordered_again() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.viewer.ahead = True
            old = app.viewer.shown(picture(1))
            assert app.viewer.standing is not None and old.drawing is not None
            app.pane.show(State(corners=False))
            await app.until(lambda: len(app.did) == 2)
            app.pane.show_picture(old)
            await app.rest()
            assert app.viewer.encoded == [1]
            assert app.viewer.standing != old.drawing.order

    run(story)


def test_a_coarse_drawing_is_taken_while_it_moves_and_followed_by_an_exact_one() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.show(picture(1, noisy=True))
            await app.rest()
            app.pane.courier.pace.speed = 1.0
            app.pane.courier.orders.settle()
            assert app.viewer.standing is not None and app.viewer.standing.coarse == 2
            app.viewer.ahead, before = True, len(app.viewer.encoded)
            last = picture(2, noisy=True)
            app.show(last)
            await app.rest()
            assert app.viewer.encoded[before:] == [2]
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert np.array_equal(next(iter(reader.images.values())), last.pixels)

    run(story)


def test_a_picture_that_the_reader_has_no_longer_is_asked_for_anew() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            shown = app.viewer.shown(picture(1))
            app.viewer.pictures.clear()
            app.pane.show_picture(shown)
            await app.rest()
            assert app.viewer.renewed == 1 and "\x1b_G" not in app.text()

    run(story)


def test_without_a_terminal_it_is_done_at_once() -> None:
    class Wall:
        def __init__(self) -> None:
            self.hung: list[Any] = []
            self.asked: list[tuple[int, Order]] = []

        def room(self) -> Box:
            return Box(0, 0, 10, 5)

        def hang(self, exhibit: Any) -> bool:
            self.hung.append(exhibit)
            return False

        def encode(self, serial: int, order: Order) -> None:
            self.asked.append((serial, order))

        def desk(self) -> Any:
            return self

        def writer(self) -> None:
            return None

    wall = Wall()
    courier = Courier(Cells(RULER), wall)  # type: ignore[arg-type]
    shown = Shown(7, Ref("a"), 0, picture(9, 100).caption)
    courier.want(shown)
    courier.want(shown)
    ((serial, order),) = wall.asked
    drawing = order.encoder.draw(picture(9, 100), order)
    courier.drawn(PictureDrawn(6, drawing))
    assert serial == 7 and wall.hung == []
    courier.drawn(PictureDrawn(7, drawing))
    assert [exhibit.shown for exhibit in wall.hung] == [shown]
    encoded: Encoded = wall.hung[0].encoded
    assert wall.hung[0].box == Box(0, 0, 10, 5) and encoded.size > 0
    assert not courier.busy
