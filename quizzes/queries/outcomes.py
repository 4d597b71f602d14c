"""What a taker may see of a graded attempt now. `outcome` reads keys, and only after the rule of visibility let it."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from quizzes import visibility
from quizzes.grading import Item
from quizzes.models import Attempt, AttemptItem, Exam, ExamSession, QuestionKey, Sitting
from quizzes.queries.grading import items_to_grade
from quizzes.queries.papers import Place, paper
from quizzes.terms import rule
from quizzes.types import TYPES, mark
from quizzes.visibility import Shows, Sight


def sight(attempt: Attempt, at: datetime) -> Sight:
    """What of the attempt its taker may see at `at`."""
    exam = attempt.sitting.exam
    asked = rule(exam)
    graded = attempt.state == Attempt.State.GRADED
    closed = graded and visibility.asks_whether_closed(asked) and is_over(exam, at)
    # Of an exam that goes on, only what was handed in before the release.
    handed_in, released_at = attempt.submitted_at, exam.released_at
    released = handed_in is not None and released_at is not None and handed_in <= released_at
    return visibility.seen(asked, graded=graded, closed=closed, released=released)


def is_over(exam: Exam, at: datetime) -> bool:
    """Whether the exam is over for everybody at `at`: nobody may start any more and nobody is still in it.

    An exam without an end is over once it is retired. A sitting with a later end of
    its own keeps it open while its person may still start, and so does a session
    that has not been closed.
    """
    if not exam.retired and (exam.closes_at is None or at < exam.closes_at):
        return False
    if Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.STARTED).exists():
        return False
    if exam.retired:
        return True
    if ExamSession.objects.filter(exam=exam, state__in=[ExamSession.State.PLANNED, ExamSession.State.OPEN]).exists():
        return False
    passed = Attempt.objects.filter(sitting=OuterRef("pk"), grades__passed=True).exclude(state=Attempt.State.VOID)
    later = Sitting.objects.filter(exam=exam, ended_at=None, closes_at__gt=at).exclude(Exists(passed))
    return not later.exists()


def score_open(attempt: str) -> Q:
    """Of rows with an attempt at the path `attempt`: those whose points may be shown without looking further.

    Leaves out what becomes visible only with the end of a window: a list of many
    exams does not ask that of each.
    """
    exam = f"{attempt}__sitting__exam"
    released = {f"{exam}__shows_score": Shows.RELEASED, f"{attempt}__submitted_at__lte": F(f"{exam}__released_at")}
    return Q(**{f"{exam}__shows_score": Shows.AT_ONCE}) | Q(**released)


@dataclass
class Told:
    """A question with what may be told of it."""

    place: Place
    verdict: str = ""
    """`right`, `part`, `wrong` or empty; of an answer that people judge, `judged`."""
    points: Fraction | None = None
    given: tuple[str, ...] = ()
    """The answer in words: a closed field shows it too faintly."""
    right: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    explanation: str = ""
    references: tuple[str, ...] = ()
    uncounted: bool = False

    @property
    def lists_rows(self) -> bool:
        """Whether the answer is written out line by line: a closed list cannot be unfolded to be read."""
        return self.place.type in ("matching", "ordering", "categories")

    @property
    def lists_right(self) -> bool:
        """Whether the right answer is written out: where marks beside the choices do not show it already."""
        shown = self.place.shown
        marked = shown is not None and bool(shown.choices) and not shown.figure_inside
        return bool(self.right) and self.verdict != "right" and not marked


def outcome(attempt: Attempt, detail: dict[str, Any], allowed: Sight) -> list[Told]:
    """The attempt's questions with the answers given, and what `allowed` lets be told of each.

    `detail` is that of the grade that counts. No key is read for what may not be told.
    """
    if not allowed.review:
        return []
    count = attempt.items.count()
    places = paper(attempt, shown=range(1, count + 1)).places
    lines = {line["position"]: line for line in detail["items"]}
    rows = list(attempt.items.select_related("version", "attempt").order_by("position"))
    # As it was graded: with the key that a correction put in place of the first one.
    graded = {item.position: item for item in items_to_grade(attempt)}
    keys = QuestionKey.objects.in_bulk([row.version_id for row in rows])
    return [
        _told(row, place, lines.get(row.position, {}), graded[row.position], keys[row.version_id], allowed)
        for row, place in zip(rows, places, strict=True)
    ]


def _told(row: AttemptItem, place: Place, line: dict[str, Any], graded: Item, key: QuestionKey, allowed: Sight) -> Told:
    kind, language = TYPES[row.version.type], row.attempt.language
    told = Told(place, uncounted=not line.get("scored", True) or line.get("treatment") == "drop")
    if graded.response is not None:
        told.given = tuple(kind.given(row.version.content, row.order, graded.response, language))
    reveal = kind.reveal(row.version.content, row.order, graded.key, key.feedback, graded.response, language)
    if allowed.answers and place.shown is not None:
        told.verdict = _verdict(line, graded.response, judged=kind.manual)
        told.points = Fraction(line["points"]) if "points" in line and not told.uncounted else None
        told.right = tuple(reveal.right)
        mark(place.shown, reveal.marks)
    if allowed.feedback:
        told.feedback = tuple(reveal.feedback)
        told.explanation = kind.words(row.order, key.explanation, language)
        told.references = tuple(str(reference) for reference in key.references)
    return told


def _verdict(line: dict[str, Any], response: Any, *, judged: bool) -> str:
    if response is None or "share" not in line:
        return ""
    if judged:
        return "judged"
    share = Fraction(line["share"])
    return "right" if share == 1 else "part" if share else "wrong"
