"""Marks by hand: one, two apart from each other, a third; who may; and that nobody is named."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from hypothesis import given, strategies as st

from enrolments import actions as enrolments
from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people import actions as people
from people.models import Notice, User
from quizzes import actions, marking
from quizzes.actions import marks
from quizzes.models import (
    Answer,
    Attempt,
    AttemptItem,
    Exam,
    Mark,
    Question,
    QuestionKey,
    QuestionVersion,
    SittingExaminer,
)
from quizzes.queries import marking as to_mark
from tests.factories import AT, join, make_enterprise, make_person

RUBRIC = [{"id": "c0", "text": {"vi": "Nêu mối nguy", "en": "Hazards"}, "points": 4}]
RUBRIC += [{"id": "c1", "text": {"vi": "Nêu biện pháp", "en": "Measures"}, "points": 6}]
ESSAY = "ESSAY-CANARY-TEXT"


def essay_in(exam: Exam) -> QuestionVersion:
    """A question that people judge, in the exam's bank; drawn by nothing."""
    old = QuestionVersion.objects.filter(question__bank=exam.bank).first()
    assert old is not None
    question = Question.objects.create(bank=exam.bank, code="E-1")
    version = QuestionVersion.objects.create(
        question=question,
        number=1,
        type="essay",
        topic=old.topic,
        difficulty="analyse",
        points=10,
        content={"stem": {"vi": "Hãy phân tích", "en": "Analyse"}},
        fingerprint="e",
        created_at=AT,
    )
    QuestionKey.objects.create(version=version, key={"rubric": RUBRIC})
    return version


def add_essay(attempt: Attempt, version: QuestionVersion, text: str | None = ESSAY) -> AttemptItem:
    """The essay as one more question of an attempt in progress, answered unless `text` is None."""
    item = AttemptItem.objects.create(attempt=attempt, position=90, version=version, order=[])
    if text is not None:
        Answer.objects.create(item=item, revision=1, key=uuid4(), response={"text": text}, received_at=AT)
    return item


@pytest.fixture
def version(exam: Exam) -> QuestionVersion:
    return essay_in(exam)


@pytest.fixture
def item(attempt: Attempt, version: QuestionVersion) -> AttemptItem:
    """An essay handed in, which waits."""
    made = add_essay(attempt, version)
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    return made


def examiner(name: str = "Trần Thị Chấm") -> User:
    return make_person(name, roles=(Role.EXAMINER,))


def give(item: AttemptItem, by: User, first: Any = 4, second: Any = 6, comment: str = "") -> Mark:
    return marks.mark(item=item, scores={"c0": str(first), "c1": str(second)}, comment=comment, by=by, at=AT)


def double(attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(rules={**attempt.rules, "double_marking": True})


# --- The rule --------------------------------------------------------------------------

POINTS = st.integers(0, 40).map(lambda quarters: Fraction(quarters, 4))


@given(POINTS, POINTS, POINTS, st.integers(0, 100))
def test_two_marks_and_a_third(one: Fraction, other: Fraction, third: Fraction, percent: int) -> None:
    rule = marking.Rule(double=True, disagree_percent=percent)
    given_both = [marking.Given(1, 1, 11, one), marking.Given(2, 1, 12, other)]
    two = marking.stand(given_both, 10, rule)
    if abs(one - other) * 10 <= percent:
        assert two.points == (one + other) / 2
        assert two.open_turns == ()
        return
    assert two.points is None
    assert two.open_turns == (3,)
    three = marking.stand([*given_both, marking.Given(3, 1, 13, third)], 10, rule).points
    assert three is not None
    assert min(one, other, third) <= three <= max(one, other, third)
    assert three in ((third + one) / 2, (third + other) / 2)
    assert abs(three - third) == min(abs(one - third), abs(other - third)) / 2
    swapped = [marking.Given(1, 1, 12, other), marking.Given(2, 1, 11, one), marking.Given(3, 1, 13, third)]
    assert marking.stand(swapped, 10, rule).points == three


def test_of_two_equally_near_the_higher_one_counts() -> None:
    given_three = [marking.Given(turn, 1, turn, Fraction(points)) for turn, points in ((1, 2), (2, 8), (3, 5))]
    assert marking.stand(given_three, 10, marking.Rule(double=True)).points == Fraction(13, 2)


@pytest.mark.parametrize("bad", ["", "-1", "4.1", "5", "x", "nan", "inf", "1e9"])
def test_points_that_do_not_fit_the_rubric(item: AttemptItem, bad: str) -> None:
    with pytest.raises(Refused) as refused:
        give(item, examiner(), bad, 6)
    assert refused.value.code == "scores"
    assert not Mark.objects.exists()


# --- One marker ------------------------------------------------------------------------


def test_an_attempt_waits_for_its_marks_and_is_graded_with_the_last(attempt: Attempt, item: AttemptItem) -> None:
    attempt.refresh_from_db()
    assert attempt.state == "submitted"
    assert not attempt.grades.exists()
    one = examiner()
    give(item, one, "2,5", 3)
    attempt.refresh_from_db()
    assert attempt.state == "graded"
    graded = attempt.grades.get()
    assert graded.points == Decimal("5.500")
    assert graded.detail["items"][-1]["share"] == "11/20"
    assert SittingExaminer.objects.get(sitting=attempt.sitting).examiner == one
    assert Notice.objects.filter(kind="attempt_graded", person=attempt.sitting.person, channel="screen").count() == 1
    assert not mail.outbox or ESSAY not in str(mail.outbox[0].message())


def test_a_blank_and_a_question_on_trial_need_no_mark(attempt: Attempt, version: QuestionVersion) -> None:
    blank = add_essay(attempt, version, None)
    assert actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT).state == "graded"
    assert blank.marks.count() == 0


