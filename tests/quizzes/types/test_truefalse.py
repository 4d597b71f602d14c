"""True or false."""

from copy import deepcopy
from typing import Any

from tests.quizzes import conftest as bank
from tests.quizzes.types.contract import Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["answer"] = not node["answer"]
    return other


class TestTrueFalse(Contract):
    node = bank.truefalse("Q-1")
    other = changed(bank.truefalse("Q-1"))

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r": ["0" if question.key["answer"] else "1"]}

    def test_true_is_always_first(self) -> None:
        question = parse(self.node)
        shown = self.kind.show(question.content, [], None, "en")
        assert [choice.value for choice in shown.choices] == ["0", "1"]
        assert all(not choice.letter for choice in shown.choices)

    def test_the_other_answer_earns_nothing(self) -> None:
        question = parse(self.node)
        given = self.kind.read(question.content, [], {"r": ["0"]})
        assert self.kind.grade(question.content, question.key, given) == 0

    def test_an_answer_that_is_neither_is_a_fault(self) -> None:
        assert faults(self.node, answer="đúng")
