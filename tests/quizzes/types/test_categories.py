"""Sorting into categories."""

from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["items"][0]["in"], other["items"][2]["in"] = other["items"][2]["in"], other["items"][0]["in"]
    return other


class TestCategories(Contract):
    node = QUESTIONS["QT-HAZARD"]
    other = changed(QUESTIONS["QT-HAZARD"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        places = {name: str(place) for place, name in enumerate(order["categories"])}
        return {f"r{line}": [places[question.key["in"][item]]] for line, item in enumerate(order["items"])}

    def test_each_item_earns_its_share(self) -> None:
        question = parse(self.node)
        put = dict(question.key["in"])
        put["i0"] = "che"
        del put["i1"]
        assert self.kind.grade(question.content, question.key, {"in": put}) == Fraction(4, 6)

    def test_everything_in_one_category_earns_that_category_only(self) -> None:
        question = parse(self.node)
        put = dict.fromkeys(question.key["in"], "bio")
        assert self.kind.grade(question.content, question.key, {"in": put}) == Fraction(1, 3)

    def test_faults(self) -> None:
        items = deepcopy(self.node["items"])
        items[0]["in"] = "nothing"
        items[1] |= {"vi": items[2]["vi"]}
        found = faults(self.node, items=items)
        assert "“in” cannot be “nothing”" in found
        assert "twice" in found
        assert "This id stands twice" in faults(
            self.node, categories=[*self.node["categories"], dict(self.node["categories"][0])]
        )

    def test_where_an_item_and_a_category_stand_is_even(self) -> None:
        question = parse(self.node)
        counts = {"items": [0] * 6, "categories": [0] * 3}
        for draw in range(3_000):
            order = self.kind.shuffle(question.content, Random(f"seed-{draw}"))
            counts["items"][order["items"].index("i0")] += 1
            counts["categories"][order["categories"].index("bio")] += 1
        for places, bound in (("items", 20.52), ("categories", 13.82)):  # p = 0.001
            even = 3_000 / len(counts[places])
            assert sum((count - even) ** 2 / even for count in counts[places]) < bound
