"""Python values as arguments of the program, and its answers."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings
from typing import TYPE_CHECKING, Any, Collection, Mapping, Sequence, Union

from ._errors import DefectError, PipeloomWarning, error_of
from ._program import locate

if TYPE_CHECKING:
    from ._schedule import Schedule

Document = Union["Schedule", Mapping[str, Any], str, "os.PathLike[str]"]
"""A problem, schedule or other input: a dictionary, a file, or the name of a preset."""

Option = Union[None, bool, int, float, str, "os.PathLike[str]", Sequence[Any], Mapping[str, Any], "Schedule"]
"""The value of an option: `memory_limit="0.75x"` is `--memory-limit 0.75x`, `prove=True` is `--prove`."""

WARNING = "pipeloom: warning: "


def call(
    command: str, *inputs: Document, options: Mapping[str, Option], accepted: Collection[int] = (0,)
) -> bytes:
    """Runs a command of the program and returns what it prints.

    Raises:
        PipeloomError: where it ends with a status that is not accepted.
    """
    with tempfile.TemporaryDirectory(prefix="pipeloom-") as folder:
        files = Files(pathlib.Path(folder))
        arguments = [command, *(files.argument(value, "input") for value in inputs)]
        for name, value in options.items():
            arguments += files.option(name, value)
        program, environment = locate()
        done = subprocess.run(
            [program, *arguments], env={**environment, "PIPELOOM_ERRORS": "json"}, stdin=subprocess.DEVNULL,
            capture_output=True, check=False)
    lines = done.stderr.decode(errors="replace").splitlines()
    for line in lines:
        if line.startswith(WARNING):
            warnings.warn(files.unnamed(line.removeprefix(WARNING)), PipeloomWarning, stacklevel=frames_inside())
    if done.returncode in accepted:
        return done.stdout
    report = "\n".join(line for line in lines if not line.startswith(WARNING))
    if not report.startswith("{"):
        raise DefectError(f"pipeloom {command} ended with status {done.returncode}: {report}")
    raise error_of(json.loads(report), files)


def frames_inside() -> int:
    """How many frames up the first one outside of this package is, as a caller here counts them."""
    count, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        count, frame = count + 1, frame.f_back
    return count


class Files:
    """The files of one call: `given` by the caller, or `written` for its dictionaries and schedules."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.given: list[str] = []
        self.written: list[str] = []

    def argument(self, value: Document | Option, name: str) -> str:
        """A value as one argument."""
        from ._schedule import Schedule

        if isinstance(value, Schedule):
            text = value.text
        elif isinstance(value, Mapping):
            text = json.dumps(value).encode()
        else:
            self.given.append(os.fspath(value) if isinstance(value, os.PathLike) else str(value))
            return self.given[-1]
        path = self.folder / f"{name}-{len(self.written)}.json"
        path.write_bytes(text)
        self.written.append(str(path))
        return str(path)

    def option(self, name: str, value: Option) -> list[str]:
        """An option as the arguments that say it; none for None and False."""
        flag = f"--{name.replace('_', '-')}"
        if value is None or value is False:
            return []
        if value is True:
            return [flag]
        if isinstance(value, (list, tuple)):
            return [f"{flag}={','.join(map(str, value))}"]
        return [f"{flag}={self.argument(value, name)}"]

    def unnamed(self, text: str) -> str:
        """A message without the names of files that nobody knows."""
        for path in self.written:
            text = text.removeprefix(f"{path}: ")
        return text