def test_on_trial_it_does_not_hold_the_grade_up(attempt: Attempt, version: QuestionVersion) -> None:
    trial = add_essay(attempt, version)
    AttemptItem.objects.filter(pk=trial.pk).update(scored=False)
    assert actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT).state == "graded"
    assert attempt.grades.get().possible == 7


def test_nobody_marks_when_it_is_graded_already(item: AttemptItem) -> None:
    give(item, examiner())
    with pytest.raises(Conflict):
        give(item, examiner("Lê Văn Sau"))
    assert Mark.objects.count() == 1


def test_a_change_of_mind_is_the_next_number_and_the_same_twice_is_one(
    attempt: Attempt, version: QuestionVersion
) -> None:
    first = add_essay(attempt, version)
    other = QuestionVersion.objects.create(
        question=version.question,
        number=2,
        type="essay",
        topic=version.topic,
        difficulty="apply",
        points=10,
        content=version.content,
        fingerprint="f",
        created_at=AT,
    )
    QuestionKey.objects.create(version=other, key={"rubric": RUBRIC})
    second = AttemptItem.objects.create(attempt=attempt, position=91, version=other, order=[])
    Answer.objects.create(item=second, revision=1, key=uuid4(), response={"text": "x"}, received_at=AT)
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    one = examiner()
    give(first, one, 1, 1)
    give(first, one, 1, 1)
    give(first, one, 2, 1, "better")
    assert list(first.marks.values_list("turn", "number", "points")) == [(1, 1, Decimal(2)), (1, 2, Decimal(3))]
    give(second, one, 0, 0)
    attempt.refresh_from_db()
    assert attempt.grades.get().points == 3


# --- Two apart from each other -----------------------------------------------------------


def test_two_who_agree(attempt: Attempt, item: AttemptItem) -> None:
    double(attempt)
    give(item, examiner(), 4, 2)
    attempt.refresh_from_db()
    assert attempt.state == "submitted"
    give(item, examiner("Lê Văn Hai"), 3, 2)
    assert attempt.grades.get().points == Decimal("5.500")


def test_the_third_decides_with_the_nearer_one(attempt: Attempt, item: AttemptItem) -> None:
    double(attempt)
    one, two, three = examiner("Một"), examiner("Hai"), examiner("Ba")
    give(item, one, 4, 6)
    give(item, two, 1, 1)
    attempt.refresh_from_db()
    assert attempt.state == "submitted"
    for again in (one, two):
        with pytest.raises(Conflict):
            give(item, again, 2, 2)
    give(item, three, 2, 2)
    assert attempt.grades.get().points == 3
    assert set(SittingExaminer.objects.values_list("examiner", flat=True)) == {one.pk, two.pk, three.pk}


def test_before_both_are_in_one_may_change_and_then_not(attempt: Attempt, item: AttemptItem) -> None:
    double(attempt)
    one, two = examiner("Một"), examiner("Hai")
    give(item, one, 4, 6)
    give(item, one, 3, 6)
    assert item.marks.count() == 2
    give(item, two, 0, 0)
    with pytest.raises(Conflict):
        give(item, one, 0, 0)


# --- Who may -----------------------------------------------------------------------------


def teaches(person: User, taker: User, run: Any) -> None:
    enrolments.assign_instructor(run=run, person=person, by=None, at=AT)


def works_beside(person: User, taker: User, run: Any) -> None:
    enterprise = make_enterprise()
    join(person, enterprise)
    join(taker, enterprise)


@pytest.mark.parametrize("near", [teaches, works_beside])
def test_who_stands_near_the_taker_is_not_offered_it(
    attempt: Attempt, item: AttemptItem, near: Callable[[User, User, Any], None]
) -> None:
    one = make_person("Gần", roles=(Role.EXAMINER, Role.INSTRUCTOR))
    assert [heap.waiting for heap in to_mark.heaps(one, AT)] == [1]
    assert attempt.sitting.enrolment is not None
    near(one, attempt.sitting.person, attempt.sitting.enrolment.run)
    assert to_mark.heaps(one, AT) == []
    with pytest.raises(NotAllowed):
        give(item, one)


def test_nobody_marks_their_own_nor_without_the_role(attempt: Attempt, item: AttemptItem) -> None:
    with pytest.raises(NotAllowed):
        give(item, make_person("Không vai trò"))
    people.grant_role(person=attempt.sitting.person, role=Role.EXAMINER, by=None, at=AT)
    own = User.objects.get(pk=attempt.sitting.person.pk)
    assert to_mark.heaps(own, AT) == []
    with pytest.raises(NotAllowed):
        give(item, own)
