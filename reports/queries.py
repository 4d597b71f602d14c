"""The programme's figures for the home page: a few counts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import Certificate
from courses.models import Course
from enrolments.models import CourseRun, Enrolment
from lms.lib.periods import local_date
from reports.survivors import counted_enterprise, merged


@dataclass(frozen=True)
class Figure:
    """One number with what it counts."""

    code: str
    value: int
    label: str


@dataclass(frozen=True)
class ToDate:
    """Figures since the beginning, with the day on which they were counted."""

    items: tuple[Figure, ...]
    as_of: date


def programme_to_date() -> ToDate:
    """People who completed a course, consultants in force, enterprises that took part, courses offered.

    People are distinct, merged duplicates counted once; enterprises are those of
    turns that have begun.
    """
    today = local_date(timezone.now())
    survivors = merged()
    consultants = Certificate.objects.consultants().in_force(today).order_by().values_list("person_id", flat=True)
    begun = Enrolment.objects.filter(
        Q(state=Enrolment.State.COMPLETED)
        | (Q(state=Enrolment.State.ACTIVE) & ~Q(run__state=CourseRun.State.CANCELLED)),
        run__starts_on__lte=today,
    )
    return ToDate(
        items=(
            Figure("completed", _completed(survivors), _("people have completed a course")),
            Figure(
                "consultants",
                len({survivors.get(person, (person, ""))[0] for person in consultants.distinct()}),
                _("certified consultants in force"),
            ),
            Figure(
                "enterprises",
                begun.exclude(enterprise=None).order_by().values(counted=counted_enterprise()).distinct().count(),
                _("enterprises and co-operatives took part"),
            ),
            Figure("courses", Course.objects.filter(pages__live=True).distinct().count(), _("courses open to all")),
        ),
        as_of=today,
    )


def _completed(survivors: dict[int, tuple[int, str]]) -> int:
    completed = Enrolment.objects.filter(state=Enrolment.State.COMPLETED).order_by()
    if not survivors:
        return completed.values("person").distinct().count()
    themselves = completed.filter(person__merged_into=None)
    duplicates = completed.exclude(person__merged_into=None).values_list("person_id", flat=True).distinct()
    through = {survivors[person][0] for person in duplicates}
    already = themselves.filter(person__in=through).values("person").distinct().count()
    return themselves.values("person").distinct().count() + len(through) - already
