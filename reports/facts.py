"""What a report counts: one row per turn, one per consultant certificate, read in a handful of queries.

Definitions are in docs/reports.md; `reports.figures` adds up what is read here
and knows no database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from certificates.models import Certificate
from enrolments.models import CourseRun, Enrolment
from lms.lib.periods import ZONE, Period, local_date
from lms.lib.text import collate
from people.models import AdministrativeUnit, Sector, User
from quizzes.models import Attempt, Grade
from reports.classes import Class, classes as every_class
from reports.dimensions import BY_CODE, DIMENSIONS
from reports.labels import Label, Labels
from reports.survivors import counted_enterprise, merged, of_merged


@dataclass(frozen=True, slots=True)
class Fact:
    """One enrolment with its events; `turned`, `completed` and `passed` say which fall into the period.

    `person` is who the person is counted as: the survivor where duplicates were
    merged. `parts` are the enrolments of duplicates that are one turn together.
    """

    enrolment: int
    person: int
    enrolled_as: int
    run: Class
    state: str
    enrolled_at: datetime
    turn_at: datetime
    completed_at: datetime | None
    passed_at: datetime | None
    enterprise: int | None
    sector: str
    size: str
    commune: str
    sex: str
    turned: bool
    completed: bool
    passed: bool
    parts: tuple["Fact", ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is a turn at all: neither withdrawn nor of a cancelled class, unless completed."""
        if self.state == Enrolment.State.COMPLETED:
            return True
        return self.state == Enrolment.State.ACTIVE and self.run.state != CourseRun.State.CANCELLED

    @property
    def falls_in(self) -> bool:
        """Whether any of its events falls into the period."""
        return self.turned or self.completed or self.passed


@dataclass(frozen=True, slots=True)
class ConsultantFact:
    """One consultant certificate issued in the period."""

    certificate: int
    person: int
    scheme: str
    subject: str
    sex: str
    issued_at: datetime
    expires_on: date | None
    state: str


@dataclass(frozen=True)
class Facts:
    """Everything that one report counts, and the names to show it under.

    `at` is when it was read. Events after `counted_to`, that day or the period's
    last, have not happened yet and are not in it. `left_out` are enrolments of
    the period that do not count: withdrawn, or of a cancelled class.
    """

    period: Period
    at: datetime
    counted_to: date
    enrolments: list[Fact]
    left_out: list[Fact]
    consultants: list[ConsultantFact]
    labels: Labels = field(repr=False)


def facts(viewer: User | None, period: Period, filters: Mapping[str, str], *, at: datetime) -> Facts:
    """What counts in `period` as far as `viewer` may see; without a viewer, everything.

    `filters` maps codes of dimensions (and `scheme`, for consultants) to keys.
    Unknown codes narrow nothing: a view checks them first.
    """
    span = _Span.of(period, at)
    labels: Labels = {dimension.code: dict(dimension.labels()) for dimension in DIMENSIONS}
    labels["scheme"] = {}
    survivors = merged()
    classes = every_class(labels)
    rows = _enrolments(viewer, span, filters, classes, survivors, labels)
    counted = _one_turn_each([fact for fact in rows if fact.counts], survivors, span)
    return Facts(
        period=period,
        at=at,
        counted_to=min(period.last, local_date(at)),
        enrolments=[fact for fact in counted if fact.falls_in and _matches(fact, filters)],
        left_out=[fact for fact in rows if not fact.counts and fact.turned and _matches(fact, filters)],
        consultants=_consultants(viewer, span, filters, survivors, labels),
        labels=labels,
    )


@dataclass(frozen=True)
class _Span:
    """The period's instants, cut off after the day of reading. In UTC, as databases answer: comparing is cheap then."""

    first: date
    after: date
    start: datetime
    end: datetime

    @classmethod
    def of(cls, period: Period, at: datetime) -> "_Span":
        after = min(period.last, local_date(at)) + timedelta(days=1)
        end = datetime.combine(after, time.min, ZONE)
        return cls(period.first, after, period.start.astimezone(UTC), end.astimezone(UTC))

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end


