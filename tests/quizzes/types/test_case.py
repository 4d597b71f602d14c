"""A case of several parts."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from quizzes.types import BadResponse, mark
from quizzes.types.case import original, renamed
from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    options = other["parts"][0]["options"]
    del options[1]["correct"]
    options[2]["correct"] = True
    other["parts"][1]["answer"] = 600
    return other


class TestCase(Contract):
    node = QUESTIONS["QT-CASE"]
    other = changed(QUESTIONS["QT-CASE"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        single, _numeric, ordering = question.key["parts"]
        fields = {"r199": [str(order[0].index(single["correct"][0]))], "r299": ["900 kg"]}
        return fields | {f"r{300 + line}": [str(ordering["order"].index(name))] for line, name in enumerate(order[2])}

    def test_parts_earn_their_points(self) -> None:
        question = parse(self.node)
        only_number = {"parts": [None, {"text": "900", "values": ["900"]}, None]}
        assert self.kind.grade(question.content, question.key, only_number) == Fraction(1, 4)

    def test_marks_reach_the_fields_of_their_part(self) -> None:
        question = parse(self.node)
        order = [["b", "a", "c"], [], question.key["parts"][2]["order"]]
        response = self.kind.read(
            question.content, order, {"r199": ["1"], "r299": ["900"], "r300": ["0"], "r301": ["1"]}
        )
        reveal = self.kind.reveal(question.content, order, question.key, question.feedback, response, "vi")
        shown = self.kind.show(question.content, order, response, "vi")
        mark(shown, reveal.marks)
        assert [choice.mark for choice in shown.parts[0].shown.choices] == ["right", "wrong", ""]
        assert shown.parts[1].shown.mark == "right"
        assert [row.mark for row in shown.parts[2].shown.rows] == ["right", "part", "wrong", "wrong"]
        assert shown.parts[0].shown.name == "r199"

    def test_a_case_is_worth_its_parts(self) -> None:
        assert "points: 4" in faults(self.node, points=5)

    @pytest.mark.parametrize("type_", ["case", "essay", "file", "hotspot", "riddle", None])
    def test_what_cannot_be_a_part(self, type_: Any) -> None:
        parts = deepcopy(self.node["parts"])
        parts[0]["type"] = type_
        assert "type" in faults(self.node, parts=parts)


@pytest.mark.parametrize(("place", "name", "field"), [(0, "r", "r199"), (0, "r0", "r100"), (8, "r12", "r912")])
def test_fields_of_parts(place: int, name: str, field: str) -> None:
    assert renamed(place, name) == field
    assert original(field) == (place, name)


@pytest.mark.parametrize("field", ["r", "r0", "r99", "r0100", "r٣٠٠", "x100", "r100 "])
def test_what_is_no_field_of_a_part(field: str) -> None:
    with pytest.raises(BadResponse):
        original(field)
