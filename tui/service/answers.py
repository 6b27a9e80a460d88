"""The work behind each question of ``questions.py``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, assert_never

from tui.core.values import Ref, TagRow
from tui.errors import SafelightError, UnreadableError
from tui.service import questions as ask
from tui.service.contacts import ContactsOf, contacts
from tui.service.figures import plural
from tui.service.ports import Cancelled, Emit, Instances
from tui.service.questions import Checker
from tui.service.reading import WHOLE, edited_head, read

if TYPE_CHECKING:
    from tui.core.batch import Batch, FileFacts
    from tui.core.elements import Element, Form
    from tui.core.heads import Head
    from tui.core.overlaid import Overlays
    from tui.core.tagtable import TagTable
    from tui.service.objects import Objects

    _Question = (
        ask.ValueOf
        | ask.TextOf
        | ask.Compare
        | ask.SurveyOf
        | ask.SummaryOf
        | ask.Check
        | ask.PlanEdits
        | ask.OverlaysOf
        | ContactsOf
    )

Work = Callable[[Emit, Cancelled], None]
NEVER: Cancelled = lambda: False  # noqa: E731
EVERY_SECONDS = 0.1


class _LeftError(Exception):
    """A newer question has come."""


class Steps:
    """Goes from instance to instance, tells how far it is, and stops where a newer question has come."""

    def __init__(self, emit: Emit | None = None, cancelled: Cancelled = NEVER) -> None:
        self._emit = emit
        self._cancelled = cancelled
        self._told = time.monotonic()

    def over(self, refs: Sequence[Ref], what: str) -> Iterator[Ref]:
        """The instances one after the other, to each of which is done what ``what`` says."""
        for done, ref in enumerate(refs):
            if self._cancelled():
                raise _LeftError
            if self._emit is not None and time.monotonic() - self._told >= EVERY_SECONDS:
                self._emit(ask.Progress(done, len(refs), ref, what))
                self._told = time.monotonic()
            yield ref


def job(instances: Instances, checker: Checker, question: ask.Question, objects: Objects | None = None) -> Work:
    """Answer a question, or say why not; nothing where a newer one has come meanwhile.

    ``objects`` keeps what is drawn over pictures from one question to the next.
    """

    def work(emit: Emit, cancelled: Cancelled) -> None:
        try:
            if not isinstance(question, ask.Nothing):
                steps = Steps(emit, cancelled)
                emit(ask.Answered(question, answer(instances, checker, question, steps, objects)))
        except _LeftError:
            return
        except SafelightError as error:
            emit(ask.Answered(question, problem=error.sentence()))
        except MemoryError:
            emit(ask.Answered(question, problem="There is not enough memory for it."))

    return work


def answer(
    instances: Instances,
    checker: Checker,
    question: _Question,
    steps: Steps | None = None,
    objects: Objects | None = None,
) -> ask.Answer:
    """The answer to a question.

    Raises
    ------
    tui.errors.SafelightError
        With the reason why there is none.
    """
    steps = steps or Steps()
    match question:
        case ask.ValueOf():
            return _value(instances, question)
        case ask.TextOf():
            return _text(instances, question)
        case ask.Compare():
            return _compared(instances, question, steps)
        case ask.SurveyOf():
            return _surveyed(instances, question, steps)
        case ask.SummaryOf():
            return _summaries(instances, question, steps)
        case ask.Check():
            return _checked(instances, checker, question.ref)
        case ask.PlanEdits():
            return _planned(instances, question, steps)
        case ask.OverlaysOf():
            return _overlays(instances, question, steps, objects)
        case ContactsOf():
            return contacts(instances, question, steps.over(question.refs, "drawn"))
        case _:
            assert_never(question)


def _overlays(instances: Instances, question: ask.OverlaysOf, steps: Steps, objects: Objects | None) -> Overlays:
    from tui.service.objects import Objects

    objects = objects or Objects(instances)
    objects.begin(question.scan)
    frame = instances.open(question.ref).frame(question.frame)
    classes = dict(question.sources)
    sources = ((ref, classes[ref]) for ref in steps.over(tuple(classes), "read"))
    return objects.overlays(frame, sources, question.apart_mm)


# ------------------------------------------------------------------------------------------------- one instance


def _value(instances: Instances, question: ask.ValueOf) -> ask.Value:
    from tui.core import heads
    from tui.core.edits import steps
    from tui.core.elements import BrokenError

    ref, path = question.ref, question.path
    table, _ = read(instances, ref, question.edits, WHOLE)
    index = table.find(path)
    if index < 0:
        raise UnreadableError("The element is not there any more", "Read the file again.")
    vr, keyword, _ = table.kind(index)
    tag = table[index].tag
    text, said = _texts(vr, table.value(index))
    try:
        pixels = steps(path)[0].tag >= heads.PIXELS
        head = edited_head(instances, ref, question.edits) if question.edits else instances.head(ref)
        found = None if pixels else heads.find(head, path)
        data, length = _bytes(instances, ref, head, found, question.at)
    except BrokenError:
        return ask.Value(tag, vr, keyword, text, b"", 0, 0, said)
    return ask.Value(tag, vr, keyword, text, data, question.at, length, said)


def _texts(vr: str, shown: str) -> tuple[str, tuple[str, ...]]:
    """A value as it is stored, and lines on what it says."""
    from tui.core.readable import explained
    from tui.core.tagvalues import bare_uids

    if vr != "UI":
        return shown, tuple(explained(vr, shown))
    stored = bare_uids(shown)
    return stored, tuple(shown.split("\\")) if stored != shown else ()


def _bytes(
    instances: Instances, ref: Ref, head: Head, found: tuple[Element, Form] | None, at: int
) -> tuple[bytes, int]:
    if found is not None:
        element = found[0]
        return head.data[element.value + at : min(element.stop, element.value + at + ask.MOST_BYTES)], (
            element.stop - element.value
        )
    # What lies behind the head: the header of the element that begins there, then its value, up to the file's end.
    start = head.tail + (8 if head.form.implicit else 12)
    length = max(0, head.size - start)
    if head.tail >= head.size:
        return b"", 0
    declared = int.from_bytes(instances.bytes_at(ref, head, start - 4, 4), "little" if head.form.little else "big")
    length = min(length, declared) if declared != 0xFFFFFFFF else length
    return instances.bytes_at(ref, head, start + at, min(ask.MOST_BYTES, max(0, length - at))), length


def _text(instances: Instances, question: ask.TextOf) -> str:
    from tui.core import tagcsv

    if question.form == "json":
        return _json(instances, question)
    table, _ = read(instances, question.ref, question.edits)
    rows: Sequence[TagRow] = table
    if question.path:
        index = table.find(question.path)
        rows = table[index : table.ends[index]] if index >= 0 else ()
    return tagcsv.table(rows) if question.form == "csv" else plain_text(rows)


def _json(instances: Instances, question: ask.TextOf) -> str:
    """The data set, or one element of it, in the DICOM JSON Model."""
    import json
    from io import BytesIO

    from pydicom import dcmread

    from tui.core import dicomjson
    from tui.core.edits import steps

    if question.edits:
        head = edited_head(instances, question.ref, question.edits)
        model: Any = dicomjson.model(dcmread(BytesIO(head.data), force=True), file_meta=True)
    else:
        model = dicomjson.model(instances.open(question.ref).dataset, file_meta=bool(question.path))
    way = steps(question.path) if question.path else ()
    for number, step in enumerate(way):
        tag, last = f"{step.tag:08X}", number == len(way) - 1
        model = {tag: model[tag]} if last and step.item < 0 else model[tag]["Value"][step.item]
    if question.edits and not way:
        model = {tag: one for tag, one in model.items() if not tag.startswith("0002")}
    return json.dumps(model, ensure_ascii=False, indent=1) + "\n"


def plain_text(table: Sequence[TagRow]) -> str:
    """The rows in columns, with whole values."""
    heads = [f"{'  ' * row.depth}{row.tag}" for row in table]
    names = [row.keyword or row.name for row in table]
    wide, long = max(map(len, heads), default=0), max(map(len, names), default=0)
    lines = (
        f"{head:<{wide}}  {row.vr}  {name:<{long}}  {row.value}".rstrip()
        for head, name, row in zip(heads, names, table, strict=True)
    )
    return "\n".join(lines) + "\n"


def _checked(instances: Instances, checker: Checker, ref: Ref) -> ask.Checked:
    from tui.core import validation

    table, problem = read(instances, ref, (), WHOLE)
    try:
        head: Head | None = instances.head(ref)
    except SafelightError as error:
        head, problem = None, error.sentence()
    own = list(validation.findings(table, head))
    if problem:
        own.append(validation.Finding(validation.ERROR, "", "", problem))
    other = checker.findings(ref.path)
    if other is None:
        return ask.Checked(tuple(own), "own checks; dciodvfy of dicom3tools is not installed")
    named = {finding.path for finding in other}
    judged = (one for one in own if one.severity != validation.OPEN and not one.text.startswith("A Type "))
    rest = [one for one in judged if one.path not in named]
    return ask.Checked(tuple(sorted([*other, *rest], key=lambda one: one.path)), "dciodvfy and own checks")


# ------------------------------------------------------------------------------------------------- several


def _compared(instances: Instances, question: ask.Compare, steps: Steps) -> ask.Compared:
    from tui.core.compare import CHANGED, Place, differences

    tables, notes = [], []
    for ref in steps.over(question.refs, "read"):
        table, problem = read(instances, ref, (), WHOLE)
        tables.append(table)
        if problem:
            notes.append(problem)
    places = list(differences(tables, _PIXEL_TAGS))
    if question.pixels:
        marks = [_pixel_mark(instances, ref) for ref in steps.over(question.refs, "compared by their pixels")]
        if len(set(marks)) > 1:
            places.append(Place("7FE0,0010", "(7FE0,0010)", 0, "OW", "PixelData", tuple(marks), CHANGED))
    return ask.Compared(tuple(places), tuple(dict.fromkeys(notes)))


_PIXEL_TAGS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))


def _pixel_mark(instances: Instances, ref: Ref) -> str | None:
    """How much there is behind the head, and a check sum of it."""
    import zlib

    try:
        head = instances.head(ref)
    except UnreadableError:
        return None
    if head.tail >= head.size:
        return None
    mark, at = 0, head.tail
    while at < head.size:
        piece = instances.bytes_at(ref, head, at, 1 << 22)
        if not piece:
            break
        mark, at = zlib.crc32(piece, mark), at + len(piece)
    return f"check sum {mark:08x} of {head.size - head.tail} bytes"


def _surveyed(instances: Instances, question: ask.SurveyOf, steps: Steps) -> ask.Surveyed:
    from tui.core.survey import Survey

    survey, failed = Survey(), 0
    for ref in steps.over(question.refs, "read"):
        try:
            survey.add(read(instances, ref)[0])
        except SafelightError:
            failed += 1
    notes = (f"{plural(failed, 'file')} could not be read.",) if failed else ()
    return ask.Surveyed(survey.count, survey.attributes(), notes)


def _summaries(instances: Instances, question: ask.SummaryOf, steps: Steps) -> ask.Summaries:
    from tui.core.printable import printable
    from tui.core.summary import summary
    from tui.core.tagtable import TagTable

    sheets = []
    for ref, (_, images) in zip(steps.over([ref for ref, _ in question.series], "read"), question.series, strict=True):
        try:
            table, problem = read(instances, ref)
        except SafelightError as error:
            table, problem = TagTable(), error.sentence()
        sheets.append(summary(printable(ref.path), images, table, problem))
    return ask.Summaries(tuple(sheets))


def _planned(instances: Instances, question: ask.PlanEdits, steps: Steps) -> ask.Planned:
    """What a plan does to each file; the edits are tried on its bytes, and nothing is written.

    Raises
    ------
    tui.errors.UsageError
        If the plan cannot be carried out for any file.
    """
    from tui.core.batch import Batch

    plan = question.plan
    batch = Batch(plan, instances.text(plan.table) if plan.table else "")
    facts: dict[Ref, FileFacts] = {}
    failed: dict[Ref, str] = {}
    renewed: dict[str, str] = {}
    for ref in steps.over(question.refs, "read"):  # all are known before the first is changed: they name each other
        try:
            table, _ = read(instances, ref)
        except SafelightError as error:
            failed[ref] = error.sentence()
            continue
        facts[ref] = batch.facts(ref.path, len(facts), table)
        if plan.new_uids:
            _renew(table, renewed)
    files = []
    for ref in steps.over(question.refs, "tried"):
        known = facts.get(ref)
        files.append(_tried(instances, batch, known, ref, renewed) if known else ask.FilePlan(ref, error=failed[ref]))
    return ask.Planned(tuple(files))


def _renew(table: TagTable, renewed: dict[str, str]) -> None:
    from pydicom.uid import generate_uid

    from tui.core.batch import uids_of

    for uid in uids_of(table):
        if uid not in renewed:
            renewed[uid] = str(generate_uid(prefix=None))


def _tried(instances: Instances, batch: Batch, facts: FileFacts, ref: Ref, renewed: Mapping[str, str]) -> ask.FilePlan:
    from tui.core.batch import differences
    from tui.core.edits import broken

    try:
        table, _ = read(instances, ref, (), WHOLE)
        edits = batch.edits(facts, table, renewed)
        edited_head(instances, ref, edits)
    except SafelightError as error:
        return ask.FilePlan(ref, error=error.sentence())
    found = differences(edits, table)
    return ask.FilePlan(ref, edits, found, note=broken(table, [one.path for one in found]) if found else "")
