"""Results and past attempts, for the taker: sums and topics, no question and no key."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from lms.lib.bilingual import pick
from quizzes.models import Attempt, AttemptItem, Grade, LateAnswer, Sitting


@dataclass(frozen=True)
class TopicLine:
    """A topic's points on the result."""

    name: str
    points: Fraction
    possible: int
    minimum: int | None
    """Whole points that reach the topic's minimum."""
    met: bool


@dataclass(frozen=True)
class Revise:
    """A lesson worth reading again."""

    lesson_code: str
    lesson_id: int
    wrong: int


def newest_grade(attempt: Attempt) -> Grade | None:
    """The result that counts."""
    return attempt.grades.order_by("-number").first()


def topic_lines(attempt: Attempt, grade: Grade) -> list[TopicLine]:
    """Points per topic in the topics' order, with the minimum in points; behind them the minima over several topics."""
    names = {topic["code"]: topic for topic in attempt.rules["topics"]}
    place = {code: number for number, code in enumerate(names)}
    known = [row for row in grade.detail["topics"] if row["code"] in names]
    known.sort(key=lambda row: place[row["code"]])
    known += [row for row in grade.detail.get("domains", ()) if row["code"] in names]
    return [
        TopicLine(
            name=pick(names[row["code"]]["name_vi"], names[row["code"]]["name_en"]),
            points=Fraction(row["points"]),
            possible=row["possible"],
            minimum=_minimum(row),
            met=row["met"],
        )
        for row in known
    ]


def _minimum(row: dict[str, Any]) -> int | None:
    """The least whole number of points that reaches a topic's minimum."""
    if row["minimum"] is None:
        return None
    # Grades of before minima in points keep the percent alone.
    return ceil(Fraction(row["needed"]) if row.get("needed") else Fraction(row["possible"] * row["minimum"], 100))


def to_revise(attempt: Attempt, grade: Grade) -> list[Revise]:
    """Lessons whose questions did not earn all their points, most missed first."""
    missed = [item["version"] for item in grade.detail["items"] if item["share"] != "1"]
    counts: dict[tuple[int, str], int] = {}
    rows = AttemptItem.objects.filter(attempt=attempt, version__in=missed, version__lesson__isnull=False)
    for lesson, code in rows.values_list("version__lesson_id", "version__lesson__code"):
        counts[lesson, code] = counts.get((lesson, code), 0) + 1
    found = [Revise(code, lesson, count) for (lesson, code), count in counts.items()]
    return sorted(found, key=lambda row: (-row.wrong, row.lesson_code))


@dataclass(frozen=True)
class Kept:
    """Answers of an attempt that came but were not taken, for the taker: what waits, and what was decided."""

    waiting: int
    decided: list[LateAnswer]


def kept(attempt: Attempt) -> Kept:
    """Late answers of an attempt. What a newer save of the same taker replaced is not spoken of until decided."""
    rows = LateAnswer.objects.filter(item__attempt=attempt).select_related("item")
    found = list(rows.order_by("item__position", "received_at"))
    ended = (LateAnswer.Reason.LATE, LateAnswer.Reason.HANDED_IN)
    waiting = len({row.item_id for row in found if row.counted is None and row.reason in ended})
    return Kept(waiting, [row for row in found if row.counted is not None])


@dataclass(frozen=True)
class Past:
    """An attempt that is over."""

    attempt: Attempt
    grade: Grade | None


def past_attempts(sitting: Sitting) -> list[Past]:
    """Attempts that were handed in, newest first, each with the result that counts."""
    attempts = sitting.attempts.filter(state__in=[Attempt.State.GRADED, Attempt.State.VOID]).order_by("-number")
    grades = {grade.attempt_id: grade for grade in Grade.objects.filter(attempt__in=attempts).order_by("number")}
    return [Past(attempt, grades.get(attempt.pk)) for attempt in attempts]
