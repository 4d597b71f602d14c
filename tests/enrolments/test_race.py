"""The last seat is sold once, and one person is one enrolment, however many press at once.

Seen failing: with `select_for_update` doing nothing, on PostgreSQL 60 threads
got 60 of the 30 seats in each of three runs, presses of one person ended in
IntegrityErrors of `a_person_is_in_a_class_once`, and two last requirements in a
Conflict. With `locked` reading the class without its lock, the class under fire
had 37 and 41 places in use of its 30, two contacts ended in IntegrityErrors of
`a_person_asks_for_a_class_once` and two sweeps in Conflicts. On SQLite the
transaction itself is the lock: without `transaction_mode` IMMEDIATE presses fail
with “database is locked” and seats stay empty.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Event, Thread

import pytest
from django.db import connection, connections

from enrolments import actions, places, tasks
from enrolments.models import CourseRun, Enrolment, SeatRequest, SeatRequestEvent
from lms.lib.states import Refused
from tests import factories
from tests.factories import AT
from tests.racing import at_once

pytestmark = [pytest.mark.race, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def sizes() -> tuple[int, int]:
    """Seats and threads: fewer where all writers stand in one queue anyway."""
    return (30, 60) if connection.vendor == "postgresql" else (5, 12)


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


# --- Waiting list, held places, cancellations ------------------------------------------------


def scale() -> tuple[int, int, int]:
    """Seats, people who ask and rounds: 500 at once, a hundred times over, in `make soak`."""
    if connection.vendor != "postgresql":
        return 5, 12, 1
    return (30, 500, 100) if os.environ.get("NSCL_SOAK") == "1" else (30, 60, 2)


def through_pool(work: list[Callable[[], object]]) -> list[object]:
    """The same as `at_once` for more work than a database has connections."""

    def do(piece: Callable[[], object]) -> object:
        try:
            return piece()
        except Exception as error:  # looked at by the test
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=60) as pool:
        return list(pool.map(do, work))


class Watch(Thread):
    """Looks at a class without rest, and remembers the most places that it ever saw in use."""

    def __init__(self, run: CourseRun) -> None:
        super().__init__()
        self.run_pk, self.most, self.over = run.pk, 0, Event()

    def run(self) -> None:
        try:
            while not self.over.wait(0.002):
                seen = CourseRun.objects.with_taken(AT).get(pk=self.run_pk)
                self.most = max(self.most, seen.taken + seen.held)
        finally:
            connections.close_all()


def test_class_under_fire(course):
    seats, askers, rounds = scale()
    people = [factories.make_person(f"Nguyễn Văn {number}", email="") for number in range(seats + askers)]
    for number in range(rounds):
        chance = Random(number)
        chance.shuffle(people)
        _fire(course, people[:seats], people[seats:], chance)


def _fire(course, holders, askers, chance):
    seats = len(holders)
    run = factories.make_run(course, seats=seats)
    enrolments = [factories.enrol(person, run) for person in holders]
    leaving, twice = chance.sample(enrolments, seats // 3), chance.sample(askers, len(askers) // 3)
    work: list[Callable[[], object]] = [
        lambda one=one: actions.withdraw(enrolment=one, by=one.person, at=AT) for one in leaving
    ]
    work += [
        lambda one=one: actions.ask(run=CourseRun(pk=run.pk), person=one, by=one, at=AT) for one in [*askers, *twice]
    ]
    work += [lambda: actions.promote(run=CourseRun(pk=run.pk), at=AT)] * 3
    chance.shuffle(work)
    watch = Watch(run)
    watch.start()
    try:
        wrong = [one for one in through_pool(work) if isinstance(one, Exception)]
        _check(run, seats, askers)
        # Half of those who are called come, the others let the place go, and sweeps run between them.
        for _turn in range(2):
            called = list(run.requests.filter(state=SeatRequest.State.OFFERED).select_related("person", "run"))
            chance.shuffle(called)
            half = len(called) // 2
            work = [lambda one=one: actions.accept(request=one, by=one.person, at=AT) for one in called[:half] * 2]
            work += [lambda one=one: actions.decline(request=one, by=one.person, at=AT) for one in called[half:]]
            work += [lambda: actions.promote(run=CourseRun(pk=run.pk), at=AT)] * 3
            chance.shuffle(work)
            wrong += [one for one in through_pool(work) if isinstance(one, Exception)]
            _check(run, seats, askers)
    finally:
        watch.over.set()
        watch.join()
    assert wrong == []
    assert watch.most <= seats


def _check(run, seats, askers):
    """Never one too many, nobody twice, no place empty while somebody waits, everybody called in their turn."""
    assert places.count(run, AT).total <= seats
    line = list(run.requests.filter(events__new=SeatRequest.State.WAITING).order_by("since", "pk").distinct())
    waiting = [request.state == SeatRequest.State.WAITING for request in line]
    assert waiting == sorted(waiting), "somebody was called before one who still waits"
    if any(waiting):
        assert places.count(run, AT).left == 0
    offers = SeatRequestEvent.objects.filter(subject__run=run, new=SeatRequest.State.OFFERED).order_by("pk")
    called = list(offers.values_list("subject", flat=True))
    assert called == [request.pk for request in line[: len(called)]], "out of turn"
    inside = set(run.enrolments.seated().values_list("person", flat=True))
    taken = set(run.requests.filter(state=SeatRequest.State.TAKEN).values_list("person", flat=True))
    still = set(run.requests.filter(state__in=SeatRequest.OPEN).values_list("person", flat=True))
    assert not inside & still
    assert taken <= inside
    assert {person.pk for person in askers} <= inside | still | set(
        run.requests.filter(state=SeatRequest.State.DECLINED).values_list("person", flat=True)
    )


def test_two_contacts_nominate_the_same_person_at_once(course):
    run, firm = factories.make_run(course, seats=1), factories.make_enterprise()
    person = factories.make_person(email="")
    factories.join(person, firm)
    contacts = [
        factories.join(factories.make_person(f"Đỗ Thị {number}", email=""), firm, contact=True).person
        for number in range(2)
    ]

    def nominate(contact):
        return lambda: actions.nominate(run=run, person=person, enterprise=firm, by=contact, at=AT)

    outcomes = at_once([nominate(contact) for contact in contacts * 4])
    request = SeatRequest.objects.get()
    assert {getattr(outcome, "pk", outcome) for outcome in outcomes} == {request.pk}
    assert request.events.count() == 1
    assert person.notices.count() == 1


def test_held_place_accepted_and_lapsing_at_once_is_one_or_the_other(course):
    run, firm = factories.make_run(course, seats=1), factories.make_enterprise()
    person, next_one = factories.make_person(email=""), factories.make_person(email="")
    factories.join(person, firm)
    request = actions.nominate(run=run, person=person, enterprise=firm, by=None, at=AT)
    waiting = actions.ask(run=run, person=next_one, by=next_one, at=AT)
    end = AT + timedelta(hours=48)
    at_once(
        [lambda: actions.accept(request=request, by=person, at=end - timedelta(seconds=1))] * 2
        + [lambda: actions.lapse(run=run, at=end), lambda: actions.promote(run=run, at=end)] * 2
    )
    request.refresh_from_db()
    waiting.refresh_from_db()
    states = (request.state, waiting.state)
    assert states in {("taken", "waiting"), ("lapsed", "offered"), ("lapsed", "waiting")}
    assert places.count(run, end).total <= 1


def test_two_sweeps_at_once_call_everybody_once(course, monkeypatch):
    run = factories.make_run(course, seats=2)
    holders = [factories.enrol(factories.make_person(email=""), run) for _number in range(2)]
    line = [factories.make_person(f"Trần Thị {number}", email="") for number in range(4)]
    for person in line:
        actions.ask(run=run, person=person, by=person, at=AT)
    for holder in holders:
        actions.withdraw(enrolment=holder, by=holder.person, at=AT)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(hours=49))
    outcomes = at_once([tasks.settle_seats] * 6)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert list(run.requests.order_by("pk").values_list("state", flat=True)) == ["lapsed"] * 2 + ["offered"] * 2
    for person, kinds in zip(line, [["offer", "offer_lapsed"]] * 2 + [["offer"]] * 2, strict=True):
        told = list(person.notices.filter(channel="screen").exclude(kind="waiting").order_by("pk"))
        assert [notice.kind for notice in told] == kinds
