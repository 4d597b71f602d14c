"""Who is proposed, approved and called: nominations, the office's answers, the waiting list."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enrolments import places, seats
from enrolments.actions.places import (
    fill,
    give,
    hold,
    hold_until,
    locked,
    note_lapsed,
    put,
    refuse_elsewhere,
    refuse_lacking,
    refuse_room,
    refuse_unless_giving,
    refuse_unless_open,
    refuse_way,
    tell,
    tell_held,
    tell_waiting,
)
from enrolments.models import CourseRun, Enrolment, SeatRequest
from lms.lib import publiccache
from lms.lib.periods import local_date
from lms.lib.states import NotAllowed, Refused
from people.models import Enterprise, User


@transaction.atomic
def nominate(*, run: CourseRun, person: User, enterprise: Enterprise, by: User | None, at: datetime) -> SeatRequest:
    """Propose `person` for the class in the name of `enterprise`; by two contacts or twice it is one request.

    A free place is held for the class's hours, for the person to take; without one
    they get in line, and a class by approval asks the office first. A request that
    stands, or has led to a seat, comes back as it is. Raises Refused when the class
    is closed or full without a line, or held in another enterprise's house, the
    enterprise has used up its quota or is of another sector, the person does not
    belong to it, is in the class already, or lacks what it asks for.
    """
    run = locked(run)
    fill(run, at=at)
    enrolment = run.enrolments.filter(person=person).first()
    request = SeatRequest.objects.select_for_update().filter(run=run, person=person).first()
    seated = enrolment is not None and enrolment.state != Enrolment.State.WITHDRAWN
    if request is not None and (request.state in SeatRequest.OPEN or seated):
        return request
    if seated:
        raise Refused(_("%(name)s is in class %(code)s already.") % {"name": person, "code": run.code}, code="enrolled")
    refuse_unless_open(run, at)
    refuse_elsewhere(run, enterprise)
    if not person.memberships.on(local_date(at)).filter(enterprise=enterprise).exists():
        raise Refused(
            _("%(name)s does not belong to %(enterprise)s at present.") % {"name": person, "enterprise": enterprise},
            code="member",
        )
    lacks = not all(one.met for one in places.conditions(run, [person.pk], local_date(at))[person.pk])
    way = seats.way_in(
        room=places.count(run, at).room(enterprise.pk),
        open_to=run.open_to,
        nominated=True,
        fits_sector=places.fits_sector(run, enterprise),
        lacks=lacks,
        waiting=run.waiting,
        others_wait=run.waiting == CourseRun.Waiting.HAND and run.requests.in_line().exists(),
    )
    refuse_way(run, way, person, enterprise, at)
    fields: dict[str, Any] = {"enterprise": enterprise, "nominated_by": by}
    if way is seats.Way.TAKE:
        fields["held_until"] = hold_until(run, at)
    states = {seats.Way.TAKE: SeatRequest.State.OFFERED, seats.Way.ASK: SeatRequest.State.ASKED}
    to = states.get(way, SeatRequest.State.WAITING)
    request = put(run=run, person=person, request=request, to=to, by=by, at=at, **fields)
    if to == SeatRequest.State.OFFERED:
        tell_held(run, request, at)
    elif to == SeatRequest.State.ASKED:
        key = f"request:{request.pk}:{at.isoformat()}"
        tell(run, person, "nominated_asked", key, at, enterprise=str(enterprise))
    else:
        tell_waiting(run, request, at)
    publiccache.forget()
    return request


def _locked_request(request: SeatRequest) -> tuple[CourseRun, SeatRequest]:
    run = locked(request.run)
    found = SeatRequest.objects.select_for_update(of=("self",)).select_related("person", "enterprise")
    return run, found.get(pk=request.pk)


@transaction.atomic
def approve(*, request: SeatRequest, by: User | None, at: datetime, waive: bool = False) -> SeatRequest:
    """Agree to a request: a seat if one is free, else the line.

    Whom an enterprise proposed is not seated unasked: the place is held for them.
    With `waive` the person is let in without what the class asks for, and the
    history says so. Raises NotAllowed when the request does not wait for approval,
    Refused when the person lacks something, or there is neither place nor line.
    """
    run, request = _locked_request(request)
    if request.state != SeatRequest.State.ASKED:
        raise NotAllowed(
            _("This step is not possible any more: it stands at “%(state)s”.") % {"state": request.state_name()},
            code="not_allowed",
        )
    refuse_unless_giving(run, at)
    fill(run, at=at)
    data = _waive(run, request, waive, at)
    enterprise = request.enterprise
    way = seats.way_in(
        room=places.count(run, at).room(request.enterprise_id),
        waiting=run.waiting,
        others_wait=run.waiting == CourseRun.Waiting.HAND and run.requests.in_line().exists(),
    )
    refuse_way(run, way, request.person, enterprise, at)
    if way is seats.Way.WAIT:
        request.move(SeatRequest.State.WAITING, by=by, at=at, data=data, waived=waive)
        tell_waiting(run, request, at)
    elif request.nominated_by_id is not None:
        hold(run, request, by=by, at=at, data=data, waived=waive)
    else:
        enrolment = Enrolment.objects.select_for_update().filter(run=run, person=request.person_id).first()
        give(
            run,
            request.person,
            by=by,
            at=at,
            enterprise=enterprise,
            enrolment=enrolment,
            request=request,
            data=data,
        )
    publiccache.forget()
    return request


def _waive(run: CourseRun, request: SeatRequest, waive: bool, at: datetime) -> dict[str, Any]:
    """What the history says of prerequisites that are waived. Raises Refused when some are missing and are not."""
    if request.waived:
        return {}
    if not waive:
        refuse_lacking(run, request.person, at)
        return {}
    found = places.conditions(run, [request.person_id], local_date(at))[request.person_id]
    return {"waived": [f"{one.asked.kind} {one.asked.key}" for one in found if not one.met]}


@transaction.atomic
def refuse(*, request: SeatRequest, by: User | None, at: datetime, note: str) -> SeatRequest:
    """Do not agree to a request, and tell the person why.

    Raises Refused without a reason in `note`, NotAllowed when there is nothing to refuse.
    """
    run, request = _locked_request(request)
    note = note.strip()
    if not note:
        raise Refused(_("Say why: the person will be told."), code="reason")
    request.move(SeatRequest.State.REFUSED, by=by, at=at, note=note)
    tell(run, request.person, "request_refused", f"request:{request.pk}:{at.isoformat()}", at, note=note)
    return request


@transaction.atomic
def offer(*, request: SeatRequest, by: User | None, at: datetime, waive: bool = False) -> SeatRequest:
    """Hold a free place for somebody by hand, whatever their number in the line.

    Raises Refused when no place is free for them, the class is over or they lack
    something that is not waived; NotAllowed when a place is held for them already
    or they have taken one.
    """
    run, request = _locked_request(request)
    lapsed = note_lapsed(run, at=at)
    if any(one.pk == request.pk for one in lapsed):
        request.refresh_from_db()
    refuse_unless_giving(run, at)
    seated = run.enrolments.seated().filter(person=request.person_id).exists()
    if seated or not request.may_move(SeatRequest.State.OFFERED):
        raise NotAllowed(
            _("This step is not possible any more: it stands at “%(state)s”.") % {"state": request.state_name()},
            code="not_allowed",
        )
    data = _waive(run, request, waive, at)
    refuse_room(run, places.count(run, at).room(request.enterprise_id), request.enterprise)
    hold(run, request, by=by, at=at, data=data, waived=request.waived or waive)
    publiccache.forget()
    return request


@transaction.atomic
def promote(*, run: CourseRun, at: datetime, by: User | None = None) -> list[SeatRequest]:
    """Offer free places to those in line, first come first, where the class does so by itself; whom it called."""
    return fill(locked(run), at=at, by=by)


def lapse(*, at: datetime, run: CourseRun | None = None, by: User | None = None) -> list[SeatRequest]:
    """Note offers whose time is over, of one class or of all, each class in its own transaction; which they were."""
    if run is not None:
        with transaction.atomic():
            return note_lapsed(locked(run), at=at, by=by)
    runs = CourseRun.objects.filter(pk__in=SeatRequest.objects.lapsed(at).values("run")).order_by("pk")
    return [request for one in runs for request in lapse(at=at, run=one, by=by)]


@transaction.atomic
def close_line(*, run: CourseRun, by: User | None, at: datetime) -> list[SeatRequest]:
    """End all requests that still wait for a place in a class that is over or cancelled."""
    run = locked(run)
    requests = list(
        run.requests.open().select_for_update(of=("self",)).select_related("person").order_by("since", "pk")
    )
    for request in requests:
        request.move(SeatRequest.State.CLOSED, by=by, at=at, held_until=None)
    return requests
