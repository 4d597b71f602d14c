"""Exams, their blueprints, and who may sit them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from courses.models import Course
from enrolments.models import CourseRun, Enrolment, RunInstructor
from lms.lib.access import Role
from lms.lib.bilingual import pick
from lms.lib.states import Event, Stateful
from quizzes.models.bank import Bank, QuestionVersion, Topic

if TYPE_CHECKING:
    from people.models import User


class ExamQuerySet(models.QuerySet["Exam"]):
    """Exams by who may work on them."""

    def visible_to(self, person: "User") -> Self:
        """All for administrators, reviewers, examiners and officers; those of an instructor's own courses."""
        if person.has_role(Role.ADMINISTRATOR, Role.REVIEWER, Role.EXAMINER, Role.OFFICER):
            return self
        return self.filter(bank__in=Bank.objects.visible_to(person).values("pk"))


class ExamEvent(Event):
    """What was changed about an exam's rules: `data` holds each field as it was and as it is."""

    subject = models.ForeignKey("Exam", on_delete=models.PROTECT, related_name="events")


class Exam(models.Model):
    """An exam: drawn from a bank by its blueprint lines, or one of its fixed forms.

    Points decide where `pass_points` is set, else the percent. What a taker sees
    of score, answers and feedback, and when, is said by the three `shows_` fields.
    """

    class WindowEnd(models.TextChoices):
        CUT = "cut", _("time ends with the window")
        FULL = "full", _("whoever started in time has the whole time")

    class Draw(models.TextChoices):
        RANDOM = "random", _("drawn for each attempt")
        SPREAD = "spread", _("drawn for each attempt, least used questions first")
        FORMS = "forms", _("one of the fixed forms")

    class Shows(models.TextChoices):
        AT_ONCE = "at_once", _("at once after the hand-in")
        CLOSED = "closed", _("once the window has closed for everybody")
        RELEASED = "released", _("when an examiner releases it")
        NEVER = "never", _("never")

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

    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    window_end = models.CharField(
        _("when the window closes before the time is up"), max_length=4, choices=WindowEnd.choices,
        default=WindowEnd.CUT,
    )  # fmt: skip
    password = models.CharField(max_length=128, blank=True, help_text=_("Hashed; empty asks for none."))
    needs_ticket = models.BooleanField(_("starts only with a ticket from an invigilator"), default=False)
    networks = models.JSONField(_("allowed networks"), default=list, blank=True)
    after = models.JSONField(_("requirements that must be met before"), default=list, blank=True)
    after_exam = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("exam that must be passed before"),
    )  # fmt: skip
    shows_score = models.CharField(_("score is shown"), max_length=8, choices=Shows.choices, default=Shows.AT_ONCE)
    shows_answers = models.CharField(_("answers are shown"), max_length=8, choices=Shows.choices, default=Shows.NEVER)
    shows_feedback = models.CharField(_("feedback is shown"), max_length=8, choices=Shows.choices, default=Shows.NEVER)
    released_at = models.DateTimeField(null=True, blank=True)
    draw = models.CharField(_("questions are"), max_length=6, choices=Draw.choices, default=Draw.RANDOM)
    shuffles = models.BooleanField(_("questions in a drawn order"), default=True)
    pilots = models.PositiveSmallIntegerField(_("unscored questions on trial, in addition"), default=0)
    pass_points = models.PositiveSmallIntegerField(_("pass mark in points"), null=True, blank=True)
    partial = models.BooleanField(_("partly right earns a part"), default=True)
    wrong_percent = models.PositiveSmallIntegerField(
        _("a wrong answer takes away, % of the question's points"), default=0
    )
    watches_focus = models.BooleanField(_("notes when the taker leaves the exam's window"), default=False)
    double_marking = models.BooleanField(_("marked by two examiners"), default=False)
    disagree_percent = models.PositiveSmallIntegerField(
        _("a third marks when two differ by more than, % of the points"), default=10
    )
    appeal_days = models.PositiveSmallIntegerField(_("days to appeal"), default=7)

    objects = ExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(pass_percent__range=(1, 100)), name="a_pass_mark_is_1_to_100_percent"),
            models.CheckConstraint(condition=Q(minutes__gt=0) & Q(attempts__gt=0), name="an_exam_can_be_sat"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="an_exam_closes_after_it_opens",
            ),
            models.CheckConstraint(condition=Q(wrong_percent__lte=100), name="a_wrong_answer_costs_its_points_at_most"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return pick(self.title_vi, self.title_en)


class Section(models.Model):
    """A part of an exam with a heading; with `minutes`, it closes for good when they are over."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(default=0)
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return pick(self.title_vi, self.title_en)


class ExamForm(models.Model):
    """A fixed form of an exam: versions in their order. Once used it is never changed, only retired."""

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="forms")
    code = models.CharField(max_length=10)
    versions = models.JSONField(help_text=_("Ids of question versions, in order."))
    pilots = models.JSONField(default=list, blank=True, help_text=_("Those of them that are not scored."))
    seed = models.CharField(max_length=32, blank=True)
    paper = models.JSONField(
        default=list, blank=True,
        help_text=_("As it was first printed: version, section, order of the options, in the order of the booklet."),
    )  # fmt: skip
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["exam", "code"], name="a_form_is_a_code_in_its_exam")]

    def __str__(self) -> str:
        return f"{self.exam} {self.code}"


class BlueprintLine(models.Model):
    """How many questions of one topic (with those below it), difficulty and competence are drawn; empty is any."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="blueprint")
    section = models.ForeignKey(Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="lines")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    difficulty = models.CharField(max_length=10, choices=QuestionVersion.Difficulty.choices, blank=True)
    competence = models.CharField(max_length=60, blank=True)
    count = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "topic", "difficulty", "competence"], name="a_cell_of_the_blueprint_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.difficulty} × {self.count}"


