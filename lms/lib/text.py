"""Vietnamese text: folding for search, order of names."""

import unicodedata

_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ɖ": "d", "Ɖ": "D"})
# Order of the Vietnamese alphabet; the five tones follow it as a lesser key.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(0x100 + index) for index, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def nfc(text: str) -> str:
    """`text` composed (NFC), without leading, trailing and doubled spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """`text` as people type it in a hurry: lower case, no accents, đ as d.

    Old and new placement of the tone mark fold to the same text, as do Đ
    (U+0110) and the Icelandic Ð (U+00D0) that some keyboards give.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_D))
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(plain.casefold().translate(_D).split())


def collate(text: str) -> str:
    """A key that sorts `text` in Vietnamese order on any database, bytewise.

    Letters first (a ă â … d đ …), then tones in the order ma mà mả mã má mạ.
    """
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text.casefold().replace("ð", "đ")):
        tone = "0"
        parts = unicodedata.normalize("NFD", char)
        for mark, rank in _TONES.items():
            if mark in parts:
                tone, parts = rank, parts.replace(mark, "")
        base = unicodedata.normalize("NFC", parts)
        if base in _RANK:
            letters.append(_RANK[base])
            tones.append(tone)
        else:
            letters.append(base if base < "a" else chr(0x200))
            tones.append("0")
    return "".join(letters) + "\u0001" + "".join(tones)


def given_name(full_name: str) -> str:
    """The last part of a Vietnamese name, which people are called and sorted by.

    A guess to fill a form with; a person may set another.
    """
    parts = full_name.split()
    return parts[-1] if parts else ""


def name_key(full_name: str, given: str) -> str:
    """Sort key of a person: given name, then the whole name."""
    return f"{collate(given)}\u0002{collate(full_name)}"[:400]


def initials(full_name: str) -> str:
    """Two letters for the round badge beside a name: of the last two parts."""
    return "".join(part[0] for part in full_name.split()[-2:]).upper()
