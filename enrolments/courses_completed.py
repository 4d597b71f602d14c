"""Courses completed, for what a class asks for."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses.models import Course, CoursePage
from enrolments.models import Enrolment
from enrolments.prerequisites import Held
from lms.lib.periods import local_date
from people.merged import theirs


class CoursesCompleted:
    """Fills the port of prerequisites for courses."""

    def choices(self) -> list[tuple[str, str]]:
        """All courses."""
        return [(course.code, f"{course.code} · {course}") for course in Course.objects.order_by("code")]

    def names(self, keys: Collection[str]) -> Mapping[str, str]:
        """Titles of courses by code."""
        return {course.code: str(course) for course in Course.objects.filter(code__in=keys)}

    def held(self, people: Collection[int], keys: Collection[str], on: date) -> Mapping[tuple[int, str], list[Held]]:
        """Classes of the courses that people completed up to the day."""
        found: dict[tuple[int, str], list[Held]] = {}
        completed = Enrolment.objects.filter(
            theirs(people), run__course__code__in=keys, state=Enrolment.State.COMPLETED
        ).values_list(
            Coalesce("person__merged_into", "person"), "run__course__code", "run__code", "completed_at"
        )  # fmt: skip
        for person, course, run, moment in completed:
            assert moment is not None
            if (day := local_date(moment)) <= on:
                found.setdefault((person, course), []).append(Held(run, day))
        return found

    def addresses(self, keys: Collection[str], language: str) -> Mapping[str, str]:
        """The courses' own pages in a language."""
        pages = CoursePage.objects.live().filter(course__code__in=keys, language=language).select_related("course")
        return {page.course.code: page.url for page in pages if page.url}

    def absent(self) -> str:
        """No completion is on record."""
        return _("No completion of this course is on record here.")
