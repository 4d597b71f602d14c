"""Who is told about a question's review, and what follows an account that is merged."""

from datetime import timedelta
from typing import Any

import pytest

from lms.lib.access import Role
from lms.lib.states import NotAllowed
from people.models import Notice, User
from quizzes import actions, personal_data
from quizzes.models import Bank, KeyGrant, Question
from tests.factories import AT, make_person
from tests.quizzes.conftest import single
from tests.quizzes.test_questions import author, bank, draft_of, newest, reviewer, staff, written

__all__ = ["author", "bank", "reviewer", "written"]
pytestmark = pytest.mark.django_db


def told(person: User, kind: str) -> list[dict[str, Any]]:
    rows = Notice.objects.filter(person=person, kind=kind, channel=Notice.Channel.SCREEN).order_by("pk")
    return [row.facts for row in rows]


def test_reviewers_who_see_keys_are_told_once_a_day_that_questions_wait(
    bank: Bank, author: User, reviewer: User, written: Question
) -> None:
    blind = staff(bank, Role.REVIEWER, keys=False)
    second = actions.create_question(bank=bank, draft=draft_of(single("N-2")), by=author, at=AT)
    for question in (written, second):
        actions.hand_in(question=question, by=author, at=AT)
    assert [facts["bank"] for facts in told(reviewer, "questions_wait")] == ["HACCP"]
    assert told(reviewer, "questions_wait")[0]["url"] == "/admin/banks/HACCP/?waits=review"
    assert told(blind, "questions_wait") == told(author, "questions_wait") == []


def test_the_reviewer_who_was_named_is_told_and_no_other(
    bank: Bank, author: User, reviewer: User, written: Question
) -> None:
    other = staff(bank, Role.REVIEWER)
    actions.assign_reviewer(question=written, reviewer=reviewer, by=author, at=AT)
    assert told(reviewer, "questions_wait") == []
    actions.hand_in(question=written, by=author, at=AT)
    assert len(told(reviewer, "questions_wait")) == 1
    assert told(other, "questions_wait") == []
    actions.assign_reviewer(question=written, reviewer=other, by=author, at=AT)
    assert len(told(other, "questions_wait")) == 1


def test_the_author_is_told_what_to_change_and_the_reviewer_that_it_is_back(
    author: User, reviewer: User, written: Question
) -> None:
    actions.hand_in(question=written, by=author, at=AT)
    actions.return_question(question=written, note="Thiếu đơn vị đo.", by=reviewer, at=AT)
    (facts,) = told(author, "question_returned")
    assert (facts["question"], facts["reason"]) == ("N-1", "Thiếu đơn vị đo.")
    assert facts["url"] == "/admin/banks/HACCP/N-1/"
    actions.hand_in(question=written, by=author, at=AT)
    assert [facts["question"] for facts in told(reviewer, "question_mended")] == ["N-1"]
    actions.approve(question=written, seen=actions.stamp(newest(written)), by=reviewer, at=AT)
    assert [facts["bank"] for facts in told(author, "questions_approved")] == ["HACCP"]
    assert told(reviewer, "questions_approved") == []


def test_a_later_day_tells_again(author: User, reviewer: User, written: Question, bank: Bank) -> None:
    actions.hand_in(question=written, by=author, at=AT)
    second = actions.create_question(bank=bank, draft=draft_of(single("N-2")), by=author, at=AT)
    actions.hand_in(question=second, by=author, at=AT + timedelta(days=1))
    assert len(told(reviewer, "questions_wait")) == 2


def test_the_permission_to_see_keys_follows_a_merge(bank: Bank, author: User) -> None:
    into, officer = make_person("Tài khoản còn lại", roles=(Role.REVIEWER,)), make_person("Cán bộ")
    personal_data.merge(author, into, by=officer, at=AT)
    assert KeyGrant.objects.filter(bank=bank, until=None, person=into).count() == 1
    personal_data.merge(staff(bank, Role.REVIEWER), into, by=officer, at=AT)
    assert KeyGrant.objects.filter(bank=bank, until=None, person=into).count() == 1
    assert KeyGrant.objects.get(bank=bank, until=AT).ended_by == officer


def test_nobody_approves_what_they_wrote_under_another_account(bank: Bank, author: User, written: Question) -> None:
    into = staff(bank, Role.REVIEWER)
    actions.hand_in(question=written, by=author, at=AT)
    User.objects.filter(pk=author.pk).update(merged_into=into)
    with pytest.raises(NotAllowed):
        actions.approve(question=written, seen=actions.stamp(newest(written)), by=into, at=AT)


@pytest.mark.parametrize("named", [True, False])
def test_where_the_reviewer_has_left_the_others_are_told(
    bank: Bank, author: User, reviewer: User, written: Question, named: bool
) -> None:
    other = staff(bank, Role.REVIEWER)
    if named:
        actions.assign_reviewer(question=written, reviewer=other, by=author, at=AT)
    else:
        actions.hand_in(question=written, by=author, at=AT)
        actions.return_question(question=written, note="Thiếu đơn vị đo.", by=other, at=AT)
    User.objects.filter(pk=other.pk).update(is_active=False)
    written.refresh_from_db()
    actions.hand_in(question=written, by=author, at=AT + timedelta(days=1))
    assert told(reviewer, "questions_wait" if named else "question_mended")


def test_who_is_erased_sees_no_keys(bank: Bank, author: User) -> None:
    officer = make_person("Cán bộ")
    personal_data.erase(author, [author.pk], by=officer, at=AT)
    assert KeyGrant.objects.get(bank=bank, person=author).ended_by == officer
