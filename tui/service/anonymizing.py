"""The run that writes de-identified copies: which files, who works, what gets its name, what is written down.

Copies come from ``copying.py`` in the order of the files, drafted and proved. Here they get their names, one after
another, so that the same files give the same names however many processes work.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from tui.core.deidentify import options as chosen
from tui.core.values import Outcome, Ref, Skipped
from tui.errors import OutputError, RefusedError, SafelightError
from tui.service import actions as act
from tui.service import events as ev
from tui.service.batch import CANNOT_WRITE, COPIED, NOT_COPIED, Orders, Result, State, Summary, Workplace
from tui.service.boxing import known_rules
from tui.service.crosswalk import Crosswalk
from tui.service.directories import LEFT, REBUILT, had_one, rebuild
from tui.service.ports import Cancelled, Emit, Ports
from tui.service.report import NAME, Pair, Tally, entry, fingerprint, head, known_by, report
from tui.service.settings import Settings
from tui.service.writing import Work, command_line, paths_of

MANY = 64
"""From so many files on other processes work: to start them costs as much as these."""
MOST_FAILURES = 1000
TWICE = "R14: another object has the same UID; both were written, this one with a number behind its name."
SAME = "A copy with the same bytes was there already."


def preview(ports: Ports, settings: Settings, action: act.PreviewAnonymize, secret: bytes) -> Work:
    """What a run would come to: all copies are made, none is written; told from time to time."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        from tui.service.surveying import survey

        folder = _folder(ports, settings, "")
        try:
            rules = known_rules(ports, action.rules)
        except SafelightError as error:
            emit(ev.Notice(error.sentence(), "error"))
            rules = ""
        for found in survey(ports, action.refs, secret, (action.options, rules), cancelled):
            emit(ev.AnonymizePreviewed(action.refs, action.options, found, folder))

    return work


def anonymize(ports: Ports, settings: Settings, action: act.Anonymize, secret: bytes, opened: tuple[str, ...]) -> Work:
    """Write de-identified copies, one :class:`Written` each. ``opened`` are the paths that hold sources."""

    def work(emit: Emit, cancelled: Cancelled) -> None:
        folder = ""
        try:
            folder = _folder(ports, settings, action.folder)
            key = action.key or settings.anonymize_key
            sources = _sources(action, opened)
            _refuse_inside(folder, sources)
            used = _secret(ports, key, folder, sources) or secret
            wanted = replace(action, rules=known_rules(ports, action.rules))
            crosswalk = Crosswalk(action.map, (folder, *sources)) if action.map else None
            run = _Run(ports, wanted, used, folder, (emit, cancelled), crosswalk=crosswalk)
            summary = run.all(directory=had_one((*action.paths, *opened)))
        except SafelightError as error:
            summary = Summary(total=len(action.refs), stopped=error.sentence())
        rules = ports.rules.path if ports.rules is not None and ports.rules.path else ""
        emit(ev.AnonymizeEnded(summary, folder, _command(action, settings, folder, rules)))

    return work


