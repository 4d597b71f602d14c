"""Items to be put into categories: hazards to their types, waste to the seven."""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

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
    say,
    tidy,
)
from quizzes.types.choices import OPTION_ID
from quizzes.types.lines import mark_lines, read_lines, show_lines


class Categories(Kind):
    """Each item in its category earns its share. A category may stay empty."""

    code = "categories"
    label = gettext_lazy("sorting into categories")
    hint = gettext_lazy("Choose the category of each line.")
    keys: tuple[str, ...] = ("categories", "items")
    optional: tuple[str, ...] = ()
    sample = """\
categories:
- {id: bio, vi: Sinh học, en: Biological}
- {id: phy, vi: Vật lý, en: Physical}
items:
- {vi: Vi khuẩn Salmonella, en: Salmonella, in: bio}
- {vi: Mảnh lưỡi dao gãy, en: Piece of a broken blade, in: phy}
- {vi: Mảnh nhựa từ rổ vỡ, en: Plastic from a broken basket, in: phy}
"""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """2 to 8 `categories` with `id` and texts; 3 to 14 `items` with texts and `in`, the id of theirs."""
        categories: list[Json] = []
        seen: list[Any] = []
        for line, item in check.items(node, "categories", least=2, most=8):
            given = check.mapping(item, line, "categories")
            texts = check.languages_of(given, ["id"])
            no_twins(texts, seen, line, check)
            name = check.matching(given, "id", OPTION_ID, most=8)
            if any(other["id"] == name for other in categories):
                check.fault(given.line_of("id"), _("This id stands twice."))
            categories.append({"id": name, "text": texts})
        items: list[Json] = []
        key: Json = {}
        seen = []
        for place, (line, item) in enumerate(check.items(node, "items", least=3, most=14)):
            given = check.mapping(item, line, "items")
            texts = check.languages_of(given, ["in"])
            no_twins(texts, seen, line, check)
            items.append({"id": f"i{place}", "text": texts})
            key[f"i{place}"] = check.choice(given, "in", [category["id"] for category in categories])
        return Parsed({"categories": categories, "items": items}, {"in": key})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`categories` and `items`."""
        return {
            "categories": [{"id": it["id"], **tidy(it["text"])} for it in content["categories"]],
            "items": [{**tidy(it["text"]), "in": key["in"][it["id"]]} for it in content["items"]],
        }

    def shuffle(self, content: Json, rng: Random) -> dict[str, list[str]]:
        """The ids of both."""
        order = {side: [item["id"] for item in content[side]] for side in ("categories", "items")}
        for names in order.values():
            rng.shuffle(names)
        return order

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """A line per item, each with all categories to choose from."""
        put = of_response(response, "in", dict)
        items = {item["id"]: say(item["text"], language) for item in content["items"]}
        names = {item["id"]: say(item["text"], language) for item in content["categories"]}
        lines = [(name, items[name]) for name in order["items"]]
        choices = [(name, names[name]) for name in order["categories"]]
        return Shown(rows=show_lines(lines, choices, put), special=[words for _name, words in choices])

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r0`, `r1` …: for each item in the shown order the position of a category, or nothing."""
        put = read_lines(fields, order["items"], order["categories"])
        return {"in": put} if put else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """The share of items in their category."""
        put = of_response(response, "in", dict)
        return Fraction(sum(put.get(item) == category for item, category in key["in"].items()), len(key["in"]))

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Each line right or wrong, and each item with its category."""
        put = of_response(response, "in", dict)
        items = {item["id"]: say(item["text"], language) for item in content["items"]}
        names = {item["id"]: say(item["text"], language) for item in content["categories"]}
        marks = mark_lines(order["items"], put, key["in"])
        return Reveal(marks, [], [f"{items[item]} → {names[key['in'][item]]}" for item in order["items"]])