def _first_passes(span: _Span, *, with_merged: bool) -> QuerySet[Grade, Any]:
    """Enrolments with the moment of the first pass, as far as it matters to the span.

    A pass is a passing grade of an exam of the class's own course, unless the
    attempt was voided or a later grade of the same attempt took it back. Merged
    people's earlier ones are wanted too: which of two is the first shows only when
    both are known.
    """
    in_span = Q(first__gte=span.start)
    taken_back = Grade.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"), passed=False)
    return (
        Grade.objects.order_by()
        .filter(
            passed=True,
            graded_at__lt=span.end,
            attempt__sitting__exam__course=F("attempt__sitting__enrolment__run__course"),
        )
        .exclude(attempt__state=Attempt.State.VOID)
        .exclude(Exists(taken_back))
        .values(enrolment=F("attempt__sitting__enrolment"))
        .annotate(first=Min("graded_at"), moment=Cast(Min("graded_at"), TextField()))
        .filter(in_span | of_merged("attempt__sitting__enrolment__person") if with_merged else in_span)
    )


def _enrolments(
    viewer: User | None,
    span: _Span,
    filters: Mapping[str, str],
    classes: Mapping[int, Class],
    survivors: Mapping[int, tuple[int, str]],
    labels: Labels,
) -> list[Fact]:
    passes: Any = _first_passes(span, with_merged=bool(survivors))
    passed = {pk: _moment(text) for pk, text in passes.values_list("enrolment", "moment")}
    wanted = Q(run__starts_on__lt=span.after, enrolled_at__lt=span.end) & (
        Q(run__starts_on__gte=span.first) | Q(enrolled_at__gte=span.start)
    )
    wanted |= Q(completed_at__gte=span.start, completed_at__lt=span.end)
    wanted |= Q(pk__in=passes.values("enrolment"))
    if survivors:
        wanted |= of_merged("person")
    queryset = Enrolment.objects.all() if viewer is None else Enrolment.objects.visible_to(viewer)
    queryset = queryset.filter(wanted)
    for code, key in filters.items():
        if code in BY_CODE:
            # Merged people's rows all stay: what their turn counts under is known only once it is put together.
            narrowed = BY_CODE[code].narrow(key)
            queryset = queryset.filter(narrowed | of_merged("person") if narrowed and survivors else narrowed)
    rows = list(
        queryset.annotate(
            enrolled=Cast("enrolled_at", TextField()),
            completed=Cast("completed_at", TextField()),
            # Merged enterprises count once; sector, size and commune stay those frozen into the enrolment.
            counted_enterprise=counted_enterprise(),
        )
        .order_by("pk")
        .values_list(
            "pk", "person_id", "run_id", "state", "enrolled", "completed",
            "counted_enterprise", "sector_id", "size", "commune_id", "person__sex",
        )
    )  # fmt: skip
    sectors = _sectors(labels)
    communes = _communes({row[9] for row in rows if row[9]}, labels)
    return [_fact(row, classes, passed, survivors, sectors, communes, span) for row in rows]


def _moment(text: str) -> datetime:
    """A moment read as text, in UTC.

    A hundred thousand of them are read for one report: the driver's own reading
    of moments is written in Python and took half of its time.
    """
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _fact(
    row: tuple[Any, ...],
    classes: Mapping[int, Class],
    passed: Mapping[int, datetime],
    survivors: Mapping[int, tuple[int, str]],
    sectors: Mapping[int, str],
    communes: Mapping[int, str],
    span: _Span,
) -> Fact:
    pk, person, run_id, state, enrolled, completed, enterprise, sector, size, commune, sex = row
    run = classes[run_id]
    enrolled_at = _moment(enrolled)
    completed_at = _moment(completed) if completed else None
    if person in survivors:
        counted_as, sex = survivors[person]
    else:
        counted_as = person
    turn_at = run.starts_at if run.starts_at > enrolled_at else enrolled_at
    passed_at = passed.get(pk)
    # Inlined `span.holds`: this runs for every enrolment of the period.
    start, end = span.start, span.end
    return Fact(
        pk, counted_as, person, run, state, enrolled_at, turn_at, completed_at, passed_at, enterprise,
        sectors.get(sector, ""), size, communes.get(commune, ""), sex,
        start <= turn_at < end,
        completed_at is not None and start <= completed_at < end,
        passed_at is not None and start <= passed_at < end,
    )  # fmt: skip


