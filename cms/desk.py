"""What waits for a member of staff on the first page of the back office: reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from certificates.impartiality import why_not
from certificates.models import Application
from courses.models import Course
from enrolments import rosters
from enrolments.access import TABLE as CLASSES
from enrolments.models import CourseRun
from lms.lib.access import Role
from lms.lib.periods import local_date
from people.models import Job, Notice, User
from quizzes.access import BANK_STAFF
from quizzes.queries.waiting import ExamWork, exam_work
from reports.access import READERS
from reports.queries import ToDate, programme_to_date

SHOWN = 6
"""How many rows of each list; the whole list is one link away."""


@dataclass(frozen=True)
class File:
    """An application on the desk."""

    application: Application
    barred: bool
    """Whether the reader may not decide on it."""


@dataclass(frozen=True)
class Desk:
    """Everything on one person's desk; None where a list is not theirs to work on."""

    to_check: Sequence[File] | None
    to_check_total: int
    to_decide: Sequence[File] | None
    to_decide_total: int
    classes: Sequence[CourseRun] | None
    courses: Sequence[Course] | None
    figures: ToDate | None
    banks: bool
    exams: ExamWork | None
    unsent: int
    failed: int

    @property
    def troubles(self) -> int:
        """What did not go through and should be looked at."""
        return self.unsent + self.failed


def desk(person: User, at: datetime) -> Desk:
    """What `person` should see first, by their roles."""
    checks, decides = person.has_role(Role.OFFICER), person.has_role(Role.DECIDER)
    administers = person.has_role(Role.ADMINISTRATOR)
    to_check = _files(person, Application.State.SUBMITTED)
    to_decide = _files(person, Application.State.PROPOSED)
    return Desk(
        to_check=[File(item, barred=item.person_id == person.pk) for item in to_check[:SHOWN]] if checks else None,
        to_check_total=to_check.count() if checks else 0,
        to_decide=[File(item, bool(why_not(person, item, at))) for item in to_decide[:SHOWN]] if decides else None,
        to_decide_total=to_decide.count() if decides else 0,
        classes=_classes(person, at) if person.has_role(*CLASSES["enrolments_admin:classes"].get) else None,
        courses=_courses(person) if person.has_role(Role.INSTRUCTOR, Role.REVIEWER) else None,
        figures=programme_to_date() if person.has_role(*READERS) else None,
        banks=person.has_role(*BANK_STAFF),
        exams=exam_work(person, at),
        unsent=Notice.objects.to_look_at().count() if administers else 0,
        failed=Job.objects.filter(state=Job.State.FAILED).count() if administers else 0,
    )


def _files(person: User, state: str) -> QuerySet[Application]:
    rows = Application.objects.visible_to(person).filter(state=state)
    return rows.select_related("person", "version__scheme").order_by("submitted_at", "pk")


def _classes(person: User, at: datetime) -> list[CourseRun]:
    """Classes that are not over, the next to end first."""
    over = (CourseRun.State.FINISHED, CourseRun.State.CANCELLED)
    rows = rosters.classes(person).exclude(state__in=over).filter(ends_on__gte=local_date(at))
    return list(rows.order_by("ends_on", "code")[:SHOWN])


def _courses(person: User) -> list[Course]:
    """Courses that the person works on."""
    return list(Course.objects.editable_by(person).prefetch_related("pages").distinct().order_by("code")[:SHOWN])
