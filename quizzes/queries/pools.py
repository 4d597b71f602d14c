"""From what an exam's blueprint may draw. No key is read."""

from collections.abc import Iterable, Mapping

from django.db.models import Count, QuerySet

from quizzes.blueprint import Candidate, Cell
from quizzes.models import AttemptItem, BlueprintLine, Exam, ExamForm, Question, QuestionVersion, Topic


def lines(exam: Exam) -> QuerySet[BlueprintLine]:
    """The blueprint in its order."""
    return exam.blueprint.select_related("topic", "section").order_by("order", "pk")


def cells(rows: Iterable[BlueprintLine]) -> list[Cell]:
    """The blueprint as the draw reads it."""
    return [Cell(str(line.topic_id), line.difficulty, line.count, line.competence) for line in rows]


def drawable(exam: Exam) -> tuple[list[Cell], list[Candidate]]:
    """The blueprint, and the questions that it may draw from. Those on trial are not among them."""
    return cells(lines(exam)), pool(exam)


def pool(exam: Exam, *, pilot: bool = False, seen_by: int | None = None) -> list[Candidate]:
    """Questions that an exam may draw, or those on trial; what has reached its limit is left out.

    Uses are counted only where something hangs on them. What the person `seen_by`
    was drawn before counts as used most.
    """
    rows = list(
        Question.objects.drawable(secure=exam.certifies)
        .filter(bank=exam.bank_id, pilot=pilot)
        .values_list(
            "pk",
            "current",
            "current__topic",
            "current__difficulty",
            "current__topic__competence",
            "exposure_limit",
        )
    )
    spread = exam.draw == Exam.Draw.SPREAD
    limited = any(limit is not None for *_others, limit in rows)
    uses = times_drawn(exam) if spread or limited else {}
    seen = _seen(exam, seen_by) if spread and seen_by is not None else frozenset()
    above = topics_above(exam.bank_id)
    return [
        Candidate(
            version,
            str(topic),
            difficulty,
            competence,
            above.get(topic, ()),
            uses.get(question, 0) + (1_000_000 if question in seen else 0),
        )
        for question, version, topic, difficulty, competence, limit in rows
        if limit is None or uses.get(question, 0) < limit
    ]


def points_of(versions: Iterable[int]) -> dict[int, int]:
    """What each version is worth."""
    return dict(QuestionVersion.objects.filter(pk__in=list(versions)).values_list("pk", "points"))


def at_limit(exam: Exam) -> int:
    """How many questions are left out because as many attempts as they allow have drawn them."""
    limited = Question.objects.drawable(secure=exam.certifies).filter(bank=exam.bank_id, exposure_limit__isnull=False)
    rows = list(limited.values_list("pk", "exposure_limit"))
    uses = times_drawn(exam) if rows else {}
    return sum(uses.get(question, 0) >= (limit or 0) for question, limit in rows)


def times_drawn(exam: Exam) -> dict[int, int]:
    """By question of the exam's bank in how many attempts it was drawn, in whichever version."""
    rows = AttemptItem.objects.filter(version__question__bank=exam.bank_id).order_by().values("version__question")
    return dict(rows.annotate(times=Count("pk")).values_list("version__question", "times"))


def _seen(exam: Exam, person: int) -> frozenset[int]:
    rows = AttemptItem.objects.filter(attempt__sitting__person=person, version__question__bank=exam.bank_id)
    return frozenset(rows.values_list("version__question", flat=True))


def topics_above(bank: int) -> Mapping[int, tuple[str, ...]]:
    """By topic's id the ids of those over it, nearest first; none for topics at the top."""
    parents = dict(Topic.objects.filter(bank=bank).values_list("pk", "parent"))
    found = {}
    for topic, parent in parents.items():
        way: list[str] = []
        over = parent
        while over is not None and str(over) not in way:
            way.append(str(over))
            over = parents.get(over)
        if way:
            found[topic] = tuple(way)
    return found


def forms_in_use(exam: Exam) -> QuerySet[ExamForm]:
    """Forms that may be given, each with `times`, its attempts so far: the least used first."""
    return exam.forms.filter(retired_at=None).annotate(times=Count("attempts")).order_by("times", "code")
