"""A process that makes de-identified copies: does what it is told until the program that started it goes away."""

from __future__ import annotations

import gc
import os
import resource


def main() -> None:
    """Take files on standard input; what became of them goes to standard output."""
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the patient

    gc.disable()
    from tui.adapters import imports, wire

    imports.load()
    from tui.adapters.drafts import DraftFolder
    from tui.adapters.instances import DicomInstances
    from tui.adapters.output import Files
    from tui.service.copying import Copyist

    try:
        orders, limits = wire.receive(tasks)
        copyist = Copyist(orders, DicomInstances(limits), Files(), DraftFolder(orders.drafts))
        gc.enable()
        gc.freeze()
        while True:
            wire.send(answers, copyist.copies(wire.receive(tasks)))
    except (EOFError, OSError):
        os._exit(0)  # nobody is left to work for
