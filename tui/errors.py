"""Every exception that Safelight raises on purpose.

::

    SafelightError
    ├── UsageError            the words of the command line, a setting or a key map are wrong
    ├── UnreadableError       a file cannot be read as DICOM
    │   ├── NotDicomError     it is something else
    │   ├── DamagedError      it is DICOM, and broken
    │   └── LimitError        it passes a named limit
    ├── NoPictureError        a DICOM object has no picture that can be shown
    │   ├── NoDecoderError    the pixels are compressed in a way no installed decoder takes
    │   └── UndecodableError  every decoder refused the compressed pixels
    ├── GeometryError         images do not make up a volume
    ├── OutputError           a file cannot be written
    │   └── ExistsError       there is a file of that name already
    ├── MissingExtraError     something optional is not installed
    └── RefusedError          not done, for the patient's safety (de-identification)
    ReaderCrashedError        a bug in the process that reads: none of the above, it ends the program

A message is one sentence that never holds a value of a patient. ``hint`` says what to do.
"""

from __future__ import annotations


class SafelightError(Exception):
    """Base of all errors that are shown to the user as a sentence, never as a traceback.

    Parameters
    ----------
    message
        What is wrong, without any patient value.
    hint
        What the user can do about it; the class's own hint if empty.
    """

    hint: str = ""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        if hint:
            self.hint = hint

    def sentence(self) -> str:
        """Message and hint in one line."""
        message = str(self).rstrip(".")
        return f"{message}. {self.hint}" if self.hint else f"{message}."

    def brief(self) -> str:
        """For a list in which each line is a reason: the message alone."""
        return str(self)


class UsageError(SafelightError):
    """The words of the command line, a setting or a key map are wrong."""

    hint = "See safelight --help."


class UnreadableError(SafelightError):
    """A file cannot be read as DICOM."""


class NotDicomError(UnreadableError):
    """The file is something else than DICOM."""


class DamagedError(UnreadableError):
    """The file is DICOM, and broken."""

    hint = "Fetch the file again from where it came."


class LimitError(UnreadableError):
    """The file passes a named limit; the hint says how to raise it."""

    def brief(self) -> str:
        """How to raise it belongs to the reason."""
        return self.sentence().rstrip(".")


class NoPictureError(SafelightError):
    """A DICOM object has no picture that can be shown."""

    hint = "Fetch the file again from where it came."


class NoDecoderError(NoPictureError):
    """The pixels are compressed in a way that no installed decoder takes."""

    hint = "`safelight doctor` lists the decoders."


class GeometryError(SafelightError):
    """Images do not make up a volume."""

    hint = "Choose a series of parallel slices."


class UndecodableError(NoPictureError):
    """Every decoder refused the compressed pixels.

    Parameters
    ----------
    message
        As of :class:`SafelightError`.
    hint
        Likewise.
    reasons
        ``decoder: why`` in the words of the decoders, for ``safelight doctor``.
    """

    hint = "Fetch the file again; `safelight doctor FILE` tells what the decoders say."

    def __init__(self, message: str, hint: str = "", reasons: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.reasons = reasons


class OutputError(SafelightError):
    """A file cannot be written."""

    hint = "Choose another folder with -o or in the configuration."


class ExistsError(OutputError):
    """There is a file of that name already; nothing was written."""

    hint = "Choose another name or folder."


class MissingExtraError(SafelightError):
    """Something optional is not installed; the hint says how to install it."""


class ReaderCrashedError(Exception):
    """A bug in the process that reads.

    Parameters
    ----------
    kind
        Name of the exception's class.
    places
        ``file:line function`` from the outermost call to where it arose; no message and no value.
    """

    def __init__(self, kind: str, places: tuple[str, ...]) -> None:
        super().__init__(kind, places)
        self.kind = kind
        self.places = places


class RefusedError(SafelightError):
    """Not done, for the patient's safety."""
