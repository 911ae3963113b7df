"""PyTorch's own schedules, read back: their makespans have closed forms and equal those of our families."""

from program import Refusal, unit

UNIT_STAGE = {"activationForB": 1, "activationForW": 0.5} | unit(1)


def one_way(p, m, v):
    """Fused backwards: each rank waits for the first forward and for the backwards of those behind it."""
    return 3 * v * m + 3 * (p - 1)


def zero_bubble(p, m, v):
    """Weight gradients fill all waiting but that for the first forward."""
    return 3 * v * m + p - 1


def zero_bubble_v(p, m, v):
    """Two microbatches per device fill the v; for M = P only the value at P = 4 is known."""
    return zero_bubble(p, m, v) if m >= 2 * p else {(4, 4): 30}.get((p, m))


# PyTorch's name, our family, chunks, placement, and the makespan for F = I = W = 1, B = 2 without latency.
# A pair of DualPipeV takes as long as its parts; no closed form of its length is in print.
SCHEDULES = [
    ("GPipe", "gpipe", 1, "sequential", one_way),
    ("1F1B", "1f1b", 1, "sequential", one_way),
    ("Interleaved1F1B", "interleaved", 2, "loop", one_way),
    ("LoopedBFS", "looped-bfs", 2, "loop", one_way),
    ("InterleavedZeroBubble", "interleaved-zb", 2, "loop", zero_bubble),
    ("ZBVZeroBubble", "zb-v", 2, "v", zero_bubble_v),
    ("DualPipeV", "dualpipe-v", 2, "v", lambda p, m, v: None),
]


def check_all(program, pool, report, word):
    """Has PyTorch write each schedule, imports, checks and times it."""
    families = {line["name"] for line in program.json("families")}
    for name, family, chunks, placement, form in SCHEDULES:
        for devices in (4, 8):
            for microbatches in (devices, 2 * devices, 4 * devices):
                if name == "DualPipeV" and microbatches < 2 * devices:
                    continue  # PyTorch refuses it.
                title = f"PyTorch's {name}, {devices} devices, {microbatches} microbatches"
                if word not in title:
                    continue
                csv = program.file(title + ".csv")
                pool.run(
                    "orders", name=name, devices=devices, microbatches=microbatches,
                    stages_per_rank=None if chunks == 1 else chunks, csv=str(csv))
                with report.case(title) as case:
                    makespan = timed(program, title, csv, devices, microbatches, chunks, placement)
                    expected = form(devices, microbatches, chunks)
                    case.expect(expected in (None, makespan), f"makespan {makespan}, expected {expected}")
                    ours = family_makespan(program, family, title) if family in families else None
                    case.expect(ours in (None, makespan), f"makespan {makespan}, our {family} takes {ours}")
                    case.say(f"makespan {makespan:g}" + (f", as our {family}" if ours else ""))


def timed(program, title, csv, devices, microbatches, chunks, placement):
    """The makespan of an imported file, once the checker has found nothing."""
    problem = program.write_problem(
        title, devices=devices, microbatches=microbatches, placement=placement,
        stages=[{"repeat": chunks * devices} | UNIT_STAGE])
    schedule = program.file(title + ".json")
    program.run("import", csv, "--format", "torch-csv", "--problem", problem, "-o", schedule)
    program.run("check", schedule)
    return program.json("simulate", schedule)["summary"]["makespan"]


def family_makespan(program, family, title):
    """What our family takes on the same problem; `None` where it does not take that."""
    try:
        return program.json("generate", family, program.file(title + ".problem.json"))["summary"]["makespan"]
    except Refusal:
        return None
