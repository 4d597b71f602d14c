"""Vietnamese letters before Unicode: recognised, so that a file can be refused by name.

TCVN 5712 ("ABC" fonts) gives most marked capitals no code of their own but a font's, so a
name cannot be brought over as it was written; whoever sent the file converts it.
"""

import re
import unicodedata
from functools import cache

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
# VNI writes a vowel and then its mark as a letter of its own.
_VNI_MARKS = {
    **_VNI_TONES,
    "ê": "\u0306",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
    "â": "\u0302",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
}
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_ONSET = "ngh|ng|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]"
_NUCLEUS = (
    "uyê|uya|uyu|oai|oay|oeo|uây|iêu|yêu|ươi|ươu|uôi|uay|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|"
    "[aăâeêioôơuưy]"
)
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?:ch|ng|nh|[ckmnpt])?")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def from_tcvn3(text: str) -> str:
    """`text` as an ABC font would have shown it."""
    return "".join(_TCVN3.get(char, char) for char in text)


def from_vni(text: str) -> str:
    """`text` as a VNI font would have shown it."""
    made: list[str] = []
    for char in text:
        low = char.lower()
        if low in _VNI_MARKS and made and made[-1].lower() in "aeouyơưAEOUY":
            made[-1] = unicodedata.normalize("NFC", made[-1] + _VNI_MARKS[low])
        elif low in _VNI_LETTERS:
            letter = _VNI_LETTERS[low]
            made.append(letter if char == low else letter.upper())
        else:
            made.append(char)
    return "".join(made)


@cache
def is_syllable(word: str) -> bool:
    """Whether `word` could be Vietnamese: one syllable, with one tone at most."""
    parts = unicodedata.normalize("NFD", word.lower())
    if len(_TONES.findall(parts)) > 1:
        return False
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", _TONES.sub("", parts))) is not None


def share(text: str) -> float:
    """Which share of the marked words in `text` could be Vietnamese; 1 without any."""
    words = [word for word in re.findall(r"[^\W\d_]+", _joined(text)) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


def _joined(text: str) -> str:
    # A base letter and its combining mark are one letter of the word.
    return unicodedata.normalize("NFC", text)


def recognise(text: str) -> tuple[str, str] | None:
    """The old encoding in which `text` seems to be typed, and what it would mean; None for none.

    Only where `text` as it stands is no Vietnamese and the converted one is.
    """
    words = [word for word in text.split() if not word.isascii()]
    if not words or all(is_syllable(word) for word in map(_joined, words)):
        return None
    for name, convert in (("TCVN3 (ABC)", from_tcvn3), ("VNI", from_vni)):
        meant = convert(text)
        converted = [convert(word) for word in words]
        if converted != words and all(is_syllable(word) for word in converted):
            return name, meant
    return None
