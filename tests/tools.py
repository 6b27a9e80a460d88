"""Programs that tests compare with: in CI each must be there; elsewhere its tests are skipped with the reason."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from typing import Any

import pytest


def installed(name: str) -> str:
    """The path of a program; without it the test is skipped, or in CI fails."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")


def module(name: str) -> Any:
    """A module that an extra brings, likewise."""
    if os.environ.get("CI"):
        return import_module(name)
    return pytest.importorskip(name, reason=f"{name} is not installed")