def _one_turn_each(found: list[Fact], survivors: Mapping[int, tuple[int, str]], span: _Span) -> list[Fact]:
    """`found`, with the enrolments of one merged person in one class made one turn.

    It happened when the first of them happened, and is described as the one
    that was completed first, or else began first.
    """
    if not survivors:
        return found
    groups: dict[tuple[int, int], list[Fact]] = {}
    for fact in found:
        groups.setdefault((fact.person, fact.run.id), []).append(fact)
    return [group[0] if len(group) == 1 else _joined(group, span) for group in groups.values()]


def _joined(group: list[Fact], span: _Span) -> Fact:
    far = datetime.max.replace(tzinfo=ZONE)
    model = min(group, key=lambda fact: (fact.completed_at or far, fact.turn_at, fact.enrolment))
    turn_at = min(fact.turn_at for fact in group)
    completed_at = min((fact.completed_at for fact in group if fact.completed_at), default=None)
    passed_at = min((fact.passed_at for fact in group if fact.passed_at), default=None)
    return replace(
        model,
        turn_at=turn_at,
        completed_at=completed_at,
        passed_at=passed_at,
        turned=span.holds(turn_at),
        completed=span.holds(completed_at),
        passed=span.holds(passed_at),
        parts=tuple(sorted(group, key=attrgetter("enrolment"))),
    )


def _matches(fact: Fact, filters: Mapping[str, str]) -> bool:
    return all(key in BY_CODE[code].keys(fact) for code, key in filters.items() if code in BY_CODE)


def _sectors(labels: Labels) -> dict[int, str]:
    found = {}
    for pk, code, vi, en, order in Sector.objects.values_list("pk", "code", "name_vi", "name_en", "order"):
        found[pk] = code
        labels["sector"][code] = Label(vi, en, (order, code))
    return found


def _communes(ids: Iterable[int], labels: Labels) -> dict[int, str]:
    """Keys of communes: the code alone was used again in the reform of 2025, so its first day goes with it."""
    found = {}
    units = AdministrativeUnit.objects.filter(pk__in=list(ids)).order_by("pk")
    for pk, code, since, vi, en in units.values_list("pk", "code", "valid_from", "name_vi", "name_en"):
        found[pk] = f"{code}@{since}"
        labels["commune"][found[pk]] = Label(vi, en, (0, collate(vi)))
    return found


def _consultants(
    viewer: User | None,
    span: _Span,
    filters: Mapping[str, str],
    survivors: Mapping[int, tuple[int, str]],
    labels: Labels,
) -> list[ConsultantFact]:
    """Certificates issued in the span. One issued in error (revoked) never was; a later withdrawal changes nothing."""
    queryset = Certificate.objects.all() if viewer is None else Certificate.objects.visible_to(viewer)
    version = "decision__application__version__"
    rows = (
        queryset.consultants()
        .filter(issued_at__gte=span.start, issued_at__lt=span.end)
        .exclude(state=Certificate.State.REVOKED)
        .order_by(f"{version}number", "pk")
        .values_list(
            "pk", "person_id", "person__sex", "issued_at", "expires_on", "state", f"{version}scheme__code",
            f"{version}title", f"{version}scheme__subject__code", f"{version}scheme__subject__order",
            f"{version}scheme__subject__name_vi", f"{version}scheme__subject__name_en",
            f"{version}scheme__subject__family__order",
        )
    )  # fmt: skip
    found = []
    for pk, person, sex, issued_at, expires_on, state, scheme, title, subject, order, vi, en, family_order in rows:
        labels["scheme"][scheme] = Label(title.get("vi") or scheme, title.get("en") or scheme, (0, scheme))
        labels["subject"][subject] = Label(vi, en, (family_order * 1000 + order, subject))
        counted_as, known_sex = survivors.get(person, (person, sex))
        found.append(ConsultantFact(pk, counted_as, scheme, subject, known_sex, issued_at, expires_on, state))
    return [
        fact
        for fact in found
        if all(getattr(fact, code) == key for code, key in filters.items() if code in ("scheme", "subject", "sex"))
    ]
