"""The program under test, its problems and its files."""

import json
import subprocess

UNEVEN = [
    {"forward": 3, "backwardInput": 4, "backwardWeight": 1},
    {"forward": 2, "backwardInput": 2, "backwardWeight": 2},
    {"forward": 1, "backwardInput": 2, "backwardWeight": 3},
    {"forward": 4, "backwardInput": 3, "backwardWeight": 2},
]


class Refusal(Exception):
    """What the program said when it refused, in one line."""


class Program:
    """The built program, working in a folder."""

    def __init__(self, path, folder):
        self.path = path
        self.folder = folder

    def run(self, *arguments):
        """Runs the program and returns its output; bad input is a Refusal, anything else an error."""
        done = subprocess.run([self.path, *map(str, arguments)], capture_output=True, text=True, timeout=120)
        if done.returncode in (64, 65):
            raise Refusal(done.stderr.strip().splitlines()[-1].removeprefix("pipeloom: "))
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, arguments))}: status {done.returncode}: {done.stderr}")
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json"))

    def file(self, name):
        return self.folder / name.replace(" ", "-")

    def write_problem(self, name, **keys):
        """Writes a problem file; left out, times are those of equal stages with F = B = W = 1."""
        path = self.file(name + ".problem.json")
        keys.setdefault("stages", [{"repeat": keys["devices"]} | unit(1)])
        path.write_text(json.dumps({"pipeloom": "problem/1", "name": name} | keys))
        return path


def unit(time):
    return {"forward": time, "backwardInput": time, "backwardWeight": time}


class Schedule:
    """A schedule file and what a framework must be told besides its rows."""

    def __init__(self, path):
        self.path = path
        problem = json.loads(path.read_text())["problem"]
        self.devices = problem["devices"]
        batch = problem["microbatches"]
        self.microbatches = batch if isinstance(batch, int) else len(batch)
        self.hosts = hosts(problem["placement"], len(problem["stages"]), self.devices)


def hosts(placement, stages, devices):
    """The device of each stage; written anew from docs/semantics.md, so that a CSV cannot hide a wrong map."""
    if isinstance(placement, list):
        return placement
    if placement == "v":
        folded = list(range(devices)) + list(reversed(range(devices)))
        return [folded[stage % (2 * devices)] for stage in range(stages)]
    return [stage % devices for stage in range(stages)]
