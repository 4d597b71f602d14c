"""Marks by hand, corrections of questions after the exam, and appeals."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from quizzes.models.attempt import AttemptItem, Grade
from quizzes.models.bank import QuestionVersion
from quizzes.models.exam import Exam

if TYPE_CHECKING:
    from people.models import User


class Mark(models.Model):
    """What one examiner gave one answer, by the rubric. Append-only: a change of mind is the next `number`.

    `turn` is 1 or 2, of two who mark apart from each other, or 3 where they disagreed.
    A mark given in deciding an `appeal` stands alone: those before it no longer count.
    """

    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="marks")
    turn = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField(default=1)
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="marks_given")
    points = models.DecimalField(max_digits=8, decimal_places=3)
    scores = models.JSONField(default=dict, blank=True, help_text=_("Points by criterion of the rubric."))
    comment = models.TextField(blank=True)
    at = models.DateTimeField()
    appeal = models.ForeignKey("Appeal", on_delete=models.PROTECT, null=True, blank=True, related_name="marks")

    class Meta:
        ordering = ["turn", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "turn", "number"], name="marks_of_an_answer_are_numbered"),
            models.CheckConstraint(condition=Q(turn__range=(1, 3)), name="an_answer_is_marked_in_three_turns_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.points}"


class CorrectionEvent(Event):
    """What happened to a correction."""

    subject = models.ForeignKey("Correction", on_delete=models.PROTECT, related_name="events")


class Correction(Stateful):
    """What is done about a version that was found wrong after people had sat it.

    A grade is a pure function of answers, versions and the corrections that apply.
    """

    class Kind(models.TextChoices):
        DROP = "drop", _("the question does not count")
        ALL = "all", _("everybody earns its points")
        KEY = "key", _("another key")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("correction", "proposed")
        APPLIED = "applied", pgettext_lazy("correction", "applied")
        CANCELLED = "cancelled", pgettext_lazy("correction", "not applied")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PROPOSED: frozenset({State.APPLIED, State.CANCELLED}),
        State.APPLIED: frozenset(),
        State.CANCELLED: frozenset(),
    }
    EVENT = CorrectionEvent

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="corrections")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    key = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, help_text=_("When the last attempt was graded again."))

    class Meta:
        ordering = ["applied_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "version"], condition=Q(state="proposed"), name="one_correction_is_proposed_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_kind_display()}"


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Appeals by reader."""

    def visible_to(self, person: "User") -> Self:
        """All for examiners and administrators; else a person's own."""
        if person.has_role(Role.ADMINISTRATOR, Role.EXAMINER):
            return self
        return self.filter(grade__attempt__sitting__person=person)


class AppealEvent(Event):
    """What happened to an appeal."""

    subject = models.ForeignKey("Appeal", on_delete=models.PROTECT, related_name="events")


class Appeal(Stateful):
    """A taker's request to look at a grade again; decided by nobody who marked it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "open")
        UPHELD = "upheld", pgettext_lazy("appeal", "upheld")
        DISMISSED = "dismissed", pgettext_lazy("appeal", "dismissed")
        WITHDRAWN = "withdrawn", pgettext_lazy("appeal", "withdrawn")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.OPEN: frozenset({State.UPHELD, State.DISMISSED, State.WITHDRAWN}),
        State.UPHELD: frozenset(),
        State.DISMISSED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }
    EVENT = AppealEvent

    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, blank=True, related_name="appeals")

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["grade"], condition=Q(state="open"), name="one_appeal_at_a_time_per_grade"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} · {self.get_state_display()}"