class _Run:
    """One run."""

    def __init__(
        self,
        ports: Ports,
        action: act.Anonymize,
        secret: bytes,
        folder: str,
        lane: tuple[Emit, Cancelled],
        *,
        crosswalk: Crosswalk | None = None,
    ) -> None:
        self._crosswalk = crosswalk
        self._ports, self._action, self._secret, self._folder = ports, action, secret, folder
        self._emit, self._cancelled = lane
        self._place: Workplace | None = None if action.dry_run else ports.workplace(folder)
        self._tally = Tally()
        self._kept: list[dict[str, Any]] = []  # of a dry run with a report
        self._ledger: dict[tuple[str, str, bytes], bytes] = {}
        self._failures: list[Outcome] = []
        self._done = self._resumed = self._total = self._beside = 0

    def all(self, *, directory: bool = False) -> Summary:
        """Do all files; what became of them. ``directory``: the originals are those of a DICOMDIR."""
        action, place = self._action, self._place
        if directory:
            self._tally.warnings[REBUILT] += 1
        if action.rules:
            from tui.core.deidentify.devices import parse

            parse(action.rules)  # what is wrong with them is said at once
        report_path = action.report or (os.path.join(self._folder, NAME) if place and action.report == "" else "")
        if action.report and os.path.lexists(action.report):
            raise RefusedError("There is a file at the place for the report", "Choose another name.")
        self._total = sum(1 for _ in self._refs(counting=True))
        orders = Orders(self._secret, action.options, "", action.rules, action.sync, tell=bool(action.map))
        refs = self._refs()
        stopped = ""
        if place is not None:
            again = place.begin(head(self._secret, action.options, action.rules))
            orders = replace(orders, drafts=place.drafts_folder)
            if again and self._crosswalk is None:
                refs = self._resume(place, refs)
            elif again and place.earlier() is not None:
                place.rewind()  # the journal does not say who is called what
        finished, path = False, ""
        try:
            stopped = self._work(orders, refs)
            finished = not stopped and not self._cancelled()
            if finished and place is not None and self._tally.warnings[REBUILT]:
                self._rebuild(place)
            if finished and self._crosswalk is not None:
                self._crosswalk.write(place or self._ports.workplace(self._folder))
            if finished and report_path and self._tally.states:
                path = self._report(report_path)
        finally:
            if place is not None:
                place.end(finished=finished)
        return self._summary(path, stopped)

    def _refs(self, *, counting: bool = False) -> Iterator[Ref]:
        """The files of the run. Those below the paths are walked through twice, so that none need be remembered."""
        yield from self._action.refs
        if not self._action.paths:
            return
        for found in self._ports.instances.refs(self._action.paths, self._cancelled):
            if isinstance(found, Ref):
                yield found
            elif not counting:
                self._pass_over(found)

    def _pass_over(self, skipped: Skipped) -> None:
        if skipped.path in self._action.paths:
            self._fail(Outcome(skipped.path, error=f"{skipped.reason}."))
            self._tally.states[State.FAILED] += 1
            self._total += 1
        else:
            self._tally.states[State.SKIPPED] += 1
            self._beside += 1

    def _resume(self, place: Workplace, refs: Iterator[Ref]) -> Iterator[Ref]:
        """What is left of a run that was interrupted: behind the files that its journal holds, in the same order."""
        for ref in refs:
            earlier = place.earlier()
            if earlier is None:
                return chain((ref,), refs)
            there = State(earlier["state"]) not in COPIED or place.is_there(earlier["name"], earlier["size"])
            if earlier["key"] != known_by(self._secret, place.stamp(ref)) or not there:
                place.rewind()
                return chain((ref,), refs)
            self._remember(
                (kind, bytes.fromhex(old), bytes.fromhex(new)) for kind, old, new in earlier.get("pairs", ())
            )
            state = self._tally.add(earlier)
            self._done += 1
            self._resumed += state in COPIED
            if state in NOT_COPIED:
                self._fail(Outcome(ref.path, error=earlier.get("reason", "")))
            if not self._done % 100:
                self._emit(ev.Written("anonymize", Outcome(ref.path), self._done, self._total))
        return iter(())

    def _work(self, orders: Orders, refs: Iterator[Ref]) -> str:
        """Let the files be done; why the run ended early, or empty."""
        try:
            for results in self._ports.workers().run(orders, refs, self._jobs(), self._cancelled):
                for result in results:
                    if result.reason == CANNOT_WRITE:
                        return result.error
                    self._settle(result)
                if self._place is not None:
                    self._place.sync(wait=orders.sync)
        except OutputError as error:
            return error.sentence()
        return ""

    def _jobs(self) -> int:
        if self._action.jobs is not None:
            return self._action.jobs if self._action.jobs > 1 else 0
        return 0 if self._total < MANY else min(8, len(os.sched_getaffinity(0)))

    def _settle(self, result: Result) -> None:
        """Give a copy its name, write it down, tell of it."""
        place, size = self._place, 0
        news = self._news(result.pairs) if result.state is State.READY else ()
        if news is None:
            problem = "UID: patient, study or series is not replaced one to one over all files"
            said = "The copy did not pass its proof and was put aside (not one to one)."
            result = replace(
                result, state=State.QUARANTINED, error=said, reason="The copy did not pass its proof.",
                problems=(problem,),
            )  # fmt: skip
        output, warnings = "", result.warnings
        if result.state is State.READY and place is not None:
            name, size, already = place.publish(result.draft, result.name, result.sha256)
            if name != result.name:
                warnings = (*warnings, TWICE)
            state = State.ALREADY if already else State.WRITTEN
            result = replace(result, state=state, name=name, warnings=warnings)
            output = os.path.join(self._folder, name)
        elif result.state is State.QUARANTINED and place is not None:
            aside = place.set_aside(result.draft)
            result = replace(result, error=f"{result.error} It lies in {aside}." if aside else result.error)
        self._remember(news or ())
        if self._crosswalk is not None and result.state in COPIED:
            self._crosswalk.add(result.known)
        line = entry(known_by(self._secret, place.stamp(result.source)) if place else "", result, size, news or ())
        if place is not None:
            place.note(line)
        elif self._action.report:
            self._kept.append(line)
        state = self._tally.add(line)
        self._done += 1
        notes = (*warnings, SAME) if state is State.ALREADY else warnings
        if state is State.SKIPPED and result.source.path not in self._action.paths:
            outcome = Outcome(result.source.path)
        else:
            outcome = Outcome(named(result.source), output, error=result.error, notes=notes)
        if outcome.error:
            self._fail(outcome)
        self._emit(ev.Written("anonymize", outcome, self._done, self._total))

    def _news(self, pairs: Iterable[Pair]) -> tuple[Pair, ...] | None:
        """Of what a file says of who is called what, that which no file before it said; None if one said otherwise."""
        news = tuple(pair for pair in pairs if (pair[0], "old", pair[1]) not in self._ledger)
        if any(self._ledger.get((kind, "old", old), new) != new for kind, old, new in pairs):
            return None
        return None if any((kind, "new", new) in self._ledger for kind, _, new in news) else news

    def _remember(self, pairs: Iterable[Pair]) -> None:
        for kind, old, new in pairs:
            self._ledger[kind, "old", old], self._ledger[kind, "new", new] = new, old

    def _fail(self, outcome: Outcome) -> None:
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(outcome)

    def _rebuild(self, place: Workplace) -> None:
        if not self._tally.states[State.WRITTEN] + self._tally.states[State.ALREADY]:
            return
        if not rebuild(self._ports.instances, place, self._folder, self._secret, place.entries()):
            del self._tally.warnings[REBUILT]
            self._tally.warnings[LEFT] += 1

    def _report(self, path: str) -> str:
        from tui import __version__

        place = self._place or self._ports.workplace(os.path.dirname(os.path.abspath(path)))
        entries = place.entries() if self._place is not None else iter(self._kept)
        lines = report(__version__, self._action.options, fingerprint(self._secret), self._tally, entries)
        return place.write(path, lines, numbered=not self._action.report)

    def _summary(self, path: str, stopped: str) -> Summary:
        tally = self._tally
        total = self._total - (tally.states[State.SKIPPED] - self._beside)  # what is no DICOM is none of the files
        return Summary(
            dict(tally.states), total, self._resumed, tuple(tally.warnings.most_common()),
            tuple(tally.reasons.most_common()), tuple(self._failures), path, fingerprint(self._secret), stopped,
        )  # fmt: skip


