"""The rules of an exam, its password, and the release of its results: each change with a line of history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.actions import Telling, notify_all
from people.models import User
from quizzes.models import Attempt, Exam, ExamEvent
from quizzes.terms import CERTIFIERS, rule
from quizzes.visibility import Shows

FIELDS = (
    "minutes",
    "attempts",
    "wait_hours",
    "opens_at",
    "closes_at",
    "window_end",
    "needs_ticket",
    "networks",
    "after",
    "after_exam",
    "shows_score",
    "shows_answers",
    "shows_feedback",
    "watches_focus",
    "appeal_days",
    "retired",
    "title_vi",
    "title_en",
    "certifies",
    "double_marking",
    "disagree_percent",
)
"""What `set_rules` changes. The pass mark, how points are counted and what is drawn are the blueprint's."""
SHORTEST_PASSWORD = 6


@transaction.atomic
def set_rules(*, exam: Exam, by: User, at: datetime, **wanted: Any) -> Exam:
    """Set those of FIELDS that are named. Attempts in progress keep the rules that they started with.

    Raises NotAllowed for an instructor at an exam that certifies; Refused when rules contradict one another.
    """
    held = hold(exam, by)
    if unknown := wanted.keys() - set(FIELDS):
        raise ValueError(f"No rules of an exam: {', '.join(sorted(unknown))}.")
    changed = {name: value for name, value in wanted.items() if getattr(held, name) != value}
    if not changed:
        return held
    if "certifies" in changed and not by.has_role(*CERTIFIERS):
        raise NotAllowed(
            _("Whether an exam certifies is set by examiners, certification officers and administrators."), "certifies"
        )
    before = {name: _plain(getattr(held, name)) for name in changed}
    for name, value in changed.items():
        setattr(held, name, value)
    _refuse_contradiction(held)
    held.save(update_fields=list(changed))
    _note(held, "rules", by, at, {name: [before[name], _plain(value)] for name, value in changed.items()})
    return held


@transaction.atomic
def set_password(*, exam: Exam, password: str, by: User, at: datetime) -> Exam:
    """Ask for `password` at the start from now on; empty asks for none. Only its hash is kept.

    Raises Refused for one that is too short, NotAllowed as `set_rules`.
    """
    held = hold(exam, by)
    password = password.strip()
    if password and len(password) < SHORTEST_PASSWORD:
        raise Refused(
            _("A password has at least %(count)s characters.") % {"count": SHORTEST_PASSWORD}, "short_password"
        )
    if not password and not held.password:
        return held
    held.password = make_password(password) if password else ""
    held.save(update_fields=["password"])
    _note(held, "password_set" if password else "password_cleared", by, at, {})
    return held


@transaction.atomic
def release(*, exam: Exam, by: User, at: datetime) -> Exam:
    """Release the results of all attempts handed in until `at`, and tell their takers.

    Attempts that come later wait for the next release. Raises Refused when nothing
    of the exam waits for a release, nothing is new, or somebody is still in the
    exam; NotAllowed as `set_rules`.
    """
    held = hold(exam, by)
    if Shows.RELEASED not in rule(held):
        raise Refused(_("Nothing of this exam waits for a release: see when what is shown."), "nothing")
    inside = Attempt.objects.filter(sitting__exam=held, state=Attempt.State.STARTED).count()
    if inside:
        raise Refused(
            _("%(count)s people are still in the exam. Release the results once they have handed in.")
            % {"count": inside},
            "running",
        )
    graded = Attempt.objects.filter(sitting__exam=held, state=Attempt.State.GRADED, submitted_at__lte=at)
    if held.released_at is not None:
        graded = graded.filter(submitted_at__gt=held.released_at)
    fresh = list(graded.select_related("sitting__person").order_by("number"))
    if not fresh:
        raise Refused(_("There is no result that has not been released yet."), "nothing_new")
    _note(held, "released", by, at, {"attempts": len(fresh), "before": _plain(held.released_at)})
    held.released_at = at
    held.save(update_fields=["released_at"])
    newest = {attempt.sitting.person_id: attempt for attempt in fresh}
    notify_all(tellings=[_telling(held, attempt, at) for attempt in newest.values()], at=at)
    return held


def _telling(exam: Exam, attempt: Attempt, at: datetime) -> Telling:
    facts = {
        "exam": {"vi": exam.title_vi, "en": exam.title_en},
        "url": f"/vi/learn/attempts/{attempt.code}/result/",
    }
    return Telling(attempt.sitting.person, "exam_released", f"exam:{exam.pk}:{at.isoformat()}", facts)


def hold(exam: Exam, by: User) -> Exam:
    """The exam, locked. Raises NotAllowed for whoever may not change its rules."""
    held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
    if not may_change(held, by):
        raise NotAllowed(
            _(
                "The rules of an exam are set by examiners, certification officers and administrators, "
                "and by instructors where it does not certify."
            ),
            "not_allowed",
        )
    return held


def may_change(exam: Exam, by: User) -> bool:
    """Whether `by`, who sees the exam, may change its rules: an instructor only those of a course's own exam."""
    return by.has_role(*CERTIFIERS) or (by.has_role(Role.INSTRUCTOR) and not exam.certifies)


def _refuse_contradiction(exam: Exam) -> None:
    if exam.opens_at and exam.closes_at and exam.closes_at <= exam.opens_at:
        raise Refused(_("The exam must close after it opens."), "closes_at")
    if Shows.CLOSED in rule(exam) and exam.closes_at is None:
        raise Refused(
            _("“%(when)s” needs a time at which the exam closes. Set it, or choose another moment.")
            % {"when": Exam.Shows.CLOSED.label},
            "closes_at",
        )
    if exam.certifies and Shows.AT_ONCE in (exam.shows_answers, exam.shows_feedback):
        raise Refused(
            _("An exam that certifies does not show answers or feedback at once: its questions are still in use."),
            "shows_answers",
        )
    _refuse_circle(exam)


def _refuse_circle(exam: Exam) -> None:
    seen, before = {exam.pk}, exam.after_exam
    while before is not None:
        if before.pk in seen:
            raise Refused(
                _("These exams would wait for one another. Choose another exam to come before."), "after_exam"
            )
        seen.add(before.pk)
        before = before.after_exam


def _note(exam: Exam, what: str, by: User, at: datetime, data: Mapping[str, Any]) -> None:
    ExamEvent.objects.create(subject=exam, new=what, by=by, at=at, data=dict(data))


def _plain(value: Any) -> Any:
    """As it stands in history."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.code if isinstance(value, Exam) else value
