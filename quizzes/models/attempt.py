"""Attempts: append-only. What was drawn is pinned at the start, answers and grades are rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from quizzes.models.bank import QuestionVersion
from quizzes.models.exam import ExamForm, ExamSession, Section, Sitting

if TYPE_CHECKING:
    from people.models import User


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Attempts by reader."""

    def visible_to(self, person: "User") -> Self:
        """A person's own."""
        return self.filter(sitting__person=person)

    def inspected_by(self, person: "User") -> Self:
        """All for examiners, administrators and inspectors, except a person's own; none for anybody else."""
        if person.has_role(Role.ADMINISTRATOR, Role.EXAMINER, Role.INSPECTOR):
            return self.exclude(sitting__person=person)
        return self.none()

    def overdue(self, at: datetime) -> Self:
        """In progress although their time is over at `at`; the deadline itself still belongs to the taker.

        While an attempt is paused its clock stands still.
        """
        return self.filter(state=Attempt.State.STARTED, deadline__lt=at, paused_at=None)


class AttemptEvent(Event):
    """What happened in an attempt."""

    subject = models.ForeignKey("Attempt", on_delete=models.PROTECT, related_name="events")


class Attempt(Stateful):
    """One go at an exam.

    `rules` are the exam's as they stood at the start: pass mark, minima, title.
    `deadline` is fixed at the start by the server's clock and is the only one; a
    pause or an extension by an invigilator moves it, with a line of history.
    `device` is the tab that may save at present; another one takes over by saying so.
    """

    class State(models.TextChoices):
        STARTED = "started", _("in progress")
        SUBMITTED = "submitted", _("handed in")
        GRADED = "graded", _("graded")
        VOID = "void", _("void")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.STARTED: frozenset({State.SUBMITTED, State.VOID}),
        State.SUBMITTED: frozenset({State.GRADED, State.VOID}),
        State.GRADED: frozenset({State.VOID}),
        State.VOID: frozenset(),
    }
    EVENT = AttemptEvent

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    language = models.CharField(max_length=5)
    seed = models.CharField(max_length=32)
    rules = models.JSONField()
    started_at = models.DateTimeField()
    deadline = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_by_clock = models.BooleanField(default=False)
    device = models.CharField(max_length=40, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    section_ends = models.JSONField(default=dict, blank=True, help_text=_("By section's id, when it closes for good."))
    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")
    on_paper = models.BooleanField(default=False)
    network = models.GenericIPAddressField(null=True, blank=True)
    # Where it was sat: a sitting may go on to another session for its next attempt, the record stays.
    session = models.ForeignKey(ExamSession, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="attempts_of_a_sitting_are_numbered"),
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(state="started"), name="one_attempt_at_a_time_in_a_sitting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["started", "void"]) | Q(submitted_at__isnull=False),
                name="handed_in_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="attempt_by_deadline")]

    def __str__(self) -> str:
        return f"{self.sitting} #{self.number}"

    @property
    def seat(self) -> str:
        """Where in its session it was sat; empty for one of none."""
        return str(self.rules.get("seat", ""))


class AttemptItem(models.Model):
    """A question as drawn into an attempt, in its place and with its options' order."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="drawn")
    order = models.JSONField(help_text=_("Opaque ids of the options, in the order shown."))
    flagged = models.BooleanField(default=False)
    scored = models.BooleanField(default=True)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="a_place_in_an_attempt_holds_one_question"),
            models.UniqueConstraint(fields=["attempt", "version"], name="a_question_is_drawn_once_per_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} {self.position}"


class Presence(models.Model):
    """Where a taker was seen last: for the invigilator's screen, apart from the attempt so that it locks nothing."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    seen_at = models.DateTimeField()
    position = models.PositiveSmallIntegerField(default=0)
    queued = models.PositiveSmallIntegerField(default=0)
    focus_lost = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.attempt} {self.seen_at:%H:%M:%S}"


class Answer(models.Model):
    """One saved state of one answer. The highest revision counts."""

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="answers")
    revision = models.PositiveIntegerField()
    key = models.UUIDField(help_text=_("The browser's idempotency key: the same save sent twice is one row."))
    response = models.JSONField(null=True)
    device = models.CharField(max_length=40, blank=True)
    client_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(null=True, blank=True)
    """Spent on the question so far, as the browser measured it."""
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who typed it in from paper, or decided that late evidence counts."""

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(fields=["item", "revision"], name="revisions_of_an_answer_are_numbered"),
            models.UniqueConstraint(fields=["item", "key"], name="a_save_is_taken_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} r{self.revision}"


class LateAnswer(models.Model):
    """An answer that came but was not taken: evidence with its own time, not counted.

    What a device still held when time ran out, or when another device had taken
    over or saved something newer; it counts only by a reasoned decision.
    """

    class Reason(models.TextChoices):
        LATE = "late", _("after the deadline")
        HANDED_IN = "handed_in", _("after the hand-in")
        SUPERSEDED = "superseded", _("from a device that another one had replaced")
        OUT_OF_ORDER = "out_of_order", _("older than what was saved already")

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="late_answers")
    key = models.UUIDField()
    reason = models.CharField(max_length=12, choices=Reason.choices, default=Reason.LATE)
    response = models.JSONField(null=True)
    device = models.CharField(max_length=40, blank=True)
    client_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    counted = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    grounds = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "key"], name="a_late_answer_is_kept_once"),
            models.CheckConstraint(
                condition=Q(counted=None, decided_at=None)
                | Q(counted__isnull=False, decided_at__isnull=False) & ~Q(grounds=""),
                name="late_evidence_is_decided_with_grounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} late"


class Grade(models.Model):
    """A result of an attempt; a new one is a new row, the newest counts."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="grades")
    number = models.PositiveSmallIntegerField()
    points = models.DecimalField(max_digits=8, decimal_places=3)
    possible = models.PositiveIntegerField()
    passed = models.BooleanField()
    detail = models.JSONField(help_text=_("Points per topic and per place."))
    graded_at = models.DateTimeField()
    graded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="grades_of_an_attempt_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.points}/{self.possible}"
