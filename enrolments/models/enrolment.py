"""One person in one class, and what they have done of it."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lesson
from enrolments.models.run import CourseRun, RunInstructor
from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from people.models import AdministrativeUnit, Enterprise, Sector, User


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments by reader."""

    def visible_to(self, person: User) -> Self:
        """All for the programme's staff; one's own; those of classes one teaches; those of one's enterprise."""
        if person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR):
            return self
        # Not joins: they would repeat rows, miscount what is annotated and forbid locking.
        seen = Q(person__in=User.objects.same_as(person))
        if person.has_role(Role.INSTRUCTOR):
            seen |= Q(run__in=RunInstructor.objects.filter(person=person, until=None).values("run"))
        if person.is_contact:
            # With those merged into it: an enrolment keeps the enterprise that was frozen into it.
            seen |= Q(enterprise__in=Enterprise.objects.spoken_for_by(person).values("pk"))
        return self.filter(seen)

    def seated(self) -> Self:
        """Those who hold a seat."""
        return self.filter(state__in=[Enrolment.State.ACTIVE, Enrolment.State.COMPLETED])


class EnrolmentEvent(Event):
    """What happened to an enrolment."""

    subject = models.ForeignKey("Enrolment", on_delete=models.PROTECT, related_name="events")


class Enrolment(Stateful):
    """A person in a class, once; rejoining is the same enrolment and still one turn.

    Enterprise, sector, size and commune are those of the day of enrolment: a
    report counts the person as they were.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("learning")
        COMPLETED = "completed", _("completed")
        WITHDRAWN = "withdrawn", _("has left the class")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.ACTIVE: frozenset({State.COMPLETED, State.WITHDRAWN}),
        State.WITHDRAWN: frozenset({State.ACTIVE}),
        State.COMPLETED: frozenset(),
    }
    EVENT = EnrolmentEvent

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    size = models.CharField(max_length=10, blank=True, choices=Enterprise.Size.choices)
    commune = models.ForeignKey(AdministrativeUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["person", "run"], name="a_person_is_in_a_class_once"),
            models.CheckConstraint(
                condition=Q(state="completed", completed_at__isnull=False)
                | (~Q(state="completed") & Q(completed_at=None)),
                name="completed_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["enrolled_at"], name="enrolment_by_start"),
            models.Index(fields=["completed_at"], name="enrolment_by_completion"),
            models.Index(fields=["run", "state"], name="enrolment_by_run"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.run}"


class CompletionRule(models.Model):
    """What a course asks of every enrolment beside its lessons: an exam, a share of attendance, an assignment.

    `threshold` is the least share of meeting time in percent where `kind` is attendance.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completion_rules")
    kind = models.CharField(
        max_length=12,
        choices=[
            ("exam", _("Exam passed")),
            ("attendance", _("Attendance")),
            ("assignment", _("Assignment accepted")),
        ],
    )
    key = models.CharField(max_length=60, blank=True)
    threshold = models.PositiveSmallIntegerField(_("least share, %"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "kind", "key"], name="a_course_asks_a_thing_once"),
            models.CheckConstraint(
                condition=Q(kind="attendance", threshold__range=(1, 100)) | (~Q(kind="attendance") & Q(threshold=None)),
                name="attendance_is_asked_for_as_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.kind} {self.key}"


class Requirement(models.Model):
    """One thing that an enrolment asks for; met from above by whoever knows.

    `enrolments.actions.meet` is the only way to set `met_at`.
    """

    class Kind(models.TextChoices):
        LESSONS = "lessons", _("All lessons read")
        EXAM = "exam", _("Exam passed")
        ATTENDANCE = "attendance", _("Attendance")
        ASSIGNMENT = "assignment", _("Assignment accepted")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="requirements")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=60, blank=True, help_text=_("Which one, e.g. the exam's code."))
    threshold = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("The share asked for in percent, as the course's rule was at the enrolment.")
    )
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    detail: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "kind", "key"], name="a_requirement_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class LessonProgress(models.Model):
    """A lesson as one person reads it; a finished one pins the revision that was read."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="progress")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    last_opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=5, blank=True)
    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson"], name="a_lesson_is_followed_once"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(revision__isnull=False), name="a_finished_lesson_pins_what_was_read"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.lesson}"
