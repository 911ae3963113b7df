"""Trains with exported schedules on PyTorch and compares with one process: main.py PROGRAM [WORD]

P processes run two optimizer steps of a small float64 model in stages over gloo; all losses and gradients must
equal those of one process to 1e-9. With a word, only cases with it in their name run. Needs no GPU.
"""

import itertools
import pathlib
import sys
import tempfile

import cases
import closed_forms
import old_readers
import plans
from program import Program
from pool import Failure, Pool
from report import Report

TOLERANCE = 1e-9


def train(case, pool, report):
    """Runs one case on all ranks."""
    with report.case(case.name) as result:
        try:
            source = {"schedule": str(case.schedule.path)} if case.packaged else {
                "csv": str(case.csv), "comms": case.comms, "sharded": case.sharded}
            answers = pool.run(
                "train", hosts=case.schedule.hosts, microbatches=case.schedule.microbatches,
                disturbance=case.disturbance, **source)
            failure = None if max(answers) <= TOLERANCE else f"gradients differ by {max(answers):.1e}"
        except Failure as error:
            failure = str(error)
        if case.must_fail:
            result.expect(failure, "expected a failure, found none")
            result.say(f"fails as it must: {failure}")
        else:
            result.expect(failure is None, failure)
            if failure is None:
                result.say(f"losses and gradients equal to {max(answers):.0e}")


def recompute(plan, pool, report):
    """Runs one plan on all ranks: gradients as without recompute, and no more memory than planned, nor less."""
    with report.case(plan.name) as result:
        result.expect(plan.wrapped > 0, "nothing recomputes")
        answers = pool.run(
            "checkpoint", csv=str(plan.csv), plan=str(plan.checkpoints), hosts=plan.schedule.hosts,
            microbatches=plan.schedule.microbatches, reentrant=plan.peaks is not None)
        worst = max(difference for difference, _ in answers)
        result.expect(worst <= TOLERANCE, f"gradients differ by {worst:.1e}")
        peaks = [peak for _, peak in answers]
        if plan.peaks is not None:
            result.expect(peaks == plan.peaks, f"saved bytes {peaks}, planned {plan.peaks}")
        result.say(f"losses and gradients equal to {worst:.0e}; saved bytes {peaks}")


PROFILED = "profile, 2 devices, a v"


def profile(program, report):
    """Profiles a run and imports the traces: what PyTorch writes is what the import reads."""
    with report.case(PROFILED) as result, Pool(2) as pool:
        problem = program.write_problem(PROFILED, devices=2, microbatches=4)
        path = program.file(PROFILED + ".json")
        program.run(
            "search", problem, "--chunks", 2, "--placement", "v", "--iterations", 1000, "-o", path)
        case = cases.exported(program, PROFILED, cases.Schedule(path))
        pool.run(
            "profile", folder=str(program.folder), csv=str(case.csv), hosts=case.schedule.hosts,
            microbatches=case.schedule.microbatches)
        traces = [program.folder / f"rank{rank}.json" for rank in (1, 0)]
        measured = program.json("import", *traces, "--format", "chrome-trace", "-o", path)
        found = {(line["stage"], line["device"]) for line in measured["lines"]}
        result.expect(found == set(enumerate(case.schedule.hosts)), f"stages on devices {sorted(found)}")
        result.expect(measured["microbatches"] == 4, f"{measured['microbatches']} microbatches")
        operations = sum(line["count"] for line in measured["lines"])
        result.say(f"{operations} operations measured in {len(traces)} traces")
        program.run("search", path, "--iterations", 100)


def main(path, word=""):
    report = Report()
    with tempfile.TemporaryDirectory(prefix="pipeloom-") as folder:
        program = Program(path, pathlib.Path(folder))
        everything = list(itertools.chain(
            cases.families(program, report.skip), cases.searched(program), cases.packaged(program),
            cases.stepped(program), cases.broken(program)))
        chosen = [case for case in everything if word in case.name]
        for devices in sorted({case.schedule.devices for case in chosen}):
            with Pool(devices) as pool:
                for case in chosen:
                    if case.schedule.devices == devices:
                        train(case, pool, report)
        for plan in plans.all_plans(program):
            if word in plan.name:
                with Pool(plan.schedule.devices) as pool:
                    recompute(plan, pool, report)
        if word in PROFILED:
            profile(program, report)
        with Pool(1) as pool:
            closed_forms.check_all(program, pool, report, word)
            sound = [case for case in everything if case.csv and not case.comms and not case.must_fail]
            old_readers.check_all(program, sound, pool, report, word)
    return report.summarize()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: main.py PROGRAM [WORD]")
    sys.exit(main(*sys.argv[1:]))
