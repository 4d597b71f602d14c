"""The life of a question: written, reviewed, approved, retired; each verb leaves one line of history.

Every verb locks the question's row first, so that of two who act on what they
both read one wins and the other is told. What somebody acts on they name by its
`stamp`: an edit in place changes it as a new version does.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses import bodies
from courses.models import Lesson
from lms.lib import publiccache
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import User
from quizzes.actions.keys import require_keys
from quizzes.actions.review_telling import REVIEWERS, tell_approved, tell_returned, tell_reviewers, writers
from quizzes.drafting import Draft
from quizzes.models import Bank, Question, QuestionEvent, QuestionKey, QuestionVersion, Topic


def stamp(version: QuestionVersion) -> str:
    """What was looked at: changes with a new version and with an edit of this one."""
    return f"{version.number}-{version.fingerprint[:16]}"


def lock(question: Question) -> Question:
    """The question read anew, with its row locked until the transaction ends."""
    return Question.objects.select_for_update().get(pk=question.pk)


def note_verb(
    question: Question, verb: str, *, by: User | None, at: datetime, note: str = "", **data: Any
) -> QuestionEvent:
    """A line of history that leaves the state as it is."""
    return QuestionEvent.objects.create(
        subject=question, old=question.state, new=question.state, by=by, at=at, note=note, data={"verb": verb, **data}
    )


def _told(version: QuestionVersion) -> dict[str, Any]:
    return {"version": version.pk, "number": version.number}


def wrote(*, version: QuestionVersion, person: User) -> bool:
    """Whether `person` had a hand in this version, under whichever of their accounts."""
    return version.created_by_id == person.pk or (person.merged_into or person) in writers(version)


@transaction.atomic
def create_question(*, bank: Bank, draft: Draft, by: User, at: datetime) -> Question:
    """A new question with its first version, a draft. Raises Refused when its code is taken."""
    require_keys(bank=bank, by=by)
    code = draft.authored.code
    practice = draft.authored.use == Question.Use.PRACTICE
    try:
        with transaction.atomic():
            question = Question.objects.create(
                bank=bank,
                code=code,
                use=draft.authored.use,
                state=Question.State.DRAFT,
                exposure=Question.Exposure.OPEN if practice else Question.Exposure.SECURE,
                author=by,
            )
    except IntegrityError as error:
        raise Refused(
            _("The code “%(code)s” is taken by another question. Choose another one.") % {"code": code}, "code_taken"
        ) from error
    version = add_version(question=question, draft=draft, by=by, at=at)
    Question.objects.filter(pk=question.pk).update(proposed=version)
    question.proposed = version
    question.born(by=by, at=at, data={"verb": "create", **_told(version)})
    return question


def add_version(
    *,
    question: Question,
    draft: Draft,
    by: User | None,
    at: datetime,
    topic: Topic | None = None,
    lesson: Lesson | None = None,
) -> QuestionVersion:
    """The next version with its key. Whether it is current or proposed is the caller's to say.

    Whoever writes many hands `topic` and `lesson` in; else they are looked up by their codes.
    """
    last = question.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = QuestionVersion(question=question, number=last + 1, created_at=at, created_by=by)
    return write_version(version, draft, topic, lesson)


def write_version(
    version: QuestionVersion, draft: Draft, topic: Topic | None = None, lesson: Lesson | None = None
) -> QuestionVersion:
    """Make the version and its key what `draft` says. Only for one that nobody approved or drew."""
    authored, bank = draft.authored, version.question.bank
    if lesson is None and bank.course is not None and authored.lesson:
        lesson = bank.course.lessons.get(code=authored.lesson)
    version.type = authored.type
    version.topic = topic or bank.topics.get(code=authored.topic)
    version.lesson = lesson
    version.difficulty = authored.difficulty
    version.points = authored.points
    version.content = authored.content
    version.fingerprint = draft.fingerprint()
    version.save()
    told = {
        "key": authored.key,
        "feedback": authored.feedback,
        "explanation": authored.explanation,
        "references": list(draft.references),
    }
    QuestionKey.objects.update_or_create(version=version, defaults=told)
    return version


def _seen(row: Question, seen: str) -> QuestionVersion:
    """The newest version. Raises Conflict when it is no longer the one that was looked at."""
    newest = row.proposed or row.current
    if newest is None or stamp(newest) != seen:
        raise Conflict(
            _("Somebody else has just changed this question. Look at it again before going on."), code="conflict"
        )
    return newest


@transaction.atomic
def save_question(*, question: Question, draft: Draft, seen: str, by: User, at: datetime) -> QuestionVersion:
    """Write `draft` on top of the version stamped `seen`; without a change, nothing happens.

    A version that was approved or drawn is never touched: the edit makes the next
    one as proposed, and the current one goes on being drawn. A proposed version
    that nobody drew is changed in place; if it was handed in, that is taken back.
    Raises Conflict when somebody else saved or approved in between.
    """
    row = lock(question)
    require_keys(bank=row.bank, by=by)
    newest = _seen(row, seen)
    if row.state == Question.State.RETIRED:
        raise NotAllowed(_("A retired question is not edited. Take it up again first."), "retired")
    if draft.authored.use != row.use:
        _change_use(row, draft.authored.use)
    if draft.fingerprint() == newest.fingerprint:
        return newest
    if newest.pk == row.proposed_id and not newest.drawn.exists():
        version = write_version(newest, draft)
    else:
        version = add_version(question=row, draft=draft, by=by, at=at)
        row.proposed = version
    _take_back(row, "save", version, by, at)
    return version


def _change_use(row: Question, use: str) -> None:
    if row.current_id:
        raise Refused(
            _("A question that was approved keeps its use: an exam's question shown as practice would be known."),
            "use_is_kept",
        )
    row.use = use
    row.exposure = Question.Exposure.OPEN if use == Question.Use.PRACTICE else Question.Exposure.SECURE
    row.save(update_fields=["use", "exposure"])


def _take_back(row: Question, verb: str, version: QuestionVersion, by: User, at: datetime) -> None:
    """One line of history for a change of the proposed version, which is a draft again."""
    if row.state == Question.State.REVIEW:
        row.move(
            Question.State.DRAFT, by=by, at=at, data={"verb": verb, **_told(version)}, proposed=version,
            awaits_review=False,
        )  # fmt: skip
        return
    row.awaits_review = False
    row.save(update_fields=["proposed", "awaits_review"])
    note_verb(row, verb, by=by, at=at, **_told(version))


@transaction.atomic
def hand_in(*, question: Question, by: User, at: datetime, note: str = "") -> Question:
    """The proposed version is ready for a reviewer. Raises NotAllowed when there is none, or it was handed in."""
    row = lock(question)
    if row.proposed is None or row.state == Question.State.RETIRED:
        raise NotAllowed(_("There is no proposed version to hand in."), "nothing_proposed")
    if row.awaits_review:
        raise NotAllowed(_("This version was handed in already."), "handed_in")
    _go(row, Question.State.REVIEW, "hand_in", row.proposed, by=by, at=at, note=note, awaits_review=True)
    tell_reviewers(row, row.proposed, by=by, at=at)
    return row


@transaction.atomic
def return_question(*, question: Question, note: str, by: User, at: datetime) -> Question:
    """Give the version handed in back to its author, with a note of what to change."""
    row = lock(question)
    _require_reviewer(by)
    if row.proposed is None or not row.awaits_review:
        raise NotAllowed(_("This question does not wait for a review."), "not_in_review")
    if not note.strip():
        raise Refused(_("Write what is to be changed, for the author to know."), "no_note")
    _go(row, Question.State.DRAFT, "return", row.proposed, by=by, at=at, note=note.strip(), awaits_review=False)
    tell_returned(row, row.proposed, row.events.select_related("by").latest("pk"))
    return row


@transaction.atomic
def approve(*, question: Question, seen: str, by: User, at: datetime, note: str = "") -> Question:
    """The proposed version, stamped `seen`, becomes the one that exams draw.

    By a reviewer or administrator who sees keys and had no hand in the version.
    Raises Conflict when it was changed since it was looked at.
    """
    row = lock(question)
    _require_reviewer(by)
    require_keys(bank=row.bank, by=by)
    if row.proposed is None or not row.awaits_review:
        raise NotAllowed(_("This question does not wait for a review."), "not_in_review")
    version = _seen(row, seen)
    if wrote(version=version, person=by):
        raise NotAllowed(_("Somebody else approves: you wrote this version yourself."), "own_version")
    _go(row, Question.State.APPROVED, "approve", version, by=by, at=at, note=note.strip(),
        current=version, proposed=None, awaits_review=False)  # fmt: skip
    _forget_practice(row)
    tell_approved(row, version, by=by, at=at)
    return row


def _require_reviewer(by: User) -> None:
    if not by.has_role(*REVIEWERS):
        raise NotAllowed(_("Questions are reviewed by content reviewers and administrators."), "not_reviewer")


def _go(
    row: Question, to: str, verb: str, version: QuestionVersion, *, by: User, at: datetime, note: str, **fields: Any
) -> None:
    """A step of the proposed version. The question's own state follows only until its first approval."""
    if row.current_id is None:
        row.move(to, by=by, at=at, note=note, data={"verb": verb, **_told(version)}, **fields)
        return
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    note_verb(row, verb, by=by, at=at, note=note, **_told(version))


