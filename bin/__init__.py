"""Set-up, tests and checks: `python3 -m bin.demo` and its neighbours, called by the Makefile.

Everything here that runs before the project's own environment exists uses the
standard library only.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (the reason of this check)
    sys.exit(
        "NSCL needs Python 3.11 or newer; %s is %d.%d. Name another one: make demo PYTHON=/path/to/python3.11"
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )
