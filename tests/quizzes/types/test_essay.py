"""Essays: kept whole, graded by people."""

from copy import deepcopy
from typing import Any

import pytest

from quizzes.parts import fits
from quizzes.types import BadResponse
from quizzes.types.essay import LONGEST
from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["rubric"][0]["points"], other["rubric"][1]["points"] = 4, 3
    return other


class TestEssay(Contract):
    node = QUESTIONS["QT-ESSAY"]
    other = changed(QUESTIONS["QT-ESSAY"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r": ["Truy xuất lô.\r\n\r\nTìm nguyên nhân gốc."]}

    def test_people_grade_it_by_the_rubric(self) -> None:
        question = parse(self.node)
        assert self.kind.manual
        assert [(it.id, it.points) for it in self.kind.rubric(question.key)] == [("c0", 3), ("c1", 4), ("c2", 3)]
        assert question.points == 10

    def test_word_limits_are_told_and_no_text_is_lost_to_them(self) -> None:
        question = parse(self.node)
        response = self.kind.read(question.content, [], {"r": ["từ " * 900]})
        shown = self.kind.show(question.content, [], response, "vi")
        assert (shown.special["most"], shown.special["count"]) == (300, 900)
        with pytest.raises(BadResponse):
            self.kind.read(question.content, [], {"r": ["x" * (LONGEST + 1)]})

    def test_paper_has_room(self) -> None:
        question = parse(self.node)
        assert self.kind.paper(question.content, [], "vi").blanks[0].lines == 30

    def test_faults(self) -> None:
        assert "points: 10" in faults(self.node, points=9)
        assert "use" in faults(self.node, use="practice")
        assert "above" in faults(self.node, words={"least": 9, "most": 3})

    def test_levels_say_what_earns_how_many(self) -> None:
        levels = [{"vi": "Đủ ba lô", "en": "All three lots", "points": 3}, {"vi": "Một lô", "en": "One", "points": 1}]
        node = deepcopy(self.node)
        node["rubric"][0]["levels"] = levels
        question = parse(node)
        first, second, _third = self.kind.rubric(question.key)
        assert [(level.texts["vi"], level.points) for level in first.levels] == [("Đủ ba lô", 3), ("Một lô", 1)]
        assert second.levels == ()
        exported = self.kind.export(question.content, question.key, question.feedback)
        assert exported["rubric"][0]["levels"] == levels
        # The editor's rows hold them and lose none.
        values = fits("essay", exported)
        assert values is not None
        assert values.tables["rubric"][0]["levels_vi"] == "3: Đủ ba lô\n1: Một lô"
        node["rubric"][0]["levels"] = [{**levels[0], "points": 4}, levels[1]]
        assert "at most the points" in faults(node)
        node["rubric"][0]["levels"] = levels[:1]
        assert "levels" in faults(node)
