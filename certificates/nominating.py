"""What a contact sees before proposing people for a class: classes with places, people with what stands in the way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from certificates.enterprise import named, present
from certificates.matrix import Done
from certificates.models import Certificate
from enrolments import places
from enrolments.models import CourseRun, Enrolment, InHouseRequest, SeatRequest
from enrolments.models.run import RunQuerySet
from enrolments.prerequisites import Verdict
from enrolments.queries import ClassRow, class_row
from lms.lib.periods import ZONE, local_date
from lms.lib.text import fold
from people import merged
from people.models import Enterprise, Membership


@dataclass(frozen=True)
class Choice:
    """A class that people can be proposed for, with the enterprise's own share of its places."""

    row: ClassRow
    own: int
    """Places of the enterprise's people, and those held for them."""
    fits: bool
    """Whether the class is open to the enterprise's sector."""

    @property
    def run(self) -> CourseRun:
        """The class."""
        return self.row.run

    @property
    def own_left(self) -> int | None:
        """How many more the enterprise may have; None without a quota."""
        return None if self.run.quota is None else max(self.run.quota - self.own, 0)

    @property
    def left(self) -> int | None:
        """How many places are free for the enterprise; None without a limit."""
        limits = [limit for limit in (self.row.left, self.own_left) if limit is not None]
        return min(limits, default=None)

    @property
    def possible(self) -> bool:
        """Whether proposing leads anywhere: to a place, to the office's answer or into the line."""
        return self.fits and (self.left != 0 or self.run.waiting != CourseRun.Waiting.NONE)


def _theirs(enterprise: Enterprise, at: datetime) -> RunQuerySet:
    """Classes that enrol at `at`, without those held in other enterprises' own houses."""
    return (
        CourseRun.objects.enrolling(at)
        .filter(ends_on__gte=local_date(at))
        .exclude(pk__in=InHouseRequest.objects.elsewhere(enterprise).values("run"))
        .select_related("course__subject__family", "edition")
    )


def choices(enterprise: Enterprise, at: datetime, *, subject: str = "", run: str = "") -> list[Choice]:
    """Classes for the enterprise's people, soonest first: four queries."""
    found = _theirs(enterprise, at)
    if subject:
        found = found.filter(course__subject__code=subject)
    if run:
        found = found.filter(code=run)
    rows = [class_row(one, at) for one in found.with_taken(at).order_by("starts_on", "code")]
    keys = [row.run.pk for row in rows]
    own: dict[int, int] = {}
    for asked in (
        Enrolment.objects.seated().filter(run__in=keys, enterprise=enterprise),
        SeatRequest.objects.holding(at).filter(run__in=keys, enterprise=enterprise),
    ):
        for key, number in asked.order_by().values_list("run").annotate(Count("pk")):
            own[key] = own.get(key, 0) + number
    closed = set(
        CourseRun.objects.filter(pk__in=keys, open_to=CourseRun.OpenTo.SECTORS)
        .exclude(sectors=enterprise.sector_id)
        .values_list("pk", flat=True)
    )
    return [Choice(row, own.get(row.run.pk, 0), row.run.pk not in closed) for row in rows]


# --- People ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """One of the enterprise's people, and what stands in the way of the class."""

    person: int
    name: str
    job: str
    state: str
    """`seated`, an open state of their request, or empty."""
    trained: Done | None
    """When they were trained in the class's subject last."""
    clashes: Sequence[str]
    lacking: Sequence[Verdict]

    @property
    def settled(self) -> bool:
        """Whether proposing them changes nothing: they are in, or asked already."""
        return self.state != ""

    @property
    def possible(self) -> bool:
        """Whether proposing them is worth trying."""
        return not self.settled

    @property
    def warned(self) -> bool:
        """Whether something should be looked at before."""
        return bool(self.clashes or self.lacking)


