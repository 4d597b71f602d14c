"""What the verbs about places do under the lock on the class: count, give, hold, put in line, tell."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enrolments import calendars, places, seats, signals
from enrolments.actions.study import complete
from enrolments.models import CourseRun, Enrolment, InHouseRequest, Requirement, SeatRequest
from lms.lib import publiccache
from lms.lib.periods import ZONE, local_date
from lms.lib.states import Refused
from people.actions import Telling, notify_all
from people.models import Enterprise, User


def locked(run: CourseRun) -> CourseRun:
    """The class, read under the lock of its row.

    Whoever counts its places does so alone until what they give is written, so
    the last one is given once. Only the class, not the course joined to it: its
    other classes go on. Every verb takes this lock first and others after it.
    """
    return CourseRun.objects.select_for_update(of=("self",)).select_related("course").get(pk=run.pk)


def moment(at: datetime) -> str:
    """A moment in Vietnam, as notices and refusals write it."""
    return f"{at.astimezone(ZONE):%H:%M %d/%m/%Y}"


def tell(run: CourseRun, person: User, kind: str, key: str, at: datetime, **facts: Any) -> None:
    """Tell somebody about the class. What leads to a place leads to its page."""
    tell_all(run, [person], kind, key, at, **facts)


def tell_all(run: CourseRun, people: Iterable[User], kind: str, key: str, at: datetime, **facts: Any) -> None:
    """Tell many the same about the class, with as many queries as for one."""
    about = about_class(run) | facts
    notify_all(tellings=[Telling(person, kind, key, about) for person in people], at=at)


def about_class(run: CourseRun) -> dict[str, Any]:
    """The facts that every notice about a class has."""
    return {
        "course": {"vi": run.course.title_vi, "en": run.course.title_en},
        "run": run.code,
        "url": f"/vi/learn/enrol/{run.code}/",
    }


# --- Refusals ------------------------------------------------------------------------


def refuse_unless_open(run: CourseRun, at: datetime) -> None:
    """Raise Refused when nobody may enrol in the class at `at`."""
    _refuse_ended(run, at)
    if run.state == CourseRun.State.DRAFT:
        raise Refused(_("Enrolment in class %(code)s has not opened yet.") % {"code": run.code}, code="early")
    if run.enrols_from is not None and at < run.enrols_from:
        raise Refused(
            _("Enrolment in class %(code)s opens at %(moment)s.")
            % {"code": run.code, "moment": moment(run.enrols_from)},
            code="early",
        )
    if not run.enrolling_at(at):
        raise Refused(
            _("Enrolment in class %(code)s is closed. Choose another class of this course.") % {"code": run.code},
            code="closed",
        )


def refuse_unless_giving(run: CourseRun, at: datetime) -> None:
    """Raise Refused when no place of the class goes to anybody any more, though they are in line."""
    _refuse_ended(run, at)
    if not places.gives(run, at):
        raise Refused(
            _("Enrolment in class %(code)s is closed. Choose another class of this course.") % {"code": run.code},
            code="closed",
        )


def _refuse_ended(run: CourseRun, at: datetime) -> None:
    if run.state == CourseRun.State.CANCELLED:
        raise Refused(_("Class %(code)s was cancelled. Choose another class.") % {"code": run.code}, code="cancelled")
    if run.over_on(local_date(at)):
        raise Refused(
            _("Class %(code)s ended on %(day)s. Choose another class.")
            % {"code": run.code, "day": f"{run.ends_on:%d/%m/%Y}"},
            code="over",
        )
    if run.state == CourseRun.State.FINISHED:
        raise Refused(_("Class %(code)s is over. Choose another class.") % {"code": run.code}, code="over")


def refuse_elsewhere(run: CourseRun, enterprise: Enterprise) -> None:
    """Raise Refused when the class is held in another enterprise's own house."""
    if InHouseRequest.objects.elsewhere(enterprise).filter(run=run).exists():
        raise Refused(
            _("Class %(code)s is held in another enterprise's house. Choose another class, or ask for one of your own.")
            % {"code": run.code},
            code="house",
        )


