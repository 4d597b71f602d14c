"""What people write to a class: plain text, cleaned of what would mislead a reader. Pure."""

import re
import unicodedata
from datetime import timedelta

LONGEST_POST = 2000
LONGEST_ANNOUNCEMENT = 4000
EXCERPT = 400
OFTEN = (5, timedelta(minutes=10))
"""So many questions and answers of one person in so long a time."""
DAILY = (40, timedelta(days=1))
SAME = timedelta(minutes=10)
"""Within this the same words are the same button pressed twice."""

_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_BLANK = re.compile(r"\n{3,}")


def tidy(text: str) -> str:
    """`text` composed, with its lines, and without characters that cannot be seen.

    Control and format characters go: they could turn the direction of what
    follows, so that an address reads otherwise than it is. The joiners that
    Khmer and emoji are written with stay.
    """
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ")
    kept = "".join(char for char in text if char in "\n\u200b\u200c\u200d" or unicodedata.category(char)[0] != "C")
    lines = [" ".join(line.split(" ")).rstrip() for line in kept.split("\n")]
    return _BLANK.sub("\n\n", "\n".join(lines)).strip()


def excerpt(text: str) -> str:
    """The beginning of `text`, for a letter."""
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1].rstrip() + "…"
