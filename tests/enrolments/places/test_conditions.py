"""Classes cancelled and changed while people wait; what a class asks for; what lies at the same time."""

import pytest

from enrolments import actions, places
from enrolments.models import CourseRun, Enrolment, Meeting, Prerequisite
from lms.lib.states import Refused
from people.models import Notice
from tests import factories
from tests.enrolments.conftest import finish_all
from tests.enrolments.places.steps import (
    ASKED,
    CLOSED,
    DAY,
    DECLINED,
    HOUR,
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


# --- Cancelled, finished, changed ------------------------------------------------------------------


def test_cancelling_while_offers_run_closes_requests_and_tells_everybody_once(course, firm, contact, office):
    run, holder = full(course)
    teacher = factories.make_person("Phạm Thị Bích Thủy")
    actions.assign_instructor(run=run, person=teacher, by=office, at=AT)
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
    assert told(teacher, "own_class_cancelled").get().facts["url"] == f"/vi/teaching/{run.code}/"
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
