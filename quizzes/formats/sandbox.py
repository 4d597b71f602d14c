"""Files of strangers read in a process of their own: 10 seconds, 256 MB, and nothing of ours within reach."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from quizzes.formats.result import BadFile, Read, said_of

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 10
MAX_BYTES = 20 * 1024 * 1024
MAX_ANSWER = 80_000_000


def read_safely(
    content: bytes,
    *,
    language: str,
    interface: str = "vi",
    form: str = "",
    locale: Sequence[str] = (),
    seconds: float = SECONDS,
) -> Read:
    """The questions of a file in `language`; sentences of its parser in `interface`. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile("too_large", limit=MAX_BYTES >> 20)
    told = {"format": form, "language": language, "interface": interface, "locale": [str(path) for path in locale]}
    try:
        done = subprocess.run(  # our own interpreter and module, nothing of the file's
            [sys.executable, "-s", "-B", "-m", "quizzes.formats.child"],
            input=json.dumps(told).encode() + b"\n" + content,
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            # No secret of the server's environment reaches the child.
            env={"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadFile("too_slow") from error
    if done.returncode != 0 or len(done.stdout) > MAX_ANSWER:
        raise BadFile("too_much")
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise BadFile("broken", error="") from error
    if "bad" in answer:
        said = said_of([answer["bad"]])[0]
        raise BadFile(said.code, said.place, **said.facts)
    return Read.load(answer["read"])
