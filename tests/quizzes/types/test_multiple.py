"""Scoring rules of multiple choice, and what is told of an answer as a whole."""

from copy import deepcopy
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, strategies as st

from quizzes import authored
from quizzes.types import TYPES
from tests.quizzes import conftest as bank
from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse

WEIGHTS = {"a": 60, "b": -50, "c": 40, "d": -50, "e": 0}
KIND = TYPES["multiple"]


def node(scoring: str, right: str = "ac", weights: dict[str, int] | None = None) -> dict[str, Any]:
    common = {name: QUESTIONS["QT-SHORT"][name] for name in ("use", "topic", "lesson", "difficulty", "stem")}
    options = []
    for name in "abcde":
        option: dict[str, Any] = {"id": name, "vi": f"{name} vi", "en": f"{name} en"}
        if name in right:
            option["correct"] = True
        if weights is not None and name in weights:
            option["weight"] = weights[name]
        options.append(option)
    return {
        "code": "M-1",
        "type": "multiple",
        **common,
        "options": options,
        "scoring": scoring,
        "feedback": {"right": {"vi": "Đủ cả.", "en": "Complete."}, "part": {"vi": "Còn thiếu.", "en": "Not all."}},
        "explanation": QUESTIONS["QT-SHORT"]["explanation"],
    }


def changed(written: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(written)
    for option in other["options"]:
        option.pop("correct", None)
        option.pop("feedback", None)
    for option in other["options"][2:]:
        option["correct"] = True
    return other


def share(question: Any, chosen: str) -> Fraction:
    return KIND.grade(question.content, question.key, {"choices": list(chosen)})


class TestMultiple(Contract):
    node = bank.multiple("Q-1")
    other = changed(bank.multiple("Q-1"))

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r": [str(order.index(name)) for name in question.key["correct"]]}

    @pytest.mark.parametrize(
        ("chosen", "partial", "everything"),
        [
            ("ac", Fraction(1), 1),
            ("a", Fraction(1, 2), 0),
            ("ab", Fraction(0), 0),
            ("abc", Fraction(1, 2), 0),
            ("abcd", Fraction(0), 0),
            ("bd", Fraction(0), 0),
        ],
    )
    def test_shares_by_the_usual_rule_and_by_all_or_nothing(
        self, chosen: str, partial: Fraction, everything: int
    ) -> None:
        assert share(parse(self.node), chosen) == partial
        assert share(parse({**self.node, "scoring": "all"}), chosen) == everything


@given(
    chosen=st.sets(st.sampled_from("abcde")),
    right=st.sets(st.sampled_from("abcde"), min_size=2, max_size=4),
    scoring=st.sampled_from(["partial", "all", "balanced"]),
)
def test_one_more_right_choice_never_costs_and_one_more_wrong_one_never_earns(
    chosen: set[str], right: set[str], scoring: str
) -> None:
    content, key = {"options": [{"id": name} for name in "abcde"], "scoring": scoring}, {"correct": sorted(right)}
    before = KIND.grade(content, key, {"choices": sorted(chosen)})
    assert 0 <= before <= 1
    assert (before == 1) is (chosen == right)
    for name in "abcde":
        after = KIND.grade(content, key, {"choices": sorted(chosen | {name})})
        assert after >= before if name in right else after <= before


@pytest.mark.parametrize(
    ("chosen", "balanced", "weights"),
    [
        ("ac", 1, 1),
        ("a", Fraction(1, 2), Fraction(3, 5)),
        ("c", Fraction(1, 2), Fraction(2, 5)),
        ("ab", Fraction(1, 6), Fraction(1, 10)),
        ("ace", Fraction(2, 3), 1),
        ("abcde", 0, 0),
        ("bd", 0, 0),
    ],
)
def test_shares(chosen: str, balanced: Fraction, weights: Fraction) -> None:
    assert share(parse(node("balanced")), chosen) == balanced
    assert share(parse(node("weights", weights=WEIGHTS)), chosen) == weights


@pytest.mark.parametrize("right", ["ab", "abc", "abcd"])
def test_ticking_everything_earns_nothing_when_balanced(right: str) -> None:
    question = parse(node("balanced", right))
    assert share(question, "abcde") == 0
    best = max(share(question, "".join(some)) for size in range(6) for some in combinations("abcde", size))
    assert best == share(question, right) == 1


def test_a_weighted_question_comes_back_as_it_was_written() -> None:
    written = node("weights", weights=WEIGHTS)
    assert authored.export(parse(written)) == written
    assert "weights" not in str(parse(written).content["options"])


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"a": 60, "c": 30}, "add up to 100"),
        ({"a": 60, "c": 40}, "Ticking every option"),
        ({"a": 100, "b": -100}, "above 0"),
        ({"a": 60, "c": 40, "b": 20, "d": -100}, "above 0"),
        ({"a": 160, "c": -60}, "from -100 to 100"),
    ],
)
def test_faults_of_weights(weights: dict[str, int], words: str) -> None:
    assert words in faults(node("weights", weights=weights))


def test_weights_belong_to_their_rule() -> None:
    assert "belongs to" in faults(node("partial", weights=WEIGHTS))
    assert "known" in faults({**node("partial"), "feedback": {"rihgt": {"vi": "a", "en": "a"}}})
