"""Words that takers write, held against what an author accepts. Tolerant of case, and of accents if the author likes.

The author's patterns are plain words with `*` (any run of characters), `?` (one
character) and `|` between alternatives; a backslash before one of these takes it as it
is. They are no regular expressions: a pattern is held against an answer in time that
grows with the product of their lengths at worst.
"""

import re
import unicodedata

from lms.lib.text import fold

LONGEST = 200
"""Characters of an answer, and of a pattern."""
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = re.compile(rf"(?:[aeiouy][\u0302\u0306\u031b{_TONES}]*)+")
# Full-width forms are what some keyboards give for the same letters.
_SAME = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    {"–": "-", "—": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "ð": "đ", "Ð": "Đ"}
)
_AROUND = " .,;:!\"'"
_MARKS = "*?|\\"

Piece = str | None
"""A character, or `*` as None and `?` as an empty text."""


def folded(text: str, *, accents: bool) -> str:
    """`text` as it is compared: lower case, single spaces; without accents unless they count.

    Where they count, the tone stands behind its vowels: `hòa` and `hoà` are one word. No further, or the `*` of
    `hoà*` would stand between them.
    """
    plain = " ".join(text.translate(_SAME).split())
    if not accents:
        return fold(plain)
    return unicodedata.normalize("NFC", _VOWELS.sub(_toned, unicodedata.normalize("NFD", plain.casefold())))


def _toned(vowels: re.Match[str]) -> str:
    """Vowels with their tone behind the last of them."""
    tones = "".join(mark for mark in vowels[0] if mark in _TONES)
    return "".join(mark for mark in vowels[0] if mark not in _TONES) + tones


def fits(text: str, pattern: str, *, accents: bool) -> bool:
    """Whether what was written is accepted by `pattern`."""
    given = folded(text, accents=accents).strip(_AROUND)
    return any(_fits(given, pieces) for pieces in alternatives(folded(pattern, accents=accents)))


def alternatives(pattern: str) -> list[list[Piece]]:
    """The alternatives of `pattern`, each in pieces."""
    found: list[list[Piece]] = [[]]
    escaped = False
    for char in pattern:
        if escaped or char not in _MARKS:
            found[-1].append(char)
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == "|":
            found.append([])
        elif char == "?":
            found[-1].append("")
        elif not found[-1] or found[-1][-1] is not None:
            found[-1].append(None)
    return [_bare(pieces) for pieces in found]


def _bare(pieces: list[Piece]) -> list[Piece]:
    """Without what an answer loses at both its ends."""
    first, last = 0, len(pieces)
    while first < last and pieces[first] and pieces[first] in _AROUND:  # type: ignore[operator]  # not None here
        first += 1
    while last > first and pieces[last - 1] and pieces[last - 1] in _AROUND:  # type: ignore[operator]
        last -= 1
    return pieces[first:last]


def says_something(pattern: str) -> bool:
    """Whether every alternative asks for at least one letter or digit: `*` alone accepts anything."""
    return all(
        any(piece and piece.isalnum() for piece in pieces) for pieces in alternatives(folded(pattern, accents=True))
    )


def plain(pattern: str) -> str:
    """The first alternative, to be shown as an answer."""
    return "".join("…" if piece is None else piece or "·" for piece in alternatives(pattern)[0])


def _fits(text: str, pieces: list[Piece]) -> bool:
    """With one step back to the last `*`: no nesting, so no explosion."""
    at = piece = 0
    star, mark = -1, 0
    while at < len(text):
        if piece < len(pieces) and pieces[piece] is None:
            star, mark = piece, at
            piece += 1
        elif piece < len(pieces) and pieces[piece] in ("", text[at]):
            at += 1
            piece += 1
        elif star >= 0:
            mark += 1
            at, piece = mark, star + 1
        else:
            return False
    return all(left is None for left in pieces[piece:])
