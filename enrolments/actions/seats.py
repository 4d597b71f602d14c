"""Who holds a place in a class: taken, asked for, accepted, given back."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from enrolments import places, seats
from enrolments.actions.places import (
    enterprise_for,
    fill,
    give,
    locked,
    moment,
    note_lapsed,
    put,
    refuse_lacking,
    refuse_room,
    refuse_unless_open,
    refuse_way,
    tell,
    tell_waiting,
)
from enrolments.models import CourseRun, Enrolment, SeatRequest
from lms.lib import publiccache
from lms.lib.access import Role
from lms.lib.periods import local_date
from lms.lib.states import Refused
from people.models import Membership, User

SETTLED = frozenset({SeatRequest.State.ASKED, SeatRequest.State.WAITING})
"""Requests that stand: asking again changes nothing."""


def _of(run: CourseRun, person: User) -> tuple[Enrolment | None, SeatRequest | None]:
    """A person's enrolment in the locked class and their request for it, each under its lock."""
    enrolment = Enrolment.objects.select_for_update().filter(run=run, person=person).first()
    request = SeatRequest.objects.select_for_update().filter(run=run, person=person).first()
    return enrolment, request


@transaction.atomic
def enrol(*, run: CourseRun, person: User, by: User | None, at: datetime) -> Enrolment:
    """Give `person` a seat by hand, past the line and whomever the class is open to. Asked twice, it is one.

    A place held for the person is theirs; places held for others are taken. Raises
    Refused when the class is full, closed, cancelled or over, when the person's
    enterprise has used up its quota, or when the person lacks what it asks for.
    """
    run = locked(run)
    note_lapsed(run, at=at)
    enrolment, request = _of(run, person)
    if enrolment is not None and enrolment.state != Enrolment.State.WITHDRAWN:
        return enrolment
    refuse_unless_open(run, at)
    if not (request is not None and request.waived):
        refuse_lacking(run, person, at)
    enterprise = enterprise_for(person, request if request is not None and request.state in request.OPEN else None, at)
    if not _holds(request, at):
        refuse_room(run, places.count(run, at).room(enterprise.pk if enterprise else None), enterprise)
    return give(run, person, by=by, at=at, enterprise=enterprise, enrolment=enrolment, request=request)


def _holds(request: SeatRequest | None, at: datetime) -> bool:
    """Whether a place is held for whoever asked."""
    return (
        request is not None
        and request.state == SeatRequest.State.OFFERED
        and request.held_until is not None
        and at < request.held_until
    )


@transaction.atomic
def ask(*, run: CourseRun, person: User, by: User | None, at: datetime, note: str = "") -> Enrolment | SeatRequest:
    """What a person's own button does: a seat if one is free and theirs, else the office's answer or the line.

    Those in line come first. Who lacks what the class asks for gets no seat, but
    may wait in line, or ask the office with a `note` that says what they have.
    Asked again, the same enrolment or request comes back; a place held for them is
    taken. Raises Refused when the class is closed, full without a line, or not
    open to them.
    """
    run = locked(run)
    fill(run, at=at)
    enrolment, request = _of(run, person)
    if enrolment is not None and enrolment.state != Enrolment.State.WITHDRAWN:
        return enrolment
    if _holds(request, at):
        enterprise = enterprise_for(person, request, at)
        return give(run, person, by=by, at=at, enterprise=enterprise, enrolment=enrolment, request=request)
    if request is not None and request.state in SETTLED:
        return request
    refuse_unless_open(run, at)
    enterprise = enterprise_for(person, None, at)
    way = _way(run, person, enterprise, at)
    if way is seats.Way.LACKING and note.strip():
        way = seats.Way.ASK
    refuse_way(run, way, person, enterprise, at)
    if way is seats.Way.TAKE:
        return give(run, person, by=by, at=at, enterprise=enterprise, enrolment=enrolment, request=request)
    asked = put(
        run=run,
        person=person,
        request=request,
        to=SeatRequest.State.ASKED if way is seats.Way.ASK else SeatRequest.State.WAITING,
        by=by,
        at=at,
        enterprise=enterprise,
        message=note.strip()[:500],
    )
    if way is seats.Way.ASK:
        tell(run, person, "asked", f"request:{asked.pk}:{at.isoformat()}", at)
    else:
        tell_waiting(run, asked, at)
    return asked


