"""What can go wrong: one exception for each exit status of the program."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Optional

    from ._calls import Files


class PipeloomError(Exception):
    """A refusal of the program; its text is the program's own line.

    Attributes:
        reason: what is wrong, and what was expected.
        file: the file that it is about; None where the value came as a dictionary, or where no file is at fault.
        line, column: the place in that file, counted from one, where known.
        key: the place in the document, such as `stages[2].forward`, where known.
        status: the program's exit status.
    """

    status = 70

    def __init__(
        self, message: str, *, reason: Optional[str] = None, file: Optional[str] = None,
        line: Optional[int] = None, column: Optional[int] = None, key: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.reason = message if reason is None else reason
        self.file = file
        self.line = line
        self.column = column
        self.key = key


class UsageError(PipeloomError):
    """An option that the command does not have, or a value that it does not take."""

    status = 64


class InputError(PipeloomError):
    """A problem, schedule or other input that is wrong; `file`, `key` and `reason` say where and why."""

    status = 65


class MissingInputError(PipeloomError):
    """A file that is not there."""

    status = 66


class MissingComponentError(PipeloomError):
    """Something to install: the program, Graphviz, a font."""

    status = 69


class DefectError(PipeloomError):
    """A defect of the program itself."""

    status = 70


class OutputError(PipeloomError):
    """A file that cannot be read or written."""

    status = 74


class PipeloomWarning(UserWarning):
    """What the program warns of: figures that may be meant and are likelier slips."""


KINDS = {
    kind.status: kind
    for kind in (UsageError, InputError, MissingInputError, MissingComponentError, DefectError, OutputError)
}


def error_of(report: Mapping[str, Any], files: Files) -> PipeloomError:
    """The exception that a report of the program stands for, about one of the files of the call."""
    kind = KINDS.get(report["status"], PipeloomError)
    key, file, reason = report.get("key"), report.get("file"), report["reason"]
    for path in [*files.written, *files.given]:
        # Some reasons begin with the file.
        if file is None and reason.startswith(f"{path}: "):
            file, reason = path, reason.removeprefix(f"{path}: ")
    if file in files.written:
        return kind(f"{key}: {reason}" if key else reason, reason=reason, key=key)
    line, column = report.get("line"), report.get("column")
    return kind(report["message"], reason=reason, file=file, line=line, column=column, key=key)
