"""How fast the line to the terminal is, and how coarse a moving picture must be for it.

After each picture the program asks for the cursor's position; the answer comes when the terminal has taken
the picture. One picture is on its way at a time, so nothing queues up behind a slow line; two where an answer takes
so long that the line would stand idle meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

SECONDS_A_PICTURE = 0.1  # of the line, while pictures move
ENOUGH_BYTES = 8000  # to measure a speed by; smaller ones measure the delay
LONG_DELAY = 0.05  # seconds for an answer, above which two pictures may be on their way
KEPT = 200  # bytes; what costs no more says nothing of what a picture costs
WEIGHT = 0.4  # of the newest measurement
SHARE = (1.0, 0.43, 0.17)  # bytes of coarse pictures against exact ones, until they are known


class Pace:
    """Measures the line.

    Parameters
    ----------
    now
        Seconds that only ever rise.

    Attributes
    ----------
    shown
        Pictures that were sent since :meth:`recount`.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sent: deque[tuple[float, int]] = deque()
        self._last = now()  # when the last answer came
        self._sizes: dict[int, int] = {}
        self.shown = 0
        self.speed = 0.0
        self.delay = 0.0
        self.answers = 0
        self.unanswered = 0

    @property
    def waiting(self) -> int:
        """Questions that have no answer yet."""
        return len(self._sent)

    @property
    def free(self) -> bool:
        """Whether another picture may be sent."""
        return len(self._sent) < (2 if self.delay > LONG_DELAY else 1)

    def sent(self, size: int) -> None:
        """A picture of that many bytes was written, and the question after it."""
        self._sent.append((self._now(), size))

    def answered(self) -> None:
        """The oldest question was answered; an answer to none is ignored."""
        if not self._sent:
            return
        start, size = self._sent.popleft()
        self.answers += 1
        now, before = self._now(), self._last
        self._last = now
        taken = max(now - start, 1e-6)
        if self.delay or size < ENOUGH_BYTES:
            self.delay = min(self.delay or taken, taken)
        if size < ENOUGH_BYTES:
            return
        # what the question alone takes is not the line's speed; but never believe that it was all of it
        own = max(taken - self.delay, taken / 2)
        if start < before:  # it stood behind the one before it
            own = max(min(taken - self.delay, now - before), 1e-6)
        speed = size / own
        # the mean of the times, not of the speeds: a line that has become slow is believed at once
        self.speed = 1 / ((1 - WEIGHT) / self.speed + WEIGHT / speed) if self.speed else speed

    def lost(self) -> None:
        """The questions that wait will not be answered."""
        self.unanswered += 1
        self._sent.clear()

    def drawn(self, coarse: int, size: int) -> None:
        """A picture of this coarseness was sent and has that many bytes; next to none if the terminal had kept it."""
        if size > KEPT:
            self._sizes[coarse] = size
        self.shown += 1

    def recount(self) -> None:
        """Begin to count the pictures anew."""
        self.shown = 0

    def coarse(self) -> int:
        """0, 1 or 2: the finest that the line carries in the time that a moving picture may take."""
        if not self.speed or 0 not in self._sizes:
            return 0
        budget = self.speed * SECONDS_A_PICTURE
        for level, share in enumerate(SHARE):
            if self._sizes.get(level, self._sizes[0] * share) <= budget:
                return level
        return len(SHARE) - 1
