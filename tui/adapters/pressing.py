"""A process that makes files of an export: task after task, until the program that started it goes away."""

from __future__ import annotations

import gc
import os
import warnings

from tui.adapters import processes


def main() -> None:
    """Take tasks on standard input; the files of each go to standard output, then ``done``."""
    requests, answers = processes.pipes()
    from tui.adapters import imports, wire

    warnings.simplefilter("ignore")  # of libraries, which quote the file as it is
    imports.load()
    order, limits = wire.receive(requests)
    processes.confine(limits)

    from tui import dropins
    from tui.adapters import exports
    from tui.adapters.instances import DicomInstances
    from tui.service.printing import Press

    gc.freeze()
    press = Press(DicomInstances(limits), dropins.find(exports, "EXPORTER"), order)
    meter = processes.Meter(limits.seconds)
    while True:
        try:
            task = wire.receive(requests)
        except EOFError:
            os._exit(0)
        try:
            meter.begin(task)
            for found in press.prints(task, lambda: False):
                meter.end(task)
                wire.send(answers, found)
                meter.begin(task)
            meter.end(task)
            wire.send(answers, "done")
        except OSError:
            os._exit(0)  # nobody is left to take it
        except MemoryError:
            os._exit(processes.NO_MEMORY)
