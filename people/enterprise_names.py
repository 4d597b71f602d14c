"""Which enterprises look alike: by name with its trimmings aside, and by tax code. Values in, verdicts out."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from lms.lib.text import fold

# Words that say the legal form, folded; the longer first.
_FORMS = re.compile(
    r"\b(?:"
    r"tong cong ty|cong ty|cty|ct|trach nhiem huu han|tnhh|mot thanh vien|hai thanh vien(?: tro len)?|mtv|[12] ?tv|"
    r"co phan|cp|doanh nghiep tu nhan|doanh nghiep|dntn|dn|lien hiep hop tac xa|lien hiep htx|hop tac xa|htx|"
    r"ho kinh doanh|hkd|co so|chi nhanh|cn|jsc|co ltd|ltd|company limited|joint stock company"
    r")\b"
)
_SHORT = {
    "sx": "san xuat",
    "tm": "thuong mai",
    "dv": "dich vu",
    "cb": "che bien",
    "xnk": "xuat nhap khau",
    "xd": "xay dung",
    "nn": "nong nghiep",
    "vlxd": "vat lieu xay dung",
}
_LINKS = frozenset({"va", "and"})
_EVERY_PAIR = 20
"""In a larger group each is paired with the first alone: merging them one by one joins all."""


def bare(name: str) -> str:
    """The name's own words, run together: accents, case, punctuation, legal form and “(mẫu)” aside.

    Empty when nothing else is left, such as of “Công ty TNHH”.
    """
    text = re.sub(r"\(\s*(?:mau|sample)\s*\)", " ", fold(name))
    text = re.sub(r"[^a-z0-9]+", " ", text.replace(".", ""))
    text = _FORMS.sub(" ", text)
    return "".join(_SHORT.get(word, word) for word in text.split() if word not in _LINKS).replace(" ", "")


def head(tax_code: str | None) -> str:
    """The ten digits that a head office and its branches share; empty for an owner's 12 digits and for no code."""
    return tax_code[:10] if tax_code and (len(tax_code) == 10 or tax_code[10:11] == "-") else ""


class Reason(StrEnum):
    """Why two enterprises are proposed."""

    NAME = "name"
    HEAD = "head"
    OWNER = "owner"


class Known(NamedTuple):
    """What is compared of an enterprise."""

    pk: int
    name: str
    tax_code: str | None
    household: bool


class Pair(NamedTuple):
    """Two enterprises that look alike, in the order of their keys."""

    first: int
    second: int
    reasons: tuple[Reason, ...]


def alike(enterprises: Iterable[Known]) -> list[Pair]:
    """Every pair of the same bare name or of one head office's tax code, likeliest first."""
    found: dict[tuple[int, int], set[Reason]] = defaultdict(set)
    by_name: dict[str, list[Known]] = defaultdict(list)
    by_head: dict[str, list[Known]] = defaultdict(list)
    for one in sorted(enterprises):
        by_name[bare(one.name)].append(one)
        by_head[head(one.tax_code)].append(one)
    for key, first, second in _pairs(by_name):
        if key:
            found[first.pk, second.pk] |= {Reason.NAME} | ({Reason.OWNER} if _same_owner(first, second) else set())
    for key, first, second in _pairs(by_head):
        if key:
            found[first.pk, second.pk].add(Reason.HEAD)
    pairs = [Pair(*keys, tuple(reason for reason in Reason if reason in why)) for keys, why in found.items()]
    return sorted(pairs, key=lambda pair: (Reason.NAME not in pair.reasons, -len(pair.reasons), pair[:2]))


def _pairs(groups: dict[str, list[Known]]) -> Iterator[tuple[str, Known, Known]]:
    for key, group in groups.items():
        if len(group) <= _EVERY_PAIR:
            for first, second in combinations(group, 2):
                yield key, first, second
        else:
            for other in group[1:]:
                yield key, group[0], other


def _same_owner(first: Known, second: Known) -> bool:
    """Whether a household's code of before July 2025 may stand beside its owner's number, its code since then."""
    lengths = {len(first.tax_code or ""), len(second.tax_code or "")}
    return first.household and second.household and 12 in lengths and len(lengths) == 2
