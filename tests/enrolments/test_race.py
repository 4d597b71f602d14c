"""The last seat is sold once, and one person is one enrolment, however many press at once.

Seen failing: with `select_for_update` doing nothing, on PostgreSQL 60 threads
got 60 of the 30 seats in each of three runs, presses of one person ended in
IntegrityErrors of `a_person_is_in_a_class_once`, and two last requirements in a
Conflict. On SQLite the transaction itself is the lock: without
`transaction_mode` IMMEDIATE presses fail with “database is locked” and seats
stay empty.
"""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from enrolments import actions
from enrolments.models import CourseRun, Enrolment
from lms.lib.states import Refused
from tests import factories
from tests.factories import AT

pytestmark = [pytest.mark.race, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def sizes() -> tuple[int, int]:
    """Seats and threads: fewer where all writers stand in one queue anyway."""
    return (30, 60) if connection.vendor == "postgresql" else (5, 12)


def at_once(work: list[Callable[[], object]]) -> list[object]:
    """What each piece of work gave, or the exception that it raised, all begun at the same moment."""
    barrier, outcomes = Barrier(len(work)), []

    def do(piece: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=60)
            outcomes.append(piece())
        except Exception as error:  # looked at by the test
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=do, args=(piece,)) for piece in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(outcomes) == len(work)
    return outcomes


def press(run_pk: int, person) -> Callable[[], object]:
    return lambda: actions.enrol(run=CourseRun(pk=run_pk), person=person, by=person, at=AT)


@pytest.fixture
def course():
    return factories.make_course()


def test_thirty_seats(course):
    seats, presses = sizes()
    run = factories.make_run(course, seats=seats)
    people = [factories.make_person(f"Nguyễn Văn {number}", email="") for number in range(presses)]
    outcomes = at_once([press(run.pk, person) for person in people])
    assert Enrolment.objects.filter(run=run).seated().count() == seats
    refusals = [outcome for outcome in outcomes if not isinstance(outcome, Enrolment)]
    assert len(refusals) == presses - seats
    assert {type(refusal) for refusal in refusals} == {Refused}
    assert {refusal.code for refusal in refusals} == {"full"}


def test_pressed_twenty_times_is_one_enrolment(course):
    run = factories.make_run(course, seats=1)
    person = factories.make_person(email="")
    outcomes = at_once([press(run.pk, person)] * 20)
    assert {getattr(outcome, "pk", outcome) for outcome in outcomes} == {Enrolment.objects.get().pk}
    enrolment = Enrolment.objects.get()
    assert enrolment.events.count() == 1
    assert enrolment.requirements.count() == 1
    assert person.notices.count() == 1


def test_one_seat_freed_is_given_once(course):
    run = factories.make_run(course, seats=1)
    holder = factories.make_person(email="")
    enrolment = factories.enrol(holder, run)
    waiting = [factories.make_person(f"Trần Thị {number}", email="") for number in range(8)]
    leave = [lambda: actions.withdraw(enrolment=enrolment, by=holder, at=AT)]
    at_once(leave + [press(run.pk, person) for person in waiting])
    assert Enrolment.objects.filter(run=run).seated().count() <= 1
    at_once([press(run.pk, person) for person in waiting])
    assert Enrolment.objects.filter(run=run).seated().count() == 1


def test_two_last_requirements_at_once_complete_once(course):
    actions.require(course=course, kind="exam", key="CK")
    enrolment = factories.enrol(factories.make_person(email=""), factories.make_run(course))

    def meet(kind, key):
        return lambda: actions.meet(enrolment=enrolment, kind=kind, key=key, at=AT, by=None)

    outcomes = at_once([meet("lessons", ""), meet("exam", "CK")] * 4)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.COMPLETED
    assert enrolment.events.filter(new=Enrolment.State.COMPLETED).count() == 1


def test_sqlite_takes_the_write_lock_at_the_start():
    options = connection.settings_dict["OPTIONS"]
    assert connection.vendor != "sqlite" or options["transaction_mode"] == "IMMEDIATE"
