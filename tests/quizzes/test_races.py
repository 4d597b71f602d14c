"""Many hands at one attempt. On SQLite the write lock lines them up; PostgreSQL shows what the row's lock is for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from lms.lib.states import Refused
from quizzes import actions
from quizzes.models import Answer, Attempt, Exam, Grade, Sitting
from tests.factories import AT, enrol, make_course, make_person, make_run
from tests.quizzes.conftest import bank_files, load

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sitting(transactional_db: None) -> Sitting:
    course = make_course("HACCP")
    load(bank_files(), course)
    enrolment = enrol(make_person(), make_run(course))
    exam = Exam.objects.get(code="HACCP-FINAL")
    return actions.open_sitting(person=enrolment.person, exam=exam, enrolment=enrolment, by=None, at=AT)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each with a connection of its own; results or Refused."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return work()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def start(sitting: Sitting) -> Attempt:
    return actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi", device="tab-1")


def save(attempt: Attempt, position: int, revision: int, key: Any = None) -> actions.Saved:
    kind = attempt.items.select_related("version").get(position=position).version.type
    return actions.save_answer(
        attempt=attempt,
        position=position,
        response={"r0": ["0"]} if kind in ("matching", "ordering") else {"r": ["0"]},
        revision=revision,
        key=key or uuid4(),
        by=attempt.sitting.person,
        at=AT + timedelta(seconds=1),
        device="tab-1",
    )


def test_many_starts_give_one_attempt(sitting: Sitting) -> None:
    attempts = at_once(*[lambda: start(sitting)] * 8)
    assert len({attempt.pk for attempt in attempts}) == 1
    assert Attempt.objects.count() == 1


def test_fifty_presses_are_one_hand_in(sitting: Sitting) -> None:
    attempt = start(sitting)
    presses = at_once(*[lambda: actions.submit(attempt=attempt, by=sitting.person, at=AT)] * 50)
    assert {press.state for press in presses} == {"graded"}
    assert Grade.objects.count() == 1
    assert attempt.events.filter(new="submitted").count() == 1


def test_one_save_sent_many_times_at_once(sitting: Sitting) -> None:
    attempt = start(sitting)
    key = uuid4()
    acknowledged = at_once(*[lambda: save(attempt, 1, 1, key)] * 8)
    assert len({(saved.revision, saved.saved_at) for saved in acknowledged}) == 1
    assert Answer.objects.count() == 1


def test_two_tabs_with_the_same_revision(sitting: Sitting) -> None:
    attempt = start(sitting)
    results = at_once(*[lambda: save(attempt, 1, 1)] * 6)
    assert sum(isinstance(result, actions.Saved) for result in results) == 1
    assert sum(isinstance(result, actions.OutOfOrder) for result in results) == 5
    assert Answer.objects.count() == 1


def test_what_is_acknowledged_beside_a_hand_in_is_graded(sitting: Sitting) -> None:
    attempt = start(sitting)
    saves = [lambda position=position: save(attempt, position, 1) for position in range(1, 8)]
    results = at_once(*saves, lambda: actions.submit(attempt=attempt, by=sitting.person, at=AT + timedelta(seconds=1)))
    acknowledged = {result.position for result in results if isinstance(result, actions.Saved)}
    graded = {row["position"] for row in Grade.objects.get().detail["items"] if row["answered"]}
    assert graded == acknowledged


def test_two_sweeps_and_the_taker_at_once(sitting: Sitting) -> None:
    attempt = start(sitting)
    late = attempt.deadline + timedelta(seconds=1)
    at_once(
        lambda: actions.close_overdue(at=late),
        lambda: actions.close_overdue(at=late),
        lambda: actions.submit(attempt=attempt, by=sitting.person, at=late),
    )
    assert Grade.objects.count() == 1
    assert Attempt.objects.get().submitted_at == attempt.deadline
