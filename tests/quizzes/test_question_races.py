"""Many hands at one question. On SQLite the write lock lines them up; PostgreSQL shows what the row's lock is for."""

from typing import Any

import pytest

from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import User
from quizzes import actions
from quizzes.models import Bank, KeyGrant, Question, QuestionEvent
from tests.factories import AT, make_course, make_person
from tests.quizzes.conftest import bank_files, load, single, texts
from tests.quizzes.test_questions import draft_of
from tests.quizzes.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bank(transactional_db: None) -> Bank:
    load(bank_files(), make_course("HACCP"))
    return Bank.objects.get(code="HACCP")


def staff(bank: Bank, *roles: Role) -> User:
    person = make_person(roles=roles)
    actions.grant_keys(bank=bank, person=person, reason="Soạn đề", by=None, at=AT)
    return person


def handed_in(bank: Bank) -> tuple[Question, str]:
    author = staff(bank, Role.INSTRUCTOR)
    question = Question.objects.get(code="A-1")
    seen = actions.stamp(question.current)
    version = save(question, author, seen, "Sửa")
    actions.hand_in(question=question, by=author, at=AT)
    return question, actions.stamp(version)


def save(question: Question, by: User, seen: str, words: str) -> Any:
    draft = draft_of(single("A-1") | {"stem": texts(words)})
    return actions.save_question(question=question, draft=draft, seen=seen, by=by, at=AT)


def test_two_approve(bank: Bank) -> None:
    question, seen = handed_in(bank)
    people = [staff(bank, Role.REVIEWER) for _each in range(4)]
    results = at_once(
        *[lambda person=person: actions.approve(question=question, seen=seen, by=person, at=AT) for person in people]
    )
    assert sum(isinstance(result, Refused) for result in results) == 3
    assert QuestionEvent.objects.filter(subject=question, data__verb="approve").count() == 1


def test_an_edit_while_approving(bank: Bank) -> None:
    question, seen = handed_in(bank)
    reviewer, author = staff(bank, Role.REVIEWER), staff(bank, Role.INSTRUCTOR)
    results = at_once(
        lambda: actions.approve(question=question, seen=seen, by=reviewer, at=AT),
        lambda: save(question, author, seen, "Sửa nữa"),
    )
    question.refresh_from_db()
    if isinstance(results[0], Refused):
        assert question.current.number == 1
        assert question.proposed.content["stem"] == texts("Sửa nữa")
    else:
        # What was approved is what was looked at.
        assert question.current.content["stem"] == texts("Sửa")
        assert question.current.number == 2


def test_two_save_on_top_of_the_same_version(bank: Bank) -> None:
    question = Question.objects.get(code="A-1")
    seen = actions.stamp(question.current)
    people = [staff(bank, Role.INSTRUCTOR) for _each in range(4)]
    results = at_once(*[lambda person=person: save(question, person, seen, f"Của {person.pk}") for person in people])
    assert sum(isinstance(result, Refused) for result in results) == 3
    assert question.versions.count() == 2


def test_two_grant_the_same(bank: Bank) -> None:
    person = make_person(roles=(Role.REVIEWER,))
    at_once(*[lambda: actions.grant_keys(bank=bank, person=person, reason="Duyệt", by=None, at=AT)] * 4)
    assert KeyGrant.objects.filter(person=person, until=None).count() == 1
