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
from tui.adapters.graphics.kitty import Kitty
from tui.adapters.graphics.sixel import Sixel
from tui.service.ports import Box, Encoded
from tui.ui.panes import courier as module
from tui.ui.panes.courier import Courier


class Counting(Kitty):
    """Counts encodings, names their threads, and can be held up."""

    def __init__(self, **more: Any) -> None:
        super().__init__(RULER, **more)
        self.encoded: list[int] = []
        self.coarse: list[int] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()

    def encode(self, picture: np.ndarray, box: Box, coarse: int) -> Any:
        self.threads.add(threading.current_thread().name)
        assert self.gate.wait(30)
        self.encoded.append(int(picture[picture.shape[0] // 2, picture.shape[1] // 2]))
        self.coarse.append(coarse)
        return super().encode(picture, box, coarse)


def commands(app: Paper) -> str:
    """The graphics commands that were written."""
    import re

    return "".join(re.findall(r"\x1b_G.*?\x1b\\", app.text(), re.DOTALL))


def test_the_newest_wins_and_nothing_queues_up() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            app.answering = False
            app.pane.show_picture(picture(1))
            await app.until(lambda: app.text().count(QUESTION) == 1)
            for value in range(2, 40):
                app.pane.show_picture(picture(value))
            for _ in range(20):
                await asyncio.sleep(0)
            assert graphics.encoded == [1]  # one is on its way, and only one
            app.answering = True
            app.answer()
            await app.rest()
            assert graphics.encoded == [1, 39]
            assert app.text().count(QUESTION) == 2

    run(story)


def test_a_held_key_shows_pictures_all_the_time() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            for value in range(1, 30):
                app.pane.show_picture(picture(value))
                await app.until(lambda v=value: len(graphics.encoded) >= v // 3)
            await app.rest()
            assert len(graphics.encoded) >= 10 and graphics.encoded[-1] == 29
            assert graphics.encoded == sorted(graphics.encoded)

    run(story)


def test_the_screen_never_encodes() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            app.pane.show_picture(picture(5))
            await app.rest()
            assert graphics.threads and all(name.startswith("encode") for name in graphics.threads)

    run(story)


def test_a_picture_of_the_same_size_is_one_write() -> None:
    async def story() -> None:
        for graphics in (Kitty(RULER), Sixel(RULER), Iterm(RULER)):
            async with on_paper(graphics) as app:
                app.pane.show_picture(picture(10))
                await app.rest()
                before = len(app.paper)
                app.pane.show_picture(picture(20))
                await app.rest()
                (only,) = [text for text in app.paper[before:] if len(text) > 20]
                assert only.endswith(QUESTION)

    run(story)


def test_a_new_picture_in_new_cells_is_sent_before_the_cells_and_asked_after_in_this_order() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER, edits=False)) as app:
            app.pane.show_picture(picture(10))
            await app.rest()
            start = len(app.text())
            app.pane.show_picture(picture(20))
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
                    app.pane.show_picture(last)
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
            app.pane.show_picture(picture(1, noisy=True))
            await app.rest()
            assert graphics.coarse == [0]  # nothing is known of sizes yet
            app.pane.courier.pace.speed = 1.0
            last = picture(2, noisy=True)
            app.pane.show_picture(last)
            await app.rest()
            assert graphics.coarse[1:] == [2, 0]
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert np.array_equal(next(iter(reader.images.values())), last.pixels)

    run(story)


def test_a_terminal_that_answers_nothing_is_asked_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)

    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.answering = False
            for value in range(1, 6):
                app.pane.show_picture(picture(value))
                await app.rest()
            assert app.text().count(QUESTION) == 1
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert int(next(iter(reader.images.values())).max()) == 5

    run(story)


def test_clearing_while_it_encodes_shows_nothing_and_the_next_picture_is_sent_whole() -> None:
    async def story() -> None:
        graphics = Counting()
        async with on_paper(graphics) as app:
            app.pane.show_picture(picture(1))
            await app.rest()
            graphics.gate.clear()
            app.pane.show_picture(picture(2))
            await app.until(lambda: app.pane.busy)
            app.pane.clear()
            graphics.gate.set()
            await app.rest()
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert not reader.images
            app.pane.show_picture(picture(3))
            await app.rest()
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert [int(image.max()) for image in reader.images.values()] == [3]

    run(story)


def test_closing_frees_the_terminal_and_nothing_is_written_after_it() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.pane.show_picture(picture(1))
            await app.rest()
            assert "a=d,d=I" in app.pane.close()
            assert app.pane.close() == ""
            reader = readers.Kitty()
            reader.feed(commands(app))
            assert not reader.images
            before = len(app.paper)
            app.pane.show_picture(picture(2))
            for _ in range(20):
                await asyncio.sleep(0)
            assert not any("\x1b_G" in text for text in app.paper[before:])

    run(story)


def test_redraw_sends_everything_anew() -> None:
    async def story() -> None:
        async with on_paper(Kitty(RULER)) as app:
            app.pane.show_picture(picture(7))
            await app.rest()
            start = len(app.text())
            app.pane.redraw()
            await app.rest()
            text = app.text()[start:]
            assert text.index("a=d") < text.index("a=t") < text.index("\U0010eeee")

    run(story)


def test_an_encoder_that_fails_ends_the_app() -> None:
    class Broken(Cells):
        def encode(self, picture: np.ndarray, box: Box, coarse: int) -> Any:
            raise ZeroDivisionError

    async def story() -> None:
        app = Paper(Broken(RULER))
        task = asyncio.create_task(app.run_async(size=SIZE, mouse=False))
        await app.until(lambda: app.is_running and app.pane.is_mounted and app.did)
        app.pane.show_picture(picture(1))
        await asyncio.wait_for(task, 30)
        assert app.return_code == 1

    run(story)


def test_without_a_terminal_it_is_done_at_once() -> None:
    class Wall:
        def __init__(self) -> None:
            self.hung: list[Any] = []

        def room(self) -> Box:
            return Box(0, 0, 10, 5)

        def hang(self, exhibit: Any) -> bool:
            self.hung.append(exhibit)
            return False

        def writer(self) -> None:
            return None

    wall = Wall()
    courier = Courier(Cells(RULER), wall)  # type: ignore[arg-type]
    shown = picture(9, 100)
    courier.want(shown)
    courier.want(shown)
    assert [exhibit.picture for exhibit in wall.hung] == [shown]
    encoded: Encoded = wall.hung[0].encoded
    assert wall.hung[0].box == Box(0, 0, 10, 5) and encoded.size > 0
    assert not courier.busy
