"""What staff read about exams and sittings. No question and no key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lms.lib.periods import ZONE
from lms.lib.text import fold
from people.models import User
from quizzes.accommodations import in_words
from quizzes.models import Attempt, Exam, ExamEvent, Sitting, SittingEvent
from quizzes.visibility import Shows


def exam_rows(person: User) -> QuerySet[Exam]:
    """Exams that staff works on, each with `sitting_count`."""
    standing = Q(sittings__ended_at=None)
    found = Exam.objects.visible_to(person).select_related("bank", "course")
    return found.annotate(sitting_count=Count("sittings", filter=standing)).order_by("retired", "code")


def results_waiting(exam: Exam) -> int:
    """How many results a release would show."""
    graded = Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.GRADED)
    return (graded.filter(submitted_at__gt=exam.released_at) if exam.released_at else graded).count()


def waits_for_release(exam: Exam) -> bool:
    """Whether anything of the exam is shown only by a release."""
    return Shows.RELEASED in (exam.shows_score, exam.shows_answers, exam.shows_feedback)


def sitting_rows(exam: Exam, person: User, words: str = "") -> QuerySet[Sitting]:
    """Sittings of the exam that `person` arranges, by given name; each with `attempt_count` and `is_passed`."""
    passed = Attempt.objects.filter(sitting=OuterRef("pk"), grades__passed=True).exclude(state=Attempt.State.VOID)
    found = (
        Sitting.objects.arranged_by(person)
        .filter(exam=exam)
        .select_related("person", "enrolment__run", "session")
        .annotate(
            attempt_count=Count("attempts", filter=~Q(attempts__state=Attempt.State.VOID), distinct=True),
            is_passed=Exists(passed),
        )
        .order_by("person__sort_key", "pk")
    )
    if fold(words):
        found = found.filter(person__in=User.objects.matching(words).values("pk"))
    return found


@dataclass(frozen=True)
class Line:
    """One line of history, in words."""

    at: datetime
    by: User | None
    what: str
    note: str
    changes: tuple[tuple[str, str, str], ...] = ()
    """Name, before, after."""


def exam_history(exam: Exam, names: dict[str, str], what: dict[str, str]) -> list[Line]:
    """What was changed about the exam's rules, latest first. `names` are the fields', `what` the kinds' words."""
    events = ExamEvent.objects.filter(subject=exam).select_related("by").order_by("-at", "-pk")[:50]
    return [
        Line(
            event.at,
            event.by,
            what.get(event.new, event.new),
            event.note,
            tuple(
                (names.get(name, name), _said(name, pair[0]), _said(name, pair[1]))
                for name, pair in event.data.items()
                if event.new in ("rules", "blueprint")
            ),
        )
        for event in events
    ]


def sitting_history(sitting: Sitting, names: dict[str, str], what: dict[str, str]) -> list[Line]:
    """What was arranged about the sitting, latest first."""
    events = SittingEvent.objects.filter(subject=sitting).select_related("by").order_by("-at", "-pk")
    return [
        Line(event.at, event.by, what.get(event.new, event.new), event.note, tuple(_arranged(event.data, names)))
        for event in events
    ]


def _arranged(data: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str, str]]:
    before, after = data.get("before", {}), data.get("after", {})
    return [
        (names.get(name, name), _said(name, before.get(name)), _said(name, value))
        for name, value in after.items()
        if before.get(name) != value
    ]


def _said(name: str, value: Any) -> str:
    """A value as it stands in history, for people."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "accommodations":
        return ", ".join(in_words(value))
    if name.endswith("_at"):
        return f"{datetime.fromisoformat(value).astimezone(ZONE):%H:%M, %d/%m/%Y}"
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return str(_CHOICES.get(name, {}).get(value, value))


_SHOWS: dict[Any, Any] = dict(Exam.Shows.choices)
_CHOICES: dict[str, dict[Any, Any]] = {
    "window_end": dict(Exam.WindowEnd.choices),
    "shows_score": _SHOWS,
    "shows_answers": _SHOWS,
    "shows_feedback": _SHOWS,
    "draw": dict(Exam.Draw.choices),
}
