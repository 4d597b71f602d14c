"""The reader's exams: in a class and outside one, what is ahead, what was sat and where."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from lms.lib.access import Role
from people import personal_data
from people.models import User
from quizzes import actions, queries
from quizzes.actions import sessions
from quizzes.actions.arranging import Arranged, accommodate
from quizzes.models import Attempt, Exam, LateAnswer, Sitting
from quizzes.queries.history import own_exams
from quizzes.terms import terms
from tests.factories import make_person

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def alone(exam: Exam) -> Sitting:
    """A right to sit the exam without a class: nothing but the home and the list leads to it."""
    person = make_person("Trần Thị Riêng")
    return actions.open_sitting(person=person, exam=exam, enrolment=None, by=None, at=timezone.now())


@pytest.fixture
def taker(alone: Sitting) -> Client:
    client = Client()
    client.force_login(alone.person)
    return client


def sat(sitting: Sitting, at: Any) -> Attempt:
    attempt = actions.start(sitting=sitting, by=sitting.person, at=at, language="vi")
    return actions.submit(attempt=attempt, by=sitting.person, at=at)


def test_an_exam_without_a_class_is_found(taker: Client, alone: Sitting, sitting: Sitting) -> None:
    to_exam = reverse("quizzes:before", args=[alone.pk])
    for page in (reverse("learn"), reverse("quizzes:exams")):
        body = taker.get(page).content.decode()
        assert to_exam in body
        assert reverse("quizzes:before", args=[sitting.pk]) not in body


def test_one_of_a_class_is_on_the_home_only_with_a_date(sitting: Sitting, examiner: User) -> None:
    now = timezone.now()
    (own,) = own_exams(sitting.person, now)
    assert own.ahead
    assert not own.apart
    planned = sessions.plan_session(
        exam=sitting.exam, starts_at=now + HOUR, ends_at=now + 2 * HOUR, by=examiner, at=now, place="Phòng 204"
    )
    sessions.seat_people(session=planned, seats={sitting.pk: "07"}, by=examiner, at=now)
    (own,) = own_exams(sitting.person, now)
    assert own.ahead
    assert own.apart
    assert own.refusal is not None
    assert own.refusal.code == "session_planned"


def test_what_was_sat_stays_with_its_session(taker: Client, alone: Sitting, examiner: User) -> None:
    now = timezone.now()
    planned = sessions.plan_session(
        exam=alone.exam, starts_at=now, ends_at=now + HOUR, by=examiner, at=now, place="Phòng 204", code="CA-1"
    )
    watcher = make_person("Hồ Văn Sang", roles=(Role.INVIGILATOR,))
    sessions.assign_invigilator(session=planned, person=watcher, by=examiner, at=now)
    sessions.seat_people(session=planned, seats={alone.pk: "07"}, by=examiner, at=now)
    sessions.open_session(session=planned, by=watcher, at=now)
    attempt = sat(Sitting.objects.get(pk=alone.pk), now)
    sessions.close_session(session=planned, by=watcher, at=now)
    Sitting.objects.filter(pk=alone.pk).update(session=None, seat="")
    body = taker.get(reverse("quizzes:exams")).content.decode()
    assert reverse("quizzes:result", args=[attempt.code]) in body
    assert "CA-1" in body and "Phòng 204" in body and "07" in body


def test_it_costs_the_same_however_many(
    taker: Client, alone: Sitting, exam: Exam, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    with django_assert_max_num_queries(3):
        own_exams(alone.person, now)
    for _each in range(3):
        more = actions.open_sitting(person=alone.person, exam=exam, enrolment=None, by=None, at=now)
        sat(more, now)
    with django_assert_max_num_queries(3):
        found = own_exams(alone.person, now)
    assert [len(own.past) for own in found] == [0, 1, 1, 1]


def test_extra_minutes_reach_beyond_the_end_and_the_page_says_so(alone: Sitting, examiner: User) -> None:
    now = timezone.now()
    Exam.objects.update(closes_at=now + HOUR)
    accommodate(sitting=alone, arranged=Arranged(extra_minutes=15), reason="khiếm thị", by=examiner, at=now)
    held = Sitting.objects.select_related("exam").get(pk=alone.pk)
    last = timezone.localtime(now + HOUR + timedelta(minutes=15))
    with override("en"):
        (window,) = (term.text for term in terms(held, queries.standing(held), now) if "closes" in term.text)
    assert f"{last:%H:%M}" in window
    attempt = actions.start(sitting=held, by=held.person, at=now + HOUR / 2, language="vi")
    assert timezone.localtime(attempt.deadline) == last


def test_a_result_that_waits_takes_in_what_the_device_holds(taker: Client, alone: Sitting) -> None:
    """While it is being marked the page sends what is left, and says what became of it."""
    attempt = sat(alone, timezone.now())
    attempt.grades.all().delete()
    Attempt.objects.update(state=Attempt.State.SUBMITTED)
    item = attempt.items.get(position=1)
    LateAnswer.objects.create(
        item=item, key="00000000-0000-4000-8000-000000000001", reason="handed_in", response=None,
        received_at=timezone.now(),
    )  # fmt: skip
    body = taker.get(reverse("quizzes:result", args=[attempt.code])).content.decode()
    assert 'data-page="result"' in body and "exam.js" in body and "data-kept" in body
    assert queries.kept(attempt).waiting == 1


def test_what_a_wrong_answer_costs_is_said_before_the_hand_in(taker: Client, alone: Sitting) -> None:
    Exam.objects.update(wrong_percent=25)
    alone.exam.refresh_from_db()
    attempt = actions.start(sitting=alone, by=alone.person, at=timezone.now(), language="vi")
    body = taker.get(reverse("quizzes:review", args=[attempt.code])).content.decode()
    assert "25%" in body


def test_the_copy_of_ones_data_tells_where_one_sat_and_what_came_late(alone: Sitting, examiner: User) -> None:
    now = timezone.now()
    planned = sessions.plan_session(
        exam=alone.exam, starts_at=now, ends_at=now + HOUR, by=examiner, at=now, code="CA-2"
    )
    attempt = sat(alone, now)
    Attempt.objects.update(session=planned, network="10.1.2.3")
    LateAnswer.objects.create(
        item=attempt.items.get(position=1), key="00000000-0000-4000-8000-000000000002", response=None,
        received_at=now,
    )  # fmt: skip
    told = {section.code: section.rows for section in personal_data.export(alone.person, [alone.person.pk])}
    assert told["attempts"][0][6:] == ["CA-2", "", "10.1.2.3"]
    assert told["late_answers"][0][:2] == [attempt.code, 1]


def test_attempts_of_before_learn_their_session(alone: Sitting, examiner: User) -> None:
    now = timezone.now()
    planned = sessions.plan_session(exam=alone.exam, starts_at=now, ends_at=now + HOUR, by=examiner, at=now)
    attempt = sat(alone, now)
    Sitting.objects.filter(pk=alone.pk).update(session=planned, seat="07")
    keep = import_module("quizzes.migrations.0005_sessions_of_attempts").keep
    for _twice in range(2):
        keep(apps, None)
    attempt.refresh_from_db()
    assert (attempt.session, attempt.seat, attempt.rules["questions"]) == (planned, "07", 7)
