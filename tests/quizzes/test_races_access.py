"""Many hands at one door. On SQLite the write lock lines them up; PostgreSQL shows what the rows' locks are for."""

from typing import Any

import pytest

from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import User
from quizzes import actions, tries
from quizzes.actions.arranging import Arranged, accommodate, give_sitting, take_back
from quizzes.actions.exams import release, set_password
from quizzes.actions.tickets import issue_tickets
from quizzes.models import Attempt, Exam, ExamEvent, Sitting, SittingEvent, Ticket
from tests.factories import AT, make_course, make_person
from tests.quizzes.conftest import bank_files, load
from tests.quizzes.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def exam(transactional_db: None) -> Exam:
    load(bank_files(), make_course("HACCP"))
    return Exam.objects.get()


@pytest.fixture
def examiner(transactional_db: None) -> User:
    return make_person(roles=(Role.EXAMINER,))


def given(exam: Exam) -> Sitting:
    return Sitting.objects.create(person=make_person(), exam=exam)


def start(sitting: Sitting, **shown: str) -> Attempt:
    return actions.start(
        sitting=sitting, by=sitting.person, at=AT, language="vi", device="tab-1", shown=actions.Shown(**shown)
    )


def refused(results: list[Any]) -> list[str]:
    return [result.code for result in results if isinstance(result, Refused)]


def test_one_ticket_typed_in_many_places_is_one_attempt(exam: Exam, examiner: User) -> None:
    Exam.objects.update(needs_ticket=True)
    sitting = given(exam)
    [ticket] = issue_tickets(sittings=[sitting], by=examiner, at=AT)
    results = at_once(*[lambda: start(sitting, ticket=ticket.code)] * 8)
    assert refused(results) == []
    assert Attempt.objects.count() == 1
    assert Ticket.objects.get().used_at == AT


def test_guesses_sent_at_once_are_counted_each(exam: Exam, examiner: User) -> None:
    set_password(exam=exam, password="phòng-204", by=examiner, at=AT)
    sitting = given(exam)
    results = at_once(*[lambda: start(sitting, password="phòng-205")] * 20)
    assert refused(results).count("password") == tries.MOST
    assert refused(results).count("too_many_tries") == 20 - tries.MOST


def test_a_start_and_a_taking_back_cannot_both_be(exam: Exam, examiner: User) -> None:
    for _again in range(3):
        sitting = given(exam)

        def begin(sitting: Sitting = sitting) -> Any:
            try:
                return start(sitting)
            except Sitting.DoesNotExist:
                return None

        def end(sitting: Sitting = sitting) -> Any:
            return take_back(sitting=sitting, reason="Nhầm người", by=examiner, at=AT)

        at_once(begin, end)
        sitting.refresh_from_db()
        assert (sitting.ended_at is None) is sitting.attempts.exists()


def test_given_twice_at_once_it_is_one_sitting(exam: Exam, examiner: User) -> None:
    person = make_person()
    results = at_once(*[lambda: give_sitting(person=person, exam=exam, reason="Tự do", by=examiner, at=AT)] * 6)
    assert refused(results) == ["twice"] * 5
    assert Sitting.objects.count() == 1


def test_arranged_by_two_at_once_both_stand_in_history(exam: Exam, examiner: User) -> None:
    sitting = given(exam)

    def arrange(minutes: int) -> Any:
        return accommodate(
            sitting=sitting, arranged=Arranged(extra_minutes=minutes), reason="Giấy bệnh viện", by=examiner, at=AT
        )

    at_once(*[lambda minutes=minutes: arrange(minutes) for minutes in (5, 10, 15, 20)])
    events = list(SittingEvent.objects.order_by("pk"))
    assert len(events) == 4
    # Each starts from what the one before it left.
    after = [event.data["after"]["extra_minutes"] for event in events]
    assert [event.data["before"]["extra_minutes"] for event in events] == [0, *after[:-1]]
    assert Sitting.objects.get().extra_minutes == after[-1]


def test_a_release_pressed_many_times_is_one(exam: Exam, examiner: User) -> None:
    Exam.objects.update(shows_score="released")
    sitting = given(exam)
    actions.submit(attempt=start(sitting), by=sitting.person, at=AT)
    results = at_once(*[lambda: release(exam=exam, by=examiner, at=AT)] * 6)
    assert refused(results) == ["nothing_new"] * 5
    assert ExamEvent.objects.filter(new="released").count() == 1
