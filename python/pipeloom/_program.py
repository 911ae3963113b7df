"""Finds the program and runs it: every function of this package is one call of it."""

from __future__ import annotations

import os
import pathlib

from ._errors import MissingComponentError

BUNDLE = pathlib.Path(__file__).parent / "bundle"


def locate() -> tuple[str, dict[str, str]]:
    """The program and its environment: the one that `PIPELOOM_PROGRAM` names, or the one of this package."""
    named = os.environ.get("PIPELOOM_PROGRAM")
    return (named, dict(os.environ)) if named else locate_own()


def locate_own() -> tuple[str, dict[str, str]]:
    """The program in this package, and the environment in which it finds its libraries and its font."""
    program = BUNDLE / "bin" / "pipeloom"
    if not program.exists():
        raise MissingComponentError(
            f"{program}: this package was installed without the program; "
            "install the wheel that 'make wheel' builds, or name the program in PIPELOOM_PROGRAM")
    environment = dict(os.environ)
    others = environment.get("LD_LIBRARY_PATH")
    environment["LD_LIBRARY_PATH"] = str(BUNDLE / "lib") + (os.pathsep + others if others else "")
    environment["FONTCONFIG_FILE"] = str(BUNDLE / "fonts.conf")
    return str(program), environment
