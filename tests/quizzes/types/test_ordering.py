"""Ordering: neighbouring pairs earn; nobody gains by giving one place twice."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from quizzes.types import TYPES
from tests.quizzes import conftest as bank
from tests.quizzes.types.contract import Contract, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["items"].reverse()
    return other


class TestOrdering(Contract):
    node = bank.ordering("Q-1")
    other = changed(bank.ordering("Q-1"))

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {f"r{n}": [str(question.key["order"].index(name))] for n, name in enumerate(order)}

    @pytest.mark.parametrize(
        ("places", "share"),
        [
            ((1, 2, 3, 4), Fraction(1)),
            ((2, 3, 4, 1), Fraction(2, 3)),
            ((4, 3, 2, 1), Fraction(0)),
            ((1, 2, 2, 2), Fraction(0)),
            ((1, 2, None, 4), Fraction(1, 3)),
            ((None, None, 1, 2), Fraction(1, 3)),
        ],
    )
    def test_shares(self, places: tuple[int | None, ...], share: Fraction) -> None:
        question = parse(self.node)
        given_places = {name: place for name, place in zip(question.key["order"], places, strict=True) if place}
        assert self.kind.grade(question.content, question.key, {"places": given_places}) == share

    def test_marks_say_what_the_points_say(self) -> None:
        question = parse(self.node)
        order = question.key["order"]
        given_places = dict(zip(order, (2, 3, 4, 1), strict=True))
        reveal = self.kind.reveal(question.content, order, question.key, {}, {"places": given_places}, "vi")
        assert reveal.marks == {"r0": "right", "r1": "right", "r2": "part", "r3": "wrong"}

    def test_the_shown_order_does_not_tell(self) -> None:
        question = parse(self.node)
        assert question.content == parse(self.other).content
        shown = self.kind.show(question.content, question.key["order"], None, "vi")
        assert [choice.text for choice in shown.rows[0].choices] == ["1", "2", "3", "4"]


QUESTION = parse(bank.ordering("Q-1"))


@given(places=st.lists(st.integers(1, 4), min_size=4, max_size=4))
def test_only_the_right_order_earns_everything(places: list[int]) -> None:
    given_places = dict(zip(QUESTION.key["order"], places, strict=True))
    share = TYPES["ordering"].grade(QUESTION.content, QUESTION.key, {"places": given_places})
    assert (share == 1) is (places == [1, 2, 3, 4])
    assert share in (0, Fraction(1, 3), Fraction(2, 3), 1)
