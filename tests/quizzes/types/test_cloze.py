"""Text with gaps."""

from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    options = other["gaps"][0]["options"]
    del options[0]["correct"]
    options[1]["correct"] = True
    other["gaps"][1]["answer"] = 1.5
    return other


class TestCloze(Contract):
    node = QUESTIONS["QT-CLOZE"]
    other = changed(QUESTIONS["QT-CLOZE"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r0": [str(order["a"].index(question.key["gaps"]["a"]["correct"]))], "r1": ["2,5"], "r2": ["Cô lập"]}

    @pytest.mark.parametrize(
        ("number", "word", "share"),
        [("2,5", "cô lập", 1), ("2.5", "dò lại", Fraction(5, 6)), ("3", "", Fraction(1, 3))],
    )
    def test_gaps_earn_equal_shares(self, number: str, word: str, share: Fraction) -> None:
        question = parse(self.node)
        order = {"a": [option["id"] for option in question.content["gaps"][0]["options"]]}
        fields = {**self.right(question, order), "r1": [number], "r2": [word]}
        response = self.kind.read(question.content, order, fields)
        assert self.kind.grade(question.content, question.key, response) == share

    def test_gaps_stand_where_each_language_puts_them(self) -> None:
        question = parse(self.node)
        order = self.kind.shuffle(question.content, Random(1))
        vi, en = (self.kind.show(question.content, order, None, language) for language in ("vi", "en"))
        assert [row.name for row in vi.rows] == ["r0", "r1", "r2"]
        assert [row.name for row in en.rows] == ["r1", "r0", "r2"]
        assert [row.text.split()[-1] for row in en.rows] == ["1", "2", "3"]

    @pytest.mark.parametrize("text", ["{a} {b}", "{a} {b} {c} {c}", "{a} {b} {c} {d}"])
    def test_every_gap_stands_once_in_every_language(self, text: str) -> None:
        assert "must stand once" in faults(self.node, text={"vi": text, "en": "{a} {b} {c}"})

    def test_a_choice_has_one_right_option(self) -> None:
        gaps = deepcopy(self.node["gaps"])
        gaps[0]["options"][1]["correct"] = True
        assert "Exactly one option" in faults(self.node, gaps=gaps)
        assert "kind" in faults(self.node, gaps=[{"id": "a", "kind": "picture"}])

    def test_where_the_right_choice_stands_is_even(self) -> None:
        question = parse(self.node)
        right = question.key["gaps"]["a"]["correct"]
        counts = [0, 0, 0]
        for draw in range(3_000):
            counts[self.kind.shuffle(question.content, Random(f"seed-{draw}"))["a"].index(right)] += 1
        assert sum((count - 1_000) ** 2 / 1_000 for count in counts) < 13.82  # 2 degrees of freedom, p = 0.001
