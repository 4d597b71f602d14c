"""`make lock`: pin the newest versions that requirements/*.in allow, for every system and Python from 3.11.

`make lock ARGS="--upgrade-package wagtail"` raises one package only.
"""

import subprocess
import sys

from bin.environment import ROOT, CannotSetUp, ensure

OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
    "--quiet",
)


def main(arguments: list[str]) -> int:
    """Write app.lock, then dev.lock on top of it."""
    try:
        python = ensure("dev")
    except CannotSetUp as error:
        print(error, file=sys.stderr)
        return 1
    for kind in ("app", "dev"):
        files = [f"requirements/{kind}.in", "--output-file", f"requirements/{kind}.lock"]
        command = [str(python), "-m", "uv", "pip", "compile", *OPTIONS, *(arguments or ["--upgrade"]), *files]
        code = subprocess.run(command, cwd=ROOT).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
