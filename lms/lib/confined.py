"""Files of strangers, read in a process of their own: bounded, and with nothing of ours within reach."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class NoAnswer(Exception):
    """The process gave none: `slow` where time ran out, else it broke or met a bound."""

    def __init__(self, *, slow: bool) -> None:
        super().__init__("slow" if slow else "broken")
        self.slow = slow


def ask(module: str, told: Any, content: bytes, *, seconds: float) -> bytes:
    """What `python -m <module>` prints when it is given `told` as a line of JSON, and then `content`.

    Raises NoAnswer. The module calls `limit` before it looks at anything.
    """
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter and module, nothing of the file's)
            [sys.executable, "-s", "-B", "-m", module],
            input=json.dumps(told).encode() + b"\n" + content,
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            # No secret of the server's environment reaches the child.
            env={"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoAnswer(slow=True) from error
    if done.returncode != 0:
        raise NoAnswer(slow=False)
    return done.stdout


def limit(*, memory: int, seconds: int) -> None:
    """Bounds that the system holds, whatever a file does: bytes of memory, seconds of processor time, little else."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
