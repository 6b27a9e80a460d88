"""Which job carries out an action that writes, or shows what would be written."""

from __future__ import annotations

from tui.service import actions as act
from tui.service import anonymizing, converting, exporting, masking, writing
from tui.service.measuring import MakeMask
from tui.service.ports import Ports
from tui.service.settings import Settings

WriteAction = act.Export | act.Convert | act.PreviewAnonymize | act.Anonymize | MakeMask


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
