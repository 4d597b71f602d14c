"""What pages about classes read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from courses import catalogue
from courses.models import Course, Lesson, LessonPage
from enrolments.models import CourseRun, Enrolment, LessonProgress, Requirement
from lms.lib.periods import local_date
from lms.lib.text import fold
from people.models import User


@dataclass(frozen=True)
class ClassRow:
    """A class as a visitor sees it."""

    run: CourseRun
    taken: int
    enrolling: bool
    held: int = 0
    """Offered to somebody, who has not answered yet."""

    @property
    def left(self) -> int | None:
        """Seats left; None without a limit."""
        return None if self.run.seats is None else max(self.run.seats - self.taken - self.held, 0)

    @property
    def full(self) -> bool:
        """Whether no seat is left."""
        return self.left == 0

    @property
    def few(self) -> bool:
        """Whether the seats left should be said with some weight."""
        return self.left is not None and 0 < self.left <= 5

    @property
    def percent(self) -> int:
        """How full, for a bar."""
        return round(100 * self.in_use / self.run.seats) if self.run.seats else 0

    @property
    def in_use(self) -> int:
        """Seats of those enrolled and those held for somebody."""
        return self.taken + self.held

    @property
    def waits(self) -> bool:
        """Whether one can get in line for a place."""
        return self.enrolling and self.full and self.run.waiting != CourseRun.Waiting.NONE


def class_row(run: CourseRun, at: datetime) -> ClassRow:
    """A class, read `with_taken`, as it stands at `at`."""
    return ClassRow(run, run.taken, run.enrolling_at(at), run.held)  # type: ignore[attr-defined]  # annotated


def _rows(runs: Sequence[CourseRun], at: datetime) -> list[ClassRow]:
    return [class_row(run, at) for run in runs]


def open_classes(course_ids: Sequence[int], at: datetime | None = None) -> dict[int, list[ClassRow]]:
    """Announced classes of the courses that are not over, soonest first, by course: one query."""
    at = at or timezone.now()
    runs = (
        CourseRun.objects.announced()
        .filter(course__in=course_ids, ends_on__gte=local_date(at))
        .with_taken(at)
        .order_by("starts_on", "code")
    )
    found: dict[int, list[ClassRow]] = {}
    for row in _rows(list(runs), at):
        found.setdefault(row.run.course_id, []).append(row)
    return found


def upcoming(number: int, at: datetime | None = None) -> list[ClassRow]:
    """The next classes that one can enrol in."""
    at = at or timezone.now()
    runs = (
        CourseRun.objects.enrolling(at)
        .filter(ends_on__gte=local_date(at))
        .select_related("course__subject__family", "edition")
        .with_taken(at)
        .order_by("starts_on", "code")[:number]
    )
    return _rows(list(runs), at)


@dataclass(frozen=True)
class Study:
    """One enrolment as its owner sees it."""

    enrolment: Enrolment
    outline: list[catalogue.OutlinePart]
    requirements: list[Requirement]
    done: int
    total: int
    away: int
    """Lessons that belong to the course but cannot be read at the moment."""

    @property
    def percent(self) -> int:
        """Share of lessons done."""
        return round(100 * self.done / self.total) if self.total else 0

    @property
    def lessons(self) -> list[catalogue.OutlineLesson]:
        """All lessons in order."""
        return [lesson for part in self.outline for lesson in part.lessons]

    @property
    def resume(self) -> catalogue.OutlineLesson | None:
        """Where to go on: the lesson opened last unless it is done, else the first undone after it."""
        lessons = self.lessons
        places = {item.lesson.pk: index for index, item in enumerate(lessons)}
        at = places.get(self.enrolment.last_lesson_id or 0, 0)
        for item in lessons[at:] + lessons[:at]:
            if not item.done:
                return item
        return lessons[-1] if lessons else None


def study(enrolment: Enrolment, language: str) -> Study:
    """Outline with what is done, and what is still missing."""
    outline = catalogue.outline(enrolment.run.course, language)
    done = set(
        LessonProgress.objects.filter(enrolment=enrolment, done_at__isnull=False).values_list("lesson_id", flat=True)
    )
    # All that the requirement waits for, also a lesson whose pages are taken down at the moment.
    taught = set(Lesson.objects.taught().filter(course=enrolment.run.course_id).values_list("pk", flat=True))
    shown = set()
    for part in outline:
        for item in part.lessons:
            item.done = item.lesson.pk in done
            shown.add(item.lesson.pk)
    requirements = list(enrolment.requirements.order_by("pk"))
    return Study(enrolment, outline, requirements, len(taught & done), len(taught), len(taught - shown - done))


@dataclass(frozen=True)
class Brief:
    """One enrolment in a list."""

    enrolment: Enrolment
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Share of lessons done."""
        return round(100 * self.done / self.total) if self.total else 0


