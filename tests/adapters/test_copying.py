"""The process that makes copies, spoken to as the program does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import phantoms
from tui.adapters import wire
from tui.core.deidentify.options import Options
from tui.core.values import Ref
from tui.service.batch import Orders, State
from tui.service.settings import Limits


def test_it_answers_in_order_and_goes_when_nobody_is_left(tmp_path: Path) -> None:
    path = phantoms.save(phantoms.ct(0, size=8), tmp_path / "a.dcm")
    words = [sys.executable, "-c", "from tui.adapters.copying import main; main()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        wire.send(process.stdin, (Orders(bytes(range(32)), Options(), str(tmp_path)), Limits()))
        wire.send(process.stdin, (Ref(str(path)), Ref("/gone")))
        one, two = wire.receive(process.stdout)
        assert one.state is State.READY and Path(one.draft).is_file()
        assert two.state is State.FAILED and "no such file" in two.error
        process.stdin.close()
        assert process.wait(30) == 0
