"""Asked for, approved, nominated."""

import pytest
from django.db import IntegrityError, transaction

from enrolments import actions, places
from enrolments.models import CourseRun, Enrolment, SeatRequest
from lms.lib.states import NotAllowed, Refused
from tests import factories
from tests.enrolments.places.steps import (
    ASKED,
    DAY,
    HELD,
    HOUR,
    OFFERED,
    TAKEN,
    WAITING,
    ask,
    full,
    told,
    worker,
)
from tests.factories import AT

pytestmark = pytest.mark.django_db


# --- A person's own button -------------------------------------------------------------------


def test_a_free_place_is_taken_at_once_without_a_request(course, person):
    run = factories.make_run(course, seats=1)
    enrolment = ask(run, person)
    assert isinstance(enrolment, Enrolment)
    assert enrolment.state == Enrolment.State.ACTIVE
    assert SeatRequest.objects.count() == 0
    assert ask(run, person).pk == enrolment.pk


def test_full_class_gives_a_number_in_line_and_says_it(course):
    run, _holder = full(course)
    people = [factories.make_person() for _number in range(3)]
    requests = [ask(run, person, at=AT + number * HOUR) for number, person in enumerate(people)]
    assert [places.position(request) for request in requests] == [1, 2, 3]
    assert told(people[2], "waiting").get().facts["position"] == 3
    again = ask(run, people[0], at=AT + 9 * HOUR)
    assert (again.pk, again.since, again.events.count()) == (requests[0].pk, AT, 1)
    assert told(people[0], "waiting").count() == 1


def test_full_class_without_a_line_refuses(course, person):
    run, _holder = full(course, waiting=CourseRun.Waiting.NONE)
    with pytest.raises(Refused) as refusal:
        ask(run, person)
    assert refusal.value.code == "full"
    assert SeatRequest.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"enrols_until": AT}, "closed"),
        ({"enrols_from": AT + DAY}, "early"),
        ({"ends_on": AT.date() - DAY}, "over"),
        ({"state": CourseRun.State.FINISHED}, "over"),
        ({"state": CourseRun.State.DRAFT}, "early"),
    ],
)
def test_closed_class_takes_no_request(course, person, fields, code):
    run = factories.make_run(course, **fields)
    with pytest.raises(Refused) as refusal:
        ask(run, person)
    assert refusal.value.code == code


