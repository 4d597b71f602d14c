"""What people and the office do in the tests of places, and how they look at it."""

from datetime import timedelta

from enrolments import actions
from enrolments.models import SeatRequest
from people.models import Notice
from tests import factories
from tests.factories import AT

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKED, WAITING, OFFERED, TAKEN, LAPSED, DECLINED, REFUSED, CLOSED = SeatRequest.State
HELD = AT + timedelta(hours=48)
"""Until when a place offered at AT is held."""


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
