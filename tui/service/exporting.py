"""The job that exports: files by name and in order. One bad file never stops the rest."""

from __future__ import annotations

import os.path
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from tui.core import filenames
from tui.core.printable import printable
from tui.core.values import Outcome, Ref, View, Voi, VoiKind, Wish
from tui.errors import SafelightError, UsageError
from tui.service import actions as act
from tui.service import events as ev
from tui.service import printing
from tui.service.formats import Exporter, Makes
from tui.service.overlaying import PRESENTATION
from tui.service.ports import Cancelled, Emit, Ports
from tui.service.settings import Settings
from tui.service.writing import Work, command_line, paths_of

ALONE = 16  # tasks from which several processes begin faster than they are slower to start
_WAITING, _WAITING_BYTES = 32, 1 << 24  # files that are written together
_STEP_SECONDS = 0.1  # between two words on how far a long file is
_WAIT_SECONDS = 0.25  # how long a file that is made may wait to be written
_ASKED = 9  # images of a series that are asked for the window of all


def export(ports: Ports, settings: Settings, action: act.Export) -> Work:
    """Write files, one :class:`Written` each."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        outcomes: list[Outcome] = []
        tasks: list[tuple[act.Target, ...]] = []
        folder = ""
        try:
            exporter = _exporter(ports, action)
            folder = _folder(ports, settings, action)
            tasks = _tasks(exporter, action)
        except SafelightError as error:
            outcomes = [Outcome(target.ref.path, error=error.sentence()) for target in action.targets]
        else:
            order = printing.PrintOrder(action.format, _view(ports, action), action.wish, settings.cine_rate)
            writer = _Writer(ports, action, exporter, folder)
            told = _Steps(emit)
            for done, found in ports.presses.prints(order, tasks, _jobs(action, tasks), cancelled, told):
                for outcome in writer.take(found):
                    outcomes.append(outcome)
                    place = told.place if len(tasks) == 1 and told.place[1] else (done + 1, len(tasks))
                    emit(ev.Written("export", outcome, *place))
            for outcome in writer.rest():
                outcomes.append(outcome)
                emit(ev.Written("export", outcome, len(tasks), len(tasks)))
        emit(ev.WritingEnded("export", tuple(outcomes), len(tasks), folder, export_command(action, folder)))

    return work


class _Steps:
    """Tells how far one long file is, from time to time."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._last = time.monotonic()
        self.place = 0, 0

    def __call__(self, done: int, total: int) -> None:
        self.place = done, total
        if time.monotonic() - self._last >= _STEP_SECONDS:
            self._last = time.monotonic()
            self._emit(ev.Written("export", Outcome(""), done, total))


