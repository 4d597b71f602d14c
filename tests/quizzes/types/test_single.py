"""Single choice: one right option, positions instead of ids, an even order."""

from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from quizzes.types import TYPES
from tests.quizzes import conftest as bank
from tests.quizzes.types.contract import Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    for option in other["options"]:
        option.pop("correct", None)
        option.pop("feedback", None)
    other["options"][3]["correct"] = True
    return other


class TestSingle(Contract):
    node = bank.single("Q-1")
    other = changed(bank.single("Q-1"))

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r": [str(order.index(question.key["correct"][0]))]}

    @pytest.mark.parametrize(("chosen", "share"), [("b", 1), ("a", 0), ("c", 0), ("", 0), ("B", 0)])
    def test_shares(self, chosen: str, share: int) -> None:
        question = parse(self.node)
        assert self.kind.grade(question.content, question.key, {"choice": chosen}) == Fraction(share)

    def test_feedback_is_of_the_chosen_option(self) -> None:
        node = deepcopy(self.node)
        node["options"][0]["feedback"] = {"vi": "Vì a", "en": "Because a"}
        question = parse(node)
        order = [option["id"] for option in question.content["options"]]
        reveal = self.kind.reveal(question.content, order, question.key, question.feedback, {"choice": "a"}, "vi")
        assert "Vì a" in reveal.feedback
        assert (reveal.marks["0"], reveal.marks["1"]) == ("wrong", "right")

    def test_exactly_one_is_right(self) -> None:
        options = deepcopy(self.node["options"])
        options[0]["correct"] = True
        assert "Exactly one option" in faults(self.node, options=options)


def test_what_is_shown_carries_positions_and_no_ids() -> None:
    question = parse(bank.single("Q-1"))
    shown = TYPES["single"].show(question.content, ["d", "b", "a", "c"], {"choice": "b"}, "vi")
    assert [choice.value for choice in shown.choices] == ["0", "1", "2", "3"]
    assert [choice.letter for choice in shown.choices] == ["A", "B", "C", "D"]
    assert [choice.chosen for choice in shown.choices] == [False, True, False, False]
    assert shown.choices[0].text == "Option Q-1 d (vi)"


def test_shuffles_carry_no_signal() -> None:
    """Chi-square over 10,000 draws: where the right option stands is even (threats T6)."""
    content = parse(bank.single("Q-1")).content
    counts = [0, 0, 0, 0]
    for draw in range(10_000):
        counts[TYPES["single"].shuffle(content, Random(f"seed-{draw}")).index("b")] += 1
    chi_square = sum((count - 2_500) ** 2 / 2_500 for count in counts)
    assert chi_square < 16.27  # 3 degrees of freedom, p = 0.001
