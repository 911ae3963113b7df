"""Pipeline-parallel training schedules: generated, searched, proved, checked and drawn.

    import pipeloom

    best = pipeloom.search("profile.yaml", memory_limit="0.75x")
    print(best.summary["makespan"], best.summary["gap"])

Every function is a call of the program `pipeloom`, which this package brings along; nothing is computed here.
Problems and schedules are dictionaries, files, names of presets, or a `Schedule`; options are those of the command,
with underscores for hyphens.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


def __getattr__(name: str) -> Any:
    """Loads a name when it is first asked for: the command `pipeloom`, which needs none, starts in half the time so."""
    if name in __all__:
        from . import _commands, _errors, _schedule

        for module in (_commands, _errors, _schedule):
            if hasattr(module, name):
                globals()[name] = getattr(module, name)
                return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
