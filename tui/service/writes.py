"""Which job carries out an action that writes, or shows what would be written, and on which lane."""

from __future__ import annotations

from tui.service import actions as act
from tui.service import anonymizing, boxing, converting, exporting, masking, reviewing, slicing, writing
from tui.service.boxing import KeepBoxes
from tui.service.cutting import WritePlanes
from tui.service.measuring import MakeMask
from tui.service.ports import Ports
from tui.service.reviewing import ReviewAnonymize
from tui.service.settings import Settings
from tui.service.state import State

WriteAction = (
    act.Export | act.Convert | act.PreviewAnonymize | act.Anonymize
    | MakeMask | WritePlanes | ReviewAnonymize | KeepBoxes
)  # fmt: skip


def job(ports: Ports, settings: Settings, action: WriteAction, secret: bytes, opened: tuple[str, ...]) -> writing.Work:
    """The job for the lane ``write``.

    Parameters
    ----------
    secret
        Of this session, for keyed pseudonyms.
    opened
        The paths that hold sources.
    """
    match action:
        case act.Export():
            return exporting.export(ports, settings, action)
        case act.Convert():
            return converting.convert(ports, settings, action)
        case act.PreviewAnonymize():
            return anonymizing.preview(ports, settings, action, secret)
        case act.Anonymize():
            return anonymizing.anonymize(ports, settings, action, secret, opened)
        case MakeMask():
            return masking.make(ports, settings, action)
        case WritePlanes():
            return slicing.write(ports, settings, action)
        case ReviewAnonymize():
            return reviewing.review(ports, action, secret)
        case KeepBoxes():
            return boxing.keep(ports, action)


def lane(action: WriteAction) -> str:
    """What is only looked at need not wait for what is written."""
    return "open" if isinstance(action, ReviewAnonymize | KeepBoxes) else "write"


def is_first(action: WriteAction, state: State) -> bool:
    """Whether what the lane is busy with is a preview that is not wanted any longer."""
    return isinstance(action, act.Anonymize) or (isinstance(action, act.PreviewAnonymize) and not state.writing.verb)
