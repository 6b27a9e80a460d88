"""The options of ``export`` and ``show`` that make a view."""

from __future__ import annotations

import argparse
import math

from tui.core import presets
from tui.errors import UsageError
from tui.service.settings import Settings
from tui.service.values import View, Voi, VoiKind, Window, printable


def view_of(options: argparse.Namespace, modality: str, settings: Settings) -> View:
    """The view that the options ask for.

    Raises
    ------
    UsageError
        There is no such window for the modality.
    """
    return View(
        voi=voi_of(options.window, modality, settings),
        invert=options.invert,
        rotation=(options.rotate or 0) // 90,
        flip=options.flip,
        overlays=not options.no_overlays,
        icc=settings.icc and not options.no_icc,
    )


def voi_of(word: str | None, modality: str, settings: Settings) -> Voi:
    """The window that ``--window`` asks for: ``C,W``, ``auto``, ``file``, ``file:N`` or the name of a preset."""
    match (word or "").partition(":"):
        case ("", "", ""):
            return Voi()
        case ("auto", "", ""):
            return Voi(VoiKind.AUTO)
        case ("file", colon, number):
            if not colon or (number.isascii() and number.isdigit() and 0 < int(number[:4]) < 1000):
                return Voi(VoiKind.STORED, index=int(number[:4] or 1) - 1)
            raise UsageError("--window file:N counts the windows of the file from 1")
        case _:
            return _window(word or "") or _preset(word or "", modality, settings)


def _window(word: str) -> Voi | None:
    """Center and width; None if these are no two numbers."""
    parts = word.split(",")
    try:
        center, width = (float(part) for part in parts)
    except ValueError:
        return None
    if not (math.isfinite(center) and math.isfinite(width) and width > 0):
        raise UsageError("--window needs a center and a width above 0, such as 40,80")
    return Voi(VoiKind.MANUAL, window=Window(center, width))


def _preset(word: str, modality: str, settings: Settings) -> Voi:
    own = {name.casefold(): name for name in settings.presets}
    if name := own.get(word.casefold()):
        return Voi(VoiKind.PRESET, name=printable(name), window=Window(*settings.presets[name]))
    if voi := presets.named(modality, word):
        return voi
    known = ", ".join([*settings.presets, *presets.names(modality)])
    for_modality = f" for {printable(modality, 16)}" if modality else ""
    hint = f"There are: {known}, auto, file, and C,W." if known else "There are: auto, file, and C,W."
    raise UsageError(f"there is no window {printable(word, 40)!r}{for_modality}", hint)
