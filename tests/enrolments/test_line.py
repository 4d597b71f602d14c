"""Requests for places: asked, nominated, approved, held, taken, let go, and the line behind them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from enrolments import actions, places
from enrolments.models import CourseRun, Enrolment, Meeting, Prerequisite, SeatRequest
from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import Notice
from tests import factories
from tests.enrolments.conftest import finish_all
from tests.factories import AT

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKED, WAITING, OFFERED, TAKEN, LAPSED, DECLINED, REFUSED, CLOSED = SeatRequest.State
HELD = AT + timedelta(hours=48)


@pytest.fixture
def course(db):
    return factories.make_course(lessons=2)


@pytest.fixture
def office(db):
    return factories.make_person("Huỳnh Ngọc Diễm", roles=(Role.PROGRAMME,))


@pytest.fixture
def firm(db):
    return factories.make_enterprise()


@pytest.fixture
def contact(firm):
    return factories.join(factories.make_person("Đỗ Thị Hoa"), firm, contact=True).person


def worker(firm, name="Lê Văn Tám", **fields):
    person = factories.make_person(name, **fields)
    factories.join(person, firm)
    return person


def ask(run, person=None, at=AT, **more):
    person = person or factories.make_person()
    return actions.ask(run=run, person=person, by=person, at=at, **more)


def full(course, **fields):
    """A class of one place, taken, and its enrolment."""
    run = factories.make_run(course, seats=1, **fields)
    return run, factories.enrol(factories.make_person(), run)


def leave(enrolment, at=AT):
    return actions.withdraw(enrolment=enrolment, by=enrolment.person, at=at)


def states(run):
    return list(run.requests.order_by("since", "pk").values_list("state", flat=True))


def told(person, kind):
    return Notice.objects.filter(person=person, kind=kind, channel=Notice.Channel.SCREEN)


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


# --- Held places ------------------------------------------------------------------------------


@pytest.fixture
def held(course, firm, contact):
    """A request for which the only place of a class is held."""
    run = factories.make_run(course, seats=1)
    return actions.nominate(run=run, person=worker(firm), enterprise=firm, by=contact, at=AT)


def test_held_place_counts_as_taken_until_its_moment_and_then_no_more(held):
    run = held.run
    moment_before = HELD - timedelta(microseconds=1)
    assert places.count(run, moment_before).left == 0
    assert places.count(run, HELD).left == 1
    assert CourseRun.objects.with_taken(moment_before).get(pk=run.pk).held == 1
    assert CourseRun.objects.with_taken(HELD).get(pk=run.pk).held == 0
    # The sweep has not noted it, and yet the place is free.
    assert isinstance(ask(run, at=HELD), Enrolment)
    held.refresh_from_db()
    assert held.state == LAPSED


def test_accepted_in_the_last_moment_and_not_in_the_next(held):
    with pytest.raises(Refused) as refusal:
        actions.accept(request=held, by=held.person, at=HELD)
    assert refusal.value.code == "lapsed"
    assert actions.accept(request=held, by=held.person, at=HELD - timedelta(microseconds=1)).person == held.person
    assert states(held.run) == [TAKEN]


def test_own_button_takes_the_place_that_is_held(held):
    assert isinstance(ask(held.run, held.person, at=AT + HOUR), Enrolment)
    held.refresh_from_db()
    assert (held.state, held.held_until) == (TAKEN, None)


def test_window_that_closed_meanwhile_does_not_take_a_held_place_away(held):
    CourseRun.objects.filter(pk=held.run_id).update(enrols_until=AT + HOUR)
    assert actions.accept(request=held, by=held.person, at=AT + 2 * HOUR).state == Enrolment.State.ACTIVE


def test_declined_place_goes_to_the_next_in_line(held):
    waiting = ask(held.run)
    assert actions.decline(request=held, by=held.person, at=AT + HOUR).state == DECLINED
    waiting.refresh_from_db()
    assert waiting.state == OFFERED
    with pytest.raises(NotAllowed):
        actions.decline(request=held, by=held.person, at=AT + HOUR)


def test_contact_answers_for_a_person_without_a_confirmed_address_and_the_history_says_so(course, firm, contact):
    run, person = factories.make_run(course), worker(firm, email="")
    request = actions.nominate(run=run, person=person, enterprise=firm, by=contact, at=AT)
    enrolment = actions.accept(request=request, by=contact, at=AT)
    assert enrolment.events.get().data == {"behalf": person.pk}
    event = request.events.last()
    assert (event.by, event.data) == (contact, {"behalf": person.pk})


def test_contact_does_not_answer_for_a_person_who_can(held, contact):
    assert EmailAddress.objects.filter(user=held.person, verified=True).exists()
    with pytest.raises(Refused) as refusal:
        actions.accept(request=held, by=contact, at=AT)
    assert refusal.value.code == "behalf"
    assert actions.decline(request=held, by=contact, at=AT).state == DECLINED


def test_contact_of_another_enterprise_answers_for_nobody(held):
    stranger = factories.join(
        factories.make_person("Phan Hai"), factories.make_enterprise("Khác (mẫu)"), contact=True
    ).person
    for verb in (actions.accept, actions.decline):
        with pytest.raises(Refused) as refusal:
            verb(request=held, by=stranger, at=AT)
        assert refusal.value.code == "behalf"
    assert states(held.run) == [OFFERED]


def test_staff_answer_for_anybody(held, office):
    assert actions.accept(request=held, by=office, at=AT).events.get().data == {"behalf": held.person_id}


def test_staff_seat_by_hand_takes_the_place_held_for_that_person_only(held, office):
    with pytest.raises(Refused) as refusal:
        actions.enrol(run=held.run, person=factories.make_person(), by=office, at=AT)
    assert refusal.value.code == "full"
    actions.enrol(run=held.run, person=held.person, by=office, at=AT)
    assert states(held.run) == [TAKEN]


# --- The line -----------------------------------------------------------------------------------


def test_leaving_calls_the_next_once_and_each_in_turn(course):
    run, holder = full(course)
    first, second = ask(run, at=AT), ask(run, at=AT + HOUR)
    leave(holder, AT + 2 * HOUR)
    first.refresh_from_db()
    assert (first.state, first.held_until) == (OFFERED, AT + 50 * HOUR)
    assert states(run) == [OFFERED, WAITING]
    assert told(first.person, "offer").get().facts["held_until"] == "11:00 25/11/2026"
    assert actions.promote(run=run, at=AT + 2 * HOUR) == []
    late = AT + 51 * HOUR
    assert [request.pk for request in actions.lapse(at=late)] == [first.pk]
    assert actions.lapse(at=late) == []
    assert told(first.person, "offer_lapsed").count() == 1
    assert [request.pk for request in actions.promote(run=run, at=late)] == [second.pk]
    assert states(run) == [LAPSED, OFFERED]


def test_lapsed_asks_again_at_the_end_of_the_line(course):
    run, holder = full(course)
    first, second = ask(run), ask(run, at=AT + HOUR)
    leave(holder, AT + 2 * HOUR)
    actions.lapse(at=AT + 60 * HOUR)
    again = ask(run, first.person, at=AT + 60 * HOUR)
    assert (again.pk, again.state, again.since) == (first.pk, WAITING, AT + 60 * HOUR)
    second.refresh_from_db()
    assert second.state == OFFERED


def test_newcomer_does_not_get_past_the_line(course):
    run, holder = full(course)
    waiting = ask(run)
    Enrolment.objects.filter(pk=holder.pk).update(state=Enrolment.State.WITHDRAWN)
    assert ask(run, at=AT + HOUR).state == WAITING
    waiting.refresh_from_db()
    assert waiting.state == OFFERED


def test_office_calls_by_hand_whom_it_wants(course, office):
    run, holder = full(course, waiting=CourseRun.Waiting.HAND)
    first, second = ask(run), ask(run, at=AT + HOUR)
    with pytest.raises(Refused) as refusal:
        actions.offer(request=second, by=office, at=AT)
    assert refusal.value.code == "full"
    leave(holder)
    assert states(run) == [WAITING, WAITING]
    assert actions.promote(run=run, at=AT) == []
    assert ask(run, at=AT + 2 * HOUR).state == WAITING, "those in line come first"
    assert actions.offer(request=second, by=office, at=AT).state == OFFERED
    assert told(second.person, "offer").count() == 1
    with pytest.raises(Refused):
        actions.offer(request=first, by=office, at=AT)
    with pytest.raises(NotAllowed):
        actions.offer(request=second, by=office, at=AT)


def test_office_offers_again_to_whom_let_it_lapse(course, office):
    run, holder = full(course, waiting=CourseRun.Waiting.HAND)
    request = ask(run)
    leave(holder)
    actions.offer(request=request, by=office, at=AT)
    later = AT + 49 * HOUR
    again = actions.offer(request=request, by=office, at=later)
    assert (again.state, again.held_until) == (OFFERED, later + 48 * HOUR)
    assert told(request.person, "offer").count() == 2


def test_who_sits_in_the_class_is_offered_nothing(held, office):
    actions.accept(request=held, by=held.person, at=AT)
    with pytest.raises(NotAllowed):
        actions.offer(request=held, by=office, at=AT)


def test_line_is_called_after_the_window_but_not_into_a_class_that_has_begun(course):
    until, day = AT + HOUR, AT.date()
    run, holder = full(course, starts_on=day + 2 * DAY, enrols_until=until)
    first = ask(run)
    leave(holder, AT + 2 * HOUR)
    first.refresh_from_db()
    # Two days are no more left: held until the class begins.
    assert (first.state, first.held_until.astimezone(AT.tzinfo).isoformat()) == (OFFERED, "2026-11-25T00:00:00+07:00")
    begun, other = full(course, starts_on=day - DAY, enrols_until=until)
    late = ask(begun)
    leave(other, AT + 2 * HOUR)
    late.refresh_from_db()
    assert late.state == WAITING


def test_larger_class_calls_as_many_and_a_smaller_one_is_refused(course):
    run, _holder = full(course)
    requests = [ask(run, at=AT + number * HOUR) for number in range(3)]

    def seats(number):
        changed = CourseRun.objects.get(pk=run.pk)
        changed.seats = number
        return actions.change_run(run=changed, by=None, at=AT + DAY, funding={}, instructors=[])

    seats(3)
    assert states(run) == [OFFERED, OFFERED, WAITING]
    with pytest.raises(Refused) as refusal:
        seats(2)
    assert refusal.value.code == "seats"
    assert "3" in str(refusal.value)
    seats(None)
    assert states(run) == [OFFERED] * 3
    assert places.count(run, AT + DAY).total == 4
    assert [request.person_id for request in requests] == list(
        run.requests.order_by("since").values_list("person", flat=True)
    )


def test_held_place_whose_time_is_over_does_not_stop_a_smaller_class(held):
    run = held.run
    factories.enrol(factories.make_person(), run, at=HELD)
    CourseRun.objects.filter(pk=run.pk).update(seats=5)
    changed = CourseRun.objects.get(pk=run.pk)
    changed.seats = 1
    assert actions.change_run(run=changed, by=None, at=HELD, funding={}, instructors=[]).seats == 1


def test_quota_passes_over_and_keeps_the_place_in_line(course, firm):
    run = factories.make_run(course, seats=2, quota=1)
    own, other = factories.enrol(worker(firm, "A"), run), factories.enrol(factories.make_person(), run)
    passed = ask(run, worker(firm, "B"))
    free = ask(run, at=AT + HOUR)
    leave(other)
    assert states(run) == [WAITING, OFFERED]
    leave(own)
    passed.refresh_from_db()
    assert passed.state == OFFERED
    free.refresh_from_db()
    assert free.state == OFFERED


def test_who_closed_their_account_is_passed_over(course):
    run, holder = full(course)
    gone, next_one = ask(run), ask(run, at=AT + HOUR)
    gone.person.is_active = False
    gone.person.save()
    leave(holder)
    next_one.refresh_from_db()
    assert next_one.state == OFFERED


def test_withdrawing_frees_one_seat_once(course, person):
    run, holder = full(course)
    ask(run)
    ask(run, at=AT + HOUR)
    leave(holder)
    with pytest.raises(NotAllowed):
        leave(holder)
    assert states(run) == [OFFERED, WAITING]


# --- Cancelled, finished, changed ------------------------------------------------------------------


def test_cancelling_while_offers_run_closes_requests_and_tells_everybody_once(course, firm, contact, office):
    run, holder = full(course)
    CourseRun.objects.filter(pk=run.pk).update(seats=2)
    held = actions.nominate(run=run, person=worker(firm), enterprise=firm, by=contact, at=AT)
    waiting = ask(run)
    left = ask(run, at=AT + HOUR)
    actions.decline(request=left, by=left.person, at=AT + HOUR)
    run.refresh_from_db()
    actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=office, at=AT + HOUR, note="Giảng viên ốm")
    assert states(run) == [CLOSED, CLOSED, DECLINED]
    for person in (holder.person, held.person, waiting.person):
        assert told(person, "class_cancelled").get().facts["reason"] == "Giảng viên ốm"
    assert not told(left.person, "class_cancelled").exists()
    for verb in (actions.accept, actions.decline):
        with pytest.raises(Refused):
            verb(request=held, by=held.person, at=AT + HOUR)
    with pytest.raises(Refused) as refusal:
        ask(run, waiting.person, at=AT + HOUR)
    assert refusal.value.code == "cancelled"
    assert actions.promote(run=run, at=AT + HOUR) == []


def test_finished_class_closes_its_line(course):
    run, _holder = full(course)
    ask(run)
    actions.move_run(run=run, to=CourseRun.State.FINISHED, by=None, at=AT)
    assert states(run) == [CLOSED]
    assert not Notice.objects.filter(kind="class_cancelled").exists()


def test_change_of_place_is_told_to_those_who_hold_a_seat(course, firm, contact):
    run = factories.make_run(course, seats=3, place="Phòng 1")
    inside, gone = (factories.enrol(factories.make_person(), run) for _number in range(2))
    leave(gone)
    held = actions.nominate(run=run, person=worker(firm), enterprise=firm, by=contact, at=AT)
    changed = CourseRun.objects.get(pk=run.pk)
    changed.place, changed.plan_year = "Phòng 2", 2027
    actions.change_run(run=changed, by=None, at=AT, funding={}, instructors=[])
    facts = told(inside.person, "class_changed").get().facts
    assert "Phòng 2" in facts["changes"]["vi"]
    assert "2027" not in facts["changes"]["vi"]
    assert told(held.person, "class_changed").count() == 1
    assert not told(gone.person, "class_changed").exists()
    changed.plan_year = 2028
    actions.change_run(run=changed, by=None, at=AT, funding={}, instructors=[])
    assert told(inside.person, "class_changed").count() == 1


# --- What a class asks for --------------------------------------------------------------------------


@pytest.fixture
def basics(db):
    return factories.make_course("CO-BAN", lessons=1)


def completed(person, course, at):
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course, at=at), at=at)
    finish_all(enrolment, at=at)


def test_a_course_that_is_asked_for(course, basics, person):
    run = factories.make_run(course)
    Prerequisite.objects.create(run=run, kind="course", key="CO-BAN", months=12)
    with pytest.raises(Refused) as refusal:
        ask(run, person)
    assert refusal.value.code == "prerequisites"
    assert str(basics) in str(refusal.value)
    completed(person, basics, AT - 400 * DAY)
    with pytest.raises(Refused, match="19/10/2025"):
        ask(run, person)
    run2 = factories.make_run(basics, at=AT - DAY)
    again = factories.enrol(person, run2, at=AT - DAY)
    finish_all(again, at=AT - DAY)
    assert isinstance(ask(run, person), Enrolment)


def test_who_lacks_may_wait_but_is_passed_over_until_they_have_it(course, basics):
    run, holder = full(course)
    Prerequisite.objects.create(run=run, kind="course", key="CO-BAN")
    lacks = ask(run)
    has = factories.make_person()
    completed(has, basics, AT)
    ready = ask(run, has, at=AT + HOUR)
    leave(holder, AT + HOUR)
    ready.refresh_from_db()
    lacks.refresh_from_db()
    assert (lacks.state, ready.state) == (WAITING, OFFERED)
    assert places.position(lacks) == 1
    completed_run = factories.make_run(basics)
    finish_all(factories.enrol(lacks.person, completed_run))
    actions.decline(request=ready, by=ready.person, at=AT + 2 * HOUR)
    lacks.refresh_from_db()
    assert lacks.state == OFFERED


def test_office_lets_in_who_has_it_from_elsewhere_and_the_history_says_so(course, basics, office, person):
    run = factories.make_run(course)
    Prerequisite.objects.create(run=run, kind="course", key="CO-BAN")
    request = ask(run, person, note=" Giấy của Sở Nông nghiệp, 2025 ")
    assert (request.state, request.message) == (ASKED, "Giấy của Sở Nông nghiệp, 2025")
    with pytest.raises(Refused) as refusal:
        actions.approve(request=request, by=office, at=AT)
    assert refusal.value.code == "prerequisites"
    assert actions.approve(request=request, by=office, at=AT, waive=True).state == TAKEN
    assert request.events.last().data == {"waived": ["course CO-BAN"]}


def test_nominee_who_lacks_is_refused_a_free_place(course, basics, firm, contact):
    run = factories.make_run(course)
    Prerequisite.objects.create(run=run, kind="course", key="CO-BAN")
    with pytest.raises(Refused) as refusal:
        actions.nominate(run=run, person=worker(firm), enterprise=firm, by=contact, at=AT)
    assert refusal.value.code == "prerequisites"


def test_conditions_of_many_ask_as_many_queries_as_of_one(course, basics, django_assert_num_queries):
    run = factories.make_run(course)
    Prerequisite.objects.create(run=run, kind="course", key="CO-BAN")
    people = [factories.make_person(email="").pk for _number in range(5)]
    for group in (people[:1], people):
        with django_assert_num_queries(3):
            assert set(places.conditions(run, group, AT.date())) == set(group)


# --- At the same time --------------------------------------------------------------------------------


def meet(run, day, hour, hours=2):
    starts = AT.replace(hour=hour) + day * DAY
    return Meeting.objects.create(run=run, starts_at=starts, ends_at=starts + hours * HOUR)


def test_clashes_are_with_own_classes_that_go_on(course, person, django_assert_num_queries):
    wanted, own, left, cancelled = (factories.make_run(course) for _number in range(4))
    for run in (wanted, own, left, cancelled):
        meet(run, 3, 8)
        meet(run, 4, 8 if run is wanted else 10)
    gone = factories.enrol(person, left)
    leave(gone)
    factories.enrol(person, own)
    factories.enrol(person, cancelled)
    actions.move_run(run=cancelled, to=CourseRun.State.CANCELLED, by=None, at=AT, note="Ít người")
    other = factories.make_person()
    with django_assert_num_queries(2):
        found = places.clashes(wanted, [person.pk, other.pk])
    assert [(slot.starts, against.what) for slot, against in found[person.pk]] == [
        (AT.replace(hour=8) + 3 * DAY, own.code)
    ]
    assert found[other.pk] == []
