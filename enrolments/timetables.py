"""When classes meet and who was there, as pages and files read it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext

from enrolments import calendars
from enrolments.attendance import EXCUSED, LATE, PRESENT, THERE, Sat, Share, share
from enrolments.meeting_exports import Known
from enrolments.models import (
    Attendance,
    AttendanceEvent,
    CalendarKey,
    CourseRun,
    Enrolment,
    Meeting,
    MeetingEvent,
    Requirement,
    RunInstructor,
)
from enrolments.series import Slot
from lms.lib.periods import ZONE, local_date
from lms.lib.text import fold
from people.models import User

# --- Timetables ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A meeting in a list; `status` is the reader's own attendance."""

    meeting: Meeting
    number: int | None
    """Which of the standing meetings of its class, from 1; None for a cancelled one."""
    reason: str
    over: bool
    now: bool
    """Whether one may come in at the moment."""
    status: str

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.number is None


def timetable(run: CourseRun, at: datetime, enrolment: Enrolment | None = None) -> list[Row]:
    """All meetings of a class in order; with an enrolment, what was marked for it. At most three queries."""
    meetings = list(_meetings().filter(run=run))
    own = {}
    if enrolment is not None and meetings:
        own = dict(Attendance.objects.filter(enrolment=enrolment).values_list("meeting", "status"))
    return _rows(meetings, at, own)


def _meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("run__course", "instructor").order_by("starts_at", "pk")


def _rows(meetings: Sequence[Meeting], at: datetime, own: dict[int, str]) -> list[Row]:
    gone = [meeting.pk for meeting in meetings if meeting.state == Meeting.State.CANCELLED]
    reasons: dict[int, str] = {}
    if gone:
        events = MeetingEvent.objects.filter(subject__in=gone, new=Meeting.State.CANCELLED).order_by("pk")
        reasons = dict(events.values_list("subject", "note"))
    rows, numbers = [], dict[int, int]()
    for meeting in meetings:
        number = None
        if meeting.pk not in reasons:
            number = numbers[meeting.run_id] = numbers.get(meeting.run_id, 0) + 1
        now = number is not None and meeting.opens_at <= at <= meeting.ends_at
        row = Row(meeting, number, reasons.get(meeting.pk, ""), meeting.ends_at <= at, now, own.get(meeting.pk, ""))
        rows.append(row)
    return rows


def number_of(meeting: Meeting) -> int:
    """Which of the standing meetings of its class, from 1."""
    before = Q(starts_at__lt=meeting.starts_at) | Q(starts_at=meeting.starts_at, pk__lte=meeting.pk)
    return Meeting.objects.standing().filter(before, run=meeting.run_id).count()


def upcoming(person: User, at: datetime, most: int = 0) -> list[Meeting]:
    """The meetings that lie ahead of a person as a trainee, soonest first; one that goes on is one of them."""
    found = (
        _meetings()
        .standing()  # type: ignore[attr-defined]  # MeetingQuerySet
        .filter(
            run__in=Enrolment.objects.seated().filter(person__in=User.objects.same_as(person)).values("run"),
            run__state__in=[CourseRun.State.OPEN, CourseRun.State.RUNNING],
            ends_at__gt=at,
        )
    )
    return list(found[:most] if most else found)


def taught(person: User, at: datetime, most: int = 50) -> list[Meeting]:
    """The meetings that lie ahead of an instructor, soonest first, from the beginning of today."""
    teaching = RunInstructor.objects.filter(person=person, until=None).values("run")
    found = (
        _meetings()
        .standing()  # type: ignore[attr-defined]  # MeetingQuerySet
        .filter(
            Q(run__in=teaching, instructor=None) | Q(instructor=person),
            run__state__in=[CourseRun.State.OPEN, CourseRun.State.RUNNING],
            ends_at__gt=at - timedelta(hours=12),
        )
    )
    return list(found[:most])


@dataclass(frozen=True)
class Clash:
    """Another class's meeting at the same time in the same room or with the same instructor."""

    slot: Slot
    other: Meeting
    room: str
    instructor: str


