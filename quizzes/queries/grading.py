"""What the grader reads: rules to freeze, and papers with keys, marks and corrections.

Nothing from here goes to a taker's page: it touches keys.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef

from quizzes import marking
from quizzes.grading import Item, by_hand
from quizzes.models import Answer, Attempt, AttemptItem, Correction, Exam, Mark, QuestionVersion, Topic
from quizzes.queries.papers import minima
from quizzes.types import TYPES


def rules_of_grading(exam: Exam, versions: Iterable[QuestionVersion]) -> dict[str, Any]:
    """What an attempt's rules keep for the grader, beside the pass mark in percent."""
    held = minima(exam)
    return {
        "pass_points": exam.pass_points,
        "wrong_percent": exam.wrong_percent,
        "partial": exam.partial,
        "double_marking": exam.double_marking,
        "disagree_percent": exam.disagree_percent,
        "topics": _topics(exam, versions, held),
        "minima": held,
    }


def _topics(exam: Exam, versions: Iterable[QuestionVersion], held: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The topics drawn, each with those above it, and above them those that have a minimum."""
    drawn = {version.topic_id: version.topic for version in versions}
    if not any(topic.parent_id for topic in drawn.values()):
        known = drawn
    else:
        known = {topic.pk: topic for topic in Topic.objects.filter(bank=exam.bank_id)}
    above = {pk: _above(topic, known) for pk, topic in drawn.items()}
    domains = {topic.pk: topic for line in above.values() for topic in line if topic.code in held}
    rows = []
    for topic in sorted({**drawn, **domains}.values(), key=lambda topic: (topic.order, topic.pk)):
        row: dict[str, Any] = {"code": topic.code, "name_vi": topic.name_vi, "name_en": topic.name_en}
        if within := [one.code for one in above.get(topic.pk, ())]:
            row["within"] = within
        rows.append(row)
    return rows


def _above(topic: Topic, known: Mapping[int, Topic]) -> list[Topic]:
    """The topics above `topic`, nearest first; a ring, should one ever be, ends where it closes."""
    line: list[Topic] = []
    parent = known.get(topic.parent_id or 0)
    while parent is not None and parent != topic and parent not in line:
        line.append(parent)
        parent = known.get(parent.parent_id or 0)
    return line


@dataclass(frozen=True)
class Sheet:
    """An attempt's questions as the grader takes them, and the corrections that touch them."""

    items: list[Item]
    corrections: list[int]


def sheets(attempts: Sequence[Attempt], trial: Correction | None = None) -> dict[int, Sheet]:
    """By attempt, what to grade. The number of queries is the same however many attempts of one exam there are.

    `trial` is a correction that is looked at as if it applied.
    """
    rows = list(
        AttemptItem.objects.filter(attempt__in=attempts)
        .order_by("attempt", "position")
        .values_list("pk", "attempt_id", "position", "version_id", "scored")
    )
    ids = {version for _pk, _attempt, _position, version, _scored in rows}
    versions = QuestionVersion.objects.select_related("topic", "key").in_bulk(ids)
    answers = _answers(attempts)
    applied = _corrections({attempt.sitting.exam_id for attempt in attempts}, trial)
    shares = _marks([pk for pk, _, _, version, _ in rows if by_hand(versions[version].type)], versions, attempts)
    found: dict[int, Sheet] = {attempt.pk: Sheet([], []) for attempt in attempts}
    for pk, attempt, position, version_id, scored in rows:
        version = versions[version_id]
        corrections = applied.get(version_id, [])
        last = corrections[-1] if corrections else None
        found[attempt].corrections.extend(correction.pk for correction in corrections if correction.pk)
        found[attempt].items.append(
            Item(
                position=position,
                version=version_id,
                type=version.type,
                topic=version.topic.code,
                points=version.points,
                content=version.content,
                key=last.key if last is not None and last.key is not None else version.key.key,
                response=answers.get(pk),
                scored=scored,
                treatment=last.kind if last is not None and last.kind != Correction.Kind.KEY else "",
                mark=shares.get(pk),
            )
        )
    return found


def items_to_grade(attempt: Attempt) -> list[Item]:
    """One attempt's questions with keys and newest answers, for the grader."""
    return sheets([attempt])[attempt.pk].items


def _answers(attempts: Sequence[Attempt]) -> dict[int, Any]:
    """By item, the newest answer. Of many attempts only the newest is read, of one all are: that is cheaper."""
    rows = Answer.objects.filter(item__attempt__in=attempts)
    if len(attempts) > 1:
        newer = Answer.objects.filter(item=OuterRef("item"), revision__gt=OuterRef("revision"))
        rows = rows.exclude(Exists(newer))
    return dict(rows.order_by("revision").values_list("item_id", "response"))


def _corrections(exams: set[int], trial: Correction | None) -> dict[int, list[Correction]]:
    """By version, the corrections that apply, the one that decides last."""
    found: dict[int, list[Correction]] = {}
    applied = Correction.objects.filter(exam__in=exams, state=Correction.State.APPLIED).order_by("applied_at", "pk")
    for correction in applied:
        found.setdefault(correction.version_id, []).append(correction)
    if trial is not None:
        found.setdefault(trial.version_id, []).append(trial)
    return found


def _marks(
    items: Sequence[int], versions: Mapping[int, QuestionVersion], attempts: Sequence[Attempt]
) -> dict[int, Fraction]:
    """By item that people judge, the share that their marks come to; those still open are missing."""
    if not items:
        return {}
    rules = {attempt.pk: marking.Rule.of(attempt.rules) for attempt in attempts}
    given: dict[int, list[marking.Given]] = {}
    about: dict[int, tuple[int, int]] = {}
    for mark in Mark.objects.filter(item__in=items).select_related("item"):
        about[mark.item_id] = mark.item.attempt_id, mark.item.version_id
        given.setdefault(mark.item_id, []).append(as_given(mark))
    shares = {}
    for item, marks in given.items():
        attempt, version = about[item]
        total = total_points(versions[version])
        points = marking.stand(marks, total, rules[attempt]).points
        if points is not None:
            shares[item] = marking.share(points, total)
    return shares


def total_points(version: QuestionVersion) -> int:
    """What the rubric of a version adds up to."""
    return marking.total_of(TYPES[version.type].rubric(version.key.key))


def as_given(mark: Mark) -> marking.Given:
    """A mark's row as the rules take it."""
    return marking.Given(mark.turn, mark.number, mark.marker_id, Fraction(mark.points), mark.appeal_id is not None)