def refuse_lacking(run: CourseRun, person: User, at: datetime) -> None:
    """Raise Refused when the person lacks what the class asks for."""
    lacking = [one for one in places.conditions(run, [person.pk], local_date(at))[person.pk] if not one.met]
    if lacking:
        raise Refused(" ".join(map(str, lacking)), code="prerequisites")


def refuse_room(run: CourseRun, room: seats.Room, enterprise: Enterprise | None) -> None:
    """Raise Refused when there is no place for somebody of `enterprise`."""
    if room is seats.Room.QUOTA:
        raise Refused(
            _("%(enterprise)s has its %(quota)s places in class %(code)s already. Choose another class of this course.")
            % {"enterprise": enterprise, "quota": run.quota, "code": run.code},
            code="quota",
        )
    if room is seats.Room.FULL:
        raise Refused(
            _("Class %(code)s is full. Choose another class of this course.") % {"code": run.code}, code="full"
        )


def refuse_way(run: CourseRun, way: seats.Way, person: User, enterprise: Enterprise | None, at: datetime) -> None:
    """Raise Refused when asking leads nowhere."""
    if way is seats.Way.LACKING:
        refuse_lacking(run, person, at)
    if way is seats.Way.NOMINATED:
        raise Refused(
            _("Class %(code)s is for people whom their enterprise nominates. Ask your enterprise's contact.")
            % {"code": run.code},
            code="nominated",
        )
    if way is seats.Way.SECTOR:
        raise Refused(
            _("Class %(code)s is for enterprises of certain sectors: %(sectors)s. Choose another class of this course.")
            % {"code": run.code, "sectors": ", ".join(str(sector) for sector in run.sectors.all())},
            code="sectors",
        )
    rooms = {seats.Way.QUOTA: seats.Room.QUOTA, seats.Way.FULL: seats.Room.FULL}
    refuse_room(run, rooms.get(way, seats.Room.FREE), enterprise)


# --- Requests ------------------------------------------------------------------------


def put(
    *,
    run: CourseRun,
    person: User,
    request: SeatRequest | None,
    to: str,
    by: User | None,
    at: datetime,
    **fields: Any,
) -> SeatRequest:
    """A person's request for the class in the state `to`, new or taken up again with a place at the end of the line."""
    if request is None:
        request = SeatRequest.objects.create(run=run, person=person, state=to, since=at, **fields)
        request.born(by=by, at=at)
        return request
    fresh: dict[str, Any] = {"since": at, "held_until": None, "nominated_by": None, "message": "", "waived": False}
    request.move(to, by=by, at=at, **{**fresh, **fields})
    return request


def tell_waiting(run: CourseRun, request: SeatRequest, at: datetime) -> None:
    """Tell somebody who has just got in line which number they are."""
    key = f"request:{request.pk}:{request.since.isoformat()}"
    if request.nominated_by_id is not None:
        tell(run, request.person, "nominated_waiting", key, at, enterprise=str(request.enterprise))
    else:
        tell(run, request.person, "waiting", key, at, position=places.position(request))


