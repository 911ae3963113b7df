"""The command `pipeloom`: this process becomes the program."""

from __future__ import annotations

import os
import sys

from ._errors import MissingComponentError
from ._program import locate_own


def main() -> int:
    """Runs the program of this package with the arguments of this process; returns only where it has none."""
    try:
        program, environment = locate_own()
    except MissingComponentError as error:
        print(f"pipeloom: {error}", file=sys.stderr)
        return error.status
    os.execve(program, ["pipeloom", *sys.argv[1:]], environment)


if __name__ == "__main__":
    sys.exit(main())
