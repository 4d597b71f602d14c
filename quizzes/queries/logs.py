"""The whole course of an attempt: every line in its order, and the answers folded from them. No key is read."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from lms.lib.access import Role
from people.models import User
from quizzes.grading import by_hand
from quizzes.models import Answer, Appeal, Attempt, AttemptItem, LateAnswer, Mark
from quizzes.types import TYPES

WITHHELD = "…"
"""What stands in place of an answer that is not shown yet."""


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


def is_blind(person: User, attempt: Attempt) -> bool:
    """Whether `person` may still come to judge the attempt, and so must not read here what it names beside a name.

    Examiners, until the last mark is in, and again while an appeal is open: neither the
    answers that people judge nor what another examiner gave.
    """
    if not person.has_role(Role.EXAMINER):
        return False
    if not any(by_hand(kind) for kind in attempt.items.values_list("version__type", flat=True)):
        return False
    if attempt.state in (Attempt.State.STARTED, Attempt.State.SUBMITTED):
        return True
    return Appeal.objects.filter(grade__attempt=attempt, state=Appeal.State.OPEN).exists()


def lines(attempt: Attempt, language: str, *, blind: bool = False) -> list[Line]:
    """Events, every revision of every answer, late evidence, marks and grades, oldest first.

    `blind` leaves out what people judge and how they did; see `is_blind`.
    """
    items = {item.pk: item for item in attempt.items.select_related("version__question")}
    found = [
        *_events(attempt),
        *_answers(items, language),
        *_late(items, language),
        *([] if blind else _marks(items)),
        *_grades(attempt),
    ]
    if blind:
        judged = {item.position for item in items.values() if by_hand(item.version.type)}
        found = [_withheld(line) if line.position in judged else line for line in found]
    # By time; of the same moment in the order in which they follow from one another.
    ranks = {"answer": 0, "late": 1, "event": 2, "mark": 3, "grade": 4}
    return sorted(found, key=lambda line: (line.at, ranks[line.kind]))


def _withheld(line: Line) -> Line:
    if line.data.get("response") is None:
        return line
    return replace(line, said=[WITHHELD], data={**line.data, "response": WITHHELD})


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


def chained(course: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Exported lines, each with the SHA-256 of itself and the line before: a line changed, dropped or added is seen.

    `hash` is taken over the hash before (64 hexadecimal digits, zeros at the beginning) and the
    line without `hash` as JSON, keys sorted, no spaces, UTF-8.
    """
    found, before = [], "0" * 64
    for line in course:
        plain = {name: value for name, value in line.items() if name != "hash"}
        words = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        before = hashlib.sha256((before + words).encode()).hexdigest()
        found.append({**plain, "hash": before})
    return found


def agrees(attempt: Attempt, course: Iterable[Line]) -> bool:
    """Whether the answers folded from the course are those that are stored. Not for a course with covered answers."""
    rows = Answer.objects.filter(item__attempt=attempt).order_by("revision")
    return replay(line.plain() for line in course) == dict(rows.values_list("item__position", "response"))


@dataclass(frozen=True)
class Stood:
    """How a question stood at a moment."""

    position: int
    said: list[str]
    revision: int
    since: datetime
    empty: bool


def stood(course: Sequence[Line], step: int) -> list[Stood]:
    """The answers as they stood once the first `step` lines had happened, by question; only those answered by then."""
    newest: dict[int, Line] = {}
    for line in course[:step]:
        if line.kind != "answer" or line.position is None:
            continue
        known = newest.get(line.position)
        if known is None or line.data["revision"] > known.data["revision"]:
            newest[line.position] = line
    return [
        Stood(position, line.said, line.data["revision"], line.at, line.data["response"] is None)
        for position, line in sorted(newest.items())
    ]


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


def evidence(attempt: Attempt, language: str, *, blind: bool = False) -> list[Evidence]:
    """Late answers in the order in which they came, undecided ones first; `blind` as for `lines`."""
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
        covered = blind and by_hand(item.version.type)
        counts_now = _given(item, now.response, language) if now else []
        found.append(
            Evidence(
                late=row,
                position=item.position,
                said=[WITHHELD] if covered else _given(item, row.response, language),
                counts_now=[WITHHELD] if covered and counts_now else counts_now,
                counts_since=now.received_at if now else None,
            )
        )
    return found
