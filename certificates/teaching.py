"""What an instructor sees first: today's meeting, own classes, who lags, what waits for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When

from certificates import progress
from certificates.progress import Progress
from enrolments import timetables
from enrolments.models import CourseRun, Enrolment, LessonPost, Meeting, RunInstructor, SeatRequest
from enrolments.sharing import address
from lms.lib.periods import local_date
from people.models import User

WEEK = timedelta(days=7)
LAGGING = 12
"""How many of those who lag are named on the first page; all are on the pages of their classes."""
QUESTIONS = 8


@dataclass(frozen=True)
class Taught:
    """A class with the figures of its people."""

    run: CourseRun
    learning: int
    completed: int
    lagging: int
    asking: int
    """Requests for places that wait for an answer or a place."""
    share: str
    """The short address to pass on; empty for a draft."""

    @property
    def seated(self) -> int:
        """How many hold a seat."""
        return self.learning + self.completed


@dataclass(frozen=True)
class Desk:
    """The first page of an instructor."""

    now: datetime
    meetings: Sequence[Meeting]
    """Of today and the six days after, soonest first; those of today that are over come with them."""
    classes: Sequence[Taught]
    lagging: Sequence[Progress]
    questions: Sequence[LessonPost]

    @property
    def today(self) -> list[Meeting]:
        """Meetings of today, the one that goes on or comes next first."""
        found = [one for one in self.meetings if local_date(one.starts_at) == local_date(self.now)]
        return sorted(found, key=lambda one: (one.ends_at <= self.now, one.starts_at))

    @property
    def week(self) -> list[Meeting]:
        """Meetings after today."""
        return [one for one in self.meetings if local_date(one.starts_at) > local_date(self.now)]


def classes(viewer: User) -> QuerySet[CourseRun]:
    """The classes that a person teaches now; for an administrator who teaches none, all. Those under way first."""
    own = CourseRun.objects.filter(pk__in=RunInstructor.objects.filter(person=viewer, until=None).values("run"))
    rows = own if own.exists() else CourseRun.objects.visible_to(viewer)
    current = [CourseRun.State.DRAFT, CourseRun.State.OPEN, CourseRun.State.RUNNING]
    under_way = Case(
        When(state=CourseRun.State.RUNNING, then=Value(0)),
        When(state=CourseRun.State.OPEN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.filter(state__in=current).select_related("course").order_by(under_way, "starts_on", "code")


def ended(viewer: User, since: date) -> QuerySet[CourseRun]:
    """Own classes that ended not long ago: papers and questions may still come."""
    own = RunInstructor.objects.filter(person=viewer, until=None).values("run")
    rows = CourseRun.objects.filter(pk__in=own, state=CourseRun.State.FINISHED, ends_on__gte=since)
    return rows.select_related("course").order_by("-ends_on", "code")


def desk(viewer: User, runs: Sequence[CourseRun], at: datetime) -> Desk:
    """The desk of `viewer` with `runs` of theirs: as many queries for one class as for twenty."""
    keys = [run.pk for run in runs]
    seated = Enrolment.objects.seated().filter(run__in=keys)
    rows = progress.of(progress.readable(seated).order_by("person__sort_key", "pk"), at)
    by_run: dict[int, list[Progress]] = {}
    for row in rows:
        by_run.setdefault(row.enrolment.run_id, []).append(row)
    asking: dict[int, int] = {}
    waiting = [SeatRequest.State.ASKED, SeatRequest.State.WAITING]
    for run_id in SeatRequest.objects.filter(run__in=keys, state__in=waiting).values_list("run", flat=True):
        asking[run_id] = asking.get(run_id, 0) + 1
    last = local_date(at) + WEEK
    meetings = [one for one in timetables.taught(viewer, at) if local_date(at) <= local_date(one.starts_at) < last]
    return Desk(
        now=at,
        meetings=meetings,
        classes=[_taught(run, by_run.get(run.pk, []), asking.get(run.pk, 0)) for run in runs],
        lagging=sorted((row for row in rows if row.lags), key=lambda row: row.last_at),
        questions=list(questions(keys).select_related("run", "lesson", "person")[:QUESTIONS]),
    )


def _taught(run: CourseRun, rows: Sequence[Progress], asking: int) -> Taught:
    return Taught(
        run=run,
        learning=sum(row.learning for row in rows),
        completed=sum(row.enrolment.state == Enrolment.State.COMPLETED for row in rows),
        lagging=sum(row.lags for row in rows),
        asking=asking,
        share=address(run) if run.state != CourseRun.State.DRAFT else "",
    )


def questions(runs: Sequence[int]) -> QuerySet[LessonPost]:
    """Questions in classes that nobody who teaches there has answered, oldest first."""
    learns = Enrolment.objects.filter(run=OuterRef("run"), person=OuterRef("person"))
    answers = LessonPost.objects.filter(~Exists(learns), parent=OuterRef("pk"), hidden_at=None)
    return LessonPost.objects.filter(~Exists(answers), run__in=runs, parent=None, hidden_at=None).order_by("at", "pk")


def people(run: CourseRun, at: datetime, *, lagging: bool = False) -> list[Progress]:
    """Everybody who holds a seat in a class, by given name, with what they still miss."""
    seated = Enrolment.objects.seated().filter(run=run).select_related("person", "enterprise", "certificate")
    enrolments = list(seated.order_by("person__sort_key", "pk"))
    for one in enrolments:
        # Everybody's class is this one: read five hundred times over it cost as much as all the rest.
        one.run = run
    rows = progress.of(enrolments, at)
    return [row for row in rows if row.lags] if lagging else rows
