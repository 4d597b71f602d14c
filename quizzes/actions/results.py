"""Grading what was handed in, and grading it again. docs/grading.md tells the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enrolments.actions import meet
from enrolments.models import Requirement
from lms.lib.states import Conflict
from people.actions import notify_all
from people.actions.notifying import Telling
from people.models import User
from quizzes import grading, queries, signals
from quizzes.actions.telling import about, tell_pass_lost
from quizzes.models import Attempt, AttemptEvent, Exam, Grade

NEEDED = ("sitting__person", "sitting__exam", "sitting__enrolment")
"""What `regrade_all` reads of each attempt."""


@dataclass(frozen=True)
class Changed:
    """An attempt's result before and after."""

    attempt: Attempt
    old: Grade | None
    new: Grade

    @property
    def gained(self) -> bool:
        """Whether it is passed now and was not."""
        return self.new.passed and not (self.old and self.old.passed)

    @property
    def lost(self) -> bool:
        """Whether it was passed and is not any more."""
        return bool(self.old and self.old.passed) and not self.new.passed

    @property
    def differs(self) -> bool:
        """Whether the person is told: other points, or another verdict."""
        if self.old is None:
            return True
        before = (self.old.points, self.old.possible, self.old.passed)
        return before != (self.new.points, self.new.possible, self.new.passed)

    @property
    def is_told(self) -> bool:
        """Whether the person hears of it now: of another verdict always, of points once they may be seen."""
        exam, handed_in = self.attempt.sitting.exam, self.attempt.submitted_at
        if exam.shows_score == Exam.Shows.RELEASED:
            hidden = exam.released_at is None or handed_in is None or handed_in > exam.released_at
        else:
            hidden = exam.shows_score == Exam.Shows.NEVER
        return self.differs and (self.gained or self.lost or not hidden)


def grade(attempt: Attempt, by: User | None, at: datetime) -> Grade | None:
    """Grade what was handed in, in the transaction of the hand-in: nothing stays between the two.

    None while answers wait for a mark by hand: then the attempt stays handed in until
    the last mark is given (`quizzes.actions.marks`). The attempt is locked by the caller.
    """
    sheet = queries.sheets([attempt])[attempt.pk]
    if grading.waiting(sheet.items):
        return None
    last = attempt.grades.aggregate(number=Max("number"))["number"] or 0
    graded = _row(attempt, sheet, last + 1, at, "")
    graded.save(force_insert=True)
    attempt.move(Attempt.State.GRADED, by=by, at=at, data={"grade": graded.number})
    # Handed in and graded at once, it was passed when it was handed in; with marks by
    # hand, when the last mark was given: a completion never falls into a closed period.
    by_hand = any(grading.by_hand(item.type) for item in sheet.items)
    _pass(Changed(attempt, None, graded), by, at if by_hand else attempt.submitted_at or at)
    signals.attempt_graded.send(Attempt, attempt=attempt, grade=graded)
    return graded


@transaction.atomic
def regrade(*, attempt: Attempt, reason: str, by: User | None, at: datetime) -> Grade:
    """Grade again after something else counts: a new row, the one before stays, the person is told of a change.

    Certification officers are told of a pass lost. Raises Conflict when the attempt is not graded, or waits for marks.
    """
    held = Attempt.objects.select_for_update(of=("self",)).select_related(*NEEDED).get(pk=attempt.pk)
    done = regrade_all([held], reason=reason, by=by, at=at)
    if not done:
        raise Conflict(_("This attempt has no result yet, so it cannot be graded again."), "not_graded")
    if done[0].lost:
        tell_pass_lost(held, done[0].new.number, at)
    return done[0].new


def regrade_all(attempts: Sequence[Attempt], *, reason: str, by: User | None, at: datetime) -> list[Changed]:
    """Grade again what is graded of `attempts`; only a pass gained costs queries of its own.

    The rows are locked by the caller, each with its sitting, exam and enrolment. A pass gained
    meets the requirement. A pass lost takes nothing away by itself: the requirement stays
    met with a line of history, and certification looks at it: the caller tells the officers.
    """
    graded = [attempt for attempt in attempts if attempt.state == Attempt.State.GRADED]
    newest = {row.attempt_id: row for row in Grade.objects.filter(attempt__in=graded).order_by("number")}
    read = queries.sheets(graded)
    done = []
    for attempt in graded:
        sheet, old = read[attempt.pk], newest.get(attempt.pk)
        if not grading.waiting(sheet.items):
            number = old.number + 1 if old else 1
            done.append(Changed(attempt, old, _row(attempt, sheet, number, at, reason)))
    Grade.objects.bulk_create([change.new for change in done])
    AttemptEvent.objects.bulk_create([_event(change, reason, by, at) for change in done])
    for change in done:
        if change.gained:
            _pass(change, by, at)
        signals.attempt_graded.send(Attempt, attempt=change.attempt, grade=change.new)
    notify_all(tellings=[_telling(change) for change in done if change.is_told], at=at)
    return done


def result_of(attempt: Attempt, sheet: queries.Sheet) -> grading.Result:
    """What `sheet` comes to under the attempt's own rules."""
    return grading.grade(sheet.items, grading.Rules.of(attempt.rules))


def _row(attempt: Attempt, sheet: queries.Sheet, number: int, at: datetime, reason: str) -> Grade:
    """The grade's row, not yet written."""
    result = result_of(attempt, sheet)
    detail = result.detail()
    if sheet.corrections:
        detail["corrections"] = sorted(set(sheet.corrections))
    return Grade(
        attempt=attempt,
        number=number,
        points=grading.rounded(result.points),
        possible=result.possible,
        passed=result.passed,
        detail=detail,
        graded_at=at,
        graded_by=None,
        reason=reason[:300],
    )


def _pass(change: Changed, by: User | None, at: datetime) -> None:
    """A pass meets what the class asks for. Points that its taker may not see yet stay here: papers print them."""
    attempt, graded = change.attempt, change.new
    enrolment = attempt.sitting.enrolment
    if graded.passed and enrolment is not None:
        points = {"points": str(graded.points), "possible": graded.possible}
        meet(
            enrolment=enrolment,
            kind=Requirement.Kind.EXAM,
            key=attempt.rules["exam"],
            at=at,
            by=by,
            detail={**(points if queries.sight(attempt, at).score else {}), "attempt": attempt.code},
        )


def _event(change: Changed, reason: str, by: User | None, at: datetime) -> AttemptEvent:
    """The line of history of a grade given again."""
    data: dict[str, Any] = {"grade": change.new.number, "points": str(change.new.points), "passed": change.new.passed}
    if change.old is not None:
        data |= {"before": change.old.number, "points_before": str(change.old.points)}
    if change.lost:
        data["pass_lost"] = True
        data["requirement_stays_met"] = change.attempt.sitting.enrolment_id is not None
    state = change.attempt.state
    return AttemptEvent(
        subject=change.attempt, old=state, new=state, at=at, by=by, note=f"regraded: {reason}", data=data
    )


def _telling(change: Changed) -> Telling:
    attempt, new = change.attempt, change.new
    facts = about(attempt, reason=new.reason)
    return Telling(attempt.sitting.person, "grade_changed", f"{attempt.code}:{new.number}", facts)
