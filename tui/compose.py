"""Wires the command line and the screen to a viewer; the only place that names the adapters."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.late import late
from tui.service.ports import Ports
from tui.service.settings import Settings
from tui.service.viewer import Viewer

if TYPE_CHECKING:
    from tui.adapters.runners import Inline, Lanes
    from tui.adapters.terminal import Terminal
    from tui.service.batch import Workers, Workplace
    from tui.service.formats import Exporter, Pictures, Presses
    from tui.service.known import Catalogue
    from tui.service.ports import DeviceRules, Graphics, Instances, MaskFormat, Output, Reader, Secrets
    from tui.service.questions import Checker
    from tui.service.settings import Limits


SWITCH_SECONDS = 0.0005  # after which a thread yields to one that waits: what writes must not wait for what paints


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """What the configuration file and the environment say.

    Raises
    ------
    tui.errors.UsageError
    """
    from tui.adapters import config

    return config.load(os.environ if environment is None else environment)


def configuration_path(environment: Mapping[str, str] | None = None) -> str:
    """The configuration file, whether it exists or not; empty where there is no home folder for it."""
    from tui.adapters import config

    return str(config.path(os.environ if environment is None else environment) or "")


def configuration_text(chosen: Settings | None = None) -> str:
    """A configuration file with these settings; without them all defaults, commented out."""
    from tui.adapters import config

    return config.show(chosen) if chosen else config.sample()


def exporters() -> Mapping[str, Exporter]:
    """The formats for pictures, by the name that ``--format`` takes."""
    from tui import dropins
    from tui.adapters import exports

    return dropins.find(exports, "EXPORTER")


def mask_formats() -> Mapping[str, MaskFormat]:
    """The formats for masks, by name."""
    from tui import dropins
    from tui.adapters import masks

    return dropins.find(masks, "MASK_FORMAT")


def wire(chosen: Settings, runner: Inline | Lanes, reader: Reader | None = None) -> Viewer:
    """A viewer on the local disk whose work is done by this runner; nothing is attached to the runner yet.

    Without a reader the runner's lanes read.
    """
    disk, formats, limits = late(lambda: instances(chosen)), exporters(), chosen.limits
    on_screen = reader is not None
    if reader is None:
        from tui.adapters.readers import LocalReader
        from tui.service.requests import Desk

        reader = LocalReader(runner, Desk(disk, limits, checker=late(_checker)))
    output = late(_output)

    def workers() -> Workers:
        from tui.adapters.workers import CopyWorkers

        return CopyWorkers(disk, output, limits)

    return Viewer(
        Ports(
            instances=disk,
            output=output,
            exporters=formats,
            presses=late(lambda: _presses(disk, formats, limits)),
            pictures=late(lambda: _pictures(limits)),
            runner=runner,
            reader=reader,
            secrets=late(_secrets),
            workplace=workplace,
            workers=workers,
            masks=mask_formats(),
            catalogue=late(_catalogue) if chosen.catalogue else None,
            rules=late(_rules) if on_screen else None,  # the command line is told all by its words
        ),
        chosen,
    )


def _checker() -> Checker:
    from tui.adapters.dciodvfy import Dciodvfy

    return Dciodvfy()


def _catalogue() -> Catalogue:
    from tui.adapters.catalogue import SqliteCatalogue

    return SqliteCatalogue(catalogue_path())


def workplace(folder: str) -> Workplace:
    """The folder that copies are written to, for one run."""
    from tui.adapters.workplace import WorkFolder

    return WorkFolder(folder)


def _output() -> Output:
    from tui.adapters.output import Files

    return Files()


def _presses(disk: Instances, formats: Mapping[str, Exporter], limits: Limits) -> Presses:
    from tui.adapters.presses import LocalPresses

    return LocalPresses(disk, formats, limits)


def _pictures(limits: Limits) -> Pictures:
    from tui.adapters.pictures import FilePictures

    return FilePictures(limits)


def _rules() -> DeviceRules:
    from tui.adapters.rulefile import NAME, RuleFile

    configuration = configuration_path()
    return RuleFile(os.path.join(os.path.dirname(configuration), NAME) if configuration else "")


def _secrets() -> Secrets:
    from tui.adapters.keyfile import KeyFiles

    return KeyFiles()


def instances(chosen: Settings) -> Instances:
    """Files on the local disk, to be opened one by one."""
    from tui.adapters.apart import Apart

    return Apart(chosen.limits)


def catalogue_path(environment: Mapping[str, str] | None = None) -> str:
    """Where the catalogue of earlier visits is, whether it exists or not; empty where there is no home folder."""
    from tui.adapters import catalogue

    return catalogue.path(os.environ if environment is None else environment)


def clear_catalogue() -> int:
    """Remove the catalogue; returns how many bytes it had."""
    from tui.adapters import catalogue

    return catalogue.clear(catalogue_path())


def viewer(chosen: Settings, inline: bool = True, lanes: Collection[str] | None = None) -> Viewer:
    """A viewer without a screen.

    Parameters
    ----------
    chosen
        The settings.
    inline
        Do all work at once, in the caller; otherwise on lanes, whose events are absorbed in their threads.
    lanes
        With ``inline``, the only lanes whose work is wanted; all if None.
    """
    from tui.adapters.runners import LANES, Inline, Lanes

    runner: Inline | Lanes = Inline(LANES if lanes is None else lanes) if inline else Lanes()
    wired = wire(chosen, runner)
    runner.attach(wired.absorb)
    return wired


def terminal() -> Terminal:
    """What this terminal can do; asks it."""
    from tui.adapters import terminal as adapter

    return adapter.probe()


def graphics(found: Terminal, wanted: str) -> tuple[Graphics, str]:
    """The way to draw in a terminal, and why that one.

    Raises
    ------
    tui.errors.UsageError
        No way to draw has the wanted name.
    """
    from tui.adapters import terminal as adapter

    return adapter.choose(found, wanted)


def ways_to_draw(found: Terminal) -> tuple[tuple[str, int, str], ...]:
    """Every way to draw as name, fitness for the terminal (0 for unfit) and reason, the best first."""
    from tui.adapters import terminal as adapter

    return tuple((name, fit.score, fit.reason) for name, fit in adapter.survey(found))


def _ask_the_terminal_for_its_size() -> None:
    """Take COLUMNS and LINES away, which Textual would believe though they are old from the first resize on."""
    with suppress(OSError):
        if all(os.get_terminal_size(sys.stdout.fileno())):  # a serial line says 0 x 0: there they are all one has
            for name in ("COLUMNS", "LINES"):
                os.environ.pop(name, None)


def run_browser(paths: Sequence[str], chosen: Settings) -> int:
    """Ask the terminal, open the browser on the paths, and return its exit code.

    Until the first paint only Textual is imported here, while the process that reads gets ready on another core. Then
    the scan begins, which needs neither numpy nor pydicom for most files.
    """
    from tui.adapters import imports
    from tui.adapters.readers import ReaderProcess
    from tui.adapters.runners import Lanes

    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries, which quote the file as it is
    sys.setswitchinterval(SWITCH_SECONDS)
    reader = ReaderProcess(chosen.limits)  # first of all: it gets ready on another core meanwhile
    found = terminal()
    drawing, _ = graphics(found, chosen.graphics)
    _ask_the_terminal_for_its_size()
    if found.truecolour:
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"  # Textual reads it when it is imported
    with imports.without("ssl"):  # asyncio takes it along where it can; nothing here speaks TLS, and it costs 7 ms
        from tui.ui import courtesy
        from tui.ui.app import SafelightApp
        from tui.ui.panes.leaving import LEAVING
        from tui.ui.patches import PatchedScreen

    def painted() -> None:
        from tui.ui.garbage import Collector

        if isinstance(app.screen, PatchedScreen):
            collector = Collector(lambda: len(app.screen_stack) == 1)
            app.screen.painted, app.screen.laboured = collector.stir, collector.labour
            app.screen.uncovered = collector.closed
        gc.enable()
        lanes.release()

    lanes = Lanes(held=("index",))
    wired = wire(chosen, lanes, reader)
    app = SafelightApp(wired, drawing, tuple(paths), chosen)
    lanes.attach(app.deliver, app.crashed)
    reader.attach(app.deliver, app.crashed)
    LEAVING.crashed = app.crashed
    app.call_after_refresh(painted)
    courtesy.run(app.run_async(mouse=chosen.mouse))
    if app.ending is not None:
        app.ending.over()
    with suppress(OSError):  # the terminal may be gone
        sys.stdout.write(drawing.forget())
        sys.stdout.flush()
    return app.return_code or 0