def clashes(
    run: CourseRun, slots: Sequence[Slot], room: str, instructor: User | None, own: int | None = None
) -> list[Clash]:
    """What lies in the way of meetings in `room`, or the class's place, with `instructor`, or the class's: two queries.

    The same room is the same name, accents and case aside, unless both classes name
    different places.
    """
    if not slots:
        return []
    others = list(
        _meetings()
        .standing()  # type: ignore[attr-defined]  # MeetingQuerySet
        .filter(
            starts_at__lt=max(slot.ends_at for slot in slots),
            ends_at__gt=min(slot.starts_at for slot in slots),
            run__state__in=[CourseRun.State.DRAFT, CourseRun.State.OPEN, CourseRun.State.RUNNING],
        )
        .exclude(pk=own)
        .exclude(run=run)
    )
    teaching: dict[int, dict[int, str]] = {}
    posts = RunInstructor.objects.filter(run__in={run.pk, *(other.run_id for other in others)}, until=None)
    for run_id, person, name in posts.values_list("run", "person", "person__full_name"):
        teaching.setdefault(run_id, {})[person] = name
    mine = {instructor.pk} if instructor else set(teaching.get(run.pk, {}))
    found = []
    for slot in slots:
        for other in others:
            if not slot.overlaps(Slot(other.starts_at, other.ends_at)):
                continue
            theirs = (
                {other.instructor.pk: other.instructor.full_name}
                if other.instructor
                else teaching.get(other.run_id, {})
            )
            both = ", ".join(name for pk, name in theirs.items() if pk in mine)
            same = other.where if _same_room(room, run.place, other) else ""
            if both or same:
                found.append(Clash(slot, other, same, both))
    return found


def _same_room(room: str, place: str, other: Meeting) -> bool:
    own, theirs = fold(room or place), fold(other.where)
    if not own or own != theirs:
        return False
    places = {fold(place), fold(other.run.place)} - {""}
    return len(places) < 2


# --- Calendars -----------------------------------------------------------------------------


def calendar_key(kind: str, *, person: User | None = None, run: CourseRun | None = None) -> CalendarKey | None:
    """The key in force of a person's or a class's calendar."""
    return CalendarKey.objects.filter(kind=kind, person=person, run=run, ended_at=None).first()


def in_calendar(key: CalendarKey, at: datetime) -> QuerySet[Meeting]:
    """What a feed holds, cancelled meetings too: a calendar that knew them strikes them out."""
    found = _meetings().filter(ends_at__gt=at - calendars.KEPT).exclude(run__state=CourseRun.State.DRAFT)
    if key.kind == CalendarKey.Kind.RUN:
        return found.filter(run=key.run)
    if key.kind == CalendarKey.Kind.TEACHING:
        teaching = RunInstructor.objects.filter(person=key.person, until=None).values("run")
        return found.filter(Q(run__in=teaching) | Q(instructor=key.person))
    assert key.person is not None
    seated = Enrolment.objects.seated().filter(person__in=User.objects.same_as(key.person)).values("run")
    return found.filter(run__in=seated)


# --- Who was there -------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """One person of a class at one meeting; `mark` is None while nothing is marked."""

    enrolment: Enrolment
    mark: Attendance | None

    @property
    def pk(self) -> int:
        """The enrolment's."""
        return self.enrolment.pk

    @property
    def name(self) -> str:
        """As written."""
        return self.enrolment.person.full_name

    @property
    def status(self) -> str:
        """What is marked; empty for nothing."""
        return self.mark.status if self.mark else ""

    @property
    def how(self) -> str:
        """By what way and when; empty for nothing."""
        return how(self.mark) if self.mark else ""


def how(mark: Attendance) -> str:
    """“QR 17:52”: by what way and when a mark was made."""
    ways = {
        Attendance.Method.HAND: pgettext("attendance mark", "by hand"),
        Attendance.Method.QR: pgettext("attendance mark", "QR"),
        Attendance.Method.CODE: pgettext("attendance mark", "typed code"),
        Attendance.Method.SHEET: pgettext("attendance mark", "sheet"),
        Attendance.Method.FILE: pgettext("attendance mark", "file"),
        Attendance.Method.TOOL: pgettext("attendance mark", "online room"),
    }
    return f"{ways[Attendance.Method(mark.method)]} {mark.marked_at.astimezone(ZONE):%H:%M}"


@dataclass(frozen=True)
class Attended:
    """A meeting with everybody who holds a seat, by given name: two queries however many."""

    meeting: Meeting
    people: tuple[Person, ...]

    def _count(self, *statuses: str) -> int:
        return sum(person.status in statuses for person in self.people)

    @property
    def there(self) -> int:
        """How many are or were there."""
        return self._count(*THERE)

    @property
    def late(self) -> int:
        """How many of them came late."""
        return self._count(LATE)

    @property
    def excused(self) -> int:
        """How many are excused."""
        return self._count(EXCUSED)

    @property
    def unmarked(self) -> int:
        """Of how many nothing is known."""
        return self._count("")

    @property
    def marked(self) -> int:
        """Of how many something is known."""
        return self.total - self.unmarked

    @property
    def total(self) -> int:
        """How many hold a seat."""
        return len(self.people)

    @property
    def known(self) -> list[Known]:
        """Everybody, to recognise them in a file."""
        return [Known(person.pk, person.name, person.enrolment.person.email) for person in self.people]


