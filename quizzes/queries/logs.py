"""The whole course of an attempt: every line in its order, and the answers folded from them. No key is read."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from quizzes.models import Answer, Attempt, AttemptItem, LateAnswer, Mark
from quizzes.types import TYPES


@dataclass(frozen=True)
class Line:
    """One thing that happened. `data` holds what a machine needs to go through it again."""

    at: datetime
    kind: str
    """event, answer, late, mark or grade"""
    position: int | None
    by: str
    said: list[str]
    data: dict[str, Any]

    def plain(self) -> dict[str, Any]:
        """As it is exported."""
        return {**asdict(self), "at": self.at.isoformat()}


def lines(attempt: Attempt, language: str) -> list[Line]:
    """Events, every revision of every answer, late evidence, marks and grades, oldest first."""
    items = {item.pk: item for item in attempt.items.select_related("version__question")}
    found = [
        *_events(attempt),
        *_answers(items, language),
        *_late(items, language),
        *_marks(items),
        *_grades(attempt),
    ]
    # By time; of the same moment in the order in which they follow from one another.
    ranks = {"answer": 0, "late": 1, "event": 2, "mark": 3, "grade": 4}
    return sorted(found, key=lambda line: (line.at, ranks[line.kind]))


def replay(course: Iterable[dict[str, Any]]) -> dict[int, Any]:
    """By position the answer that counts, folded from exported lines alone."""
    newest: dict[int, tuple[int, Any]] = {}
    for line in course:
        if line["kind"] != "answer":
            continue
        position, revision = line["position"], line["data"]["revision"]
        if position not in newest or revision > newest[position][0]:
            newest[position] = (revision, line["data"]["response"])
    return {position: response for position, (_revision, response) in newest.items()}


def _events(attempt: Attempt) -> list[Line]:
    rows = attempt.events.select_related("by").order_by("at", "pk")
    return [
        Line(
            at=event.at,
            kind="event",
            position=None,
            by=event.by.full_name if event.by else "",
            said=[],
            data={"old": event.old, "new": event.new, "note": event.note, **event.data},
        )
        for event in rows
    ]


def _given(item: AttemptItem, response: Any, language: str) -> list[str]:
    if response is None:
        return []
    return TYPES[item.version.type].given(item.version.content, item.order, response, language)


def _answers(items: dict[int, AttemptItem], language: str) -> list[Line]:
    rows = Answer.objects.filter(item__in=items).select_related("entered_by").order_by("received_at", "revision")
    return [
        Line(
            at=row.received_at,
            kind="answer",
            position=items[row.item_id].position,
            by=row.entered_by.full_name if row.entered_by else "",
            said=_given(items[row.item_id], row.response, language),
            data={
                "revision": row.revision,
                "response": row.response,
                "key": str(row.key),
                "device": row.device,
                "client_at": row.client_at.isoformat() if row.client_at else None,
                "seconds": row.seconds,
            },
        )
        for row in rows
    ]


def _late(items: dict[int, AttemptItem], language: str) -> list[Line]:
    rows = LateAnswer.objects.filter(item__in=items).select_related("decided_by").order_by("received_at", "pk")
    return [
        Line(
            at=row.received_at,
            kind="late",
            position=items[row.item_id].position,
            by="",
            said=_given(items[row.item_id], row.response, language),
            data={
                "reason": row.reason,
                "response": row.response,
                "key": str(row.key),
                "device": row.device,
                "client_at": row.client_at.isoformat() if row.client_at else None,
                "counted": row.counted,
                "grounds": row.grounds,
                "decided_at": row.decided_at.isoformat() if row.decided_at else None,
                "decided_by": row.decided_by.full_name if row.decided_by else None,
            },
        )
        for row in rows
    ]


def _marks(items: dict[int, AttemptItem]) -> list[Line]:
    rows = Mark.objects.filter(item__in=items).select_related("marker").order_by("at", "pk")
    return [
        Line(
            at=row.at,
            kind="mark",
            position=items[row.item_id].position,
            by=row.marker.full_name,
            said=[],
            data={
                "turn": row.turn,
                "number": row.number,
                "points": str(row.points),
                "scores": row.scores,
                "comment": row.comment,
            },
        )
        for row in rows
    ]


def _grades(attempt: Attempt) -> list[Line]:
    return [
        Line(
            at=row.graded_at,
            kind="grade",
            position=None,
            by=row.graded_by.full_name if row.graded_by else "",
            said=[],
            data={
                "number": row.number,
                "points": str(row.points),
                "possible": row.possible,
                "passed": row.passed,
                "reason": row.reason,
            },
        )
        for row in attempt.grades.select_related("graded_by").order_by("number")
    ]


@dataclass(frozen=True)
class Evidence:
    """A late answer beside what counts at present."""

    late: LateAnswer
    position: int
    said: list[str]
    counts_now: list[str]
    counts_since: datetime | None


def evidence(attempt: Attempt, language: str) -> list[Evidence]:
    """Late answers in the order in which they came, undecided ones first."""
    items = {item.pk: item for item in attempt.items.select_related("version")}
    newest: dict[int, Answer] = {}
    for answer in Answer.objects.filter(item__in=items).order_by("revision"):
        newest[answer.item_id] = answer
    rows: Sequence[LateAnswer] = sorted(
        LateAnswer.objects.filter(item__in=items).select_related("decided_by"),
        key=lambda row: (row.counted is not None, row.received_at, row.pk),
    )
    found = []
    for row in rows:
        item, now = items[row.item_id], newest.get(row.item_id)
        found.append(
            Evidence(
                late=row,
                position=item.position,
                said=_given(item, row.response, language),
                counts_now=_given(item, now.response, language) if now else [],
                counts_since=now.received_at if now else None,
            )
        )
    return found
