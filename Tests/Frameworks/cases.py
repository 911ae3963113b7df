"""What is run on PyTorch: every family it can run, searched schedules, and files that must fail."""

import dataclasses

from program import UNEVEN, Refusal, Schedule, unit

SIZES = [(2, 4), (3, 7), (4, 8), (4, 2), (8, 16)]
# What a family may need of a sequential problem: to be cut in chunks, or entered from both ends.
LAYOUTS = [[], ["--chunks", 2], ["--placement", "bidirectional"]]


@dataclasses.dataclass
class Case:
    """A file to train with, and whether that must go well."""

    name: str
    schedule: Schedule
    csv: str
    must_fail: bool = False
    # Run through the Python package, from the schedule file.
    packaged: bool = False
    # Whether the file holds transfers and steps, and whether stages have weights to gather and free.
    comms: bool = False
    sharded: bool = False
    disturbance: float = 0.0


def families(program, skip):
    """Every family at every size that it takes; a family that PyTorch cannot run is skipped with the reason."""
    for family in [line["name"] for line in program.json("families")]:
        cases, reason = [], ""
        for devices, microbatches in SIZES:
            name = f"{family}, {devices} devices, {microbatches} microbatches"
            problem = program.write_problem(
                name, devices=devices, microbatches=microbatches,
                stages=[UNEVEN[stage % len(UNEVEN)] for stage in range(devices)])
            try:
                schedule = generated(program, family, problem, name)
                cases.append(exported(program, name, schedule))
            except Refusal as refusal:
                reason = refusal
        if not cases:
            skip(family, reason)
        yield from cases


def generated(program, family, problem, name):
    """The family's schedule under the first layout that it takes."""
    path = program.file(name + ".json")
    refusals = []
    for layout in LAYOUTS:
        try:
            program.run("generate", family, problem, *layout, "-o", path)
            return Schedule(path)
        except Refusal as refusal:
            refusals.append(refusal)
    raise refusals[0]


def exported(program, name, schedule):
    csv = program.file(name + ".csv")
    program.run("export", schedule.path, "--format", "torch-csv", "-o", csv)
    return Case(name, schedule, csv)


def searched(program):
    """Schedules without a name: uneven costs, tight memory, every placement, up to eight devices."""
    quick = ["--iterations", 3000]
    eight = [UNEVEN[stage % 4] for stage in range(8)]
    half = [{"activationForB": 1, "activationForW": 0.5} | stage for stage in UNEVEN]
    table = [
        ("uneven", dict(devices=4, microbatches=8, stages=UNEVEN, communication=0.3), []),
        ("tight memory", dict(devices=4, microbatches=12, stages=half), ["--memory-limit", "0.6x"]),
        ("one microbatch at a time", dict(devices=3, microbatches=5, memoryLimit=1), []),
        ("period", dict(devices=4, microbatches=8, stages=UNEVEN), ["--objective", "period"]),
        ("loop", dict(devices=4, microbatches=8, stages=UNEVEN), ["--chunks", 2]),
        ("v", dict(devices=4, microbatches=8, stages=UNEVEN), ["--chunks", 2, "--placement", "v"]),
        ("v of three chunks", dict(devices=2, microbatches=4), ["--chunks", 3, "--placement", "v"]),
        ("zigzag", dict(
            devices=3, microbatches=6, stages=UNEVEN + UNEVEN[:1], placement=[0, 1, 2, 1, 0]), []),
        ("contiguous", dict(devices=2, microbatches=4, stages=UNEVEN, placement=[0, 0, 1, 1]), []),
        ("eight devices", dict(devices=8, microbatches=16, stages=eight, communication=0.5),
         ["--memory-limit", "1.5x"]),
        ("eight devices, v", dict(devices=8, microbatches=16), ["--chunks", 2, "--placement", "v"]),
    ]
    for title, keys, flags in table:
        name = "search, " + title
        path = program.file(name + ".json")
        program.run("search", program.write_problem(name, **keys), *flags, *quick, "-o", path)
        yield exported(program, name, Schedule(path))


