"""Readers of older versions of PyTorch: each takes exactly the files that docs/formats.md says and --torch writes.

A reader is that version's own files of torch.distributed.pipelining, which scripts/test-frameworks fetches; they run on
the version that is installed. The sends and receives that it adds are read back and must not block.
"""

import importlib
import json
import os
import pathlib
import sys
from types import SimpleNamespace

from pool import Failure
from program import Refusal, Schedule

# Of each version, whether it takes stages that lie in no loop, and overlapped pairs.
TABLE = {"2.6": (False, False), "2.8": (True, False)}


def read(rank, version, csv, comms, hosts, microbatches):
    """Loads a file as a version does, and writes what it makes of it."""
    folder = os.environ["PIPELOOM_TORCH_READERS"]
    if folder not in sys.path:
        sys.path.append(folder)
    schedules = importlib.import_module(f"pipelining_{version.replace('.', '_')}.schedules")
    size = max(hosts) + 1
    # All that a reader asks of the stages of a rank; before 2.7 it asked them on which ranks all stages are, and a stage
    # that is told nothing takes them to lie in a loop.
    stages = [
        SimpleNamespace(
            stage_index=stage, num_stages=len(hosts), is_first=stage == 0, is_last=stage == len(hosts) - 1,
            group_rank=0, group_size=size, stage_index_to_group_rank=dict(enumerate(loop(hosts))))
        for stage, host in enumerate(hosts) if host == 0]
    runtime = schedules._PipelineScheduleRuntime(stages, microbatches, loss_fn=lambda output, target: output)
    runtime._load_csv(csv)
    rows = runtime.pipeline_order_with_comms
    pathlib.Path(comms).write_text("".join(",".join(map(str, rows[rank])) + "\n" for rank in range(len(rows))))


def check_all(program, cases, pool, report, word):
    """Gives the files of all cases to every reader."""
    for version, takes in TABLE.items():
        name = f"reader of PyTorch {version}"
        if word not in name:
            continue
        with report.case(name) as result:
            taken, refused = 0, 0
            for case in [*cases, paired(program)]:
                reason = missing(case, *takes)
                found = refusal(program, pool, version, case)
                result.expect((found is None) == (reason is None), f"{case.name}: {found}, expected {reason}")
                taken, refused = taken + (found is None), refused + (found is not None)
                told = export_refusal(program, version, case)
                result.expect((told is None) == (reason is None), f"export of {case.name}: {told}, expected {reason}")
            result.expect(taken > 20 and refused > 0, f"takes {taken}, refuses {refused}")
            result.say(f"takes {taken} files, whose sends and receives cannot block, refuses {refused}, as --torch does")


def paired(program):
    """A schedule of overlapped pairs in a V."""
    name = "overlapped pairs"
    path = program.file(name + ".json")
    problem = program.write_problem(name, devices=2, microbatches=6)
    program.run("generate", "dualpipe-v", problem, "--chunks", 2, "--overlap", 1, "-o", path)
    csv = program.file(name + ".csv")
    program.run("export", path, "--format", "torch-csv", "-o", csv)
    return SimpleNamespace(name=name, schedule=Schedule(path), csv=csv)


def loop(hosts):
    """The ranks of so many stages on so many devices in a loop."""
    return [stage % (max(hosts) + 1) for stage in range(len(hosts))]


def missing(case, takes_maps, takes_pairs):
    """What of a file a version has not; `None` where it has all."""
    if not takes_maps and case.schedule.hosts != loop(case.schedule.hosts):
        return "no map but a loop"
    return "no pairs" if not takes_pairs and "OVERLAP" in case.csv.read_text() else None


def refusal(program, pool, version, case):
    """Why a reader refuses a file; what it takes is read back with its sends and receives."""
    comms = program.file("read.csv")
    try:
        pool.run(
            "read", version=version, csv=str(case.csv), comms=str(comms), hosts=case.schedule.hosts,
            microbatches=case.schedule.microbatches)
    except Failure as failure:
        return str(failure)
    problem = program.file("read.problem.json")
    problem.write_text(json.dumps(json.loads(case.schedule.path.read_text())["problem"]))
    program.run("import", comms, "--format", "torch-comms", "--problem", problem)
    return None


def export_refusal(program, version, case):
    """Why `export --torch` refuses a schedule."""
    try:
        program.run("export", case.schedule.path, "--format", "torch-csv", "--torch", version, "-o", program.file("e.csv"))
    except Refusal as refusal:
        return str(refusal)
    return None