def attended(meeting: Meeting) -> Attended:
    """Who is to be at a meeting, and who was."""
    enrolments = (
        Enrolment.objects.seated()
        .filter(run=meeting.run_id)
        .select_related("person", "enterprise")
        .order_by("person__sort_key", "pk")
    )
    marks = {mark.enrolment_id: mark for mark in Attendance.objects.filter(meeting=meeting)}
    return Attended(meeting, tuple(Person(enrolment, marks.get(enrolment.pk)) for enrolment in enrolments))


def headcount(meeting: Meeting) -> tuple[int, int]:
    """How many are there, of how many: two queries."""
    seated = Enrolment.objects.seated().filter(run=meeting.run_id)
    there = Attendance.objects.filter(meeting=meeting, status__in=THERE, enrolment__in=seated.values("pk"))
    return there.count(), seated.count()


def trace(meeting: Meeting, most: int = 500) -> QuerySet[AttendanceEvent]:
    """Every mark and correction of a meeting, latest first."""
    return (
        AttendanceEvent.objects.filter(subject__meeting=meeting)
        .select_related("subject__enrolment__person", "by")
        .order_by("-at", "-pk")[:most]
    )


# --- Shares --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shares:
    """The shares of attendance in one class; `whole` says whether its timetable is complete."""

    meetings: tuple[Meeting, ...]
    marks: dict[int, dict[int, str]]
    """Statuses by enrolment and meeting."""
    whole: bool
    at: datetime

    def of(self, enrolment: int) -> Share:
        """One person's share."""
        own = self.marks.get(enrolment, {})
        return share(Sat(one.minutes, own.get(one.pk), one.ends_at <= self.at) for one in self.meetings)

    def settled(self, enrolment: int, threshold: int) -> bool:
        """Whether the share asked for is reached and cannot be missed any more.

        Not before the timetable is whole: after the first of meetings that are entered
        week by week everybody was at all of them.
        """
        return self.whole and self.of(enrolment).meets(threshold)


def shares(run: CourseRun, at: datetime, enrolments: Collection[int] | None = None) -> Shares:
    """Attendance of a class, or of some people in it: two queries."""
    meetings = tuple(Meeting.objects.standing().filter(run=run).order_by("starts_at", "pk"))
    rows = Attendance.objects.filter(meeting__in=[meeting.pk for meeting in meetings])
    if enrolments is not None:
        rows = rows.filter(enrolment__in=enrolments)
    marks: dict[int, dict[int, str]] = {}
    for enrolment, meeting, status in rows.values_list("enrolment", "meeting", "status"):
        marks.setdefault(enrolment, {})[meeting] = status
    return Shares(meetings, marks, _whole(run, meetings, at), at)


def _whole(run: CourseRun, meetings: Sequence[Meeting], at: datetime) -> bool:
    """Whether no more meetings are to be expected.

    So it is when the class is over, when a meeting lies on its last day, or when
    its meetings have as many hours as the course.
    """
    if not meetings or run.state == CourseRun.State.CANCELLED:
        return False
    if run.state == CourseRun.State.FINISHED or run.over_on(local_date(at)):
        return True
    reaches_the_end = local_date(max(meeting.ends_at for meeting in meetings)) >= run.ends_on
    return reaches_the_end or sum(meeting.minutes for meeting in meetings) >= 60 * run.course.hours


def asked_for_attendance(enrolments: Iterable[Any] | QuerySet[Any] | None = None) -> QuerySet[Requirement]:
    """Shares of attendance not met yet, of people who learn in classes that have met."""
    found = Requirement.objects.filter(
        kind=Requirement.Kind.ATTENDANCE,
        met_at=None,
        enrolment__state=Enrolment.State.ACTIVE,
        enrolment__attendances__status__in=[PRESENT, LATE],
    ).exclude(enrolment__run__state__in=[CourseRun.State.DRAFT, CourseRun.State.CANCELLED])
    if enrolments is not None:
        found = found.filter(enrolment__in=enrolments)
    return found.distinct()


def settled_now(run: CourseRun, requirements: Collection[int], at: datetime) -> list[Enrolment]:
    """Of people with an unmet share of attendance (`requirements`, ids) those whose share is certain: three queries."""
    rows = list(Requirement.objects.filter(pk__in=requirements).select_related("enrolment__run__course"))
    found = shares(run, at, [row.enrolment_id for row in rows])
    return [row.enrolment for row in rows if found.settled(row.enrolment_id, row.threshold or 100)]