def candidates(enterprise: Enterprise, run: CourseRun | None, people: Collection[int], at: datetime) -> list[Candidate]:
    """Those of `people` who belong to the enterprise, by given name; with a class, what stands in their way.

    The same number of queries however many. A class that somebody attends on their
    own is not named: that is their affair.
    """
    rows = present(enterprise).filter(person__in=people).values_list("person", "person__full_name", "job")
    members = list(rows)
    if run is None:
        return [Candidate(person, name, job, "", None, (), ()) for person, name, job in members]
    keys = [person for person, _name, _job in members]
    states = _states(run, keys, at)
    trained = _trained(enterprise, run, keys)
    conditions = places.conditions(run, keys, local_date(at))
    clashes = _clashes(enterprise, run, keys)
    return [
        Candidate(
            person,
            name,
            job,
            states.get(person, ""),
            trained.get(person),
            clashes.get(person, ()),
            [verdict for verdict in conditions[person] if not verdict.met],
        )
        for person, name, job in members
    ]


def _states(run: CourseRun, people: Collection[int], at: datetime) -> dict[int, str]:
    asked = run.requests.open().filter(person__in=people)
    lapsed = Q(state=SeatRequest.State.OFFERED, held_until__lte=at)
    found: dict[int, str] = dict(asked.exclude(lapsed).values_list("person", "state"))
    seated = run.enrolments.seated().filter(person__in=people).values_list("person", flat=True)
    return found | dict.fromkeys(seated, "seated")


def _trained(enterprise: Enterprise, run: CourseRun, people: Collection[int]) -> dict[int, Done]:
    """The last training in the class's subject that the enterprise knows of: two queries."""
    found: dict[int, Done] = {}
    counted = Enrolment.objects.filter(
        enterprise=enterprise, person__in=people, run__course__subject=run.course.subject_id, completed_at__isnull=False
    )
    for person, moment in counted.values_list("person", "completed_at"):
        assert moment is not None
        found[person] = max(found.get(person, Done(date.min)), Done(local_date(moment)), key=lambda one: one.on)
    subject = run.course.subject_id
    held = Certificate.objects.filter(
        Q(enrolment__run__course__subject=subject) | Q(decision__application__version__scheme__subject=subject),
        merged.theirs(people),
        state=Certificate.State.ISSUED,
    )
    # What an account merged into another one holds is the survivor's.
    holder = Coalesce("person__merged_into", "person")
    for person, issued, until in held.values_list(holder, "issued_on", "expires_on"):
        found[person] = max(found.get(person, Done(date.min)), Done(issued, until), key=lambda one: one.on)
    return found


def _clashes(enterprise: Enterprise, run: CourseRun, people: Collection[int]) -> Mapping[int, list[str]]:
    """What lies at the same time, in words: three queries."""
    found = places.clashes(run, people)
    if not any(found.values()):
        return {}
    codes = {other.what for pairs in found.values() for _slot, other in pairs}
    known = set(
        Enrolment.objects.filter(enterprise=enterprise, person__in=people, run__code__in=codes).values_list(
            "person", "run__code"
        )
    )
    words: dict[int, list[str]] = {}
    for person, pairs in found.items():
        for _slot, other in pairs:
            facts = {"moment": f"{other.starts.astimezone(ZONE):%H:%M %d/%m}", "code": other.what}
            words.setdefault(person, []).append(
                _("meets at the same time as class %(code)s, %(moment)s") % facts
                if (person, other.what) in known
                else _("is in another class at the same time, %(moment)s") % facts
            )
    return words


def others(enterprise: Enterprise, *, q: str, job: str, without: Collection[int]) -> QuerySet[Membership]:
    """People of the enterprise who could be added to the list, by given name; `job` is folded."""
    rows = named(present(enterprise), q).exclude(person__in=without)
    if job:
        jobs = present(enterprise).order_by().values_list("job", flat=True).distinct()
        rows = rows.filter(job__in=[one for one in jobs if fold(one) == job])
    return rows.select_related("person")