def named(ref: Ref) -> str:
    """A file as the user knows it."""
    return f"{ref.path}/{ref.member}" if ref.member else ref.path


def _command(action: act.Anonymize, settings: Settings, folder: str, rules: str) -> str:
    """The command line that does the same."""
    boxes = ("--clean-pixels", rules) if rules and os.path.exists(rules) else ()
    key = action.key or settings.anonymize_key
    words = ["safelight", "anonymize", *(action.paths or paths_of(list(action.refs))), *chosen.words(action.options)]
    return command_line([*words, *boxes, *(("--key", key) if key else ()), "-o", folder])


def _folder(ports: Ports, settings: Settings, wanted: str) -> str:
    folder = ports.output.folder(wanted, settings.anonymize_folder)
    return folder if wanted or settings.anonymize_folder else os.path.join(folder, "anonymized")


def _sources(action: act.Anonymize, opened: tuple[str, ...]) -> set[str]:
    """The folders that hold the originals."""
    sources = {os.path.realpath(path) for path in (*opened, *action.paths) if os.path.isdir(path)}
    sources |= {os.path.dirname(os.path.realpath(path)) for path in action.paths if not os.path.isdir(path)}
    return sources | {os.path.dirname(os.path.realpath(ref.path)) for ref in action.refs}


def _secret(ports: Ports, key: str, folder: str, sources: set[str]) -> bytes:
    """The key of the file that was chosen; empty without one. It never lies where data are, which are passed on."""
    if not key:
        return b""
    path = os.path.realpath(os.path.expanduser(key))
    for data in (os.path.realpath(folder), *sources):
        if os.path.commonpath([data, path]) == data:
            raise RefusedError("The key file would lie among the data", "Keep it where nothing is passed on from.")
    return ports.secrets.secret(path)


def _refuse_inside(folder: str, sources: set[str]) -> None:
    """Copies never go into a folder that holds originals, nor into one around it."""
    target = os.path.realpath(folder)
    for source in sources:
        shared = os.path.commonpath([source, target])
        if shared == source:
            raise RefusedError("The copies would lie among the originals", "Choose a folder outside of the data.")
        if shared == target:
            raise RefusedError("The copies would lie around the originals", "Choose a folder of their own for them.")