class TopicMinimum(models.Model):
    """Points of a topic (with those below it), or a share of them, below which the exam is failed, whatever the sum."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="minima")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "topic"], name="a_topic_has_one_minimum"),
            models.CheckConstraint(
                condition=Q(percent__range=(1, 100), points=None) | Q(percent=None, points__gt=0),
                name="a_minimum_is_points_or_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} ≥ {self.points}" if self.points else f"{self.topic} ≥ {self.percent}%"


class ExamSessionQuerySet(models.QuerySet["ExamSession"]):
    """Sessions by reader."""

    def visible_to(self, person: "User") -> Self:
        """All for administrators and examiners; else those that a person invigilates or whose class they teach."""
        if person.has_role(Role.ADMINISTRATOR, Role.EXAMINER):
            return self
        return self.filter(
            Q(invigilators__person=person, invigilators__until=None)
            | Q(run__instructors__person=person, run__instructors__until=None)
        ).distinct()


class ExamSessionEvent(Event):
    """What happened to a session."""

    subject = models.ForeignKey("ExamSession", on_delete=models.PROTECT, related_name="events")


class ExamSession(Stateful):
    """People who sit one exam together, at one time, under the eyes of invigilators."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("exam session", "planned")
        OPEN = "open", pgettext_lazy("exam session", "under way")
        CLOSED = "closed", pgettext_lazy("exam session", "closed")
        CANCELLED = "cancelled", pgettext_lazy("exam session", "cancelled")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PLANNED: frozenset({State.OPEN, State.CANCELLED}),
        State.OPEN: frozenset({State.CLOSED, State.PLANNED}),
        State.CLOSED: frozenset({State.OPEN}),
        State.CANCELLED: frozenset(),
    }
    EVENT = ExamSessionEvent

    code = models.CharField(max_length=20, unique=True)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sessions")
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, null=True, blank=True, related_name="exam_sessions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    place = models.CharField(_("place"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    objects = ExamSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam session")
        verbose_name_plural = _("exam sessions")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_exam_session_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.exam}"


class Invigilator(models.Model):
    """Who watches over a session."""

    session = models.ForeignKey(ExamSession, on_delete=models.PROTECT, related_name="invigilators")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invigilates")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(until=None), name="an_invigilator_is_on_a_session_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.session}"


class SittingQuerySet(models.QuerySet["Sitting"]):
    """Sittings by reader."""

    def visible_to(self, person: "User") -> Self:
        """A person's own, without those that were taken back."""
        return self.filter(person=person, ended_at=None)

    def arranged_by(self, person: "User") -> Self:
        """Those for which somebody of the staff arranges what is special: all for administrators and
        examiners, those without a class for officers, those of the classes that an instructor
        teaches; never their own.
        """
        found = self.exclude(person=person)
        if person.has_role(Role.ADMINISTRATOR, Role.EXAMINER):
            return found
        seen = Q(enrolment__run__in=RunInstructor.objects.filter(person=person, until=None).values("run"))
        if person.has_role(Role.OFFICER):
            seen |= Q(enrolment=None)
        return found.filter(seen)


class SittingEvent(Event):
    """What was arranged about a sitting, by whom and why."""

    subject = models.ForeignKey("Sitting", on_delete=models.PROTECT, related_name="events")


class Sitting(models.Model):
    """A person's right to sit one exam. The enrolment is optional: a candidate for
    certification need not have trained here.

    `ended_at` is when an unused one was taken back.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sittings")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sittings")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="sittings")
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    accommodation_reason = models.CharField(max_length=300, blank=True)
    accommodations = models.JSONField(default=list, blank=True, help_text=_("Codes of what else is arranged."))
    session = models.ForeignKey(ExamSession, on_delete=models.PROTECT, null=True, blank=True, related_name="sittings")
    seat = models.CharField(_("seat"), max_length=10, blank=True)
    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

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


class Ticket(models.Model):
    """What an invigilator hands out and a taker types to start, once. Only its hash is kept."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="tickets")
    hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(used_at=None, ended_at=None), name="a_sitting_has_one_ticket_to_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting} · {self.issued_at:%H:%M}"


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
