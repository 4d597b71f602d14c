"""Several examiners at one answer, one correction, one appeal. PostgreSQL shows what the locks are for."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import Notice, User
from quizzes import actions
from quizzes.actions import appeals, corrections
from quizzes.models import Answer, Appeal, Attempt, AttemptItem, Correction, Exam, Grade, Mark, Sitting
from tests.factories import AT, enrol, make_course, make_person, make_run
from tests.quizzes.conftest import bank_files, load
from tests.quizzes.test_marking import add_essay, essay_in, give
from tests.quizzes.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def exam(transactional_db: None) -> Exam:
    load(bank_files(), make_course("HACCP"))
    return Exam.objects.get(code="HACCP-FINAL")


@pytest.fixture
def attempt(exam: Exam) -> Attempt:
    enrolment = enrol(make_person(), make_run(exam.course))
    sitting: Sitting = actions.open_sitting(person=enrolment.person, exam=exam, enrolment=enrolment, by=None, at=AT)
    return actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")


def hand_in(attempt: Attempt, at: Any = AT) -> Attempt:
    return actions.submit(attempt=attempt, by=attempt.sitting.person, at=at)


def examiners(count: int) -> list[User]:
    return [make_person(f"Chấm {number}", roles=(Role.EXAMINER,)) for number in range(count)]


def refusals(results: list[Any]) -> int:
    return sum(isinstance(result, Refused) for result in results)


def test_many_markers_take_the_same_turn(attempt: Attempt, exam: Exam) -> None:
    item = add_essay(attempt, essay_in(exam))
    hand_in(attempt)
    results = at_once(*[lambda by=by: give(item, by) for by in examiners(5)])
    assert refusals(results) == 4
    assert Mark.objects.count() == 1
    assert Grade.objects.count() == 1


def test_two_turns_and_five_who_want_them(attempt: Attempt, exam: Exam) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(rules={**attempt.rules, "double_marking": True})
    item = add_essay(attempt, essay_in(exam))
    hand_in(attempt)
    results = at_once(*[lambda by=by: give(item, by) for by in examiners(5)])
    assert refusals(results) == 3
    assert sorted(Mark.objects.values_list("turn", "number")) == [(1, 1), (2, 1)]
    assert Grade.objects.count() == 1


def test_the_last_two_marks_of_an_attempt_give_one_grade(attempt: Attempt, exam: Exam) -> None:
    version = essay_in(exam)
    first = add_essay(attempt, version)
    other = exam.bank.questions.get(code="E-1").versions.create(
        number=2, type="essay", topic=version.topic, difficulty="apply", points=10, content=version.content,
        fingerprint="f", created_at=AT,
    )  # fmt: skip
    type(version.key).objects.create(version=other, key=version.key.key)
    second = AttemptItem.objects.create(attempt=attempt, position=91, version=other, order=[])
    Answer.objects.create(item=second, revision=1, key=uuid4(), response={"text": "x"}, received_at=AT)
    hand_in(attempt)
    one, two = examiners(2)
    results = at_once(lambda: give(first, one), lambda: give(second, two))
    assert refusals(results) == 0
    attempt.refresh_from_db()
    assert attempt.state == "graded"
    assert Grade.objects.count() == 1


def proposed(exam: Exam, attempt: Attempt, by: User) -> Correction:
    version = attempt.items.get(position=1).version
    return corrections.propose_correction(exam=exam, version=version, kind="all", reason="Sai", by=by, at=AT)


def test_apply_pressed_many_times_is_one(attempt: Attempt, exam: Exam) -> None:
    hand_in(attempt)
    one, two = examiners(2)
    made = proposed(exam, attempt, one)
    results = at_once(
        *[lambda by=by: corrections.apply_correction(correction=made, by=by, at=AT) for by in (one, two) * 3]
    )
    assert refusals(results) == 0
    assert made.events.filter(new="applied").count() == 1


def test_two_workers_carry_the_same_correction_out(attempt: Attempt, exam: Exam) -> None:
    hand_in(attempt)
    (one,) = examiners(1)
    made = corrections.apply_correction(correction=proposed(exam, attempt, one), by=one, at=AT)
    done = at_once(*[lambda: corrections.carry_out(correction=made, at=AT)] * 4)
    assert sum(done) == 1
    assert sorted(Grade.objects.values_list("number", flat=True)) == [1, 2]
    assert Notice.objects.filter(kind="grade_changed", channel="screen").count() == 1


def test_a_hand_in_beside_a_correction_is_graded_with_it(attempt: Attempt, exam: Exam) -> None:
    """Whichever comes first: the newest grade takes the correction in."""
    one, two = examiners(2)
    first = Attempt.objects.get(pk=attempt.pk)
    made = _proposed_before(exam, first, one)

    def apply() -> None:
        applied = corrections.apply_correction(correction=made, by=two, at=AT)
        corrections.carry_out(correction=applied, at=AT)

    at_once(apply, lambda: hand_in(attempt, AT + timedelta(seconds=1)))
    newest = Grade.objects.filter(attempt=attempt).latest("number")
    assert newest.detail["corrections"] == [made.pk]
    assert newest.points == 1


def _proposed_before(exam: Exam, running: Attempt, by: User) -> Correction:
    """Proposed because of somebody who sat the same question; the other attempt is still under way."""
    version = running.items.get(position=1).version
    made = Correction.objects.create(exam=exam, version=version, kind="all", reason="Sai", created_at=AT)
    made.born(by=by, at=AT)
    return made


def test_an_appeal_asked_twice_and_decided_twice(attempt: Attempt, exam: Exam) -> None:
    hand_in(attempt)
    asked = at_once(*[lambda: appeals.appeal(attempt=attempt, text="Sai", by=attempt.sitting.person, at=AT)] * 4)
    assert refusals(asked) == 3
    appeal = Appeal.objects.get()
    decisions = at_once(
        *[
            lambda by=by: appeals.dismiss_appeal(appeal=Appeal.objects.get(pk=appeal.pk), answer="Không", by=by, at=AT)
            for by in examiners(4)
        ]
    )
    assert refusals(decisions) == 3
    assert appeal.events.filter(new="dismissed").count() == 1
    assert Notice.objects.filter(kind="appeal_decided", channel="screen").count() == 1
