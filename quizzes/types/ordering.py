"""Ordering: items to be put in the right order."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import (
    Blank,
    Fields,
    Json,
    Kind,
    Parsed,
    Printed,
    Reveal,
    Shown,
    no_twins,
    of_response,
    opaque,
    say,
    tidy,
    verdict,
)
from quizzes.types.lines import read_lines, show_lines


class Ordering(Kind):
    """Earned is the share of neighbouring pairs of the right order that follow one another
    directly in the answer. A place given to two items counts for neither, so that
    nobody gains by hedging.

    Items are stored in an order that depends on their words alone.
    """

    code = "ordering"
    label = gettext_lazy("ordering")
    hint = gettext_lazy("Choose the place of each item; 1 comes first. Use each place once.")
    keys: tuple[str, ...] = ("items",)
    optional: tuple[str, ...] = ()

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """3 to 7 `items` in the right order."""
        right: list[Json] = []
        seen: list[Any] = []
        for line, item in check.items(node, "items", least=3, most=7):
            texts = check.languages_of(check.mapping(item, line, "items"))
            no_twins(texts, seen, line, check)
            right.append(texts)
        distinct = {opaque(texts): texts for texts in right}
        names = {place: f"i{index}" for index, place in enumerate(sorted(distinct))}
        content = {"items": [{"id": names[place], "text": distinct[place]} for place in sorted(distinct)]}
        return Parsed(content, {"order": [names[opaque(texts)] for texts in right]})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`items` in the right order."""
        texts = {item["id"]: tidy(item["text"]) for item in content["items"]}
        return {"items": [texts[name] for name in key["order"]]}

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """The items' ids."""
        names = [item["id"] for item in content["items"]]
        rng.shuffle(names)
        return names

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """A line per item, each with the places to choose from."""
        places = of_response(response, "places", dict)
        texts = {item["id"]: say(item["text"], language) for item in content["items"]}
        lines = [(name, texts[name]) for name in order]
        return Shown(rows=show_lines(lines, [(place, str(place)) for place in _places(order)], places))

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """Each item with a blank for the number of its place."""
        places = tuple(str(place + 1) for place in range(len(order)))
        rows = self.show(content, order, None, language).rows
        return Printed(blanks=tuple(Blank(row.name, row.text, choices=places) for row in rows))

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r0`, `r1` …: for each item in the shown order its place from 0, or nothing."""
        places = read_lines(fields, order, _places(order))
        return {"places": places} if places else None

    def solved(self, content: Json, order: Any, key: Json) -> dict[str, list[str]]:
        """Every item at its place."""
        return {f"r{line}": [str(key["order"].index(name))] for line, name in enumerate(order)}

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """The share of neighbouring pairs in the right order."""
        order = key["order"]
        return Fraction(sum(_follow(order, response)), len(order) - 1)

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Each item by what it earns beside its neighbours, and the right order."""
        texts = {item["id"]: say(item["text"], language) for item in content["items"]}
        follow = _follow(key["order"], response)
        marks = {}
        for place, name in enumerate(key["order"]):
            # The pairs with the item before and with the item after; the first and the last have one.
            its = follow[max(place - 1, 0) : place + 1]
            marks[f"r{order.index(name)}"] = verdict(Fraction(sum(its), len(its)))
        return Reveal(marks, [], [f"{place}. {texts[name]}" for place, name in enumerate(key["order"], 1)])


def _places(order: Any) -> range:
    return range(1, len(order) + 1)


def _follow(order: list[str], response: Any) -> list[bool]:
    """Of each neighbouring pair of the right order, whether it follows directly in the answer."""
    given = of_response(response, "places", dict)
    places = {name: place for name, place in given.items() if isinstance(place, int)}
    taken = Counter(places.values())
    alone = {name: place for name, place in places.items() if taken[place] == 1}
    return [
        first in alone and second in alone and alone[second] == alone[first] + 1 for first, second in pairwise(order)
    ]
