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
from pipeloom import Program
from pool import Failure, Pool
from report import Report

TOLERANCE = 1e-9


def train(case, pool, report):
    """Runs one case on all ranks."""
    with report.case(case.name) as result:
        try:
            answers = pool.run(
                "train", csv=str(case.csv), hosts=case.schedule.hosts,
                microbatches=case.schedule.microbatches, disturbance=case.disturbance)
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


def main(path, word=""):
    report = Report()
    with tempfile.TemporaryDirectory(prefix="pipeloom-") as folder:
        program = Program(path, pathlib.Path(folder))
        everything = itertools.chain(
            cases.families(program, report.skip), cases.searched(program), cases.broken(program))
        chosen = [case for case in everything if word in case.name]
        for devices in sorted({case.schedule.devices for case in chosen}):
            with Pool(devices) as pool:
                for case in chosen:
                    if case.schedule.devices == devices:
                        train(case, pool, report)
        with Pool(1) as pool:
            closed_forms.check_all(program, pool, report, word)
    return report.summarize()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: main.py PROGRAM [WORD]")
    sys.exit(main(*sys.argv[1:]))
