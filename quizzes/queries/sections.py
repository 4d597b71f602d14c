"""Sections of an exam, for the start of an attempt and for the taker's pages."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from quizzes.models import Attempt, Exam, Section
from quizzes.queries.papers import Paper, Place
from quizzes.sections import Part, closes_at, ends


def section_ends(exam: Exam, started_at: datetime, deadline: datetime, extra_minutes: int) -> dict[str, str]:
    """When each timed section of an attempt that starts now closes."""
    parts = [Part(pk, minutes) for pk, minutes in exam.sections.order_by("order", "pk").values_list("pk", "minutes")]
    return ends(parts, started_at=started_at, deadline=deadline, minutes=exam.minutes, extra_minutes=extra_minutes)


@dataclass(frozen=True)
class Heading:
    """A section as the taker sees it: from which question on, when it closes."""

    pk: int
    title: str
    places: list[Place]
    closes_at: datetime | None
    closed: bool


def headings(paper: Paper, at: datetime) -> list[Heading]:
    """The paper's sections in the order of their questions; none, and no query, for an exam without."""
    named = list(dict.fromkeys(place.section for place in paper.places))
    if named in ([], [None]):
        return []
    titles = Section.objects.in_bulk([section for section in named if section is not None])
    attempt, found = paper.attempt, []
    for section in named:
        places = [place for place in paper.places if place.section == section]
        end = closes_at(attempt.section_ends, section)
        # While it is paused the clock stands still.
        over = end is not None and (attempt.paused_at or at) > end
        for place in places:
            place.closed = over
        title = str(titles[section]) if section is not None else _("Other questions")
        found.append(Heading(section or 0, title, places, end, over))
    return found


def section_closed(attempt: Attempt, position: int, at: datetime) -> bool:
    """Whether the section of the question at `position` is over: a form of it says nothing."""
    if not attempt.section_ends:
        return False
    section = attempt.items.filter(position=position).values_list("section", flat=True).first()
    end = closes_at(attempt.section_ends, section)
    return end is not None and (attempt.paused_at or at) > end
