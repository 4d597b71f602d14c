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
    Choice,
    Fields,
    Json,
    Kind,
    Parsed,
    Printed,
    Reveal,
    Row,
    Shown,
    known,
    no_twins,
    of_response,
    one,
    opaque,
    position,
    say,
    tidy,
)


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
        return Shown(
            rows=[
                Row(
                    f"r{line}",
                    texts[name],
                    [
                        Choice(str(place), str(place + 1), chosen=places.get(name) == place + 1)
                        for place in range(len(order))
                    ],
                )
                for line, name in enumerate(order)
            ]
        )

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """Each item with a blank for the number of its place."""
        places = tuple(str(place + 1) for place in range(len(order)))
        rows = self.show(content, order, None, language).rows
        return Printed(blanks=tuple(Blank(row.name, row.text, choices=places) for row in rows))

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r0`, `r1` …: for each item in the shown order its place from 0, or nothing."""
        names = [f"r{line}" for line in range(len(order))]
        known(fields, names)
        places = {}
        for field, name in zip(names, order, strict=True):
            value = one(fields, field)
            if value:
                places[name] = position(value, len(order)) + 1
        return {"places": places} if places else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """The share of neighbouring pairs in the right order."""
        given = of_response(response, "places", dict)
        places = {name: place for name, place in given.items() if isinstance(place, int)}
        taken = Counter(places.values())
        alone = {name: place for name, place in places.items() if taken[place] == 1}
        order = key["order"]
        right = sum(
            first in alone and second in alone and alone[second] == alone[first] + 1
            for first, second in pairwise(order)
        )
        return Fraction(right, len(order) - 1)

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Each item in its right place or not, and the right order."""
        places = of_response(response, "places", dict)
        texts = {item["id"]: say(item["text"], language) for item in content["items"]}
        right = {name: place + 1 for place, name in enumerate(key["order"])}
        marks = {f"r{line}": "right" if places.get(name) == right[name] else "wrong" for line, name in enumerate(order)}
        return Reveal(marks, [], [f"{place}. {texts[name]}" for name, place in right.items()])
