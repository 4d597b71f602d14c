"""Matching: shares by pair, right sides that match nothing or match twice."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from quizzes import authored
from tests.quizzes import conftest as bank
from tests.quizzes.types.contract import Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    rights = [pair["right"] for pair in other["pairs"]]
    for pair, right in zip(other["pairs"], rights[1:] + rights[:1], strict=True):
        pair["right"] = right
    return other


class TestMatching(Contract):
    node = bank.matching("Q-1")
    other = changed(bank.matching("Q-1"))

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        pairs = question.key["pairs"]
        return {f"r{n}": [str(order["rights"].index(pairs[left]))] for n, left in enumerate(order["lefts"])}

    @pytest.mark.parametrize(("wrong", "left_out", "share"), [(1, 0, "2/3"), (0, 1, "2/3"), (1, 1, "1/3"), (2, 1, "0")])
    def test_shares(self, wrong: int, left_out: int, share: str) -> None:
        question = parse(self.node)
        lefts = list(question.key["pairs"])
        pairs = dict.fromkeys(lefts[:wrong], question.key["extra"][0])
        pairs |= {left: question.key["pairs"][left] for left in lefts[wrong + left_out :]}
        assert self.kind.grade(question.content, question.key, {"pairs": pairs}) == Fraction(share)

    def test_two_pairs_may_share_a_right_side(self) -> None:
        node = deepcopy(self.node)
        node["pairs"][1]["right"] = dict(node["pairs"][0]["right"])
        question = parse(node)
        assert len(question.content["rights"]) == 3
        assert authored.export(question) == node

    def test_twins_are_a_fault(self) -> None:
        pairs = deepcopy(self.node["pairs"])
        pairs[1]["left"] = dict(pairs[0]["left"])
        assert "twice" in faults(self.node, pairs=pairs)
