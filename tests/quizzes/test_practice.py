"""Practice cards: for visitors, without a script, without a trace."""

from typing import Any

import pytest
from django.test import RequestFactory

from courses import activities
from courses.models import Course
from quizzes.models import Answer
from quizzes.practice import Practice, practice_fragment
from tests.quizzes.conftest import CANARY

pytestmark = pytest.mark.django_db


def card(code: str, **fields: Any) -> str:
    return Practice().render(code, "vi", RequestFactory().get("/vi/x/", fields))


def option(html: str, text: str) -> str:
    """The value of the option with that text."""
    before = html.split(text)[0]
    return before.rsplit('value="', 1)[1].split('"')[0]


def test_the_port_is_filled() -> None:
    assert isinstance(activities.get("practice"), Practice)


def test_nothing_is_told_before_an_answer(course: Course) -> None:
    html = card("P-1")
    assert "Stem P-1 (vi)" in html
    assert CANARY not in html
    assert "opt--right" not in html
    assert "csrf" not in html
    assert CANARY not in card("P-1", p="P-1")
    assert CANARY not in card("P-1", p="P-2", r="1")


def test_right_and_wrong(course: Course) -> None:
    html = card("P-1")
    wrong = card("P-1", p="P-1", r=option(html, "Option P-1 c"))
    assert "opt--wrong" in wrong
    assert f"{CANARY}-feedback-P-1-c" in wrong
    assert f"{CANARY}-feedback-P-1-b" not in wrong
    right = card("P-1", p="P-1", r=option(html, "Option P-1 b"))
    assert "opt--wrong" not in right
    assert f"{CANARY}-feedback-P-1-b" in right
    assert f"{CANARY}-explanation-P-1" in right
    assert not Answer.objects.exists()


def test_numbers_and_pairs(course: Course) -> None:
    assert "alert--ok" in card("P-2", p="P-2", r="48.151,5 kg (vi)")
    assert "alert--bad" in card("P-2", p="P-2", r="1")
    problem = card("P-2", p="P-2", r="abc")
    assert 'role="alert"' in problem
    assert CANARY not in problem
    # What was written stands there still, to be mended.
    assert 'value="abc"' in problem
    assert "alert--bad" in card("P-3", p="P-3", r0="0") or "alert--warn" in card("P-3", p="P-3", r0="0")


def test_junk_is_no_error(course: Course) -> None:
    for fields in ({"r": "99"}, {"r": ["0", "1"]}, {"r9": "1"}, {"r": "x" * 500}):
        assert "Stem P-1" in card("P-1", p="P-1", **fields)


def test_exam_questions_and_unknown_ones_are_not_practised(course: Course) -> None:
    for code in ("A-1", "nothing"):
        assert "Stem" not in card(code)
        assert not Practice().exists(code)
    assert Practice().exists("P-1")


def test_the_fragment_for_htmx(course: Course) -> None:
    factory = RequestFactory()
    assert practice_fragment(factory.get("/", {"p": "P-1"})) is None
    answer = practice_fragment(factory.get("/", {"p": "P-1", "r": "0"}, headers={"HX-Request": "true"}))
    assert answer is not None
    assert b"practice-P-1" in answer.content