def stepped(program):
    """Schedules that say when weights are gathered and freed and gradients reduced, and what goes wrong without."""
    steps = [
        {"name": "UNSHARD", "per": "stage", "stream": "net", "time": 2, "feeds": ["F"]},
        {"name": "RESHARD", "per": "stage", "time": 0, "needs": ["W"]},
        {"name": "REDUCE_GRAD", "per": "stage", "stream": "net", "time": 3, "needs": ["W"]},
    ]
    table = [
        ("one stage each", 2, UNEVEN[:2], [0, 1]),
        ("loop", 2, UNEVEN, [0, 1, 0, 1]),
        ("v", 4, UNEVEN + UNEVEN, [0, 1, 2, 3, 3, 2, 1, 0]),
    ]
    for title, devices, stages, placement in table:
        for tasks in (steps, []):
            name = f"steps, {title}" + ("" if tasks else ", without weights")
            keys = {"streams": ["compute", "net"], "tasks": tasks} if tasks else {}
            problem = program.write_problem(
                name, devices=devices, microbatches=6, stages=stages, placement=placement, **keys)
            path = program.file(name + ".json")
            program.run("search", problem, "--iterations", 2000, "-o", path)
            csv = program.file(name + ".csv")
            program.run("export", path, "--format", "torch-comms", "--torch", "2.13", "-o", csv)
            # What is exported reads back under its problem.
            program.run("import", csv, "--format", "torch-comms", "--problem", problem, "-o", program.file("read.json"))
            case = Case(name, Schedule(path), csv, comms=True, sharded=bool(tasks))
            yield case
            if title == "loop" and tasks:
                yield from without(program, case, "0UNSHARD", "3RESHARD", "2REDUCE_GRAD")


def without(program, case, *cells):
    """The same file without one of its steps, which must fail."""
    rows = [line.split(",") for line in case.csv.read_text().splitlines()]
    for cell in cells:
        name = f"broken, {case.name} without {cell}"
        csv = program.file(name + ".csv")
        csv.write_text("".join(",".join(c for c in row if c != cell) + "\n" for row in rows))
        yield dataclasses.replace(case, name=name, csv=csv, must_fail=True)


def packaged(program):
    """Schedules that the Python package hands to PyTorch."""
    for title, flags in [("one stage each", []), ("v", ["--chunks", 2, "--placement", "v"])]:
        name = "python package, " + title
        path = program.file(name + ".json")
        problem = program.write_problem(name, devices=2, microbatches=4)
        program.run("search", problem, *flags, "--iterations", 1000, "-o", path)
        yield Case(name, Schedule(path), csv=None, packaged=True)
    exchanged = Schedule(path)
    exchanged.hosts = [1 - host for host in exchanged.hosts]
    yield Case("python package, stages of another rank", exchanged, csv=None, packaged=True, must_fail=True)


def broken(program):
    """Files that must fail: each is a good one with one thing wrong."""
    problem = program.write_problem("broken", devices=4, microbatches=8)
    path = program.file("broken.json")
    program.run("generate", "zb-h1", problem, "-o", path)
    schedule = Schedule(path)
    good = exported(program, "broken, nothing wrong", schedule)
    rows = [line.split(",") for line in good.csv.read_text().splitlines()]

    def case(title, change):
        changed = [list(row) for row in rows]
        change(changed)
        name = "broken, " + title
        csv = program.file(name + ".csv")
        csv.write_text("".join(",".join(row) + "\n" for row in changed))
        return Case(name, schedule, csv, must_fail=True)

    def swap(row, one, other):
        first, second = row.index(one), row.index(other)
        row[first], row[second] = row[second], row[first]

    yield case("an I before its F", lambda rows: swap(rows[1], "1F3", "1I3"))
    yield case("a W before its I", lambda rows: swap(rows[2], "2I0", "2W0"))
    yield case("a W left out", lambda rows: rows[0].remove("0W7"))
    yield case("an F left out", lambda rows: rows[3].remove("3F4"))
    yield case("one W twice instead of two", lambda rows: replace(rows[2], "2W5", "2W4"))
    yield case("two ranks exchanged", lambda rows: rows.insert(1, rows.pop(2)))
    yield case("losses out of order", lambda rows: (swap(rows[3], "3F1", "3F2"), swap(rows[3], "3I1", "3I2")))
    yield case("ranks that wait for each other", lambda rows: rows[0].insert(1, take(rows[0], "0I0")))
    # This one loads; only running it finds out.
    yield case(
        "a B too many, an I and W too few",
        lambda rows: (take(rows[0], "0I4"), replace(rows[0], "0W4", "0B5")))
    yield case("a rank left out", lambda rows: rows.pop())
    yield case("a blank line at the end", lambda rows: rows.append([]))
    # The comparison itself: the weights of a right schedule are off by a hair.
    yield Case("broken, weights off by 1e-6", schedule, good.csv, must_fail=True, disturbance=1e-6)


def replace(row, old, new):
    row[row.index(old)] = new


def take(row, cell):
    row.remove(cell)
    return cell
