"""Results and past attempts, for the taker: sums and topics, no question and no key."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

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
    """Points per topic in the topics' order, with the minimum in points."""
    names = {topic["code"]: topic for topic in attempt.rules["topics"]}
    by_code = {topic["code"]: topic for topic in grade.detail["topics"]}
    lines = []
    for code, name in names.items():
        topic = by_code.get(code)
        if topic is None:
            continue
        minimum = topic["minimum"]
        lines.append(
            TopicLine(
                name=pick(name["name_vi"], name["name_en"]),
                points=Fraction(topic["points"]),
                possible=topic["possible"],
                minimum=None if minimum is None else ceil(Fraction(topic["possible"] * minimum, 100)),
                met=topic["met"],
            )
        )
    return lines


def to_revise(attempt: Attempt, grade: Grade) -> list[Revise]:
    """Lessons whose questions did not earn all their points, most missed first."""
    missed = [item["version"] for item in grade.detail["items"] if item["share"] != "1"]
    counts: dict[tuple[int, str], int] = {}
    rows = AttemptItem.objects.filter(attempt=attempt, version__in=missed, version__lesson__isnull=False)
    for lesson, code in rows.values_list("version__lesson_id", "version__lesson__code"):
        counts[lesson, code] = counts.get((lesson, code), 0) + 1
    found = [Revise(code, lesson, count) for (lesson, code), count in counts.items()]
    return sorted(found, key=lambda row: (-row.wrong, row.lesson_code))


def evidence_count(attempt: Attempt) -> int:
    """How many late answers are kept that do not count."""
    return LateAnswer.objects.filter(item__attempt=attempt, reason=LateAnswer.Reason.LATE).count()


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
