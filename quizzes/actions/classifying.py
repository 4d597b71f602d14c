"""What is set on a question without opening the editor: reviewer, tags, topic, difficulty, trial, exposure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import NotAllowed, Refused
from lms.lib.text import nfc
from people.models import User
from quizzes.actions.questions import add_version, lock, note_verb, write_version, wrote
from quizzes.actions.review_telling import REVIEWERS, tell_assigned, tell_reviewers
from quizzes.authored import Authored
from quizzes.drafting import Draft
from quizzes.models import Question, QuestionKey, QuestionVersion, Topic

TAGS = 20
TAG_LENGTH = 40


@transaction.atomic
def assign_reviewer(*, question: Question, reviewer: User | None, by: User, at: datetime) -> Question:
    """Say who shall review; None for whoever takes it. Raises Refused for somebody who may not approve it."""
    row = lock(question)
    if reviewer is not None:
        if not reviewer.has_role(*REVIEWERS):
            raise Refused(_("%(name)s is not a content reviewer.") % {"name": reviewer.full_name}, "not_reviewer")
        if row.proposed is not None and wrote(version=row.proposed, person=reviewer):
            raise Refused(
                _("%(name)s wrote this version; somebody else reviews it.") % {"name": reviewer.full_name},
                "own_version",
            )
    row.reviewer = reviewer
    row.save(update_fields=["reviewer"])
    note_verb(row, "reviewer", by=by, at=at, reviewer=reviewer.pk if reviewer else None)
    tell_assigned(row, by=by, at=at)
    return row


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """Each tag once, composed and stripped, in order. Raises Refused for too many or too long ones."""
    found = list(dict.fromkeys(filter(None, (nfc(tag).casefold() for tag in tags))))
    if len(found) > TAGS or any(len(tag) > TAG_LENGTH for tag in found):
        raise Refused(
            _("At most %(count)s tags of %(length)s characters each.") % {"count": TAGS, "length": TAG_LENGTH},
            "too_many_tags",
        )
    return sorted(found)


@transaction.atomic
def set_tags(*, question: Question, tags: Iterable[str], by: User, at: datetime) -> Question:
    """Replace the question's tags."""
    return _set(lock(question), "tags", tidy_tags(tags), by, at)


@transaction.atomic
def add_tags(*, question: Question, tags: Iterable[str], by: User, at: datetime) -> Question:
    """Add to the question's tags."""
    row = lock(question)
    return _set(row, "tags", tidy_tags([*row.tags, *tags]), by, at)


@transaction.atomic
def set_pilot(*, question: Question, pilot: bool, by: User, at: datetime) -> Question:
    """Whether it is on trial: drawn and measured, not scored. Attempts begun keep what they began with."""
    return _set(lock(question), "pilot", pilot, by, at)


@transaction.atomic
def set_exposure(*, question: Question, exposure: str, limit: int | None, by: User, at: datetime) -> Question:
    """Open or secure, and how many attempts may draw it. A practice question is open for good."""
    row = lock(question)
    if exposure == Question.Exposure.SECURE and row.use == Question.Use.PRACTICE:
        raise Refused(_("A practice question is shown to everybody and cannot become secure."), "practice_is_open")
    if (row.exposure, row.exposure_limit) == (exposure, limit):
        return row
    row.exposure, row.exposure_limit = exposure, limit
    row.save(update_fields=["exposure", "exposure_limit"])
    note_verb(row, "exposure", by=by, at=at, exposure=str(exposure), limit=limit)
    return row


def _set(row: Question, name: str, value: object, by: User, at: datetime) -> Question:
    if getattr(row, name) != value:
        setattr(row, name, value)
        row.save(update_fields=[name])
        told: dict[str, Any] = {name: value}
        note_verb(row, name, by=by, at=at, **told)
    return row


@transaction.atomic
def move_topic(*, question: Question, topic: Topic, by: User, at: datetime) -> QuestionVersion:
    """Put the question under `topic`. Where a version was approved this is the next one, handed in for review."""
    if topic.bank_id != question.bank_id or topic.retired:
        raise Refused(_("This topic is not one of the bank's topics in use."), "not_a_topic")
    return _reclassify(question, "topic", topic.code, by, at)


@transaction.atomic
def set_difficulty(*, question: Question, difficulty: str, by: User, at: datetime) -> QuestionVersion:
    """Set the difficulty. Where a version was approved this is the next one, handed in for review."""
    return _reclassify(question, "difficulty", str(QuestionVersion.Difficulty(difficulty)), by, at)


def _reclassify(question: Question, name: str, value: str, by: User, at: datetime) -> QuestionVersion:
    row = lock(question)
    if row.state == Question.State.RETIRED:
        raise NotAllowed(_("A retired question is not edited. Take it up again first."), "retired")
    newest = row.proposed or row.current
    assert newest is not None
    if (newest.topic.code if name == "topic" else newest.difficulty) == value:
        return newest
    draft = _draft_of(row, newest, **{name: value})
    if newest.pk == row.proposed_id and not newest.drawn.exists():
        version = write_version(newest, draft)
    else:
        version = add_version(question=row, draft=draft, by=by, at=at)
        row.proposed, row.awaits_review = version, True
        row.save(update_fields=["proposed", "awaits_review"])
    note_verb(row, name, by=by, at=at, version=version.pk, number=version.number, **{name: value})
    if row.awaits_review:
        tell_reviewers(row, version, by=by, at=at)
    return version


def _draft_of(row: Question, version: QuestionVersion, **changed: str) -> Draft:
    """The version as a draft. The key is carried over unseen."""
    key = QuestionKey.objects.get(version=version)
    fields: dict[str, Any] = {
        "code": row.code,
        "type": version.type,
        "use": row.use,
        "topic": version.topic.code,
        "lesson": version.lesson.code if version.lesson else "",
        "difficulty": version.difficulty,
        **changed,
    }
    authored = Authored(
        **fields,
        points=version.points,
        content=version.content,
        key=key.key,
        feedback=key.feedback,
        explanation=key.explanation,
    )
    return Draft(authored, tuple(key.references))
