"""``safelight export``: pictures, moving pictures, values and tags into files."""

from __future__ import annotations

import argparse
import gc
from dataclasses import replace
from itertools import groupby

from tui import compose
from tui.cli.overlays import laid
from tui.cli.session import Session
from tui.cli.view import view_of
from tui.cli.writing import Writer
from tui.core import filenames
from tui.errors import UsageError
from tui.service import actions as act
from tui.service.exporting import grouped
from tui.service.formats import Exporter, Makes
from tui.service.overlaying import every_source
from tui.service.printing import check
from tui.service.values import Instance, View, Wish, printable

_ENDINGS = {"jpeg": (".jpeg",), "tiff": (".tiff",)}  # beside the format's own


def run(options: argparse.Namespace) -> int:
    """Carry out the command."""
    settings = compose.settings()
    picture_format = options.format or _format_of(options.output) or "png"
    exporter = _exporter(picture_format)
    wish = Wish(
        options.values, options.quality, options.keep_pixels, options.max_size, options.annotate, options.rate,
        options.sheet,
    )  # fmt: skip
    check(exporter, wish)
    filenames.check(options.name)
    session = Session(settings, {"index", "write", "ask"})
    writer = Writer(session, as_json=options.json)
    session.open(options.paths)
    chosen = _chosen(session.instances(), options.series, exporter)
    whole = exporter.makes is not Makes.FRAME or wish.sheet is not None
    name = options.output if _ends(options.output, picture_format, exporter) else ""
    if options.overlays:  # what is drawn over pictures is no picture beside them
        drawn = {ref for ref, _ in every_source(session.state.library)}
        chosen = tuple(i for i in chosen if i.ref not in drawn) or chosen
    over, _ = laid(View(), session, options, chosen, every=options.overlays)
    targets = {i.ref: _targets(i, options.frame, whole) for i in chosen}
    count = len({t.group or t.ref for ts in targets.values() for t in ts} if whole else sum(targets.values(), ()))
    if name and (count > 1 or any(t.frame is None and not whole for ts in targets.values() for t in ts)):
        raise UsageError("one file cannot hold several pictures", "Give a folder with -o instead.")
    writer.refuse()
    gc.freeze()  # nothing of what is imported, or known of the files, is garbage: do not look for it again and again
    for modality, instances in groupby(chosen, _modality):  # a preset means another window in each modality
        writer.write(
            act.Export(
                tuple(target for instance in instances for target in targets[instance.ref]),
                _over(view_of(options, modality, settings), over),
                picture_format,
                folder="" if name else options.output,
                name=name,
                wish=wish,
                pattern=options.name,
                one_window=options.one_window,
                jobs=options.jobs,
                series=tuple(options.series),
            )
        )
    return writer.code()


def _over(view: View, over: View) -> View:
    """A view with what is drawn over the pictures, and turned as a presentation state wants it."""
    view = replace(view, chosen=over.chosen, hidden=over.hidden, opacity=over.opacity)
    return replace(view, rotation=over.rotation, flip=over.flip) if over.rotation or over.flip else view


def _exporter(picture_format: str) -> Exporter:
    formats = compose.exporters()
    if picture_format not in formats:
        raise UsageError(
            f"there is no export format {printable(picture_format, 40)!r}", f"There are: {', '.join(formats)}."
        )
    return formats[picture_format]


def _chosen(found: tuple[Instance, ...], series: list[str], exporter: Exporter) -> tuple[Instance, ...]:
    """What has pixels, if anything has; for tags everything; of the series that were asked for by number or UID."""
    if series:
        known = {word for i in found for word in (i.series_uid, str(i.series_number))}
        for word in series:
            if word not in known:
                raise UsageError(f"there is no series {printable(word, 64)}", "`safelight info` lists the series.")
        found = tuple(i for i in found if i.series_uid in series or str(i.series_number) in series)
    if exporter.makes is Makes.TAGS:
        return found
    return tuple(instance for instance in found if instance.rows) or found


def _targets(instance: Instance, wanted: tuple[int, int] | str | None, whole: bool) -> tuple[act.Target, ...]:
    """The frames of an instance; without a wish the first, or all where a file holds many.

    All frames of an object with one frame are that frame, and one frame may have a name.
    """
    series = instance.series_uid or instance.ref.path
    if wanted == "all" or (not wanted and whole):
        return (grouped(instance.ref, 0 if instance.frames == 1 else None, instance.frames, series),)
    first, last = wanted if isinstance(wanted, tuple) else (1, 1)
    one = first == last
    last = last if one else min(last, instance.frames)
    group = series if one else instance.ref.path
    return tuple(act.Target(instance.ref, frame - 1, group) for frame in range(first, last + 1))


def _modality(instance: Instance) -> str:
    return instance.modality


def _format_of(output: str) -> str:
    """The format whose files end like this one; empty for a folder."""
    formats = compose.exporters()
    return next((name for name in formats if _ends(output, name, formats[name])), "")


def _ends(output: str, name: str, exporter: Exporter) -> bool:
    return output.lower().endswith((exporter.suffix, *_ENDINGS.get(name, ())))
