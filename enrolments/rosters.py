"""Classes and the people in them, as staff read them: the page and the file from the same rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from courses.models import Course, Lesson
from enrolments import results
from enrolments.models import CourseRun, Enrolment, LessonProgress, Requirement, RunInstructor
from lms.lib.periods import ZONE
from people.models import User


def classes(
    viewer: User, *, q: str = "", state: str = "", mode: str = "", course: Course | None = None
) -> QuerySet[Any]:
    """Classes that `viewer` may see, narrowed, latest first, with the seats taken."""
    found = CourseRun.objects.visible_to(viewer)
    if state:
        found = found.filter(state=state)
    if mode:
        found = found.filter(mode=mode)
    if course is not None:
        found = found.filter(course=course)
    teaching = RunInstructor.objects.filter(until=None).select_related("person").order_by("person__sort_key")
    return (
        found.matching(q)
        .select_related("course")
        .prefetch_related(Prefetch("instructors", queryset=teaching, to_attr="teaching"))
        .with_taken()
        .with_asking()
        .order_by("-starts_on", "code")
    )


@dataclass(frozen=True)
class Met:
    """A requirement of one person: met on a day, or what is known of it otherwise."""

    met_on: date | None
    text: str

    def __str__(self) -> str:
        day = date_format(self.met_on, "SHORT_DATE_FORMAT") if self.met_on else ""
        return " · ".join(part for part in (day, self.text) if part)


@dataclass(frozen=True)
class RosterRow:
    """One person of a class."""

    pk: int
    name: str
    enterprise: str
    enrolled_at: datetime
    state: str
    state_name: str
    done: int
    total: int
    requirements: tuple[Met | None, ...]
    """One per column of the roster; None where the enrolment does not ask for it."""
    completed_on: date | None

    @property
    def percent(self) -> int:
        """Share of lessons done."""
        return round(100 * self.done / self.total) if self.total else 0

    @property
    def may_leave(self) -> bool:
        """Whether the seat can be given back."""
        return Enrolment.State.WITHDRAWN in Enrolment.MOVES[self.state]


@dataclass(frozen=True)
class Roster:
    """All who are or were in a class, by given name; those who left come last."""

    run: CourseRun
    columns: tuple[str, ...]
    rows: tuple[RosterRow, ...]

    @property
    def seated(self) -> int:
        """How many hold a seat."""
        return sum(row.state != Enrolment.State.WITHDRAWN for row in self.rows)

    def head(self) -> list[str]:
        """Names of the columns of the file."""
        return [
            _("No."), _("Full name"), _("Enterprise"), _("Enrolled on"), _("Lessons done"), _("Lessons"),
            *self.columns, _("State"), _("Completed on"),
        ]  # fmt: skip

    def lines(self) -> Iterator[list[Any]]:
        """Lines of the file."""
        for number, row in enumerate(self.rows, 1):
            yield [
                number, row.name, row.enterprise, _day(row.enrolled_at), row.done, row.total,
                *(str(met) if met else "" for met in row.requirements), row.state_name, row.completed_on,
            ]  # fmt: skip


def roster(run: CourseRun) -> Roster:
    """The roster of a class: the same number of queries however many people."""
    enrolments = list(
        run.enrolments.select_related("person", "enterprise")
        .prefetch_related(Prefetch("requirements", queryset=Requirement.objects.order_by("pk")))
        .order_by("person__sort_key", "pk")
    )
    enrolments.sort(key=lambda enrolment: enrolment.state == Enrolment.State.WITHDRAWN)
    done = Counter(
        LessonProgress.objects.filter(enrolment__run=run, done_at__isnull=False, lesson__retired=False).values_list(
            "enrolment_id", flat=True
        )
    )
    total = Lesson.objects.taught().filter(course=run.course_id).count()
    asked = [
        requirement
        for enrolment in enrolments
        for requirement in enrolment.requirements.all()
        if requirement.kind != Requirement.Kind.LESSONS
    ]
    texts = results.of(asked)
    columns = list(dict.fromkeys((requirement.kind, requirement.key) for requirement in asked))
    rows = []
    for enrolment in enrolments:
        own = {(requirement.kind, requirement.key): requirement for requirement in enrolment.requirements.all()}
        rows.append(
            RosterRow(
                pk=enrolment.pk,
                name=enrolment.person.full_name,
                enterprise=enrolment.enterprise.name if enrolment.enterprise else "",
                enrolled_at=enrolment.enrolled_at,
                state=enrolment.state,
                state_name=enrolment.state_name(),
                done=done[enrolment.pk],
                total=total,
                requirements=tuple(_met(own[column], texts) if column in own else None for column in columns),
                completed_on=_day(enrolment.completed_at),
            )
        )
    names = dict(Requirement.Kind.choices)
    return Roster(run, tuple(f"{names[kind]} {key}".strip() for kind, key in columns), tuple(rows))


def _met(requirement: Requirement, texts: dict[int, str]) -> Met:
    text = texts.get(requirement.pk, "") or _points(requirement.detail)
    return Met(_day(requirement.met_at), text or ("" if requirement.met_at else _("not yet")))


def _points(detail: dict[str, Any]) -> str:
    """“17,5/20”, where whoever met the requirement gave points."""
    try:
        points, possible = Decimal(str(detail["points"])), Decimal(str(detail["possible"]))
    except (KeyError, InvalidOperation):
        return ""
    return f"{number_format(points.normalize())}/{number_format(possible.normalize())}"


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(ZONE).date() if moment else None


@dataclass(frozen=True)
class HistoryLine:
    """One event of a class, in words."""

    at: datetime
    what: str
    by: User | None


def history(run: CourseRun, last: int = 30) -> list[HistoryLine]:
    """What happened to a class, latest first."""
    states = dict(CourseRun.State.choices)
    found = []
    for event in run.events.select_related("by").order_by("-at", "-pk")[:last]:
        if event.old == event.new:
            names = [_field_name(name) for name in event.data.get("changed", {})]
            what = _("Changed: %(fields)s") % {"fields": ", ".join(names)}
        else:
            what = " · ".join(part for part in (str(states[event.new]).capitalize(), event.note) if part)
        found.append(HistoryLine(event.at, what, event.by))
    return found


def _field_name(name: str) -> str:
    related = {"funding": _("funding sources"), "instructors": _("instructors"), "prerequisites": _("prerequisites")}
    if name in related:
        return related[name]
    field = CourseRun._meta.get_field(name.removesuffix("_id"))
    return str(getattr(field, "verbose_name", name))
