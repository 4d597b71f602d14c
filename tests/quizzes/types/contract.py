"""What every question type promises, as tests that a type's one test file takes over by a class of its own."""

import json
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
import yaml
from django.conf import settings
from django.utils.translation import override
from hypothesis import given, settings as hypothesis, strategies as st

from courses.packs.checks import Checker
from courses.packs.files import PackFiles, Problems
from quizzes import authored
from quizzes.types import TYPES, BadResponse, QuestionType, Shown, refill

DEMO = Path(settings.BASE_DIR, "starter", "demo", "question-types", "questions", "question-types.yaml")
QUESTIONS: dict[str, dict[str, Any]] = {node["code"]: node for node in yaml.safe_load(DEMO.read_text())}
LANGUAGES = ("vi", "en")
TOPICS = ["haccp", "measure", "prp", "ccp"]
LESSONS = ["question-types", "bai-1", "bai-2"]

JUNK = st.dictionaries(
    st.sampled_from(["r", "r0", "r1", "r2", "r9", "r99", "r100", "r199", "r0199", "r999", "r²", "q", ""]),
    st.lists(
        st.text(max_size=6)
        | st.sampled_from(
            ["0", "1", "2", "-1", "99", "١", "1e9", "A1", "50,50", "1;2", "x" * 300, "\x00", "{a}", "9" * 60]
        ),
        max_size=3,
    ),
    max_size=4,
)


def read(node: dict[str, Any]) -> tuple[authored.Authored | None, list[str]]:
    """A question as an author writes it, and the faults found."""
    problems = Problems()
    text = yaml.safe_dump([node], allow_unicode=True, sort_keys=False, width=10**9).encode()
    marked = PackFiles({"x.yaml": text}).yaml("x.yaml", problems)
    assert marked is not None
    check = Checker("x.yaml", problems, list(LANGUAGES), one_line=False)
    question = authored.read(marked[0], 1, check, topics=TOPICS, lessons=LESSONS)
    return question, [str(problem) for problem in problems.found]


def parse(node: dict[str, Any]) -> authored.Authored:
    """A question without faults."""
    question, faults = read(node)
    assert not faults
    assert question is not None
    return question


def faults(node: dict[str, Any], **change: Any) -> str:
    """The faults of a changed question, as one English text."""
    with override("en"):
        return "\n".join(read({**node, **change})[1])


def _all(shown: Shown) -> list[Shown]:
    return [shown, *(part.shown for part in shown.parts)]


