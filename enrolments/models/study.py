"""Time spent in lessons, measured by the server."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Lesson
from enrolments.models.enrolment import Enrolment


class StudySession(models.Model):
    """A stretch of active time in one lesson, from the first to the last sign of life.

    `seconds` grows by signs of life only, each counted up to the idle cut-off; a
    longer silence ends the session. Two devices at once count once.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="study_sessions")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(_("active seconds"), default=0)

    class Meta:
        verbose_name = _("time in a lesson")
        verbose_name_plural = _("times in lessons")
        ordering = ["started_at"]
        constraints = [
            models.CheckConstraint(condition=Q(last_at__gte=F("started_at")), name="a_session_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["enrolment", "last_at"], name="study_by_enrolment")]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.seconds} s"
