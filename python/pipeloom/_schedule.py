"""A schedule, as the program wrote it."""

from __future__ import annotations

import functools
import json
import os
import pathlib
from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Sequence, TypedDict, Union

from . import _commands
from ._calls import Document, Option, call

if TYPE_CHECKING:
    import pandas


class Certificate(TypedDict, total=False):
    """How good a schedule is at best: no other of its problem has a smaller `objective` than `lowerBound`."""

    objective: str
    lowerBound: float
    gap: float
    optimal: bool
    backward: str


class Summary(Certificate, total=False):
    """The figures of a schedule, as docs/semantics.md defines them: times and memory in the problem's units."""

    makespan: float
    period: float
    longestDeviceSpan: float
    makespanBubble: float
    periodBubble: float
    spanBubble: float
    imbalance: float
    peakMemory: list[float]
    recomputeShare: float
    peakHostMemory: list[float]
    hostBusy: list[float]


class Schedule:
    """A problem with an order of operations for each device, their times and figures.

    Attributes:
        text: the schedule file, byte for byte as the program wrote it.
    """

    def __init__(self, document: Union[Mapping[str, Any], bytes]) -> None:
        self.text = document if isinstance(document, bytes) else json.dumps(document).encode()

    @classmethod
    def load(cls, path: Union[str, os.PathLike[str]]) -> Schedule:
        """Reads a schedule file; `pipeloom.check` tells whether it is right."""
        return cls(pathlib.Path(path).read_bytes())

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes a schedule file."""
        pathlib.Path(path).write_bytes(self.text)

    @functools.cached_property
    def document(self) -> dict[str, Any]:
        """The schedule file as a dictionary; docs/schedule.schema.json describes it."""
        document: dict[str, Any] = json.loads(self.text)
        return document

    @property
    def problem(self) -> dict[str, Any]:
        """The problem that it solves."""
        problem: dict[str, Any] = self.document["problem"]
        return problem

    @property
    def summary(self) -> Summary:
        """Its figures, with the certificate where there is one; empty in a file that records none."""
        summary: Summary = self.document.get("summary", {})
        return summary

    @property
    def microbatches(self) -> int:
        """How many microbatches it runs."""
        batch = self.problem["microbatches"]
        return batch if isinstance(batch, int) else len(batch)

    def __repr__(self) -> str:
        generator = self.document.get("generator", {})
        name = generator.get("family") or generator.get("command") or "Schedule"
        makespan = self.summary.get("makespan")
        unit = self.problem.get("units", {}).get("time", "")
        length = "" if makespan is None else f", makespan {makespan:g} {unit}".rstrip()
        return (
            f"<{name}: {len(self.document['devices'])} devices, {self.microbatches} microbatches{length}>")

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each operation, in the order of each device; absent values are missing.

        Columns: device, position, op, stage, microbatch, start, end, and what else the file says of operations.
        """
        import pandas

        rows = [
            {"device": device["device"], "position": position} | operation
            for device in self.document["devices"]
            for position, operation in enumerate(device["operations"])
        ]
        return pandas.DataFrame(rows)

    def _repr_svg_(self) -> str:
        """The Gantt diagram, which notebooks show."""
        return _commands.render(self, format="svg").decode()

    def export(
        self, format: str, output: Union[str, os.PathLike[str]], **options: Option
    ) -> None:
        """Writes the schedule for another program, with what belongs beside it: docs/formats.md has the formats."""
        call("export", self, options={"format": format, "output": os.fspath(output)} | options)

    def simulate(self, problem: Optional[Document] = None, **options: Option) -> Schedule:
        """Times its orders again, under another problem where one is given."""
        return Schedule(call("simulate", self, options={"problem": problem, "output": "-"} | options))

    def runtime(
        self, stages: Sequence[Any], loss_fn: Optional[Callable[..., Any]] = None, **options: Any
    ) -> Any:
        """PyTorch's runtime of this schedule, for the stages of this process's rank.

        Args:
            stages: a `torch.distributed.pipelining.PipelineStage` for each stage on this rank.
            loss_fn: what the last stage compares its output by.
            options: what else PyTorch's `_PipelineScheduleRuntime` takes.

        Raises:
            InputError: where PyTorch cannot run the schedule; docs/formats.md says when.
            RuntimeError: where this version of PyTorch cannot.
            ValueError: where the stages are not those of this rank.
        """
        from ._torch import runtime

        return runtime(self, stages, loss_fn, options)
