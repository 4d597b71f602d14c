"""Classes: opened, changed, cancelled, with their money and instructors."""

from datetime import timedelta

import pytest

from enrolments import actions
from enrolments.models import CourseRun, Enrolment, RunFunding, RunInstructor
from lms.lib.states import NotAllowed, Refused
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db

ACTIVE, COMPLETED, WITHDRAWN = Enrolment.State.ACTIVE, Enrolment.State.COMPLETED, Enrolment.State.WITHDRAWN
DAY = timedelta(days=1)


@pytest.fixture
def course():
    return factories.make_course(lessons=2)


def draft(course, **fields):
    return CourseRun(
        code="HACCP-2026-01", course=course, edition=course.edition, starts_on=AT, ends_on=AT + DAY, **fields
    )


def test_open_class_has_money_instructors_and_history(course):
    state, own = factories.make_source("trung-uong"), factories.make_source("doi-ung")
    teacher = factories.make_person("Trần Quốc Đạt")
    run = actions.open_run(run=draft(course), by=None, at=AT, funding={state: 70, own: 30}, instructors=[teacher])
    assert dict(run.funding.values_list("source__code", "percent")) == {"trung-uong": 70, "doi-ung": 30}
    assert RunInstructor.objects.get(run=run).person == teacher
    assert list(course.instructors.all()) == [teacher]
    assert list(run.events.values_list("old", "new")) == [("", "draft"), ("draft", "open")]


@pytest.mark.parametrize("shares", [(60, 30), (60, 60), (100, 1)])
def test_shares_that_do_not_make_100_leave_nothing(course, shares):
    funding = dict(zip((factories.make_source("a"), factories.make_source("b")), shares, strict=True))
    with pytest.raises(Refused) as refusal:
        actions.open_run(run=draft(course), by=None, at=AT, funding=funding, instructors=[])
    assert refusal.value.code == "funding"
    assert CourseRun.objects.count() == 0


def test_code_of_another_class_is_refused(course):
    actions.plan_run(run=draft(course), by=None, at=AT, funding={}, instructors=[])
    with pytest.raises(Refused, match="HACCP-2026-01") as refusal:
        actions.plan_run(run=draft(course), by=None, at=AT, funding={}, instructors=[])
    assert refusal.value.code == "code"
    assert CourseRun.objects.count() == 1


def change(run, *, funding=None, instructors=(), **fields):
    run = CourseRun.objects.get(pk=run.pk)
    for name, value in fields.items():
        setattr(run, name, value)
    return actions.change_run(run=run, by=None, at=AT + DAY, funding=funding or {}, instructors=instructors)


def test_change_keeps_the_state_of_the_moment_and_writes_what_changed(course):
    run = factories.make_run(course, seats=10)
    stale = CourseRun.objects.get(pk=run.pk)
    actions.move_run(run=run, to=CourseRun.State.RUNNING, by=None, at=AT)
    stale.place = "Hội trường A"
    actions.change_run(run=stale, by=None, at=AT, funding={}, instructors=[])
    run.refresh_from_db()
    assert (run.state, run.place) == (CourseRun.State.RUNNING, "Hội trường A")
    event = run.events.last()
    assert event.data == {"changed": {"place": ["", "Hội trường A"]}}
    before = run.events.count()
    change(run)
    assert run.events.count() == before


def test_seats_do_not_go_below_those_taken(course):
    run = factories.make_run(course, seats=3)
    for _index in range(2):
        factories.enrol(factories.make_person(), run)
    with pytest.raises(Refused) as refusal:
        change(run, seats=1)
    assert refusal.value.code == "seats"
    assert change(run, seats=2).seats == 2
    assert change(run, seats=None).seats is None


def test_announced_code_and_course_in_use_stay(course):
    run = factories.make_run(course)
    with pytest.raises(Refused) as refusal:
        change(run, code="KHAC-2026-01")
    assert refusal.value.code == "code"
    factories.enrol(factories.make_person(), run)
    with pytest.raises(Refused) as refusal:
        change(run, course=factories.make_course("ISO9001"))
    assert refusal.value.code == "course"


def test_cancelled_class_stays_as_it_was(course):
    run = factories.make_run(course)
    actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=None, at=AT, note="ít người")
    with pytest.raises(NotAllowed):
        change(run, place="Nơi khác")


def test_money_is_replaced_and_its_past_kept_in_history(course):
    a, b = factories.make_source("a"), factories.make_source("b")
    run = factories.make_run(course, funding={a: 100})
    change(run, funding={a: 40, b: 60})
    assert dict(RunFunding.objects.values_list("source__code", "percent")) == {"a": 40, "b": 60}
    assert run.events.last().data["changed"]["funding"] == ["a 100%", "a 40%, b 60%"]
    change(run, funding={b: 100})
    assert dict(RunFunding.objects.values_list("source__code", "percent")) == {"b": 100}


def test_instructor_taken_away_stays_on_record(course):
    first, second = factories.make_person("Trần Quốc Đạt"), factories.make_person("Lê Thị Hoa")
    run = factories.make_run(course, instructors=(first,))
    change(run, instructors=[second])
    posts = dict(RunInstructor.objects.values_list("person", "until"))
    assert posts == {first.pk: AT + DAY, second.pk: None}
    change(run, instructors=[first, second])
    assert RunInstructor.objects.filter(run=run, person=first).count() == 2
    assert RunInstructor.objects.filter(run=run, person=first, until=None).count() == 1


def test_cancelling_needs_a_reason(course):
    run = factories.make_run(course)
    with pytest.raises(Refused) as refusal:
        actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=None, at=AT, note="  ")
    assert refusal.value.code == "reason"
    run.refresh_from_db()
    assert run.state == CourseRun.State.OPEN
