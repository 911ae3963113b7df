"""Pipeline-parallel training schedules: generated, searched, proved, checked and drawn.

    import pipeloom

    best = pipeloom.search("profile.yaml", memory_limit="0.75x")
    print(best.summary["makespan"], best.summary["gap"])

Every function is a call of the program `pipeloom`, which this package brings along; nothing is computed here.
Problems and schedules are dictionaries, files, names of presets, or a `Schedule`; options are those of the command,
with underscores for hyphens.
"""

from ._commands import Comparison, Estimate, check, compare, estimate, generate, render, run, search, validate
from ._errors import (
    DefectError, InputError, MissingComponentError, MissingInputError, OutputError, PipeloomError,
    PipeloomWarning, UsageError)
from ._schedule import Schedule, Summary

__all__ = [
    "Comparison", "DefectError", "Estimate", "InputError", "MissingComponentError", "MissingInputError",
    "OutputError", "PipeloomError", "PipeloomWarning", "Schedule", "Summary", "UsageError",
    "check", "compare", "estimate", "generate", "render", "run", "search", "validate",
]
