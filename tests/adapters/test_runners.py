"""Lanes and the inline runner: the same promises, one in the caller, one in threads."""

import threading
import weakref

import pytest

from tui.adapters.runners import LANES, Inline, Lanes
from tui.service.events import Notice

WAIT = 20.0  # far beyond anything but a hang


def say(*words):
    def work(emit, cancelled):
        for word in words:
            emit(Notice(word))

    return work


class Heard:
    """What was delivered, and a way to wait for it."""

    def __init__(self):
        self.words = []
        self._more = threading.Condition()

    def __call__(self, event):
        with self._more:
            self.words.append(event.text)
            self._more.notify_all()

    def wait_for(self, word):
        with self._more:
            assert self._more.wait_for(lambda: word in self.words, WAIT), f"{word} never came: {self.words}"


@pytest.fixture
def lanes():
    lanes = Lanes()
    yield lanes
    lanes.close()


def test_inline_delivers_in_order_before_submit_returns():
    heard = Heard()
    inline = Inline()
    inline.attach(heard)
    inline.submit("open", say("a", "b"))
    inline.submit("render", say("c"))
    assert heard.words == ["a", "b", "c"]
    assert not inline.busy()


def test_inline_runs_a_job_from_a_delivery_after_the_running_one():
    inline = Inline()
    words = []

    def deliver(event):
        words.append(event.text)
        if event.text == "first":
            inline.submit("render", say("from the delivery"))
            assert inline.busy()

    inline.attach(deliver)
    inline.submit("index", say("first", "second"))
    assert words == ["first", "second", "from the delivery"]


def test_inline_replaces_the_waiting_job_but_never_a_write():
    inline = Inline()
    words = []

    def deliver(event):
        words.append(event.text)
        if event.text == "go":
            for number in range(3):
                inline.submit("render", say(f"picture {number}"))
                inline.submit("write", say(f"file {number}"))

    inline.attach(deliver)
    inline.submit("index", say("go"))
    assert words == ["go", "file 0", "file 1", "picture 2", "file 2"]


def test_inline_cancels_the_running_job_only_on_its_lane():
    inline = Inline()
    seen = []
    inline.attach(lambda event: None)

    def work(emit, cancelled):
        inline.cancel("render")
        seen.append(cancelled())
        inline.cancel("index")
        seen.append(cancelled())

    inline.submit("index", work)
    inline.submit("index", lambda emit, cancelled: seen.append(cancelled()))
    assert seen == [False, True, False]


def test_inline_leaves_out_lanes_that_are_not_wanted():
    heard = Heard()
    inline = Inline({"index"})
    inline.attach(heard)
    inline.submit("open", say("tags"))
    inline.submit("index", say("files"))
    assert heard.words == ["files"]