def briefs(person: User) -> list[Brief]:
    """A person's enrolments with the share of lessons done: three queries however many.

    Of two in one class, left by a merge, the completed one, else their own.
    """
    found = list(
        Enrolment.objects.filter(person__in=User.objects.same_as(person))
        .exclude(state=Enrolment.State.WITHDRAWN)
        .select_related("run__course__subject__family", "run__edition", "last_lesson")
        .order_by("-enrolled_at")
    )
    best = {
        one.run_id: one
        for one in sorted(found, key=lambda one: (one.state == Enrolment.State.COMPLETED, one.person_id == person.pk))
    }
    enrolments = [one for one in found if best[one.run_id] is one]
    done: dict[int, int] = {}
    for enrolment_id in LessonProgress.objects.filter(
        enrolment__in=enrolments, done_at__isnull=False, lesson__retired=False
    ).values_list("enrolment_id", flat=True):
        done[enrolment_id] = done.get(enrolment_id, 0) + 1
    total: dict[int, int] = {}
    courses = {enrolment.run.course_id for enrolment in enrolments}
    for course_id in Lesson.objects.taught().filter(course__in=courses).values_list("course_id", flat=True):
        total[course_id] = total.get(course_id, 0) + 1
    return [Brief(item, done.get(item.pk, 0), total.get(item.run.course_id, 0)) for item in enrolments]


def lesson_page(course: Course, code: str, language: str) -> LessonPage | None:
    """The live page of a lesson in `language`, or in the other one where that is missing. Without its body."""
    pages = {
        page.language: page
        for page in LessonPage.objects.live()
        .filter(lesson__course=course, lesson__code=code, lesson__retired=False)
        .select_related("lesson__part")
        .defer("body", "summary")
    }
    return pages.get(language) or next(iter(pages.values()), None)


def lessons_done_unnoticed(course_id: int | None = None) -> QuerySet[Enrolment]:
    """Enrolments that have done all lessons, without the requirement being met.

    So it is after the one lesson that was missing was retired.
    """
    taught = Lesson.objects.taught().filter(course=OuterRef("run__course"))
    done = LessonProgress.objects.filter(
        enrolment=OuterRef(OuterRef("pk")), lesson=OuterRef("pk"), done_at__isnull=False
    )
    found = Enrolment.objects.filter(
        Exists(taught),
        ~Exists(taught.filter(~Exists(done))),
        Exists(Requirement.objects.filter(enrolment=OuterRef("pk"), kind=Requirement.Kind.LESSONS, met_at=None)),
        state=Enrolment.State.ACTIVE,
    )
    return found if course_id is None else found.filter(run__course=course_id)


def propose_code(course: Course, year: int) -> str:
    """The next free code of a class of `course` that starts in `year`, such as HACCP-2026-03."""
    name = re.sub("[^A-Z0-9]+", "-", fold(course.code).upper()).strip("-")[:20]
    start = f"{name}-{year}-"
    taken = set(CourseRun.objects.filter(code__startswith=start).values_list("code", flat=True))
    return next(code for number in count(1) if (code := f"{start}{number:02d}") not in taken)
