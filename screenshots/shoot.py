"""Makes every picture of this folder, from phantoms only, in real terminals on a virtual screen.

    python screenshots/shoot.py [NAME ...]

Needs Xvfb, foot, weston and xterm (Debian packages of these names) and the package's extra ``test``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import overlays, phantoms
from tests.terminals.xvfb import Terminal

COLOURS_OF_A_SCREEN = 200
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Shot:
    """One picture: terminal, size in cells, keys to press, words of the command; with what is drawn over the head."""

    terminal: str
    size: tuple[int, int]
    keys: str = ""
    words: tuple[str, ...] = ()
    overlays: bool = False


SHOTS = {
    "browser": Shot("foot", (120, 40), "\t" + 11 * "j"),
    "80x24": Shot("foot", (80, 24), "\t" + 11 * "j"),
    "120x40": Shot("foot", (120, 40), "\t" + 11 * "j" + "6"),
    "200x60": Shot("foot", (200, 60), "\t" + 11 * "j"),
    "cells": Shot("tmux", (120, 40)),
    "tags": Shot("foot", (120, 40), "\t\t/window\r"),
    "probe": Shot("foot", (120, 40), "\t" + 11 * "j" + "pHHHKKK\rLLLLLLLLLJJJJ\rLLKKKKKKK"),
    "statistics": Shot("foot", (120, 40), "\t" + 11 * "j" + "fS lllljjjjjLLLL"),
    "length": Shot("foot", (120, 40), "\t" + 11 * "j" + "f_LLLLLLLLL\rHHHHHHHHH"),
    "mask": Shot("foot", (120, 40), "\t" + 11 * "j" + "fM0 20 open 2\r"),
    "panels": Shot("foot", (120, 40), "\t" + 11 * "j" + "fM20 60 nofill open 2\r|"),
    "planes": Shot("foot", (120, 40), "\t" + 11 * "j" + "fO" + 3 * "L" + 3 * "K" + " "),
    "segmentation": Shot("foot", (120, 40), "\t" + 14 * "j" + "\x0f j", overlays=True),
    "structures": Shot("foot", (120, 40), "\t" + 14 * "j" + "\x0f" + 4 * "j" + " ", overlays=True),
    "help": Shot("foot", (120, 40), "?"),
    "anonymize": Shot("foot", (120, 40), "a"),
}


def library(root: Path) -> Path:
    """The folder that the pictures show: a head CT, two ultrasound cines and a report of one phantom."""
    return phantoms.folder(root / "phantom", slices=24, size=512)


def settle(screen: Terminal, same: int = 8) -> None:
    """Wait until several looks in a row show the same, and that is more than an empty window."""
    last, count = b"", 0
    while count < same:
        shot = screen.shot().resize((400, 240))
        now = shot.tobytes()
        painted = len(shot.getcolors(400 * 240) or ()) > COLOURS_OF_A_SCREEN
        count = count + 1 if now == last and painted else 0
        last = now


def main(names: list[str]) -> int:
    os.environ["SAFELIGHT_ANONYMIZE_FOLDER"] = "/data/anonymized"  # what the sheet shows; nothing is written
    with tempfile.TemporaryDirectory(prefix="safelight-") as temporary:
        folder = library(Path(temporary))
        for name in names or SHOTS:
            shot = SHOTS[name]
            folders = [folder, overlays.over_the_head(folder.parent / "more", 24, 512)] if shot.overlays else [folder]
            command = [sys.executable, "-m", "tui", *shot.words, *map(str, folders)]
            with Terminal(shot.terminal, command, shot.size) as screen:
                settle(screen, 60)
                screen.park()
                for key in shot.keys:
                    screen.press(key)
                    settle(screen)
                settle(screen, 60)
                screen.shot().save(HERE / f"{name}.png", optimize=True)
            print(name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