class _Writer:
    """Gives the prints their names, and writes them: at once where that takes long, else many together."""

    def __init__(self, ports: Ports, action: act.Export, exporter: Exporter, folder: str) -> None:
        self._output, self._action, self._folder, self._suffix = ports.output, action, folder, exporter.suffix
        self._many = exporter.makes is Makes.SERIES or action.wish.sheet is not None
        self._count = 0
        self._named = False
        self._waiting: list[printing.Print] = []
        self._bytes = 0  # of those that wait
        self._written = 0.0

    def take(self, found: printing.Print) -> list[Outcome]:
        """What became of this file and of those that waited; nothing while it waits with them."""
        self._waiting.append(found)
        self._bytes += len(found.data)
        late = time.monotonic() - self._written > _WAIT_SECONDS
        return self.rest() if late or self._bytes > _WAITING_BYTES or len(self._waiting) >= _WAITING else []

    def rest(self) -> list[Outcome]:
        """What became of all that waited."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        good = [found for found in waiting if not found.error]
        places = iter(self._places(good))
        self._written = time.monotonic()
        return [_outcome(found, found.error or next(places)) for found in waiting]

    def _places(self, found: list[printing.Print]) -> Sequence[str | SafelightError]:
        """Where the files are, or why one is not."""
        if not self._action.name:
            return self._output.write_all([(self._path(one), one.data) for one in found])
        places: list[str | SafelightError] = []
        for one in found:
            try:  # of several sheets the first has the name, the others have it with a number
                places.append(self._output.write(self._action.name, one.data, numbered=self._named))
                self._named = True
            except SafelightError as error:
                places.append(error)
        return places

    def _path(self, found: printing.Print) -> str:
        sheet = self._action.wish.sheet is not None
        whole = self._many and (found.label.frames < 2 or sheet)
        label = replace(found.label, frames=1) if self._many else found.label
        name = filenames.name(label, self._action.pattern, self._count, whole) + self._suffix
        self._count += 1
        return os.path.join(self._folder, name)


def _outcome(found: printing.Print, place: str | SafelightError) -> Outcome:
    if found.error or isinstance(place, SafelightError):
        said = place.sentence() if isinstance(place, SafelightError) else found.error
        return Outcome(found.source, frame=found.frame, error=said)
    return Outcome(found.source, place, found.frame, notes=found.notes)


def _exporter(ports: Ports, action: act.Export) -> Exporter:
    exporter = ports.exporters.get(action.format)
    if exporter is None:
        raise UsageError(
            f"There is no export format {printable(action.format, 40)}", f"Formats: {', '.join(ports.exporters)}."
        )
    printing.check(exporter, action.wish)
    if action.pattern:
        filenames.check(action.pattern)
    return exporter


def _tasks(exporter: Exporter, action: act.Export) -> list[tuple[act.Target, ...]]:
    """What makes one file, or is done at once: an instance; where files hold many, those of a group."""
    gathers = exporter.makes is Makes.SERIES or action.wish.sheet is not None
    tasks = [tuple(targets) for _, targets in groupby(enumerate(action.targets), _group if gathers else _alone)]
    found = [tuple(target for _, target in task) for task in tasks]
    single = exporter.makes is Makes.TAGS or gathers or (len(found) == 1 and found[0][0].frame is not None)
    if action.name and (len(found) != 1 or not single):
        raise UsageError("One file name cannot hold several pictures", "Give a folder instead.")
    return found


def _group(numbered: tuple[int, act.Target]) -> tuple[int, str]:
    number, target = numbered
    return (-1, target.group) if target.group else (number, "")


def _alone(numbered: tuple[int, act.Target]) -> int:
    return numbered[0]


def _jobs(action: act.Export, tasks: Sequence[tuple[act.Target, ...]]) -> int:
    """Processes: as wanted, else none for few files, and one for each processor for many."""
    if action.jobs >= 0:
        return action.jobs if len(tasks) > 1 else 0
    return 0 if len(tasks) < ALONE else min(os.cpu_count() or 1, 8)


def _folder(ports: Ports, settings: Settings, action: act.Export) -> str:
    """The folder to write to; never, unless asked for by name, one that holds the data."""
    if action.name:
        return os.path.dirname(os.path.abspath(action.name))
    folder = ports.output.folder(action.folder, settings.export_folder)
    beside_data = any(os.path.dirname(os.path.abspath(t.ref.path)) == folder for t in action.targets)
    if beside_data and not action.folder:
        return ports.output.folder("~/safelight", "")
    return folder


def _view(ports: Ports, action: act.Export) -> View:
    """The view without what is only for the eye now; with one window for all, that which holds some pictures' own."""
    view = replace(action.view, probe=None, pins=(), mask=None)
    if not action.one_window or view.voi.kind is VoiKind.MANUAL:
        return view
    from tui.core.pages import shared_window
    from tui.core.pipeline import Renderer

    renderer, windows = Renderer(), []
    step = max(1, len(action.targets) // _ASKED)
    for target in action.targets[::step]:
        try:
            opened = ports.instances.open(target.ref)
            middle = opened.frames // 2 if target.frame is None else target.frame
            window = renderer.render(opened.frame(middle), view).window
        except SafelightError:
            continue  # it fails again, and is told, where it is to be written
        if window is not None:
            windows.append(window)
    window = shared_window(windows)
    return view if window is None else replace(view, voi=Voi(VoiKind.MANUAL, window=window))


# ---------------------------------------------------------------------------------------------- the command line


def export_command(action: act.Export, folder: str) -> str:
    """The command line that does the same."""
    words = ["safelight", "export", *_sources(action)]
    frames = {target.frame for target in action.targets}
    if frames == {None}:
        words += ["--frame", "all"]
    elif len(frames) == 1 and frames != {0}:
        words += ["--frame", str((next(iter(frames)) or 0) + 1)]
    words += view_words(action.view) + overlay_words(action.view) + wish_words(action.wish)
    words += ["--one-window"] * action.one_window
    words += ["--name", action.pattern] if action.pattern else []
    if action.format != "png":
        words += ["--format", action.format]
    return command_line([*words, "-o", action.name or folder])


def _sources(action: act.Export) -> list[str]:
    refs = [target.ref for target in action.targets]
    if not action.series:
        return list(dict.fromkeys(ref.path for ref in refs))
    return [*paths_of(refs), *(word for uid in action.series for word in ("--series", uid))]


def view_words(view: View) -> list[str]:
    """Options of the command line that make this view."""
    words = []
    voi = view.voi
    match voi.kind:
        case VoiKind.AUTO:
            words += ["--window", "auto"]
        case VoiKind.STORED:
            words += ["--window", f"file:{voi.index + 1}"]
        case VoiKind.PRESET:
            words += ["--window", voi.name]
        case VoiKind.MANUAL if voi.window:
            words += [f"--window={voi.window.center:.10g},{voi.window.width:.10g}"]
        case _:
            pass
    flags = {"--invert": view.invert, "--flip": view.flip, "--no-overlays": not view.overlays, "--no-icc": not view.icc}
    words += [word for word, wanted in flags.items() if wanted]
    turned = view.rotation or any(one.kind == PRESENTATION for one in view.chosen)
    return words + (["--rotate", str(view.rotation * 90)] if turned else [])


def overlay_words(view: View) -> list[str]:
    """Options of the command line that draw the same objects over pictures."""
    words: list[str] = []
    for one in view.chosen if view.overlays else ():
        parts = "" if one.parts is None else "@" + ",".join(map(str, one.parts))
        words += ["--overlay", f"{one.ref.path}{parts}"]
    for group in view.hidden:
        words += ["--no-plane", f"{group:04X}"]
    if view.chosen and view.opacity != View().opacity:
        words += ["--opacity", f"{100 * view.opacity:g}"]
    return words


def wish_words(wish: Wish) -> list[str]:
    """Options of the command line that make this wish."""
    usual = Wish()
    words = ["--values", wish.values] if wish.values else []
    for now, before, word in (
        (wish.quality, usual.quality, "--quality"),
        (wish.max_size, 0, "--max-size"),
        (wish.rate, 0.0, "--rate"),
    ):
        words += [word, f"{now:g}"] if now != before else []
    words += ["--keep-pixels"] * wish.keep_pixels + ["--annotate"] * wish.annotate
    return words + (["--sheet", f"{wish.sheet[0]}x{wish.sheet[1]}"] if wish.sheet else [])


def grouped(ref: Ref, frame: int | None, frames: int, series: str) -> act.Target:
    """A target whose file, where files hold many frames, is that of its series; several frames are a file alone."""
    return act.Target(ref, frame, "" if frames > 1 else series)
