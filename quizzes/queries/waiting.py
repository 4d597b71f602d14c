"""What of exams waits for a member of staff, for the first page of the back office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from lms.lib.access import Role
from people.models import User
from quizzes.models import Appeal, Attempt, Correction, Exam, ItemFlag
from quizzes.queries.appeals import appeals_for
from quizzes.queries.marking import heaps
from quizzes.queries.measuring import measured_exams

SHOWN = 6


@dataclass(frozen=True)
class ExamWork:
    """Numbers of what waits; the newest first of exams with questions to look at."""

    to_mark: int
    appeals: int
    proposed: int
    """Corrections proposed and neither applied nor put aside."""
    warned: Sequence[Exam]
    unmarked: int
    """Attempts anywhere that wait for marks: for whoever sees to it that somebody may give them."""
    unmarked_since: datetime | None

    @property
    def nothing(self) -> bool:
        """Whether nothing waits."""
        return not (self.to_mark or self.appeals or self.proposed or self.warned or self.unmarked)


def exam_work(person: User, at: datetime) -> ExamWork | None:
    """What waits for `person`; None for whom exams are no work."""
    examines, oversees = person.has_role(Role.EXAMINER), person.has_role(Role.ADMINISTRATOR)
    if not person.has_role(Role.EXAMINER, Role.ADMINISTRATOR, Role.INSTRUCTOR, Role.REVIEWER):
        return None
    warned = ItemFlag.objects.filter(settled_at=None).values("exam")
    waiting = Attempt.objects.filter(state=Attempt.State.SUBMITTED) if oversees else Attempt.objects.none()
    return ExamWork(
        to_mark=sum(heap.waiting for heap in heaps(person, at)) if examines else 0,
        appeals=appeals_for(person, at).filter(state=Appeal.State.OPEN).count() if examines else 0,
        proposed=Correction.objects.filter(state=Correction.State.PROPOSED).count() if examines else 0,
        warned=list(measured_exams(person).filter(pk__in=warned)[:SHOWN]),
        unmarked=waiting.count(),
        unmarked_since=waiting.aggregate(since=Min("submitted_at"))["since"],
    )