def hold(
    run: CourseRun,
    request: SeatRequest,
    *,
    by: User | None,
    at: datetime,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> SeatRequest:
    """Hold a free place for somebody who asked, and tell them."""
    until = hold_until(run, at)
    request.move(SeatRequest.State.OFFERED, by=by, at=at, held_until=until, data=data, **fields)
    tell_held(run, request, at)
    return request


def hold_until(run: CourseRun, at: datetime) -> datetime:
    """Until when a place offered at `at` is held."""
    return seats.hold_until(at=at, hours=run.offer_hours, gives=places.gives_until(run))


def tell_held(run: CourseRun, request: SeatRequest, at: datetime) -> None:
    """Tell somebody until when a place is held for them."""
    assert request.held_until is not None
    # Past its end nobody needs to hear of the offer any more.
    facts: dict[str, Any] = {"held_until": moment(request.held_until), "until": request.held_until.isoformat()}
    kind = "offer"
    if request.nominated_by_id is not None:
        kind, facts["enterprise"] = "nominated", str(request.enterprise)
    tell(run, request.person, kind, f"request:{request.pk}:{request.held_until.isoformat()}", at, **facts)


def note_lapsed(run: CourseRun, *, at: datetime, by: User | None = None) -> list[SeatRequest]:
    """Note offers of the locked class whose time is over, and tell those who let them go."""
    lapsed = list(run.requests.lapsed(at).select_related("person").order_by("held_until", "pk"))
    for request in lapsed:
        assert request.held_until is not None
        held_until = request.held_until
        request.move(SeatRequest.State.LAPSED, by=by, at=at)
        key = f"request:{request.pk}:{held_until.isoformat()}"
        tell(run, request.person, "offer_lapsed", key, at, held_until=moment(held_until))
    if lapsed:
        publiccache.forget()
    return lapsed


def fill(run: CourseRun, *, at: datetime, by: User | None = None) -> list[SeatRequest]:
    """Offer free places of the locked class to those in line, if its policy is to do so by itself.

    Offers whose time is over are noted first: a verb that began before their end and
    waited for the lock must not take a place that has been given on.
    """
    note_lapsed(run, at=at)
    if run.waiting != CourseRun.Waiting.AUTO or not places.gives(run, at):
        return []
    if not run.requests.in_line().exists():
        return []
    free = places.count(run, at)
    if free.left == 0:
        return []
    chosen = [one.request for one in seats.next_in_line(free, places.line(run, at))]
    waiting = SeatRequest.objects.select_related("person", "enterprise").in_bulk(chosen)
    offered = [hold(run, waiting[pk], by=by, at=at) for pk in chosen]
    if offered:
        publiccache.forget()
    return offered


# --- Seats ---------------------------------------------------------------------------


def enterprise_for(person: User, request: SeatRequest | None, at: datetime) -> Enterprise | None:
    """For which enterprise a person takes a seat: the one that asked, while they belong to it, else their own."""
    day = local_date(at)
    asking = request.enterprise if request is not None else None
    if asking is not None and person.memberships.on(day).filter(enterprise=asking).exists():
        return asking
    own: Enterprise | None = person.enterprise_on(day)
    return own


def give(
    run: CourseRun,
    person: User,
    *,
    by: User | None,
    at: datetime,
    enterprise: Enterprise | None,
    enrolment: Enrolment | None,
    request: SeatRequest | None,
    data: dict[str, Any] | None = None,
) -> Enrolment:
    """Write the seat: the enrolment, new or taken up again, and the end of the request that led to it.

    Whoever calls has found under the lock that the place is free or held for them.
    """
    if enrolment is not None:
        enrolment.move(Enrolment.State.ACTIVE, by=by, at=at, note="rejoined", data=data)
        # What was missing may have been met meanwhile, such as an exam graded after they left.
        complete(enrolment, by=by, at=at)
    else:
        enrolment = _create(run, person, by, at, enterprise, data)
    if request is not None and request.state != SeatRequest.State.TAKEN and request.may_move(SeatRequest.State.TAKEN):
        request.move(SeatRequest.State.TAKEN, by=by, at=at, held_until=None, data=data)
    calendar = calendars.timetable(run, person, at)
    tell(run, person, "enrolled", f"enrolment:{enrolment.pk}", at, url=f"/vi/learn/{run.code}/", **calendar)
    signals.person_enrolled.send(Enrolment, enrolment=enrolment)
    publiccache.forget()
    return enrolment


def _create(
    run: CourseRun,
    person: User,
    by: User | None,
    at: datetime,
    enterprise: Enterprise | None,
    data: dict[str, Any] | None,
) -> Enrolment:
    enrolment = Enrolment.objects.create(
        run=run,
        person=person,
        enrolled_at=at,
        enterprise=enterprise,
        sector=enterprise.sector if enterprise else None,
        size=enterprise.size if enterprise else "",
        commune=person.commune or (enterprise.commune if enterprise else None),
    )
    enrolment.born(by=by, at=at, data=data)
    Requirement.objects.create(enrolment=enrolment, kind=Requirement.Kind.LESSONS)
    for rule in run.course.completion_rules.all():
        # A class at one's own pace has no meetings to attend.
        if rule.kind == Requirement.Kind.ATTENDANCE and run.mode == CourseRun.Mode.SELF_PACED:
            continue
        Requirement.objects.create(enrolment=enrolment, kind=rule.kind, key=rule.key, threshold=rule.threshold)
    return enrolment
