"""Corrections of questions after the exam, and the grading again that follows."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import User
from quizzes import signals
from quizzes.actions.marks import tell_graded
from quizzes.actions.results import NEEDED, grade, regrade_all
from quizzes.actions.telling import tell_officers
from quizzes.grading import by_hand
from quizzes.models import Appeal, Attempt, Correction, Exam, QuestionVersion
from quizzes.queries import corrections as compared
from quizzes.types import Json

BATCH = 50
"""Attempts that are graded again in one transaction. Their rows are locked meanwhile, so it is few."""


@transaction.atomic
def propose_correction(
    *, exam: Exam, version: QuestionVersion, kind: str, reason: str, by: User, at: datetime, key: Json | None = None
) -> Correction:
    """Propose what to do about a version; nothing changes for anybody until it is applied.

    `key` is needed for Kind.KEY and must fit every answer that was given. Raises Refused
    where it does not, without a reason, or where one is proposed already.
    """
    _examiner(by)
    if not reason.strip():
        raise Refused(_("Say what was wrong: the takers whose results change read it."), "no_reason")
    if not compared.examined_versions(exam).filter(pk=version.pk).exists():
        raise Refused(_("Nobody has sat this question in this exam."), "not_sat")
    if kind == Correction.Kind.KEY:
        _fits(exam, version, key)
    try:
        with transaction.atomic():
            correction = Correction.objects.create(
                exam=exam,
                version=version,
                kind=kind,
                key=key if kind == Correction.Kind.KEY else None,
                reason=reason.strip()[:500],
                created_at=at,
            )
    except IntegrityError as error:
        raise Conflict(
            _("A correction of this question is proposed already. Apply or drop that one."), "twice"
        ) from error
    correction.born(by=by, at=at)
    return correction


def _fits(exam: Exam, version: QuestionVersion, key: Json | None) -> None:
    if by_hand(version.type):
        raise Refused(_("People judge this question; it has no key to replace."), "by_hand")
    if not key:
        raise Refused(_("Say which answer is right."), "no_key")
    trial = Correction(exam=exam, version=version, kind=Correction.Kind.KEY, key=key)
    try:
        compared.preview(trial)
    except Refused:
        raise
    except Exception as error:  # each type reads its key in its own way, and fails in its own way
        raise Refused(_("This key does not fit the question."), "bad_key") from error


@transaction.atomic
def apply_correction(*, correction: Correction, by: User, at: datetime, seen: str | None = None) -> Correction:
    """Let a correction apply; grading again follows in the background. Pressed twice it is applied once.

    `seen` is the digest of the comparison that `by` looked at; None where nobody looks.
    Raises NotAllowed for whoever sat the question themselves, and once it was dropped;
    Conflict where results have changed since the comparison was made.
    """
    _examiner(by)
    held = Correction.objects.select_for_update(of=("self",)).select_related("exam", "version").get(pk=correction.pk)
    if held.state == Correction.State.APPLIED:
        return held
    if compared.sat_by(by, held):
        raise NotAllowed(_("Your own result would change. Another examiner applies this."), "own")
    if seen is not None and held.may_move(Correction.State.APPLIED) and seen != compared.digest(compared.preview(held)):
        raise Conflict(
            _("Results have changed since this comparison was made; below it is made anew. Look at it, then apply."),
            "changed",
        )
    held.move(Correction.State.APPLIED, by=by, at=at, note=held.reason, applied_at=at)
    signals.correction_applied.send(Correction, correction=held)
    return held


@transaction.atomic
def drop_correction(*, correction: Correction, by: User, at: datetime) -> Correction:
    """Put a proposal aside; nothing was changed by it. Raises Conflict where an appeal was upheld by it."""
    _examiner(by)
    # Whoever upholds an appeal by it takes this lock too.
    Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
    if Appeal.objects.filter(correction=correction, state=Appeal.State.UPHELD).exists():
        raise Conflict(
            _("An appeal was upheld because of this correction, and its taker was told. Apply it."), "promised"
        )
    correction.move(Correction.State.CANCELLED, by=by, at=at)
    return correction


def carry_out(*, correction: Correction, at: datetime) -> int:
    """Grade again every attempt that an applied correction touches; how many were.

    Batch by batch, each in a transaction of its own: stopped half-way, what is done stays
    done; run again, it finds the rest, and nobody is graded again twice. Attempts that
    waited for a mark which the correction makes needless get their first grade.
    """
    if correction.state != Correction.State.APPLIED or correction.finished_at is not None:
        return 0
    by = correction.events.filter(new=Correction.State.APPLIED).select_related("by").latest("pk").by
    count, last = 0, 0
    while True:
        with transaction.atomic():
            # Attempts in progress are locked as well: a hand-in under way, which read the
            # corrections before this one applied, is waited for and then graded again.
            rows = compared.touched(correction).filter(pk__gt=last).select_related(*NEEDED).order_by("pk")
            batch = list(rows.select_for_update(of=("self",))[:BATCH])
            if not batch:
                break
            carried = compared.carries(correction, batch)
            todo = [attempt for attempt in batch if attempt.pk not in carried]
            count += len(regrade_all(todo, reason=correction.reason, by=by, at=at))
            for attempt in todo:
                if attempt.state == Attempt.State.SUBMITTED and (graded := grade(attempt, by, at)) is not None:
                    tell_graded(attempt, graded, at)
                    count += 1
            last = batch[-1].pk
    _finish(correction, at)
    return count


@transaction.atomic
def _finish(correction: Correction, at: datetime) -> None:
    """Note the end, and tell the certification officers of passes lost: no certificate goes by itself."""
    Correction.objects.filter(pk=correction.pk, finished_at=None).update(finished_at=at)
    lost = sum(line.lost for line in compared.done(correction))
    if not lost:
        return
    exam = correction.exam
    tell_officers(
        "passes_lost",
        f"correction:{correction.pk}",
        at,
        exam={"vi": exam.title_vi, "en": exam.title_en},
        lost=str(lost),
        url=f"/admin/exam-corrections/{correction.pk}/",
    )


def unfinished() -> list[Correction]:
    """Applied corrections whose grading again was not carried to its end."""
    return list(Correction.objects.filter(state=Correction.State.APPLIED, finished_at=None).order_by("pk"))


def key_of(version: QuestionVersion, chosen: list[str]) -> Json:
    """The key of a question with options in which exactly `chosen` are right."""
    if version.type == "truefalse":
        return {"answer": chosen == ["true"]}
    return {"correct": sorted(chosen)}


def _examiner(by: User) -> None:
    if not by.has_role(Role.EXAMINER):
        raise NotAllowed(_("Examiners correct questions of an exam."), "not_examiner")
