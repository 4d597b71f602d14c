"""Corrections: results before and after, side by side; what is still to be graded again. Touches keys, tells none."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from people.models import User
from quizzes import grading
from quizzes.models import Attempt, Correction, Exam, Grade, QuestionVersion
from quizzes.queries.grading import sheets
from quizzes.queries.marking import pseudonym

CHUNK = 200


@dataclass(frozen=True)
class Outcome:
    """A result as it stands in a row of the comparison."""

    points: Decimal
    possible: int
    passed: bool


@dataclass(frozen=True)
class Line:
    """One attempt before and after."""

    attempt: Attempt
    old: Outcome
    new: Outcome

    @property
    def name(self) -> str:
        """The pseudonym."""
        return pseudonym(self.attempt)

    @property
    def lost(self) -> bool:
        """A pass becomes a fail."""
        return self.old.passed and not self.new.passed

    @property
    def gained(self) -> bool:
        """A fail becomes a pass."""
        return self.new.passed and not self.old.passed

    @property
    def changed(self) -> bool:
        """Anything is different."""
        return self.old != self.new

    @property
    def rank(self) -> tuple[int, int]:
        """Passes lost first, then passes gained, then other points, then the rest."""
        weight = 0 if self.lost else 1 if self.gained else 2 if self.changed else 3
        return weight, self.attempt.pk


def touched(correction: Correction) -> QuerySet[Attempt]:
    """Every attempt at the exam into which the version was drawn."""
    return Attempt.objects.filter(sitting__exam=correction.exam_id, items__version=correction.version_id)


def preview(correction: Correction) -> list[Line]:
    """What applying would do to each graded attempt; nothing is written. Changed ones first."""
    return sorted(_previewed(correction), key=lambda line: line.rank)


def _previewed(correction: Correction) -> Iterator[Line]:
    for chunk in _chunks(correction):
        newest = {row.attempt_id: row for row in Grade.objects.filter(attempt__in=chunk).order_by("number")}
        papers = sheets(chunk, trial=correction)
        for attempt in chunk:
            old = newest.get(attempt.pk)
            sheet = papers[attempt.pk]
            if old is None or grading.waiting(sheet.items):
                continue
            result = grading.grade(sheet.items, grading.Rules.of(attempt.rules))
            new = Outcome(grading.rounded(result.points), result.possible, result.passed)
            yield Line(attempt, Outcome(old.points, old.possible, old.passed), new)


def digest(lines: Iterable[Line]) -> str:
    """What tells one comparison from another: whoever applies a correction has seen exactly this one."""
    told = sorted(f"{line.attempt.pk} {line.old} {line.new}" for line in lines)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def without_result(correction: Correction) -> int:
    """How many attempts have the question and no result yet: they are graded with the correction once it applies."""
    pending = touched(correction).filter(state__in=[Attempt.State.STARTED, Attempt.State.SUBMITTED])
    return pending.distinct().count()


def still_pass(lines: Iterable[Line]) -> set[int]:
    """Which of the attempts that lose their pass have another of the same sitting that keeps its own."""
    lost = {line.attempt.pk: line.attempt.sitting_id for line in lines if line.lost}
    rows = Grade.objects.filter(attempt__sitting__in=set(lost.values()), attempt__state=Attempt.State.GRADED).order_by(
        "number"
    )
    newest = {
        attempt: (sitting, passed)
        for attempt, sitting, passed in rows.values_list("attempt_id", "attempt__sitting_id", "passed")
    }
    passing = {sitting for attempt, (sitting, passed) in newest.items() if passed and attempt not in lost}
    return {attempt for attempt, sitting in lost.items() if sitting in passing}


def done(correction: Correction) -> list[Line]:
    """What applying did to each attempt, from the grades that are kept. Changed ones first."""
    lines = []
    for chunk in _chunks(correction):
        rows = Grade.objects.filter(attempt__in=chunk).order_by("attempt", "number")
        before: dict[int, Outcome] = {}
        seen: set[int] = set()
        attempts = {attempt.pk: attempt for attempt in chunk}
        for attempt, points, possible, passed, applied in rows.values_list(
            "attempt_id", "points", "possible", "passed", "detail__corrections"
        ):
            now = Outcome(points, possible, passed)
            if correction.pk in (applied or ()) and attempt not in seen:
                seen.add(attempt)
                if attempt in before:
                    lines.append(Line(attempts[attempt], before[attempt], now))
            before[attempt] = now
    return sorted(lines, key=lambda line: line.rank)


def _chunks(correction: Correction) -> Iterator[list[Attempt]]:
    last = 0
    rows = touched(correction).filter(state=Attempt.State.GRADED).select_related("sitting__person").order_by("pk")
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def carries(correction: Correction, attempts: list[Attempt]) -> set[int]:
    """Which of `attempts` have a newest grade that takes the correction in already."""
    newest: dict[int, Any] = dict(
        Grade.objects.filter(attempt__in=attempts).order_by("number").values_list("attempt_id", "detail__corrections")
    )
    return {attempt for attempt, applied in newest.items() if correction.pk in (applied or ())}


def corrections() -> QuerySet[Correction]:
    """All, newest first, with what a list shows of them."""
    return Correction.objects.select_related("exam", "version__question").order_by("-created_at", "-pk")


def examined_versions(exam: Exam) -> QuerySet[QuestionVersion]:
    """The versions that were drawn into handed-in attempts at an exam, by code."""
    drawn = QuestionVersion.objects.filter(
        drawn__attempt__sitting__exam=exam,
        drawn__attempt__state__in=[Attempt.State.GRADED, Attempt.State.SUBMITTED],
    )
    return drawn.select_related("question").distinct().order_by("question__code", "number")


def sat_by(person: User, correction: Correction) -> bool:
    """Whether `person` has an attempt of their own that the correction touches."""
    return touched(correction).filter(sitting__person__in=User.objects.same_as(person)).exists()
