"""What classes lend to the enrolments in them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from enrolments.models import CourseRun
from lms.lib.periods import ZONE
from reports.labels import Label, Labels


@dataclass(frozen=True, slots=True)
class Class:
    """What a class lends to every enrolment in it. `sources` are (code, percent) of its money."""

    id: int
    code: str
    state: str
    starts_on: date
    starts_at: datetime
    course: str
    hours: Decimal
    subject: str
    family: str
    edition: str
    mode: str
    programme: str
    sources: tuple[tuple[str, int], ...] = ()

    @property
    def funding(self) -> tuple[str, ...]:
        """Codes of its funding sources; one empty code where none is set."""
        return tuple(code for code, _percent in self.sources) or ("",)


def classes(labels: Labels) -> dict[int, Class]:
    """Every class by id; its subject, family and money leave their names in `labels`."""
    found: dict[int, Class] = {}
    rows = CourseRun.objects.order_by("pk", "funding__source__order", "funding__source__code").values_list(
        "pk", "code", "state", "starts_on", "course__code", "course__hours", "edition__code", "mode", "programme__code",
        "course__subject__code", "course__subject__order", "course__subject__name_vi", "course__subject__name_en",
        "course__subject__family__code", "course__subject__family__order", "course__subject__family__name_vi",
        "course__subject__family__name_en", "funding__source__code", "funding__source__order",
        "funding__source__name_vi", "funding__source__name_en", "funding__percent",
    )  # fmt: skip
    row: tuple[Any, ...]
    for row in rows:
        pk, code, state, starts_on, course, hours, edition, mode, programme = row[:9]
        subject, subject_order, subject_vi, subject_en, family, family_order, family_vi, family_en = row[9:17]
        source, order, vi, en, percent = row[17:]
        if pk not in found:
            labels["subject"][subject] = Label(subject_vi, subject_en, (family_order * 1000 + subject_order, subject))
            labels["family"][family] = Label(family_vi, family_en, (family_order, family))
            starts_at = datetime.combine(starts_on, time.min, ZONE).astimezone(UTC)
            found[pk] = Class(
                pk, code, state, starts_on, starts_at, course, hours, subject, family, edition, mode, programme or ""
            )
        if source:
            labels["funding"][source] = Label(vi, en, (order, source))
            found[pk] = replace(found[pk], sources=(*found[pk].sources, (source, percent)))
    return found
