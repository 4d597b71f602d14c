"""`python3 -m bin.ready app|dev [--build]`: the environment, and what production needs built."""

import sys

from bin.environment import CannotSetUp, ensure
from bin.product import build


def main(arguments: list[str]) -> int:
    """Install what the lock pins; with --build compile translations and gather static files too."""
    try:
        python = ensure(arguments[0])
        if "--build" in arguments:
            build(python)
    except CannotSetUp as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
