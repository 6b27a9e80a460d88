"""The clock of the cine: asks for the picture that is due, and skips those that it came too late for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.timer import Timer

from tui.service.actions import AdvanceCine

MOST_TICKS = 60.0  # a second; faster rates skip pictures
ON_THEIR_WAY = 3  # pictures that are due and may be drawn, sent or answered for just now


class CineClock:
    """Runs while a rate is set.

    Parameters
    ----------
    app
        Who owns the timer.
    do
        The door for the action.
    now
        Seconds that only ever rise.
    """

    def __init__(self, app: App[Any], do: Callable[[AdvanceCine], None], now: Callable[[], float]) -> None:
        self._app = app
        self._do = do
        self.now = now
        self._rate = 0.0
        self._rhythm: tuple[float, ...] = ()
        self._at = 0
        self._start = 0.0
        self._done = 0
        self._missed = 0
        self._timer: Timer | None = None

    @property
    def rate(self) -> float:
        """Pictures a second; 0 while it stands."""
        return self._rate

    def run(self, rate: float, rhythm: tuple[float, ...] = (), at: int = 0) -> None:
        """Go at this rate; 0 stops.

        Parameters
        ----------
        rhythm
            How long each frame stands, as parts of the mean; empty where all stand equally long.
        at
            The frame that stands there now.
        """
        if rate == self._rate:
            return
        self._rhythm, self._at = rhythm, at
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._rate, self._start, self._done, self._missed = rate, self.now(), 0, 0
        if rate > 0:
            self._timer = self._app.set_interval(1 / min(rate, MOST_TICKS), self.tick, name="cine")

    def missed(self, shown: int) -> int:
        """Pictures that were due since the start and will never be seen, as others took their place.

        Parameters
        ----------
        shown
            Pictures that were sent to the terminal since the start.
        """
        self._missed = max(self._missed, self._done - shown - ON_THEIR_WAY)
        return self._missed

    def tick(self) -> None:
        """Ask for the picture that is due now, if it is another one than the last."""
        due = self._count((self.now() - self._start) * self._rate + 1e-6) - self._done
        if due > 0:
            self._done += due
            self._do(AdvanceCine(due))

    def _count(self, passed: float) -> int:
        """Frames that gave way to the next one since the start, after so many times of the mean."""
        if not self._rhythm:
            return int(passed)
        frames = len(self._rhythm)
        count = int(passed // frames) * frames
        left = passed - count
        while left >= (stands := self._rhythm[(self._at + count) % frames]):
            left -= stands
            count += 1
        return count
