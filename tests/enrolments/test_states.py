"""Every move of the tables, and every move that is not in them."""

import pytest
from django.db import IntegrityError, transaction

from enrolments.models import CourseRun, Enrolment, SeatRequest
from lms.lib.states import Conflict, NotAllowed
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db


def pairs(model):
    return [(old, new) for old in model.State for new in model.State]


@pytest.fixture
def run():
    return factories.make_run(factories.make_course(), state=CourseRun.State.DRAFT)


def put(row, state):
    fields = fields_for(row, state)
    type(row).objects.filter(pk=row.pk).update(state=state, **fields)
    row.refresh_from_db()


def fields_for(row, new):
    if isinstance(row, Enrolment) and new == Enrolment.State.COMPLETED:
        return {"completed_at": AT}
    if isinstance(row, SeatRequest) and new == SeatRequest.State.OFFERED:
        return {"held_until": AT}
    return {}


def check(row, old, new):
    put(row, old)
    before = row.events.count()
    if new in row.MOVES[old]:
        row.move(new, by=None, at=AT, note="thử", **fields_for(row, new))
        row.refresh_from_db()
        event = row.events.last()
        assert row.state == new
        assert (event.old, event.new, event.at, event.note) == (old, new, AT, "thử")
        assert row.events.count() == before + 1
    else:
        with pytest.raises(NotAllowed):
            row.move(new, by=None, at=AT, **fields_for(row, new))
        row.refresh_from_db()
        assert row.state == old
        assert row.events.count() == before


@pytest.mark.parametrize(("old", "new"), pairs(CourseRun))
def test_moves_of_a_class(run, old, new):
    check(run, old, new)


@pytest.mark.parametrize(("old", "new"), pairs(Enrolment))
def test_moves_of_an_enrolment(run, old, new):
    enrolment = Enrolment.objects.create(run=run, person=factories.make_person(), enrolled_at=AT)
    check(enrolment, old, new)


@pytest.mark.parametrize(("old", "new"), pairs(SeatRequest))
def test_moves_of_a_request_for_a_place(run, old, new):
    request = SeatRequest.objects.create(
        run=run, person=factories.make_person(), state=SeatRequest.State.ASKED, since=AT
    )
    check(request, old, new)


def test_a_place_is_not_held_without_end(run):
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatRequest.objects.create(run=run, person=factories.make_person(), state=SeatRequest.State.OFFERED, since=AT)


@pytest.mark.parametrize("model", [CourseRun, Enrolment, SeatRequest])
def test_table_names_every_state(model):
    assert set(model.MOVES) == set(model.State)
    assert all(target in model.State for targets in model.MOVES.values() for target in targets)


def test_second_of_two_who_read_the_same_state_is_told(run):
    other = CourseRun.objects.get(pk=run.pk)
    run.move(CourseRun.State.OPEN, by=None, at=AT)
    with pytest.raises(Conflict):
        other.move(CourseRun.State.OPEN, by=None, at=AT)
    assert run.events.filter(new=CourseRun.State.OPEN).count() == 1
