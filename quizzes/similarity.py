"""Questions that read alike. Pure: texts in, pairs with a score out.

A text is the set of its pairs of neighbouring syllables, folded (lower case,
without accents); two texts are as alike as the share of pairs that they have in
common among all that either has (Jaccard). Vietnamese is written in syllables, so
a changed word moves two pairs of them and a changed accent none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from lms.lib.text import fold

ALIKE = Fraction(3, 5)
LONGEST = 400
"""Syllables of a text that are looked at."""

NAMES = frozenset({"id", "figure", "scoring", "type", "name", "kind"})
"""Fields of a question's content that hold no words for a taker."""

Shingles = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Pair:
    """Two texts that read alike, by their keys, the smaller first."""

    first: int
    second: int
    score: Fraction

    @property
    def percent(self) -> int:
        """The score in whole percent."""
        return int(self.score * 100)


def texts_of(content: Any) -> Iterator[str]:
    """The words of a question's content, in its first language: whatever stands under `vi`, else `en`."""
    if isinstance(content, dict):
        told = content.get("vi") or content.get("en")
        if isinstance(told, str):
            yield told
            return
        for name in sorted(content, key=lambda name: (name != "stem", name)):
            yield from texts_of(content[name])
    elif isinstance(content, list):
        for item in content:
            yield from texts_of(item)


def words_of(told: Any) -> Iterator[str]:
    """Every text in `told`, in whichever language; ids and names of fields are no texts of their own."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for name, value in told.items():
            if name not in NAMES:
                yield from words_of(value)
    elif isinstance(told, list):
        for item in told:
            yield from words_of(item)


def shingles(text: str) -> Shingles:
    """Pairs of neighbouring syllables, with the edges of the text."""
    words = "".join(char if char.isalnum() else " " for char in fold(text)).split()[:LONGEST]
    return frozenset(pairwise(["", *words, ""])) if words else frozenset()


def score(one: Shingles, other: Shingles) -> Fraction:
    """How alike: 0 has nothing in common, 1 is the same."""
    shared = len(one & other)
    return Fraction(shared, len(one) + len(other) - shared) if shared else Fraction(0)


def alike(texts: Mapping[int, str], least: Fraction = ALIKE) -> list[Pair]:
    """All pairs of `texts` that are alike by `least` or more, the most alike first.

    Two sets with at least that share in common have one of their rarest members in
    common (prefix filtering), so only texts that share a rare pair of syllables are
    compared: thousands of texts take seconds.
    """
    sets = {key: found for key, text in texts.items() if (found := shingles(text))}
    spread = Counter(shingle for found in sets.values() for shingle in found)
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    pairs = []
    for key in sorted(sets, key=lambda key: (len(sets[key]), key)):
        mine = sets[key]
        rarest = sorted(mine, key=lambda shingle: (spread[shingle], shingle))
        prefix = rarest[: len(mine) - ceil(least * len(mine)) + 1]
        near = {other for shingle in prefix for other in index[shingle]}
        # Shorter ones come first; one that is too short cannot reach the share.
        scores = [(other, score(mine, sets[other])) for other in near if len(sets[other]) >= least * len(mine)]
        pairs += [Pair(min(key, other), max(key, other), found) for other, found in scores if found >= least]
        for shingle in prefix:
            index[shingle].append(key)
    return sorted(pairs, key=lambda pair: (-pair.score, pair.first, pair.second))


def nearest(text: str, others: Mapping[int, str]) -> tuple[int, Fraction] | None:
    """The most alike of `others`, with its score; None where nothing is shared."""
    mine = shingles(text)
    found = [(score(mine, shingles(other)), key) for key, other in others.items()]
    best = max(found, key=lambda one: (one[0], -one[1]), default=None)
    return (best[1], best[0]) if best and best[0] else None
