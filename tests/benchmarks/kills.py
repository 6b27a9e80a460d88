"""Kills a run of ``safelight anonymize`` at random moments and takes it up again: no half file, the same bytes.

``python -m tests.benchmarks.kills [KILLS]``: 100 without, in one folder until a run ends by itself. The sources,
and every copy under its name, are looked at after each kill.
"""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pydicom

from tests import phantoms

FILES = 120


def digests(folder: Path) -> dict[str, str]:
    """Each file below a folder by its name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".safelight" not in path.parts
    }


def start(source: Path, out: Path, key: Path) -> subprocess.Popen[bytes]:
    """A run of two processes, as a program of its own."""
    words = ["-m", "tui", "anonymize", str(source), "-o", str(out), "--key", str(key), "--jobs", "2"]
    return subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def run(kills: int, seed: int) -> int:
    """Do it; returns the number of things that were wrong."""
    chance = random.Random(seed)
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        source, key = root / "source", root / "key"
        for number in range(FILES):
            phantoms.save(phantoms.ct(number, of=FILES, size=64), source / f"{number}.dcm")
        before = digests(source)
        began = time.monotonic()
        assert start(source, root / "whole", key).wait() == 0
        longest = time.monotonic() - began
        whole = digests(root / "whole")
        done = 0
        while done < kills:
            out = root / f"out{done}"
            while True:
                process = start(source, out, key)
                try:
                    code = process.wait(chance.uniform(0, longest))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    done += 1
                    found = digests(out) if out.exists() else {}
                    wrong += sum(whole.get(path) != digest for path, digest in found.items())
                    wrong += digests(source) != before
                    continue
                if code:
                    print((process.stderr.read() if process.stderr else b"").decode(), file=sys.stderr)
                wrong += code != 0 or digests(out) != whole or (out / ".safelight").exists()
                break
        for path in sorted((root / "whole").rglob("*.dcm"))[:1]:
            assert pydicom.dcmread(path).PatientIdentityRemoved == "YES"
    print(f"{done} kills, {wrong} things wrong, {FILES} files, seed {seed}")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100, random.randrange(10**6))))