def _forget_practice(row: Question) -> None:
    if row.use == Question.Use.PRACTICE:
        # Practice cards stand in lessons that are kept rendered.
        transaction.on_commit(bodies.forget)
        publiccache.forget()


@transaction.atomic
def drop_version(*, question: Question, seen: str, by: User, at: datetime, note: str = "") -> Question:
    """Put the proposed version aside; it stays among the versions and the current one goes on."""
    row = lock(question)
    if row.proposed is None or row.current is None:
        raise NotAllowed(
            _("There is no proposed version to put aside. A whole question is retired."), "nothing_to_drop"
        )
    version = _seen(row, seen)
    row.proposed, row.awaits_review = None, False
    row.save(update_fields=["proposed", "awaits_review"])
    note_verb(row, "drop", by=by, at=at, note=note.strip(), **_told(version))
    return row


@transaction.atomic
def retire(*, question: Question, by: User, at: datetime, note: str = "") -> Question:
    """Nothing draws it any more; attempts that hold it keep it."""
    row = lock(question)
    row.move(Question.State.RETIRED, by=by, at=at, note=note.strip(), data={"verb": "retire"}, awaits_review=False)
    _forget_practice(row)
    return row


@transaction.atomic
def take_up(*, question: Question, by: User, at: datetime, note: str = "") -> Question:
    """A retired question again: approved where it once was, else a draft."""
    row = lock(question)
    if row.state != Question.State.RETIRED:
        raise NotAllowed(_("Only a retired question is taken up again."), "not_retired")
    _require_reviewer(by)
    to = Question.State.APPROVED if row.current_id else Question.State.DRAFT
    row.move(to, by=by, at=at, note=note.strip(), data={"verb": "take_up"})
    _forget_practice(row)
    return row