def _way(run: CourseRun, person: User, enterprise: Any, at: datetime) -> seats.Way:
    lacks = not all(one.met for one in places.conditions(run, [person.pk], local_date(at))[person.pk])
    return seats.way_in(
        room=places.count(run, at).room(enterprise.pk if enterprise else None),
        open_to=run.open_to,
        fits_sector=places.fits_sector(run, enterprise),
        lacks=lacks,
        waiting=run.waiting,
        others_wait=run.waiting == CourseRun.Waiting.HAND and run.requests.in_line().exists(),
    )


@transaction.atomic
def accept(*, request: SeatRequest, by: User | None, at: datetime) -> Enrolment:
    """Take the place that is held; twice is one.

    A contact may do so for a person of theirs who has no confirmed e-mail, and the
    programme's staff for anybody; the history says so. Raises Refused when the
    place is not held any more, the class cancelled or over, or `by` may not.
    """
    run = locked(request.run)
    enrolment, found = _of(run, request.person)
    assert found is not None
    if found.state == SeatRequest.State.TAKEN and enrolment and enrolment.state != Enrolment.State.WITHDRAWN:
        return enrolment
    data = _behalf(found, by)
    if not _holds(found, at):
        _refuse_not_held(run, found, at)
    enterprise = enterprise_for(found.person, found, at)
    return give(run, found.person, by=by, at=at, enterprise=enterprise, enrolment=enrolment, request=found, data=data)


def _refuse_not_held(run: CourseRun, request: SeatRequest, at: datetime) -> None:
    if request.state == SeatRequest.State.CLOSED:
        raise Refused(
            _("Class %(code)s is over or was cancelled. Choose another class.") % {"code": run.code}, code="closed"
        )
    if request.state == SeatRequest.State.OFFERED and request.held_until is not None:
        raise Refused(
            _("The place in class %(code)s was held until %(moment)s. Ask for a place again.")
            % {"code": run.code, "moment": moment(request.held_until)},
            code="lapsed",
        )
    raise Refused(
        _("No place in class %(code)s is held any more. Ask for a place again.") % {"code": run.code}, code="lapsed"
    )


def _behalf(request: SeatRequest, by: User | None, *, giving_up: bool = False) -> dict[str, Any]:
    """What the history says when somebody answers for another. Raises Refused when they may not."""
    if by is None or by.pk == request.person_id:
        return {}
    if by.has_role(Role.ADMINISTRATOR, Role.PROGRAMME):
        return {"behalf": request.person_id}
    theirs = (
        request.enterprise_id is not None
        and Membership.objects.contacts_of(by).filter(enterprise=request.enterprise_id).exists()
    )
    answers = EmailAddress.objects.filter(user=request.person, verified=True).exists()
    # An enterprise takes back whom it proposed; it says yes only for those who cannot say it themselves.
    if theirs and (not answers or (giving_up and request.nominated_by_id is not None)):
        return {"behalf": request.person_id}
    raise Refused(
        _("%(name)s answers for themself: they have a confirmed e-mail.") % {"name": request.person}
        if theirs
        else _("Only %(name)s, or the enterprise that asked for the place, may answer.") % {"name": request.person},
        code="behalf",
    )


@transaction.atomic
def decline(*, request: SeatRequest, by: User | None, at: datetime, note: str = "") -> SeatRequest:
    """Give up a request: leave the line, or let a held place go to the next.

    Raises NotAllowed when there is nothing to give up any more, Refused when `by` may not.
    """
    run = locked(request.run)
    _enrolment, found = _of(run, request.person)
    assert found is not None
    data = _behalf(found, by, giving_up=True)
    found.move(SeatRequest.State.DECLINED, by=by, at=at, note=note.strip(), data=data, held_until=None)
    fill(run, at=at)
    publiccache.forget()
    return found


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, at: datetime, note: str = "") -> Enrolment:
    """Give the seat back, once; the next in line is offered it. What was done in the class stays on record.

    Raises NotAllowed for somebody who has left already or has completed the course.
    """
    run = locked(enrolment.run)
    enrolment.move(Enrolment.State.WITHDRAWN, by=by, at=at, note=note)
    fill(run, at=at)
    publiccache.forget()
    return enrolment
