"""Who is told about a question's review: those who may approve it, and those who wrote it.

Whoever hands in fifty questions at once does not send fifty letters: that versions
wait is told once a day for each bank, that some were approved likewise. What was
returned, and what comes back after that, is told question by question.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from lms.lib.access import Role
from lms.lib.periods import ZONE
from people.actions import Telling, notify_all
from people.models import User
from quizzes.models import Bank, Question, QuestionEvent, QuestionVersion

REVIEWERS = (Role.REVIEWER, Role.ADMINISTRATOR)
WRITING = ("create", "save", "topic", "difficulty")
"""Verbs that make somebody a writer of a version."""


def writers(version: QuestionVersion) -> list[User]:
    """Who had a hand in the version, under the accounts that they have now."""
    events = QuestionEvent.objects.filter(
        subject=version.question_id, data__version=version.pk, data__verb__in=WRITING
    ).values("by")
    found = User.objects.filter(Q(pk__in=events) | Q(pk=version.created_by_id or 0)).select_related("merged_into")
    return list({one.pk: one for one in (person.merged_into or person for person in found)}.values())


def tell_reviewers(row: Question, version: QuestionVersion, *, by: User | None, at: datetime) -> None:
    """Tell whoever is to review `version`: the one assigned, else all who may approve it."""
    ours = {person.pk for person in writers(version)} | ({by.pk} if by else set())
    back = _returned_by(row, version)
    named = row.reviewer or back
    # Whoever has left hears nothing, and then nobody would.
    asked = [named] if named is not None and named.is_active else list(_may_approve(row.bank))
    people = [person for person in asked if person.pk not in ours]
    if back is None:
        _tell_daily(people, "questions_wait", row.bank, "?waits=review", at)
        return
    last = row.events.order_by("-pk").values_list("pk", flat=True).first()
    facts = _facts(row)
    notify_all(tellings=[Telling(one, "question_mended", f"question:{row.pk}:{last}", facts) for one in people], at=at)


def tell_assigned(row: Question, *, by: User | None, at: datetime) -> None:
    """Tell the reviewer that was named, where a version waits."""
    if row.awaits_review and row.reviewer is not None and (by is None or row.reviewer_id != by.pk):
        _tell_daily([row.reviewer], "questions_wait", row.bank, f"?waits=review&reviewer={row.reviewer_id}", at)


def tell_returned(row: Question, version: QuestionVersion, event: QuestionEvent) -> None:
    """Tell the writers what is to be changed."""
    facts = _facts(row, reason=event.note)
    people = [one for one in writers(version) if one.pk != event.by_id]
    key = f"question:{row.pk}:{event.pk}"
    notify_all(tellings=[Telling(one, "question_returned", key, facts) for one in people], at=event.at)


def tell_approved(row: Question, version: QuestionVersion, *, by: User, at: datetime) -> None:
    """Tell the writers that their version is in use."""
    people = [one for one in writers(version) if one.pk != by.pk]
    _tell_daily(people, "questions_approved", row.bank, "?state=approved&sort=new", at)


def _may_approve(bank: Bank) -> QuerySet[User]:
    grants = bank.key_grants.filter(until=None).values("person")
    roles = [str(role) for role in REVIEWERS]
    found: QuerySet[User] = User.objects.filter(
        pk__in=grants, grants__role__in=roles, grants__ended_at=None, is_active=True
    )
    return found.distinct()


def _returned_by(row: Question, version: QuestionVersion) -> User | None:
    """Who gave this version back last, if anybody did, under the account that they have now."""
    event = (
        row.events.filter(data__verb="return", data__version=version.pk)
        .select_related("by__merged_into")
        .order_by("-pk")
        .first()
    )
    if event is None or event.by is None:
        return None
    return event.by.merged_into or event.by


def _tell_daily(people: Iterable[User], kind: str, bank: Bank, query: str, at: datetime) -> None:
    facts = {"bank": bank.code, "url": reverse("quizzes_admin:bank", args=[bank.code]) + query}
    key = f"bank:{bank.pk}:{at.astimezone(ZONE).date().isoformat()}"
    notify_all(tellings=[Telling(person, kind, key, facts) for person in people], at=at)


def _facts(row: Question, **more: Any) -> dict[str, Any]:
    return {"question": row.code, "url": reverse("quizzes_admin:question", args=[row.bank.code, row.code]), **more}
