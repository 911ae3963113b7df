"""The schedules that PyTorch builds itself, as compute_only files."""

from torch.distributed.pipelining._schedule_visualizer import get_schedule_ops


def write(rank, name, devices, microbatches, stages_per_rank, csv):
    """Writes what PyTorch makes of a schedule's name."""
    rows = [
        [action for action in row if action is None or action.is_compute_op]
        for row in get_schedule_ops(name, devices, microbatches, stages_per_rank)
    ]
    if name == "1F1B":
        rows[-1] = [counted_from_zero(action) for action in rows[-1]]
    with open(csv, "w") as file:
        for row in rows:
            file.write(",".join("" if action is None else str(action) for action in row) + "\n")


def counted_from_zero(action):
    """An action of 1F1B's last rank: the order for viewing counts its forwards from 1; the one that runs does
    not."""
    if action is None or action.computation_type.value != "F":
        return action
    return action._replace(microbatch_index=action.microbatch_index - 1)
