"""The commands of the program as functions; options are those that `pipeloom COMMAND --help` lists."""

from __future__ import annotations

import json
import os
import pathlib
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Collection, Mapping, Optional, Sequence, Union

from ._calls import Document, Option, call

if TYPE_CHECKING:
    import pandas

    from ._schedule import Schedule


def generate(family: str, problem: Optional[Document] = None, **options: Option) -> Schedule:
    """The schedule of a named family: `generate("zb-h1", problem)`; without a problem, options describe it."""
    return _schedule("generate", family, *_given(problem), options=options)


def search(problem: Optional[Document] = None, **options: Option) -> Schedule:
    """The shortest schedule that is found within the memory limits, with its certificate in `summary`."""
    return _schedule("search", *_given(problem), options=options)


def check(schedule: Document, **options: Option) -> dict[str, Any]:
    """What the checker finds: `violations` is empty where the schedule is right."""
    return dict(_reported("check", schedule, options=options, accepted=(0, 1)))


def render(
    schedule: Document, output: Union[None, str, os.PathLike[str]] = None, **options: Option
) -> bytes:
    """The Gantt diagram, as SVG unless `format` says pdf, png or dot; written to a file where one is named."""
    if output is None:
        return call("render", schedule, options={"output": "-", "format": "svg"} | options)
    call("render", schedule, options={"output": os.fspath(output)} | options)
    return pathlib.Path(output).read_bytes()


@dataclass(frozen=True)
class Comparison:
    """Schedules side by side, the shortest first."""

    schedules: list[dict[str, Any]]
    """The figures of each."""
    left_out: list[dict[str, str]]
    """The families that have no schedule, and why."""

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each schedule: its title and its figures."""
        import pandas

        return pandas.json_normalize(self.schedules)


def compare(*inputs: Document, **options: Option) -> Comparison:
    """Compares schedules, or with `families` the named families on one problem; `output` draws them."""
    found = _reported("compare", *inputs, options=options)
    if isinstance(found, list):
        return Comparison(found, [])
    return Comparison(found["schedules"], found["leftOut"])


@dataclass(frozen=True)
class Estimate:
    """What training a model takes, by formulas."""

    report: dict[str, Any]
    """Parameters, FLOPs and memory, and times where the hardware is known."""
    problem: Optional[dict[str, Any]]
    """The problem with the model's layers, to search; None without `hardware`."""


def estimate(config: Document, **options: Option) -> Estimate:
    """Works out what a model takes, from its configuration as Hugging Face writes it."""
    if options.get("hardware") is None:
        return Estimate(_reported("estimate", config, options=options), None)
    with tempfile.TemporaryDirectory(prefix="pipeloom-") as folder:
        path = pathlib.Path(folder) / "problem.json"
        report = _reported("estimate", config, options={**options, "output": path})
        return Estimate(report, json.loads(path.read_bytes()))


def validate(*runs: Document, **options: Option) -> dict[str, Any]:
    """Compares measured runs, a table or traces, with what is predicted of them; `output` draws them."""
    return dict(_reported("validate", *runs, options=options, accepted=(0, 1)))


def run(command: str, *arguments: Document, **options: Option) -> str:
    """Any command of the program: what it prints, as text."""
    return call(command, *arguments, options=options).decode()


def _schedule(command: str, *inputs: Document, options: Mapping[str, Option]) -> Schedule:
    from ._schedule import Schedule

    if "output" in options:
        raise TypeError(f"{command}() returns the schedule: write it with its method save()")
    return Schedule(call(command, *inputs, options={**options, "output": "-"}))


def _given(problem: Optional[Document]) -> Sequence[Document]:
    return () if problem is None else (problem,)


def _reported(
    command: str, *inputs: Document, options: Mapping[str, Option], accepted: Collection[int] = (0,)
) -> Any:
    """What a command prints with --json."""
    return json.loads(call(command, *inputs, options={**options, "json": True}, accepted=accepted))
