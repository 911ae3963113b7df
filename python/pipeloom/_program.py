"""Finds the program and runs it: every function of this package is one call of it."""

from __future__ import annotations

import os

from ._errors import MissingComponentError

BUNDLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bundle")


def locate() -> tuple[str, dict[str, str]]:
    """The program and its environment: the one that `PIPELOOM_PROGRAM` names, or the one of this package."""
    named = os.environ.get("PIPELOOM_PROGRAM")
    return (named, dict(os.environ)) if named else locate_own()


def locate_own() -> tuple[str, dict[str, str]]:
    """The program in this package, and the environment in which it finds its libraries and its font."""
    program = os.path.join(BUNDLE, "bin", "pipeloom")
    if not os.path.exists(program):
        raise MissingComponentError(
            f"{program}: this package was installed without the program; "
            "install the wheel that 'make wheel' builds, or name the program in PIPELOOM_PROGRAM")
    environment = dict(os.environ)
    others = environment.get("LD_LIBRARY_PATH")
    environment["LD_LIBRARY_PATH"] = os.path.join(BUNDLE, "lib") + (os.pathsep + others if others else "")
    environment["FONTCONFIG_FILE"] = os.path.join(BUNDLE, "fonts.conf")
    return program, environment
