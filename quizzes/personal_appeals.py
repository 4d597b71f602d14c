"""Appeals and examiners' comments in a person's copy, and what erasure does to them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import User
from people.personal_data import Section
from quizzes import queries
from quizzes.models import Appeal, AppealEvent, Attempt, Mark

ERASED = "…"
"""What stands in place of a text that was erased."""


def sections(ids: Sequence[int]) -> Iterator[Section]:
    """Appeals with their answers; comments once the exam shows feedback. Never a rubric, which is a key."""
    asked = Appeal.objects.filter(grade__attempt__sitting__person__in=ids).select_related("grade__attempt")
    yield Section(
        "appeals",
        _("Appeals"),
        [("attempt", _("Attempt")), ("text", _("What was asked")), ("state", _("State")), ("answer", _("Answer")),
         ("at", _("When"))],
        [[one.grade.attempt.code, one.text, one.get_state_display(), one.answer, one.asked_at]
         for one in asked.order_by("asked_at", "pk")],
    )  # fmt: skip
    shown = [attempt.pk for attempt in _attempts(ids) if queries.sight(attempt, timezone.now()).feedback]
    marks = Mark.objects.filter(item__attempt__in=shown).exclude(comment="").select_related("item__attempt")
    yield Section(
        "marks",
        _("Comments of examiners"),
        [("attempt", _("Attempt")), ("question", _("Question")), ("comment", _("Comment")), ("at", _("When"))],
        [[one.item.attempt.code, one.item.position, one.comment, one.at] for one in marks.order_by("at", "pk")],
    )


def scored(ids: Sequence[int]) -> set[int]:
    """Attempts whose points their taker may see by now: a copy tells no more than the page of the result."""
    return {attempt.pk for attempt in _attempts(ids) if queries.sight(attempt, timezone.now()).score}


def _attempts(ids: Sequence[int]) -> list[Attempt]:
    return list(
        Attempt.objects.filter(sitting__person__in=ids, state=Attempt.State.GRADED).select_related("sitting__exam")
    )


def erase(ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Open appeals end; what was written in appeals and comments goes. That there were any stays, as the proof does."""
    asked = Appeal.objects.filter(grade__attempt__sitting__person__in=ids)
    for appeal in asked.filter(state=Appeal.State.OPEN):
        appeal.move(Appeal.State.WITHDRAWN, by=by, at=at)
    AppealEvent.objects.filter(subject__in=asked).exclude(note="").update(note=ERASED)
    asked.exclude(answer="").update(answer=ERASED)
    asked.update(text=ERASED)
    Mark.objects.filter(item__attempt__sitting__person__in=ids).exclude(comment="").update(comment="")
