"""What is done to classes: planned, changed, moved, taught."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _, ngettext, override

from courses.models import Course
from enrolments import calendars, places
from enrolments.actions.line import close_line
from enrolments.actions.places import about_class, fill, locked, note_lapsed, tell_all
from enrolments.models import (
    CompletionRule,
    CourseRun,
    Enrolment,
    Meeting,
    RunEvent,
    RunFunding,
    RunInstructor,
    SeatRequest,
)
from enrolments.models.run import Prerequisite
from enrolments.prerequisites import Asked
from lms.lib import publiccache
from lms.lib.states import NotAllowed, Refused
from people.actions import Telling, notify_all
from people.models import FundingSource, Sector, User

CHANGEABLE = (
    "code",
    "course_id",
    "edition_id",
    "mode",
    "starts_on",
    "ends_on",
    "enrols_from",
    "enrols_until",
    "seats",
    "place",
    "timetable",
    "language",
    "programme_id",
    "plan_year",
    "link",
    "cost_note",
    "open_to",
    "waiting",
    "offer_hours",
    "quota",
)
"""What of a class is edited; its state moves by `move_run` alone."""

TOLD = ("mode", "starts_on", "ends_on", "place", "timetable", "link")
"""Of a class that is announced, changes of these are told to those who hold a place."""


@transaction.atomic
def plan_run(
    *,
    run: CourseRun,
    by: User | None,
    at: datetime,
    funding: Mapping[FundingSource, int],
    instructors: Iterable[User],
    prerequisites: Iterable[Asked] = (),
    sectors: Iterable[Sector] = (),
) -> CourseRun:
    """Store a new class as a draft, with its money, its instructors and what it asks for.

    `funding` gives each source's share in percent. Raises Refused when the
    shares do not make 100, the code belongs to another class, or it is open to
    certain sectors and none is named.
    """
    _refuse_shares(funding)
    sectors = list(sectors)
    _refuse_sectors(run, sectors)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError as error:
        if not CourseRun.objects.filter(code=run.code).exists():
            raise
        raise Refused(
            _("There is a class %(code)s already. Choose another code.") % {"code": run.code}, code="code"
        ) from error
    run.born(by=by, at=at)
    RunFunding.objects.bulk_create(
        RunFunding(run=run, source=source, percent=percent) for source, percent in funding.items()
    )
    run.sectors.set(sectors)
    _ask_for(run, prerequisites)
    for person in instructors:
        assign_instructor(run=run, person=person, by=by, at=at)
    return run


@transaction.atomic
def open_run(
    *,
    run: CourseRun,
    by: User | None,
    at: datetime,
    funding: Mapping[FundingSource, int],
    instructors: Iterable[User],
    prerequisites: Iterable[Asked] = (),
    sectors: Iterable[Sector] = (),
) -> CourseRun:
    """Store a new class and open it for enrolment. Raises Refused as `plan_run` does."""
    plan_run(
        run=run,
        by=by,
        at=at,
        funding=funding,
        instructors=instructors,
        prerequisites=prerequisites,
        sectors=sectors,
    )
    run.move(CourseRun.State.OPEN, by=by, at=at)
    publiccache.forget()
    return run


@transaction.atomic
def change_run(
    *,
    run: CourseRun,
    by: User | None,
    at: datetime,
    funding: Mapping[FundingSource, int],
    instructors: Iterable[User],
    prerequisites: Iterable[Asked] | None = None,
    sectors: Iterable[Sector] | None = None,
) -> CourseRun:
    """Store what was changed of a class, its money, its instructors and what it asks for, with a line of history.

    Its state stays; None for `prerequisites` or `sectors` leaves them. Places that
    a change makes free go to those in line; new dates and places are told to those
    who hold a seat. Raises Refused for fewer seats than are taken or held, shares
    that do not make 100, another code once it was announced, another course once
    somebody enrolled; NotAllowed for a cancelled class.
    """
    _refuse_shares(funding)
    # The lock that `enrol` takes: nobody takes a seat while seats are counted here.
    stored = locked(run)
    note_lapsed(stored, at=at)
    _refuse_change(stored, run, at)
    open_now = list(stored.sectors.all()) if sectors is None else list(sectors)
    _refuse_sectors(run, open_now)
    changed = {
        name: [str(getattr(stored, name)), str(getattr(run, name))]
        for name in CHANGEABLE
        if getattr(stored, name) != getattr(run, name)
    }
    if changed:
        run.save(update_fields=list(changed))
    if money := _fund(run, funding):
        changed["funding"] = money
    wanted = {person.pk: person for person in instructors}
    teaching = {post.person_id: post.person for post in run.instructors.filter(until=None).select_related("person")}
    for pk in wanted.keys() - teaching.keys():
        assign_instructor(run=run, person=wanted[pk], by=by, at=at)
    for pk in teaching.keys() - wanted.keys():
        end_instructor(run=run, person=teaching[pk], by=by, at=at)
    if wanted.keys() != teaching.keys():
        changed["instructors"] = [", ".join(map(str, sorted(ids))) for ids in (teaching, wanted)]
    changed |= _narrow(run, open_now, prerequisites)
    if changed:
        event = RunEvent.objects.create(
            subject=run, old=stored.state, new=stored.state, at=at, by=by, note="changed", data={"changed": changed}
        )
        run.state = stored.state
        _tell_changed(run, [name for name in TOLD if name in changed], event, at)
        fill(locked(run), at=at)
        publiccache.forget()
    run.state = stored.state
    return run


def _narrow(run: CourseRun, sectors: list[Sector], prerequisites: Iterable[Asked] | None) -> dict[str, list[str]]:
    """Make sectors and prerequisites those given; what they were and are, of those that change."""
    changed: dict[str, list[str]] = {}
    before = {sector.code for sector in run.sectors.all()}
    if before != (after := {sector.code for sector in sectors}):
        run.sectors.set(sectors)
        changed["sectors"] = [", ".join(sorted(codes)) for codes in (before, after)]
    if prerequisites is not None:
        asked, wanted = places.asked_by(run), list(prerequisites)
        if set(asked) != set(wanted):
            run.prerequisites.all().delete()
            _ask_for(run, wanted)
            changed["prerequisites"] = [
                ", ".join(" ".join(str(part) for part in one if part) for one in rows) for rows in (asked, wanted)
            ]
    return changed


def _ask_for(run: CourseRun, prerequisites: Iterable[Asked]) -> None:
    Prerequisite.objects.bulk_create(
        Prerequisite(run=run, kind=one.kind, key=one.key, months=one.months) for one in prerequisites
    )


def _tell_changed(run: CourseRun, names: list[str], event: RunEvent, at: datetime) -> None:
    """Tell those who are enrolled, and those for whom a place is held, what is new."""
    if not names or run.state not in (CourseRun.State.OPEN, CourseRun.State.RUNNING):
        return
    changes = {}
    for language in ("vi", "en"):
        with override(language):
            changes[language] = "; ".join(f"{_name(run, name)}: {_value(run, name)}" for name in names) + "."
    tell_all(run, _holders(run, at), "class_changed", f"run:{run.pk}:{event.pk}", at, changes=changes)


def _name(run: CourseRun, name: str) -> str:
    return str(run._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _value(run: CourseRun, name: str) -> str:
    value = getattr(run, name)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(run.get_mode_display() if name == "mode" else value or "–")


def _holders(run: CourseRun, at: datetime) -> list[User]:
    """Those who are learning in a class, and those for whom a place is held."""
    learning = Q(pk__in=run.enrolments.filter(state=Enrolment.State.ACTIVE).values("person"))
    called = Q(pk__in=run.requests.holding(at).values("person"))
    return list(User.objects.filter(learning | called).order_by("pk"))


def _refuse_sectors(run: CourseRun, sectors: list[Sector]) -> None:
    if run.open_to == CourseRun.OpenTo.SECTORS and not sectors:
        raise Refused(_("Name the sectors to which the class is open."), code="sectors")


def _refuse_shares(funding: Mapping[FundingSource, int]) -> None:
    if funding and sum(funding.values()) != 100:
        raise Refused(_("The shares of the funding sources must make 100%."), code="funding")


def _refuse_change(stored: CourseRun, run: CourseRun, at: datetime) -> None:
    if stored.state == CourseRun.State.CANCELLED:
        raise NotAllowed(
            _("Class %(code)s was cancelled and is kept as it was. Make a new class.") % {"code": stored.code},
            code="cancelled",
        )
    if run.code != stored.code:
        if stored.state != CourseRun.State.DRAFT:
            raise Refused(
                _("Class %(code)s was announced under this code, and links to it exist. Keep the code.")
                % {"code": stored.code},
                code="code",
            )
        if CourseRun.objects.filter(code=run.code).exists():
            raise Refused(
                _("There is a class %(code)s already. Choose another code.") % {"code": run.code}, code="code"
            )
    if run.course_id != stored.course_id and stored.enrolments.exists():
        raise Refused(
            _("People are enrolled in this class: its course cannot change. Make a new class."), code="course"
        )
    taken, held = stored.enrolments.seated().count(), stored.requests.holding(at).count()
    if run.seats is not None and run.seats < taken + held:
        sentence = ngettext(
            "%(taken)s person holds a place in this class. It cannot have fewer places.",
            "%(taken)s people hold a place in this class. It cannot have fewer places.",
            taken,
        ) % {"taken": taken}
        if held:
            sentence = _(
                "%(taken)s people are enrolled and %(held)s more places are held for people who have not answered "
                "yet. The class cannot have fewer than %(all)s places now."
            ) % {"taken": taken, "held": held, "all": taken + held}
        raise Refused(sentence, code="seats")


def _fund(run: CourseRun, funding: Mapping[FundingSource, int]) -> list[str]:
    """Make the shares those of `funding`; what they were and are, or nothing when they stay."""
    before = {row.source_id: row for row in run.funding.select_related("source")}
    old = {row.source: row.percent for row in before.values()}
    if old == funding:
        return []
    run.funding.exclude(source__in=funding).delete()
    for source, percent in funding.items():
        RunFunding.objects.update_or_create(run=run, source=source, defaults={"percent": percent})
    return [", ".join(f"{source.code} {percent}%" for source, percent in shares.items()) for shares in (old, funding)]


@transaction.atomic
def move_run(*, run: CourseRun, to: str, by: User | None, at: datetime, note: str = "") -> CourseRun:
    """Take a class to another state.

    Cancelled, everybody who is enrolled, waits or was offered a place is told why,
    and no request stays open; finished, requests end too. Raises NotAllowed when it
    cannot go there from its present one, Refused when it is cancelled without a
    reason in `note`.
    """
    note = note.strip()
    if to == CourseRun.State.CANCELLED and not note:
        raise Refused(_("Say why the class is cancelled: people who are enrolled will ask."), code="reason")
    # An offer that is accepted at this moment is either written before, and its
    # owner told, or finds the class cancelled.
    locked(run)
    run.move(to, by=by, at=at, note=note)
    if to in (CourseRun.State.CANCELLED, CourseRun.State.FINISHED):
        closed = close_line(run=run, by=by, at=at)
        if to == CourseRun.State.CANCELLED:
            _tell_cancelled(run, closed, note, at)
    publiccache.forget()
    return run


def _tell_cancelled(run: CourseRun, closed: list[SeatRequest], reason: str, at: datetime) -> None:
    """Tell everybody why; the meetings ahead leave the calendars of those who hold a seat or teach."""
    ahead = Meeting.objects.standing().filter(run=run, ends_at__gt=at)
    # Calendars believe a cancellation only with a higher number.
    ahead.update(sequence=F("sequence") + 1)
    cancelled = calendars.Cancellations(ahead.select_related("run__course", "instructor"), at)
    learning = run.enrolments.filter(state=Enrolment.State.ACTIVE).select_related("person").order_by("pk")
    about, key = about_class(run) | {"reason": reason}, f"run:{run.pk}"
    mine = about | {"url": f"/vi/teaching/{run.code}/"}
    teaching = {post.person for post in run.instructors.filter(until=None).select_related("person")}
    teaching |= {one.instructor for one in cancelled.meetings if one.instructor is not None}
    tellings = [
        *(Telling(one.person, "class_cancelled", key, about | cancelled.of(one.person)) for one in learning),
        *(Telling(one.person, "class_cancelled", key, about) for one in closed),
        *(Telling(person, "own_class_cancelled", key, mine | cancelled.of(person)) for person in teaching),
    ]
    notify_all(tellings=tellings, at=at)


@transaction.atomic
def assign_instructor(*, run: CourseRun, person: User, by: User | None, at: datetime) -> RunInstructor:
    """Let `person` teach the class from now on; teaching it already changes nothing."""
    teaching, _created = RunInstructor.objects.get_or_create(run=run, person=person, until=None, defaults={"since": at})
    run.course.instructors.add(person)
    return teaching


@transaction.atomic
def end_instructor(*, run: CourseRun, person: User, by: User | None, at: datetime) -> None:
    """End a teaching post. The row stays: whom one taught is not forgotten."""
    RunInstructor.objects.filter(run=run, person=person, until=None).update(until=at)


def require(*, course: Course, kind: str, key: str) -> CompletionRule:
    """Ask `kind` with `key` of every later enrolment in the course."""
    rule, _created = CompletionRule.objects.get_or_create(course=course, kind=kind, key=key)
    return rule
