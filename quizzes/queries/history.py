"""What somebody has to sit and has sat: every sitting of theirs, in a class or not, with its attempts."""

from dataclasses import dataclass, field
from datetime import datetime

from lms.lib.states import Refused
from people.models import User
from quizzes.admission import Standing, refusal
from quizzes.models import Attempt, ExamSession, Grade, Sitting
from quizzes.queries.results import Past
from quizzes.queries.sittings import standing_of

LATER = ("not_open", "waiting", "session_planned")
"""Refusals that time alone takes away."""


@dataclass(frozen=True)
class Own:
    """One exam of the reader."""

    sitting: Sitting
    standing: Standing
    refusal: Refused | None
    """Why no attempt may start now; what must come before is told on the exam's own page."""
    running: Attempt | None = None
    past: list[Past] = field(default_factory=list)
    """Attempts that are over, the newest first."""

    @property
    def ahead(self) -> bool:
        """Whether there is something to do, now or later."""
        return self.running is not None or self.refusal is None or self.refusal.code in LATER

    @property
    def apart(self) -> bool:
        """Whether the page of a class does not lead to it, or a date was set for it."""
        planned = self.sitting.session is not None and self.sitting.session.state != ExamSession.State.CLOSED
        return self.sitting.enrolment_id is None or planned or self.running is not None


def own_exams(person: User, at: datetime) -> list[Own]:
    """Every exam that `person` may sit or has sat, what is to be done first; three queries however many."""
    sittings = list(
        Sitting.objects.visible_to(person).select_related("exam", "session", "enrolment__run__course").order_by("-pk")
    )
    attempts: dict[int, list[Attempt]] = {}
    rows = Attempt.objects.filter(sitting__in=sittings).select_related("session").defer("section_ends", "seed")
    for attempt in rows.order_by("-number"):
        attempts.setdefault(attempt.sitting_id, []).append(attempt)
    grades = {
        grade.attempt_id: grade
        for grade in Grade.objects.filter(attempt__sitting__in=sittings).defer("detail").order_by("number")
    }
    found = [_own(sitting, attempts.get(sitting.pk, []), grades, at) for sitting in sittings]
    return sorted(found, key=lambda one: (one.running is None, one.refusal is not None, not one.ahead))


def _own(sitting: Sitting, attempts: list[Attempt], grades: dict[int, Grade], at: datetime) -> Own:
    counted = [attempt for attempt in attempts if attempt.state != Attempt.State.VOID]
    passed = any(grades[attempt.pk].passed for attempt in counted if attempt.pk in grades)
    standing = standing_of(sitting, counted, passed=passed)
    running = next((one for one in attempts if one.state == Attempt.State.STARTED), None)
    past = [Past(one, grades.get(one.pk)) for one in attempts if one.state != Attempt.State.STARTED]
    return Own(sitting, standing, refusal(standing, at), running, past)