def test_database_keeps_one_request_per_person_and_class(course, person):
    run, _holder = full(course)
    ask(run, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatRequest.objects.create(run=run, person=person, state=WAITING, since=AT)


def test_class_by_nomination_refuses_who_was_not(course, person):
    run = factories.make_run(course, open_to=CourseRun.OpenTo.NOMINATED)
    with pytest.raises(Refused) as refusal:
        ask(run, person)
    assert refusal.value.code == "nominated"


def test_class_for_sectors(course, firm):
    run = factories.make_run(course, open_to=CourseRun.OpenTo.ANYONE)
    run.sectors.set([firm.sector])
    CourseRun.objects.update(open_to=CourseRun.OpenTo.SECTORS)
    other = factories.make_enterprise("Cơ khí (mẫu)", sector=factories.make_sector("co-khi"))
    assert isinstance(ask(run, worker(firm)), Enrolment)
    for stranger in (worker(other), factories.make_person()):
        with pytest.raises(Refused) as refusal:
            ask(run, stranger)
        assert refusal.value.code == "sectors"
        assert str(firm.sector) in str(refusal.value)


def test_quota_of_an_enterprise_counts_those_held_too(course, firm, contact):
    run = factories.make_run(course, seats=10, quota=2)
    ask(run, worker(firm, "A"))
    actions.nominate(run=run, person=worker(firm, "B"), enterprise=firm, by=contact, at=AT)
    assert ask(run, worker(firm, "C")).state == WAITING
    assert isinstance(ask(run), Enrolment)
    assert isinstance(ask(run, worker(factories.make_enterprise("Khác (mẫu)"))), Enrolment)
    with pytest.raises(Refused) as refusal:
        actions.enrol(run=run, person=worker(firm, "D"), by=None, at=AT)
    assert refusal.value.code == "quota"


# --- Approval --------------------------------------------------------------------------------


@pytest.fixture
def by_approval(course):
    return factories.make_run(course, seats=1, open_to=CourseRun.OpenTo.APPROVAL)


def test_approved_is_enrolled_when_a_place_is_free_else_in_line(by_approval, office, person):
    first, second = ask(by_approval, person), ask(by_approval)
    assert (first.state, second.state) == (ASKED, ASKED)
    assert told(person, "asked").count() == 1
    assert actions.approve(request=first, by=office, at=AT + HOUR).state == TAKEN
    assert Enrolment.objects.get().person == person
    assert actions.approve(request=second, by=office, at=AT + HOUR).state == WAITING
    with pytest.raises(NotAllowed):
        actions.approve(request=first, by=office, at=AT + HOUR)
    assert Enrolment.objects.count() == 1


def test_approved_without_a_place_or_a_line_stays_asked(course, office):
    run = factories.make_run(course, seats=1, open_to=CourseRun.OpenTo.APPROVAL, waiting=CourseRun.Waiting.NONE)
    first, second = ask(run), ask(run)
    actions.approve(request=first, by=office, at=AT)
    with pytest.raises(Refused) as refusal:
        actions.approve(request=second, by=office, at=AT)
    assert refusal.value.code == "full"
    second.refresh_from_db()
    assert second.state == ASKED


def test_refusing_needs_a_reason_and_tells_it_and_one_may_ask_again(by_approval, office, person):
    request = ask(by_approval, person)
    with pytest.raises(Refused) as refusal:
        actions.refuse(request=request, by=office, at=AT, note="  ")
    assert refusal.value.code == "reason"
    actions.refuse(request=request, by=office, at=AT, note="Chưa đủ kinh nghiệm")
    assert told(person, "request_refused").get().facts["note"] == "Chưa đủ kinh nghiệm"
    with pytest.raises(NotAllowed):
        actions.refuse(request=request, by=office, at=AT, note="Lần nữa")
    again = ask(by_approval, person, at=AT + DAY)
    assert (again.pk, again.state, again.since) == (request.pk, ASKED, AT + DAY)
    assert told(person, "asked").count() == 2


def test_nominee_of_a_class_by_approval_is_approved_first_and_then_held_for(by_approval, firm, contact, office):
    person = worker(firm)
    request = actions.nominate(run=by_approval, person=person, enterprise=firm, by=contact, at=AT)
    assert request.state == ASKED
    assert told(person, "nominated_asked").count() == 1
    held = actions.approve(request=request, by=office, at=AT)
    assert (held.state, held.held_until) == (OFFERED, HELD)
    assert Enrolment.objects.count() == 0


# --- Nominations -----------------------------------------------------------------------------


def test_nomination_holds_a_free_place_and_tells_the_person(course, firm, contact):
    run, person = factories.make_run(course, seats=1, offer_hours=24), worker(firm)
    request = actions.nominate(run=run, person=person, enterprise=firm, by=contact, at=AT)
    assert (request.state, request.held_until) == (OFFERED, AT + DAY)
    assert (request.enterprise, request.nominated_by) == (firm, contact)
    facts = told(person, "nominated").get().facts
    assert facts["enterprise"] == str(firm)
    assert facts["held_until"] == "09:00 24/11/2026"
    assert facts["url"] == f"/vi/learn/enrol/{run.code}/"
    assert ask(run).state == WAITING
    enrolment = actions.accept(request=request, by=person, at=AT + HOUR)
    assert enrolment.enterprise == firm
    assert actions.accept(request=request, by=person, at=AT + HOUR).pk == enrolment.pk


def test_nominated_twice_and_by_two_contacts_is_one_request(course, firm, contact):
    run, person = factories.make_run(course, seats=5), worker(firm)
    other = factories.join(factories.make_person("Phan Văn Hai"), firm, contact=True).person
    first = actions.nominate(run=run, person=person, enterprise=firm, by=contact, at=AT)
    again = actions.nominate(run=run, person=person, enterprise=firm, by=other, at=AT + HOUR)
    assert (again.pk, again.nominated_by, again.held_until) == (first.pk, contact, HELD)
    assert first.events.count() == 1
    assert told(person, "nominated").count() == 1
    actions.accept(request=first, by=person, at=AT + HOUR)
    after = actions.nominate(run=run, person=person, enterprise=firm, by=other, at=AT + HOUR)
    assert (after.pk, after.state) == (first.pk, TAKEN)


def test_nominated_into_a_full_class_waits(course, firm, contact):
    run, _holder = full(course)
    person = worker(firm)
    request = actions.nominate(run=run, person=person, enterprise=firm, by=contact, at=AT)
    assert request.state == WAITING
    assert told(person, "nominated_waiting").count() == 1
    assert not told(person, "waiting").exists()


def test_nomination_of_whom_the_class_or_the_enterprise_does_not_fit(course, firm, contact):
    run = factories.make_run(course)
    stranger = factories.make_person("Người Lạ")
    with pytest.raises(Refused) as refusal:
        actions.nominate(run=run, person=stranger, enterprise=firm, by=contact, at=AT)
    assert refusal.value.code == "member"
    inside = worker(firm)
    factories.enrol(inside, run)
    with pytest.raises(Refused) as refusal:
        actions.nominate(run=run, person=inside, enterprise=firm, by=contact, at=AT)
    assert refusal.value.code == "enrolled"
    assert SeatRequest.objects.count() == 0


def test_who_left_the_enterprise_is_not_nominated_by_it(course, firm, contact):
    person = worker(firm)
    person.memberships.update(ended_on=AT.date())
    with pytest.raises(Refused) as refusal:
        actions.nominate(run=factories.make_run(course), person=person, enterprise=firm, by=contact, at=AT)
    assert refusal.value.code == "member"


def test_seat_is_taken_for_the_enterprise_that_asked_while_the_person_belongs_to_it(course, firm, contact):
    run, elsewhere = factories.make_run(course), factories.make_enterprise("Nơi khác (mẫu)")
    both, left = worker(firm, "A"), worker(firm, "B")
    for person in (both, left):
        factories.join(person, elsewhere, since=AT.date())
        actions.nominate(run=run, person=person, enterprise=firm, by=contact, at=AT)
    left.memberships.filter(enterprise=firm).update(ended_on=AT.date())
    taken = {
        person: actions.accept(request=run.requests.get(person=person), by=person, at=AT).enterprise
        for person in (both, left)
    }
    assert taken == {both: firm, left: elsewhere}
