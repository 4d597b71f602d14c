"""Which characters the faces of our papers can print. Others are named, never left out unseen."""

import struct
import unicodedata
from functools import cache
from typing import Any

from lms.lib.papers import FONTS

FACES = ("BeVietnamPro_400Regular.ttf", "DejaVuSans.ttf")
"""Those that the designs name, in their order."""


def unprintable(text: str) -> list[str]:
    """The characters of `text` that no face has, each once, in their order."""
    known = _known()
    return [sign for sign in dict.fromkeys(text) if ord(sign) not in known and sign not in "\n\t"]


def shown(value: Any) -> Any:
    """`value` (texts, lists and mappings of texts) with every character that no face has as `[U+1F600]`."""
    if isinstance(value, str):
        strange = unprintable(value)
        return value.translate({ord(sign): named(sign) for sign in strange}) if strange else value
    if isinstance(value, dict):
        return {key: shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shown(inner) for inner in value]
    return value


def named(sign: str) -> str:
    """A character by its number; nothing for one that is not to be seen anyway."""
    return "" if unicodedata.category(sign) in ("Cc", "Cf", "Cs") else f"[U+{ord(sign):04X}]"


@cache
def _known() -> frozenset[int]:
    return frozenset().union(*(covered((FONTS / face).read_bytes()) for face in FACES))


def covered(face: bytes) -> set[int]:
    """The characters that a TrueType face has, from its `cmap`; formats 4 and 12."""
    (tables,) = struct.unpack_from(">H", face, 4)
    places = {face[at : at + 4]: struct.unpack_from(">I", face, at + 8)[0] for at in range(12, 12 + 16 * tables, 16)}
    cmap = places[b"cmap"]
    (count,) = struct.unpack_from(">H", face, cmap + 2)
    found: set[int] = set()
    for place in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", face, cmap + 4 + 8 * place)
        (kind,) = struct.unpack_from(">H", face, cmap + offset)
        if kind == 4:
            found |= _of_segments(face, cmap + offset)
        elif kind == 12:
            found |= _of_groups(face, cmap + offset)
    return found


def _of_segments(face: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", face, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", face, at + 14)
    starts = struct.unpack_from(f">{count}H", face, at + 16 + 2 * count)
    return {code for start, end in zip(starts, ends, strict=True) if start != 0xFFFF for code in range(start, end + 1)}


def _of_groups(face: bytes, at: int) -> set[int]:
    (count,) = struct.unpack_from(">I", face, at + 12)
    groups = [struct.unpack_from(">III", face, at + 16 + 12 * place) for place in range(count)]
    return {code for start, end, _glyph in groups for code in range(start, end + 1)}
