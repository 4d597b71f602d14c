"""The sweep over held places and waiting lists: what it finds, run twice, killed half-way."""

from datetime import timedelta

import pytest

from enrolments import actions, places, tasks
from enrolments.actions import line
from enrolments.models import CourseRun, SeatRequest
from people.models import Notice
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def course(db):
    return factories.make_course()


@pytest.fixture
def later(monkeypatch):
    """The clock stands at `AT` plus what is passed."""

    def go(shift):
        monkeypatch.setattr("django.utils.timezone.now", lambda: AT + shift)

    return go


def waiting_class(course, number=2, **fields):
    """A class of one place whose holder has left: the first in line is called."""
    run = factories.make_run(course, seats=1, **fields)
    holder = factories.enrol(factories.make_person(), run)
    for index in range(number):
        person = factories.make_person()
        actions.ask(run=run, person=person, by=person, at=AT + index * HOUR)
    actions.withdraw(enrolment=holder, by=holder.person, at=AT + 10 * HOUR)
    return run


def states(run):
    return list(run.requests.order_by("since", "pk").values_list("state", flat=True))


def test_lapsed_offers_go_to_the_next_and_a_second_run_finds_nothing(course, later):
    run = waiting_class(course)
    later(57 * HOUR)
    tasks.settle_seats()
    assert states(run) == ["offered", "waiting"], "held until the 58th hour"
    later(58 * HOUR)
    tasks.settle_seats()
    assert states(run) == ["lapsed", "offered"]
    told = Notice.objects.count()
    assert list(places.to_settle(AT + 58 * HOUR)) == []
    tasks.settle_seats()
    assert Notice.objects.count() == told
    assert states(run) == ["lapsed", "offered"]


def test_killed_between_two_steps_it_goes_on_where_it_was(course, later, monkeypatch):
    runs = [waiting_class(course) for _number in range(2)]
    later(58 * HOUR)
    real, calls = line.fill, []

    def die(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(line, "fill", die)
        with pytest.raises(KeyboardInterrupt):
            tasks.settle_seats()
    assert [states(run) for run in runs] == [["lapsed", "offered"], ["lapsed", "waiting"]]
    tasks.settle_seats()
    assert [states(run) for run in runs] == [["lapsed", "offered"]] * 2
    for request in SeatRequest.objects.all():
        kinds = list(request.person.notices.filter(channel="screen").values_list("kind", flat=True))
        assert sorted(kinds) == sorted(set(kinds))


def test_killed_inside_a_step_leaves_nothing_of_it(course, later, monkeypatch):
    run = waiting_class(course)
    later(58 * HOUR)

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("enrolments.actions.places.notify_all", die)
        with pytest.raises(KeyboardInterrupt):
            tasks.settle_seats()
    assert states(run) == ["offered", "waiting"]
    tasks.settle_seats()
    assert states(run) == ["lapsed", "offered"]


def test_place_freed_behind_the_line_s_back_is_given_by_the_sweep(course, later):
    run = waiting_class(course)
    CourseRun.objects.filter(pk=run.pk).update(seats=2)
    later(11 * HOUR)
    tasks.settle_seats()
    assert states(run) == ["offered", "offered"]


def test_class_by_hand_is_left_to_the_office(course, later):
    run = waiting_class(course, waiting=CourseRun.Waiting.HAND)
    later(11 * HOUR)
    assert list(places.to_settle(AT + 11 * HOUR)) == []
    tasks.settle_seats()
    assert states(run) == ["waiting", "waiting"]


def test_line_of_a_class_that_is_over_ends(course, later):
    run = waiting_class(course, ends_on=AT.date() + DAY)
    later(3 * DAY)
    tasks.settle_seats()
    assert states(run) == ["lapsed", "closed"]
    assert list(places.to_settle(AT + 3 * DAY)) == []


def test_sweep_looks_only_at_classes_with_something_to_do(course, django_assert_num_queries):
    full = factories.make_run(course, seats=1)
    factories.enrol(factories.make_person(), full)
    person = factories.make_person()
    actions.ask(run=full, person=person, by=person, at=AT)
    factories.make_run(course, seats=5)
    with django_assert_num_queries(1):
        assert list(places.to_settle(AT)) == []
