"""One file to its de-identified copy, proved: read, de-identified, drafted, opened again and checked.

Works in this process and in others beside it; the copy gets its name from whoever gathers the results.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

from tui.core.quantities import Box
from tui.core.values import Change, Ref
from tui.core.walk import IS_DICOMDIR
from tui.errors import NotDicomError, OutputError, RefusedError, SafelightError, UnreadableError
from tui.service.batch import CANNOT_WRITE, Drafts, Orders, Result, State
from tui.service.directories import REBUILT
from tui.service.ports import Instances, Output

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

    from tui.core.deidentify.devices import Rule
    from tui.core.deidentify.options import Options
    from tui.core.proof.rules import Expected
    from tui.core.proof.verify import Proof

Made = tuple[tuple[bytes | memoryview, ...], str, tuple[Change, ...], tuple[str, ...], tuple[Box, ...] | None]
_ACTION = attrgetter("action")
_LARGE = 8 * 2**20
CHUNK = 16
"""Files that are brought to the disk together: to wait for each would cost more than all the rest."""


class Copyist:
    """Makes copies for one run.

    Parameters
    ----------
    orders
        What holds for all files.
    instances
        Where the originals are read.
    output
        Makes the bytes of a file.
    drafts
        Where copies lie until they have their names; None where none are written.
    """

    def __init__(self, orders: Orders, instances: Instances, output: Output, drafts: Drafts | None) -> None:
        from tui.core.deidentify.devices import parse
        from tui.core.deidentify.profile import Deidentifier
        from tui.core.proof.verify import Verifier

        self._orders = orders
        self._instances = instances
        self._output = output
        self._drafts = drafts
        self._rules = parse(orders.rules) if orders.rules else ()
        self._deidentifier = Deidentifier(orders.secret, orders.options)
        self._verifier = Verifier(expected(orders.options))
        bytearray(_LARGE)  # glibc gives memory for a file back after each one, until it has seen one so large
        self._salt = hashlib.sha256(b"pairs" + orders.secret).digest()

    def copies(self, refs: tuple[Ref, ...]) -> list[Result]:
        """What becomes of some files, in their order; the drafts are on the disk."""
        results = [self.copy(ref) for ref in refs]
        self.bring(results)
        return results

    def bring(self, results: list[Result]) -> None:
        """Wait until the drafts of some results are on the disk."""
        drafts = [result.draft for result in results if result.draft]
        if drafts and self._orders.sync and self._drafts is not None:
            self._drafts.sync(drafts)

    def copy(self, ref: Ref) -> Result:
        """What becomes of one file. Never raises for a bad one."""
        try:
            return self._copy(ref)
        except NotDicomError as error:
            said = error.sentence()
            is_directory = IS_DICOMDIR in said
            return Result(ref, State.SKIPPED, error=said, reason=said, warnings=(REBUILT,) if is_directory else ())
        except RefusedError as error:
            return Result(ref, State.REFUSED, error=error.sentence(), reason=error.sentence())
        except UnreadableError as error:
            return Result(ref, State.FAILED, error=error.sentence(), reason=error.sentence())
        except OutputError as error:
            return Result(ref, State.FAILED, error=error.sentence(), reason=CANNOT_WRITE)
        except SafelightError as error:
            return Result(ref, State.FAILED, error=error.sentence(), reason=f"{type(error).__name__}.")
        except MemoryError:
            said = "There is not enough memory for it."
            return Result(ref, State.FAILED, error=said, reason=said)

    def _copy(self, ref: Ref) -> Result:
        original = self._instances.data(ref)
        pieces, name, changes, warnings, boxes = self.made(ref, original)
        draft = ""
        if self._drafts is not None and self._orders.drafts:
            draft = self._drafts.put(pieces)
            data = self._drafts.read(draft)  # what is proved is what is on the disk
        else:
            data = b"".join(pieces)
        proof = self._verifier.check(original, data, name, boxes)
        actions = tuple(sorted(Counter(map(_ACTION, changes)).items()))
        state = State.READY if draft else State.WOULD
        error = ""
        if proof.problems:
            state = State.QUARANTINED
            error = f"The copy did not pass its proof and was put aside ({proof.problems[0]})."
        return Result(
            ref, state, draft, name, hashlib.sha256(data).hexdigest(), proof.new_uid, error,
            "The copy did not pass its proof." if error else "", proof.problems, actions, warnings,
            tuple((kind, self._digest(old), self._digest(new)) for kind, old, new in proof.pairs),
            self._known(proof) if self._orders.tell else (),
        )  # fmt: skip

    def _known(self, proof: Proof) -> tuple[tuple[str, str, str], ...]:
        """Who is called what, in plain text."""
        patients = ((old.split(b"\0")[0], new) for kind, old, new in proof.pairs if kind == "patient")
        said = [("patient", old.decode("latin-1"), new.decode("latin-1")) for old, new in patients]
        uids = () if self._orders.options.keep_uids else sorted(uid.decode("latin-1") for uid in proof.uids)
        new_uid = self._deidentifier.new_uid
        return (*said, *(("uid", uid, new) for uid in uids if (new := new_uid(uid)) != uid))

    def made(self, ref: Ref, original: bytes) -> Made:
        """The copy of a file: bytes in pieces, name, what was changed, what is warned of, boxes that were blanked.

        Raises
        ------
        SafelightError
            If there can be none.
        """
        if self._rules:
            dataset = self._instances.whole(ref)
            boxes = cleared(dataset, self._instances.open(ref).dataset, self._rules)
            if boxes is not None:
                done = self._deidentifier.apply(dataset)
                return (self._output.dicom(done.dataset),), done.name, done.changes, done.warnings, boxes
        copied = self._deidentifier.copy(original, lambda end: self._instances.whole(ref, end), self._output.dicom)
        return copied.pieces, copied.name, copied.changes, copied.warnings, None

    def _digest(self, value: bytes) -> bytes:
        return hashlib.blake2b(value, digest_size=12, key=self._salt[:32]).digest()


def cleared(dataset: FileDataset, header: Dataset, rules: tuple[Rule, ...]) -> tuple[Box, ...] | None:
    """Blank what the rules say of a picture, in place; the boxes, none for a clean one, None where no rule holds.

    Parameters
    ----------
    header
        Of the same object: asked instead, so that what stays is not decoded.
    """
    from pydicom.datadict import keyword_for_tag

    from tui.core import attributes
    from tui.core.deidentify import pixels, rectangles
    from tui.core.deidentify.devices import boxes_for

    def look(name: str) -> str:
        is_tag = len(name) == 8 and all(c in "0123456789abcdefABCDEF" for c in name)
        return attributes.text(header, keyword_for_tag(int(name, 16)) if is_tag else name)

    found = boxes_for(rules, look) if pixels.has_pixels(dataset) else None
    if found is None:
        return None
    boxes = rectangles.blanked(dataset, found)
    rectangles.clean(dataset, boxes)
    return boxes


def expected(options: Options) -> Expected:
    """What the proof is to find in copies that are made with these options."""
    from tui.core.proof.rules import Expected

    codes = frozenset(code for code, _ in options.codes)
    return Expected(options.columns, codes, options.longitudinal, options.keep_safe_private)
