"""Exams, their blueprints, and who may sit them."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from enrolments.models import Enrolment
from lms.lib.bilingual import pick
from quizzes.models.bank import Bank, QuestionVersion, Topic

if TYPE_CHECKING:
    from people.models import User


class Exam(models.Model):
    """An exam: drawn from a bank by its blueprint lines."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="exams", verbose_name=_("course")
    )
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="exams", verbose_name=_("question bank"))
    title_vi = models.CharField(_("title in Vietnamese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    pass_percent = models.PositiveSmallIntegerField(_("pass mark, % of the points"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=3)
    wait_hours = models.PositiveSmallIntegerField(_("hours before the next attempt"), default=24)
    certifies = models.BooleanField(
        _("part of a certification"), default=False, help_text=_("Then only secure questions are drawn.")
    )
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(pass_percent__range=(1, 100)), name="a_pass_mark_is_1_to_100_percent"),
            models.CheckConstraint(condition=Q(minutes__gt=0) & Q(attempts__gt=0), name="an_exam_can_be_sat"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return pick(self.title_vi, self.title_en)


class BlueprintLine(models.Model):
    """How many questions of one topic and difficulty are drawn."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="blueprint")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    difficulty = models.CharField(max_length=10, choices=QuestionVersion.Difficulty.choices)
    count = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "topic", "difficulty"], name="a_cell_of_the_blueprint_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.difficulty} × {self.count}"


class TopicMinimum(models.Model):
    """Share of a topic's points below which the exam is failed, whatever the sum."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="minima")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "topic"], name="a_topic_has_one_minimum"),
            models.CheckConstraint(condition=Q(percent__range=(1, 100)), name="a_minimum_is_1_to_100_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} ≥ {self.percent}%"


class SittingQuerySet(models.QuerySet["Sitting"]):
    """Sittings by reader."""

    def visible_to(self, person: "User") -> Self:
        """A person's own."""
        return self.filter(person=person)


class Sitting(models.Model):
    """A person's right to sit one exam. The enrolment is optional: a candidate for
    certification need not have trained here.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sittings")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sittings")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="sittings")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    accommodation_reason = models.CharField(max_length=300, blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "enrolment"],
                condition=Q(enrolment__isnull=False),
                name="an_enrolment_has_one_sitting_per_exam",
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="a_sitting_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.exam}"


class SittingExaminer(models.Model):
    """Who examines a sitting; kept for ever, for impartiality is judged by it."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="examiners")
    examiner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="examines")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "examiner"], name="an_examiner_is_on_a_sitting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.examiner} · {self.sitting}"
