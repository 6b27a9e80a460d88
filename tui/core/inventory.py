"""Which decoder there is for each transfer syntax, for ``safelight doctor``."""

from __future__ import annotations

import zlib
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from tui.core.codestreams import NATIVE, SYNTAXES, VIDEO, Syntax


def decoders() -> tuple[tuple[str, str, str], ...]:
    """Every transfer syntax as (UID, name, decoder), for ``safelight doctor``.

    The third is the decoder that would be used first, with its version, or ``none: `` and the reason.
    """
    native = [(uid, name, "built in") for uid, name in NATIVE.items()]
    packed = [(s.uid, s.name, _available(s)) for s in SYNTAXES.values()]
    moving = [(uid, name, _video()) for uid, name in VIDEO.items()]
    return tuple(native + packed + moving)


def _video() -> str:
    try:
        return f"av {version('av')}"
    except PackageNotFoundError:
        return "none: the extra video is not installed"


def _available(syntax: Syntax) -> str:
    modules = {"pillow": "PIL", "pyjpegls": "jpeg_ls", "openjpeg": "openjpeg"}
    for name in syntax.decoders:
        if name == "deflate":
            return f"zlib {zlib.ZLIB_RUNTIME_VERSION}"
        if name in modules:
            if find_spec(modules[name]) is not None:
                return name
            continue
        found = _imagecodecs_version("packbits" if name == "rle" else name)
        if found:
            return f"imagecodecs {found}"
    return f"none: {', '.join(syntax.decoders)} not installed"


def _imagecodecs_version(codec: str) -> str:
    try:
        import imagecodecs

        if not getattr(imagecodecs, codec.upper()).available:
            return ""
        return str(getattr(imagecodecs, f"{codec}_version")())
    except (ImportError, AttributeError):
        return ""
