"""Courses and lessons: plain rows without language, which everything else hangs on."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.subject import Edition, Subject
from lms.lib.access import Role
from lms.lib.bilingual import pick

if TYPE_CHECKING:
    from people.models import User


class CourseQuerySet(models.QuerySet["Course"]):
    """Courses by who may work on them."""

    def editable_by(self, person: "User") -> Self:
        """All for administrators and reviewers; an instructor's own."""
        if person.has_role(Role.ADMINISTRATOR, Role.REVIEWER):
            return self
        return self.filter(instructors=person)


class Course(models.Model):  # type: ignore[django-manager-missing]  # Wagtail's pages have no types
    """What is taught, independent of date and language."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="courses", verbose_name=_("subject"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="courses", verbose_name=_("edition"))
    version = models.CharField(_("version of the course"), max_length=20, default="1.0")
    hours = models.DecimalField(_("learning hours"), max_digits=6, decimal_places=1)
    licence = models.CharField(_("licence"), max_length=40, default="CC-BY-4.0")
    title_vi = models.CharField(_("title in Vietnamese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    instructors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="courses_taught", verbose_name=_("instructors")
    )
    pack_hash = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("SHA-256 of what the course pack said when it was last read."),
    )

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return pick(self.title_vi, self.title_en)


class Part(models.Model):
    """A stretch of a course's lessons under one heading."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveSmallIntegerField()
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["course", "order"], name="parts_of_a_course_are_in_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return pick(self.title_vi, self.title_en)


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Lessons in teaching order."""

    def taught(self) -> Self:
        """Lessons that belong to the course at present."""
        return self.filter(retired=False)


class Lesson(models.Model):  # type: ignore[django-manager-missing]  # Wagtail's pages have no types
    """A lesson's identity. A lesson that somebody studied is retired, never deleted."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("course"))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, null=True, blank=True, related_name="lessons")
    code = models.SlugField(_("code"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    retired = models.BooleanField(_("retired"), default=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["course", "code"], name="a_lesson_is_a_code_in_its_course")]

    def __str__(self) -> str:
        return f"{self.course.code} / {self.code}"
