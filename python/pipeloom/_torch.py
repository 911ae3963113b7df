"""PyTorch's runtime of a schedule. Its class and the way it loads an order are private names of PyTorch."""

from __future__ import annotations

import pathlib
import tempfile
import warnings
from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Sequence

from ._errors import PipeloomWarning

if TYPE_CHECKING:
    from ._schedule import Schedule

OLDEST, NEWEST = (2, 6), (2, 15)
"""The versions whose reader is known to take the files."""

FROM_LATER = "a V takes PyTorch 2.7 or later, overlapped pairs 2.9 or later"


def runtime(
    schedule: Schedule, stages: Sequence[Any], loss_fn: Optional[Callable[..., Any]],
    options: Mapping[str, Any],
) -> Any:
    """`_PipelineScheduleRuntime` with the schedule's orders loaded."""
    import torch

    version = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2])
    if version < OLDEST:
        raise RuntimeError(f"expected PyTorch 2.6 or later, found {torch.__version__}")
    if version > NEWEST:
        warnings.warn(
            f"PyTorch {torch.__version__} is newer than any that was tried: compare a step's losses first",
            PipeloomWarning, stacklevel=3)
    check_stages(schedule, stages)

    from torch.distributed.pipelining.schedules import _PipelineScheduleRuntime

    made = _PipelineScheduleRuntime(list(stages), schedule.microbatches, loss_fn=loss_fn, **options)
    with tempfile.TemporaryDirectory(prefix="pipeloom-") as folder:
        path = pathlib.Path(folder) / "schedule.csv"
        schedule.export("torch-csv", path)
        if path.with_suffix(".checkpoint.json").exists():
            warnings.warn(
                "the schedule has modes that recompute within backward passes: export() tells which modules to wrap",
                PipeloomWarning, stacklevel=3)
        try:
            made._load_csv(str(path))
        except Exception as error:
            if version < (2, 9):
                raise RuntimeError(f"PyTorch {torch.__version__} refuses the schedule: {FROM_LATER}") from error
            raise
    return made


def check_stages(schedule: Schedule, stages: Sequence[Any]) -> None:
    """Refuses stages that the schedule does not place on their rank: PyTorch would fail in the first step."""
    if not stages:
        raise ValueError("expected the stages of this rank, found none")
    rank = stages[0].group_rank
    orders = {device["device"]: device["operations"] for device in schedule.document["devices"]}
    expected = sorted({operation["stage"] for operation in orders.get(rank, [])})
    found = sorted(stage.stage_index for stage in stages)
    if found != expected:
        raise ValueError(f"rank {rank}: expected stages {expected}, found {found}")
