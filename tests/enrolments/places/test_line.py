"""Held places and the line behind them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from enrolments import actions, places
from enrolments.models import CourseRun, Enrolment
from lms.lib.states import NotAllowed, Refused
from tests import factories
from tests.enrolments.places.steps import (
    DAY,
    DECLINED,
    HELD,
    HOUR,
    LAPSED,
    OFFERED,
    TAKEN,
    WAITING,
    ask,
    full,
    leave,
    states,
    told,
    worker,
)
from tests.factories import AT

pytestmark = pytest.mark.django_db


# --- Held places ------------------------------------------------------------------------------


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