def test_inline_raises_what_a_job_raises_and_stays_usable():
    heard = Heard()
    inline = Inline()
    inline.attach(heard)

    def broken(emit, cancelled):
        inline.submit("write", say("never"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        inline.submit("index", broken)
    inline.submit("index", say("on"))
    assert heard.words == ["on"]


@pytest.mark.parametrize("runner", [Inline, Lanes])
def test_a_lane_that_does_not_exist_is_a_bug(runner):
    made = runner()
    with pytest.raises(ValueError, match="no lane"):
        made.submit("indx", say("x"))
    with pytest.raises(ValueError, match="no lane"):
        made.cancel("indx")
    made.close()


def test_inline_takes_nothing_after_close():
    heard = Heard()
    inline = Inline()
    inline.attach(heard)
    inline.close()
    inline.submit("index", say("x"))
    assert heard.words == []


def test_lanes_replace_the_waiting_picture_never_the_running_one(lanes):
    heard, running, go = Heard(), threading.Event(), threading.Event()
    lanes.attach(heard)

    def first(emit, cancelled):
        running.set()
        assert go.wait(WAIT)
        emit(Notice("cancelled" if cancelled() else "first"))

    lanes.submit("render", first)
    assert running.wait(WAIT)
    for number in range(50):
        lanes.submit("render", say(f"picture {number}"))
    assert lanes.busy()
    go.set()
    heard.wait_for("picture 49")
    assert heard.words == ["first", "picture 49"]


def test_lanes_keep_every_write_in_order(lanes):
    heard = Heard()
    lanes.attach(heard)
    for number in range(200):
        lanes.submit("write", say(f"file {number}"))
    heard.wait_for("file 199")
    assert heard.words == [f"file {number}" for number in range(200)]


def test_lanes_run_beside_each_other(lanes):
    heard, go = Heard(), threading.Event()
    lanes.attach(heard)
    lanes.submit("index", lambda emit, cancelled: emit(Notice("index")) if go.wait(WAIT) else None)
    lanes.submit("render", say("render"))
    heard.wait_for("render")
    go.set()
    heard.wait_for("index")
    assert heard.words == ["render", "index"]


def test_cancel_tells_the_running_job_and_forgets_the_waiting(lanes):
    heard, running, told = Heard(), threading.Event(), threading.Event()
    lanes.attach(heard)

    def patient(emit, cancelled):
        running.set()
        assert told.wait(WAIT)
        emit(Notice(f"cancelled {cancelled()}"))

    lanes.submit("write", patient)
    assert running.wait(WAIT)
    lanes.submit("write", say("waiting"))
    lanes.cancel("write")
    told.set()
    heard.wait_for("cancelled True")
    lanes.submit("write", lambda emit, cancelled: emit(Notice(f"next {cancelled()}")))
    heard.wait_for("next False")
    assert "waiting" not in heard.words


def test_busy_lasts_until_the_last_event_is_delivered(lanes):
    during = []
    done = threading.Event()

    def deliver(event):
        during.append(lanes.busy())
        done.set()

    lanes.attach(deliver)
    assert not lanes.busy()
    lanes.submit("open", say("x"))
    assert done.wait(WAIT)
    lanes.close()
    assert during == [True]
    assert not lanes.busy()


def test_a_bug_in_a_job_reaches_the_program_and_the_lane_goes_on(lanes):
    heard, crashed, seen = Heard(), [], threading.Event()

    def crash(error):
        crashed.append(error)
        seen.set()

    lanes.attach(heard, crash)

    class Panic(BaseException):
        """As a decoder written in Rust raises it."""

    def broken(emit, cancelled):
        raise Panic

    lanes.submit("open", broken)
    assert seen.wait(WAIT)
    lanes.submit("open", say("alive"))
    heard.wait_for("alive")
    assert [type(error) for error in crashed] == [Panic]


def test_a_lane_holds_nothing_of_a_job_that_is_done(lanes):
    class Library:
        pass

    gone = threading.Event()
    library = Library()
    weakref.finalize(library, gone.set)
    lanes.attach(Heard())

    def work(emit, cancelled, library=library):
        pass

    lanes.submit("sort", work)
    del work, library
    assert gone.wait(WAIT)


def test_a_bug_without_a_taker_is_reported_by_python(lanes, monkeypatch):
    seen, reported = threading.Event(), []

    def hook(args):
        reported.append(args.exc_type)
        seen.set()

    monkeypatch.setattr(threading, "excepthook", hook)
    lanes.attach(lambda event: None)
    lanes.submit("open", lambda emit, cancelled: 1 / 0)
    assert seen.wait(WAIT)
    assert reported == [ZeroDivisionError]


def test_held_lanes_begin_when_they_are_released():
    lanes = Lanes(held=("render",))
    heard = Heard()
    lanes.attach(heard)
    lanes.submit("render", say("replaced"))
    lanes.submit("render", say("picture"))
    lanes.submit("index", say("files"))
    heard.wait_for("files")
    assert lanes.busy()
    lanes.release()
    heard.wait_for("picture")
    lanes.close()
    assert heard.words == ["files", "picture"]


def test_each_held_lane_is_prepared_once_before_its_first_job():
    prepared = []
    lanes = Lanes(held=("render", "open"), prepare=lambda: prepared.append(threading.current_thread().name))
    heard = Heard()
    lanes.attach(heard)
    lanes.release()
    for lane in ("index", "render", "render", "open"):
        word = f"{lane} {len(heard.words)}"
        lanes.submit(lane, say(word))
        heard.wait_for(word)
    lanes.close()
    assert prepared == ["lane render", "lane open"]


def test_held_lanes_end_without_having_begun():
    lanes = Lanes(held=LANES)
    heard = Heard()
    lanes.attach(heard)
    lanes.submit("render", say("never"))
    lanes.submit("write", say("never"))
    lanes.close()
    assert not lanes.busy()
    assert heard.words == []


def test_an_event_that_no_one_takes_is_a_bug():
    with pytest.raises(RuntimeError, match="Notice"):
        Inline().submit("open", say("x"))


def test_close_waits_for_the_file_that_is_written():
    lanes = Lanes()
    heard, running, go = Heard(), threading.Event(), threading.Event()
    lanes.attach(heard)

    def write(emit, cancelled):
        running.set()
        assert go.wait(WAIT)
        emit(Notice(f"written, cancelled {cancelled()}"))

    lanes.submit("write", write)
    lanes.submit("write", say("never"))
    assert running.wait(WAIT)
    closing = threading.Thread(target=lanes.close)
    closing.start()
    go.set()
    closing.join(WAIT)
    assert not closing.is_alive()
    assert heard.words[0].startswith("written")
    assert "never" not in heard.words or heard.words == ["written, cancelled False", "never"]
    lanes.submit("write", say("after"))
    assert not lanes.busy()
