"""Files of strangers read in a process of their own: 10 seconds, 256 MB, and nothing of ours within reach."""

import json
from collections.abc import Sequence

from lms.lib.confined import NoAnswer, ask
from quizzes.formats.result import BadFile, Read, said_of

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
        printed = ask("quizzes.formats.child", told, content, seconds=seconds)
    except NoAnswer as error:
        raise BadFile("too_slow" if error.slow else "too_much") from error
    if len(printed) > MAX_ANSWER:
        raise BadFile("too_much")
    try:
        answer = json.loads(printed)
    except ValueError as error:
        raise BadFile("broken", error="") from error
    if "bad" in answer:
        said = said_of([answer["bad"]])[0]
        raise BadFile(said.code, said.place, **said.facts)
    return Read.load(answer["read"])
