"""Plans of which stages recompute: by hand, and searched under tight memory."""

import json
from dataclasses import dataclass

import checkpointing
from program import Schedule

MODES = ["plain", "folded", "folded*1"]


@dataclass
class Plan:
    """A schedule with modes, as PyTorch reads it."""

    name: str
    schedule: Schedule
    csv: str
    # What every rank holds at most, in bytes; None where PyTorch is not expected to hold just that.
    peaks: list | None

    @property
    def checkpoints(self):
        return self.csv.with_suffix(".checkpoint.json")

    @property
    def wrapped(self):
        """How many stages recompute, for some microbatches at least."""
        return sum(len(rank["checkpoint"]) for rank in json.loads(self.checkpoints.read_text())["ranks"])


def all_plans(program):
    for devices, microbatches, layout in [(2, 4, []), (4, 8, []), (2, 4, ["v"])]:
        for per in ["stage", "microbatch"]:
            yield by_hand(program, devices, microbatches, layout, per)
    yield searched(program, "stage")
    yield searched(program, "microbatch")
    yield split(program)


def problem(program, name, devices, count=None, **keys):
    return program.write_problem(
        name, devices=devices, stages=checkpointing.stages(count or devices), units={"memory": "B"}, **keys)


def by_hand(program, devices, microbatches, layout, per):
    """A family's orders, whose stages take all modes in turn, for all microbatches or each its own."""
    name = f"checkpoints per {per}, {devices} devices{', a v' if layout else ''}"
    keys = {"placement": "v"} if layout else {}
    count = 2 * devices if layout else devices
    path = program.file(name + ".json")
    family = "1f1b-v" if layout else "1f1b"
    program.run(
        "generate", family, problem(program, name, devices, count, microbatches=microbatches, modesPer=per, **keys),
        "-o", path)
    write_modes(path, lambda stage, microbatch: MODES[(stage + (microbatch if per == "microbatch" else 0)) % 3])
    return exported(program, name, path)


def write_modes(path, mode):
    """Names a mode on every F of a schedule; times and figures, which are then others, are left out."""
    schedule = json.loads(path.read_text())
    schedule.pop("summary", None)
    for device in schedule["devices"]:
        for operation in device["operations"]:
            for key in ["start", "end"]:
                operation.pop(key, None)
            if operation["op"] == "F":
                name = mode(operation["stage"], operation["microbatch"])
                operation.pop("mode", None)
                operation.update({} if name == "plain" else {"mode": name})
    path.write_text(json.dumps(schedule))


def searched(program, per):
    """Less memory than the last stage needs without recompute."""
    name = f"checkpoints searched per {per}"
    path = program.file(name + ".json")
    limit = 4 * checkpointing.TENSOR
    program.run(
        "search", problem(program, name, 4, microbatches=8, memoryLimit=limit, modesPer=per), "--iterations", 3000, "-o",
        path)
    return exported(program, name, path)


def split(program):
    """Backward passes in parts, for which PyTorch recomputes twice: gradients alone are compared."""
    name = "checkpoints, backward passes in parts"
    stages = [
        {key: value for key, value in stage.items() if key != "modes"} | {
            "backward": None, "modes": [{"name": "folded", "backwardInput": 4, "checkpoint": 1}]}
        for stage in checkpointing.stages(2)]
    for stage in stages:
        del stage["backward"]
        stage |= {"backwardInput": 2, "backwardWeight": 2}
    path = program.file(name + ".json")
    program.run("generate", "zb-h1", program.write_problem(name, devices=2, microbatches=4, stages=stages), "-o", path)
    write_modes(path, lambda stage, _: "folded")
    plan = exported(program, name, path)
    plan.peaks = None
    return plan


def exported(program, name, path):
    csv = program.file(name + ".csv")
    program.run("export", path, "--format", "torch-csv", "-o", csv)
    peaks = program.json("simulate", path)["summary"]["peakMemory"]
    return Plan(name, Schedule(path), csv, peaks)
