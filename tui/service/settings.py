"""What the user can set, with the defaults. Read from the configuration file by ``adapters/config.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from tui.core.library import PATIENT
from tui.core.quantities import Tint
from tui.errors import LimitError
from tui.frozen import frozen


@frozen
class Limits:
    """Named limits; each refusal names the one that was passed."""

    pixels: int = 2**29  # rows times columns of one frame
    frame_bytes: int = 512 * 2**20  # one decoded frame
    cache_bytes: int = 256 * 2**20  # decoded frames that are kept
    opened_bytes: int = 256 * 2**20  # data sets without their pixels that are kept, about; the last one always is
    element_value: int = 64 * 2**10  # characters of one value that are shown
    dataset_bytes: int = 256 * 2**20  # a data set without its pixels; an inflated one with them
    depth: int = 100  # nested sequences
    elements: int = 500_000  # elements of one file
    copy_bytes: int = 2 * 2**30  # a file that is copied without the patient: it is held in memory while it is proved
    volume_bytes: int = 512 * 2**20  # the slices of one volume that is cut into planes
    archive_members: int = 100_000  # files of one archive
    archive_bytes: int = 4 * 2**30  # what a compressed tar inflates to
    archive_ratio: int = 200  # to how many times its size a compressed archive inflates, once it passes dataset_bytes
    memory_bytes: int = 2 * 2**30  # of a process that reads
    seconds: int = 20  # of processor time for one tag table or one picture


def trust(name: str) -> str:
    """How to raise a limit; the end of every sentence that names one."""
    return f"If you trust the file, raise {name} under [limits] in the file that `safelight config path` names."


def out_of_memory(limits: Limits) -> LimitError:
    """Said of a file that needs more than a process that reads may have."""
    said = f"Reading this file passes the limit memory_bytes ({limits.memory_bytes >> 20} MiB)"
    return LimitError(said, trust("memory_bytes"))


@frozen
class Settings:
    """All settings.

    Attributes
    ----------
    graphics
        ``auto`` or the name of a drop-in of ``adapters/graphics``.
    theme
        A Textual theme.
    mouse
        Whether the terminal reports the mouse.
    keys
        Command id to a comma-separated list of keys, replacing the command's own.
    presets
        Name to (center, width), added to ``core/presets.py`` or replacing one of it.
    export_folder, anonymize_folder
        Where ``e`` and ``a`` write; empty is the folder in which Safelight was started. ``~`` is expanded.
    anonymize_key
        Key file for the new names and UIDs of copies, made if it is not there; empty is a key for one session.
    sort
        Order of the tree, one of ``ORDERS`` in ``core/ordering.py``.
    catalogue
        Whether what was found is kept for the next visit, in the user's cache.
    cine_rate
        Frames per second where the file stores none.
    icc
        Whether colours are led to sRGB by the ICC profile of the file.
    mask_colour, mask_opacity
        How a mask looks at first: one of ``TINTS`` of ``core/quantities.py``, and 0 to 1; 0 is its outline.
    """

    graphics: str = "auto"
    theme: str = "safelight"
    mouse: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    presets: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    export_folder: str = ""
    anonymize_folder: str = ""
    anonymize_key: str = ""
    cine_rate: float = 15.0
    icc: bool = True
    mask_colour: str = Tint().colour
    mask_opacity: float = Tint().opacity
    catalogue: bool = True
    sort: str = PATIENT
    limits: Limits = Limits()
