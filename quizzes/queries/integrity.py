"""What the hints about integrity are made of. No key is read: right and wrong stand in the grades."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from quizzes.integrity import Given, Sheet
from quizzes.models import Answer, Attempt, AttemptItem, Exam, ExamSession, Grade, Presence, QuestionVersion

MOST_ATTEMPTS = 1_000
"""Of an exam the newest ones: a year's takers of the largest."""


def attempts_to_compare(exam: Exam, session: ExamSession | None) -> list[Attempt]:
    """Graded attempts of the exam, or of one session, the newest first."""
    found = Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.GRADED)
    if session is not None:
        found = found.filter(session=session)
    return list(found.select_related("sitting__person", "session").order_by("-started_at", "-pk")[:MOST_ATTEMPTS])


def sheets_of(attempts: Sequence[Attempt]) -> list[Sheet]:
    """The attempts as the rules take them; the same number of queries however many there are."""
    shares = _shares(attempts)
    items = list(
        AttemptItem.objects.filter(attempt__in=attempts).values_list("pk", "attempt_id", "position", "version_id")
    )
    newest, first = _newest(attempts), _first(attempts)
    versions = QuestionVersion.objects.filter(pk__in={version for _pk, _attempt, _position, version in items})
    syllables = {pk: _syllables(content) for pk, content in versions.values_list("pk", "content")}
    lost = dict(Presence.objects.filter(attempt__in=attempts).values_list("attempt_id", "focus_lost"))
    given: dict[int, dict[int, Given]] = {}
    for pk, attempt, position, version in items:
        response, seconds = newest.get(pk, (None, None))
        if response is not None:
            right = shares.get((attempt, position)) == "1"
            given.setdefault(attempt, {})[version] = Given(
                _value(response), right, syllables[version], seconds, first.get(pk)
            )
    return [
        Sheet(
            attempt=attempt.pk,
            person=attempt.sitting.person_id,
            given=given.get(attempt.pk, {}),
            started_at=attempt.started_at,
            ended_at=attempt.submitted_at or attempt.deadline,
            seat=attempt.seat,
            room=attempt.session_id,
            focus_lost=lost.get(attempt.pk, 0),
        )
        for attempt in attempts
    ]


def _shares(attempts: Sequence[Attempt]) -> dict[tuple[int, int], str]:
    """By attempt and place, the share earned by the grade that counts."""
    found = {}
    for attempt, detail in (
        Grade.objects.filter(attempt__in=attempts).order_by("number").values_list("attempt_id", "detail")
    ):
        for item in detail["items"]:
            found[attempt, item["position"]] = item["share"]
    return found


def _newest(attempts: Sequence[Attempt]) -> dict[int, tuple[Any, int | None]]:
    newer = Answer.objects.filter(item=OuterRef("item"), revision__gt=OuterRef("revision"))
    rows = Answer.objects.filter(item__attempt__in=attempts).exclude(Exists(newer))
    return {item: (response, seconds) for item, response, seconds in rows.values_list("item_id", "response", "seconds")}


def _first(attempts: Sequence[Attempt]) -> dict[int, datetime]:
    """By item when it was first answered: by the device's clock where it told, for what waited in it came together."""
    older = Answer.objects.filter(item=OuterRef("item"), revision__lt=OuterRef("revision"))
    # What staff typed in from paper or by a decision tells nothing of when it was answered.
    rows = Answer.objects.filter(item__attempt__in=attempts, entered_by=None).exclude(Exists(older))
    return {
        item: client_at or received_at
        for item, client_at, received_at in rows.values_list("item_id", "client_at", "received_at")
    }


def _value(response: Any) -> str:
    """The same for the same answer, however a number was written."""
    if isinstance(response, dict) and "values" in response:
        response = {name: value for name, value in response.items() if name != "text"}
    return json.dumps(response, sort_keys=True, ensure_ascii=False)


def _syllables(content: Any) -> int:
    """How many syllables there are to read, in the language that has fewest."""
    totals = {language: _count(content, language) for language in ("vi", "en")}
    return min((total for total in totals.values() if total), default=0)


def _count(node: Any, language: str) -> int:
    if isinstance(node, dict):
        own = len(node[language].split()) if isinstance(node.get(language), str) else 0
        return own + sum(_count(value, language) for value in node.values() if isinstance(value, dict | list))
    return sum(_count(value, language) for value in node) if isinstance(node, list) else 0
