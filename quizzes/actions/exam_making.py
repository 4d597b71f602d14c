"""Exams that are made here, from nothing or like another one. A course pack leaves them alone."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from enrolments.actions import require
from enrolments.models import Requirement
from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import User
from quizzes.models import Bank, BlueprintLine, Exam, ExamEvent, Section, TopicMinimum
from quizzes.terms import CERTIFIERS

MADE = "made"
"""The event that tells an exam made here from one that a course pack brought."""
COPIED = (
    "minutes",
    "pass_percent",
    "pass_points",
    "attempts",
    "wait_hours",
    "window_end",
    "needs_ticket",
    "networks",
    "after",
    "after_exam",
    "shows_score",
    "shows_answers",
    "shows_feedback",
    "draw",
    "shuffles",
    "pilots",
    "partial",
    "wrong_percent",
    "watches_focus",
    "double_marking",
    "disagree_percent",
    "appeal_days",
)
"""Rules that an exam made like another one begins with; times, password and forms are its own."""


def may_make(bank: Bank, by: User, *, certifies: bool) -> bool:
    """Whether `by` may make an exam of `bank`: an instructor only one of their course that does not certify."""
    if by.has_role(*CERTIFIERS):
        return True
    own = Bank.objects.visible_to(by).filter(pk=bank.pk, course__isnull=False)
    return by.has_role(Role.INSTRUCTOR) and not certifies and own.exists()


@transaction.atomic
def create_exam(
    *, bank: Bank, code: str, title_vi: str, title_en: str, certifies: bool, required: bool, by: User, at: datetime,
    like: Exam | None = None,
) -> Exam:  # fmt: skip
    """A new exam of `bank`, with the rules and, from the same bank, the blueprint of `like`.

    `required` asks it of every later enrolment in the bank's course. Raises NotAllowed as
    `may_make` says; Refused for a code that is taken, and for `required` without a course.
    """
    if not may_make(bank, by, certifies=certifies):
        raise NotAllowed(
            _("Exams are made by examiners, certification officers and administrators; an instructor makes those "
              "of an own course that do not certify."),
            "not_allowed",
        )  # fmt: skip
    if required and not by.has_role(*CERTIFIERS):
        raise NotAllowed(
            _("What later classes must pass is decided by examiners, certification officers and administrators."),
            "not_allowed",
        )
    if required and bank.course is None:
        raise Refused(_("The bank belongs to no course, so no class can ask for this exam."), "required")
    rules: dict[str, Any] = {name: getattr(like, name) for name in COPIED} if like else {}
    if certifies:
        rules |= dict.fromkeys(("shows_answers", "shows_feedback"), Exam.Shows.NEVER)
    try:
        with transaction.atomic():
            exam = Exam.objects.create(
                bank=bank, course=bank.course, code=code, title_vi=title_vi, title_en=title_en or title_vi,
                certifies=certifies, **({"minutes": 60, "pass_percent": 70} | rules),
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("There is an exam with the code “%(code)s” already.") % {"code": code}, "code") from error
    if like is not None and like.bank_id == bank.pk:
        _copy_blueprint(like, exam)
    if required and bank.course is not None:
        require(course=bank.course, kind=Requirement.Kind.EXAM, key=exam.code)
    ExamEvent.objects.create(subject=exam, new=MADE, by=by, at=at, data={"like": like.code} if like else {})
    return exam


def _copy_blueprint(like: Exam, exam: Exam) -> None:
    """Sections, lines and minima again, as rows of their own."""
    sections: dict[int | None, Section | None] = {None: None}
    for one in like.sections.order_by("order", "pk"):
        sections[one.pk] = Section.objects.create(
            exam=exam, order=one.order, title_vi=one.title_vi, title_en=one.title_en, minutes=one.minutes
        )
    BlueprintLine.objects.bulk_create(
        BlueprintLine(
            exam=exam, section=sections[one.section_id], topic_id=one.topic_id, difficulty=one.difficulty,
            competence=one.competence, count=one.count, order=one.order,
        )
        for one in like.blueprint.all()
    )  # fmt: skip
    TopicMinimum.objects.bulk_create(
        TopicMinimum(exam=exam, topic_id=one.topic_id, percent=one.percent, points=one.points)
        for one in like.minima.all()
    )
