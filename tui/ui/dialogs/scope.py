"""What a dialog is about: sets of files by name, such as the series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.service.values import Ref


@dataclass(frozen=True, slots=True)
class Scope:
    """One answer to "what": a name such as ``series`` and its instances."""

    name: str
    refs: tuple[Ref, ...]


def same(refs: Sequence[Ref], others: Sequence[Ref]) -> bool:
    """Whether these are the same files; in the same order this is known at once, however many they are."""
    return len(refs) == len(others) and (tuple(refs) == tuple(others) or set(refs) == set(others))