class Contract:
    """Set `node`, `other` (the same words, another key) and write `right`, the fields that earn everything."""

    node: ClassVar[dict[str, Any]]
    other: ClassVar[dict[str, Any]]

    def right(self, question: authored.Authored, order: Any) -> dict[str, list[str]]:
        raise NotImplementedError

    @property
    def kind(self) -> QuestionType:
        return TYPES[self.node["type"]]

    def test_there_is_a_template(self) -> None:
        assert Path(settings.BASE_DIR, "templates", "quizzes", "types", f"{self.kind.code}.html").is_file()

    def test_export_is_the_inverse_of_reading(self) -> None:
        for node in (self.node, self.other):
            exported = authored.export(parse(node))
            assert exported == node
            assert yaml.safe_dump(exported, sort_keys=False) == yaml.safe_dump(node, sort_keys=False)
            assert parse(exported).fingerprint() == parse(node).fingerprint()

    def test_content_is_the_same_whatever_is_right(self) -> None:
        assert parse(self.other).content == parse(self.node).content
        assert parse(self.other).key != parse(self.node).key

    # Hypothesis wants a function of its own per type: hence the inner ones.

    def test_a_right_answer_earns_everything_in_any_order_and_comes_back(self) -> None:
        question = parse(self.node)

        @hypothesis(max_examples=25)
        @given(seed=st.integers(0, 10_000))
        def holds(seed: int) -> None:
            self._is_right(question, seed)

        holds()

    def _is_right(self, question: authored.Authored, seed: int) -> None:
        kind = self.kind
        order = kind.shuffle(question.content, Random(seed))
        assert kind.shuffle(question.content, Random(seed)) == order
        assert json.loads(json.dumps(order)) == order
        response = kind.read(question.content, order, self.right(question, order))
        assert response is not None
        assert json.loads(json.dumps(response)) == response
        assert kind.read(question.content, order, {}) is None
        for language in LANGUAGES:
            assert "{" not in kind.stem(question.content, order, language)
            assert kind.given(question.content, order, response, language)
        if not kind.manual:
            assert kind.grade(question.content, question.key, response) == 1
            assert kind.grade(question.content, question.key, None) == 0
            reveal = kind.reveal(question.content, order, question.key, question.feedback, response, "vi")
            assert set(reveal.marks.values()) == {"right"}

    def test_what_could_not_be_read_is_put_back(self) -> None:
        question, kind = parse(self.node), self.kind
        order = kind.shuffle(question.content, Random(2))
        fields = self.right(question, order)
        read, sent = (kind.show(question.content, order, None, "vi") for _turn in range(2))
        response = kind.read(question.content, order, fields)
        refill(sent, fields)
        for shown, filled in zip(_all(kind.show(question.content, order, response, "vi")), _all(sent), strict=True):
            assert shown.choices == filled.choices
            assert shown.rows == filled.rows
            assert shown.text.split() == filled.text.split() or "r0" in fields
        refill(read, {})
        assert read == kind.show(question.content, order, None, "vi")

    def test_junk_is_refused_or_graded_between_0_and_1(self) -> None:
        question = parse(self.node)

        @hypothesis(max_examples=60)
        @given(fields=JUNK)
        def holds(fields: dict[str, list[str]]) -> None:
            self._stands(question, fields)

        holds()

    def _stands(self, question: authored.Authored, fields: dict[str, list[str]]) -> None:
        kind = self.kind
        order = kind.shuffle(question.content, Random(1))
        try:
            response = kind.read(question.content, order, fields)
        except BadResponse as bad:
            assert str(bad)
            return
        assert 0 <= kind.grade(question.content, question.key, response) <= 1
        kind.show(question.content, order, response, "en")
        kind.given(question.content, order, response, "en")
        kind.reveal(question.content, order, question.key, question.feedback, response, "en")

    @pytest.mark.parametrize(
        "response",
        [{}, [], "x", 3, {"choices": [{}]}, {"values": ["x", 1]}, {"in": {"i0": 1}}, {"parts": [3, None]},
         {"gaps": {"a": 1}}, {"points": [[1]], "cells": [1]}, {"file": {"path": 1}}, {"text": 5}],
    )  # fmt: skip
    def test_odd_stored_answers_grade_as_nothing(self, response: Any) -> None:
        question = parse(self.node)
        assert self.kind.grade(question.content, question.key, response) == 0
        self.kind.show(question.content, self.kind.shuffle(question.content, Random(1)), response, "vi")

    def test_paper_names_fields_that_are_read(self) -> None:
        question, kind = parse(self.node), self.kind
        order = kind.shuffle(question.content, Random(3))
        for language in LANGUAGES:
            printed = kind.paper(question.content, order, language)
            sheets = [printed, *(part for _stem, part in printed.parts)]
            assert any(sheet.options or sheet.blanks for sheet in sheets) or not printed.on_paper
            for sheet in sheets:
                if sheet.ticked:
                    assert len(sheet.values) == len(sheet.options)
                    assert kind.read(question.content, order, {sheet.ticked: [sheet.values[0]]}) is not None
                for blank in sheet.blanks:
                    if blank.choices:
                        assert kind.read(question.content, order, {blank.name: ["0"]}) is not None

    def test_nothing_shown_or_printed_depends_on_the_key(self) -> None:
        one, two = parse(self.node), parse(self.other)
        order = self.kind.shuffle(one.content, Random(5))
        assert order == self.kind.shuffle(two.content, Random(5))
        for language in LANGUAGES:
            assert self.kind.show(one.content, order, None, language) == self.kind.show(
                two.content, order, None, language
            )
            assert self.kind.paper(one.content, order, language) == self.kind.paper(two.content, order, language)
