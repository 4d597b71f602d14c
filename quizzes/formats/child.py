"""The process in which a stranger's file is read: few resources, no secrets, no files to write.

Run as `python -m quizzes.formats.child`. From standard input a line of JSON (`format`,
`language`, `interface`, `locale`) and then the file; to standard output one JSON object:
`{"read": …}` or `{"bad": …}`.
"""

import gc
import json
import sys
from dataclasses import asdict

import django
from django.conf import settings
from django.utils import translation

from lms.lib.confined import limit
from quizzes.formats.recognising import FORMATS, read
from quizzes.formats.result import BadFile, Json

MEMORY = 256 * 1024 * 1024
SECONDS = 10


def main() -> None:
    """Read one file and tell what it holds."""
    limit(memory=MEMORY, seconds=SECONDS)
    # One file and out: looking for cycles among a document's nodes would take half the time.
    gc.disable()
    told = json.loads(sys.stdin.buffer.readline())
    settings.configure(USE_I18N=True, LOCALE_PATHS=told["locale"], LANGUAGE_CODE=told["interface"])
    django.setup()
    translation.activate(told["interface"])
    answer = json.dumps(answered(sys.stdin.buffer.read(), told))
    sys.stdout.write(answer)


def answered(content: bytes, told: Json) -> Json:
    """The result as JSON; a file that breaks its reader is one that cannot be read."""
    try:
        form = told["format"] if told["format"] in FORMATS else ""
        return {"read": read(content, told["language"], form).stored()}
    except BadFile as bad:
        return {"bad": asdict(bad.said)}
    except (MemoryError, RecursionError):
        return {"bad": asdict(BadFile("too_much").said)}
    except Exception as error:  # whatever a hostile file does to a parser, it is the file that is refused
        return {"bad": asdict(BadFile("broken", error=type(error).__name__).said)}


if __name__ == "__main__":
    main()
