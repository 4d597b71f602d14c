"""Matching: to each left side belongs one right side."""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import (
    Fields,
    Json,
    Kind,
    Parsed,
    Reveal,
    Shown,
    no_twins,
    of_response,
    opaque,
    say,
    tidy,
)
from quizzes.types.lines import mark_lines, read_lines, show_lines


class Matching(Kind):
    """Each right pair earns its share.

    The right sides are stored in an order that depends on their words alone, so
    that the content tells nothing of the pairs; two pairs may share a right side.
    """

    code = "matching"
    label = gettext_lazy("matching")
    hint = gettext_lazy("Choose what belongs to each line.")
    keys: tuple[str, ...] = ("pairs", "extra")
    optional: tuple[str, ...] = ("extra",)

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """3 to 6 `pairs` of `left` and `right`; optional `extra` right sides that match nothing."""
        lefts: list[Json] = []
        rights: list[Json] = []
        seen: list[Any] = []
        for line, item in check.items(node, "pairs", least=3, most=6):
            pair = check.mapping(item, line, "pairs")
            if check.keys(pair, ("left", "right")):
                left = check.texts(pair, "left")
                no_twins(left, seen, line, check)
                lefts.append(left)
                rights.append(check.texts(pair, "right"))
        extra: list[Json] = []
        if "extra" in node:
            known_rights: list[Any] = list(rights)
            for line, item in check.items(node, "extra", least=1, most=4):
                texts = check.languages_of(check.mapping(item, line, "extra"))
                no_twins(texts, known_rights, line, check)
                extra.append(texts)
        distinct = {opaque(texts): texts for texts in [*rights, *extra]}
        names = {place: f"r{index}" for index, place in enumerate(sorted(distinct))}
        content = {
            "lefts": [{"id": f"l{index}", "text": texts} for index, texts in enumerate(lefts)],
            "rights": [{"id": names[place], "text": distinct[place]} for place in sorted(distinct)],
        }
        key = {
            "pairs": {f"l{index}": names[opaque(texts)] for index, texts in enumerate(rights)},
            "extra": [names[opaque(texts)] for texts in extra],
        }
        return Parsed(content, key)

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`pairs`, and `extra` where there are any."""
        rights = {right["id"]: tidy(right["text"]) for right in content["rights"]}
        exported: Json = {
            "pairs": [
                {"left": tidy(left["text"]), "right": rights[key["pairs"][left["id"]]]} for left in content["lefts"]
            ]
        }
        if key["extra"]:
            exported["extra"] = [rights[name] for name in key["extra"]]
        return exported

    def shuffle(self, content: Json, rng: Random) -> dict[str, list[str]]:
        """Both sides' ids."""
        order = {side: [item["id"] for item in content[side]] for side in ("lefts", "rights")}
        for names in order.values():
            rng.shuffle(names)
        return order

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """A line per left side, each with all right sides to choose from."""
        pairs = of_response(response, "pairs", dict)
        texts = {item["id"]: say(item["text"], language) for side in ("lefts", "rights") for item in content[side]}
        lefts, rights = ([(name, texts[name]) for name in order[side]] for side in ("lefts", "rights"))
        return Shown(rows=show_lines(lefts, rights, pairs))

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r0`, `r1` …: for each left side in the shown order the position of a right side, or nothing."""
        pairs = read_lines(fields, order["lefts"], order["rights"])
        return {"pairs": pairs} if pairs else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """The share of right pairs."""
        pairs = of_response(response, "pairs", dict)
        right = sum(pairs.get(left) == name for left, name in key["pairs"].items())
        return Fraction(right, len(key["pairs"]))

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Each line right or wrong, and all pairs."""
        pairs = of_response(response, "pairs", dict)
        texts = {item["id"]: say(item["text"], language) for side in ("lefts", "rights") for item in content[side]}
        marks = mark_lines(order["lefts"], pairs, key["pairs"])
        return Reveal(marks, [], [f"{texts[left]} → {texts[key['pairs'][left]]}" for left in order["lefts"]])
