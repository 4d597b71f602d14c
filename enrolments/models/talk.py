"""What is said in a class: announcements, questions about lessons and their answers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Lesson
from enrolments.models.run import CourseRun


class Announcement(models.Model):
    """Something an instructor or the office tells everybody in a class. Sent once, kept as it was."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="announcements")
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text=_("When the last notice was queued."))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.subject


class LessonPost(models.Model):
    """A question about a lesson, or an answer to one (`parent`). Hidden by an instructor, never deleted."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="posts")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("text"))
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("question about a lesson")
        verbose_name_plural = _("questions about lessons")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["run", "lesson"], name="post_by_lesson")]

    def __str__(self) -> str:
        return self.text[:40]
