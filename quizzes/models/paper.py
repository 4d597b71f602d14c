"""Exams on paper: files of answers, and pictures of answer sheets, on their way to attempts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from lms.lib.states import Event, Stateful
from people.models import Job
from quizzes.models.exam import ExamSession, ExamSessionQuerySet

if TYPE_CHECKING:
    from people.models import User


class PaperBatchQuerySet(models.QuerySet["PaperBatch"]):
    """Files of answers by reader."""

    def visible_to(self, person: "User") -> Self:
        """Those of sessions that the person may see."""
        sessions: ExamSessionQuerySet = ExamSession.objects.visible_to(person)
        return self.filter(session__in=sessions.values("pk"))


class PaperBatchEvent(Event):
    """What happened to a file of answers."""

    subject = models.ForeignKey("PaperBatch", on_delete=models.PROTECT, related_name="events")


class PaperBatch(Stateful):
    """Answers from paper: read on trial, looked at, then taken in whole or not at all.

    `rows` of a table are `{"line", "code", "form", "cells"}` as they were written; what they
    mean is judged anew whenever they are looked at. Pictures have rows of their own (`PaperScan`).
    """

    class Kind(models.TextChoices):
        TABLE = "table", _("table of answers")
        SCANS = "scans", _("pictures of answer sheets")
        TYPED = "typed", _("typed in by hand")

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("import", "read, not taken in")
        DONE = "done", pgettext_lazy("import", "taken in")
        DROPPED = "dropped", pgettext_lazy("import", "put aside")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.READ: frozenset({State.DONE, State.DROPPED}),
        State.DONE: frozenset(),
        State.DROPPED: frozenset(),
    }
    EVENT = PaperBatchEvent

    session = models.ForeignKey(ExamSession, on_delete=models.PROTECT, related_name="paper_batches")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    rows = models.JSONField(default=list, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PaperBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class PaperScan(models.Model):
    """A picture of one page of an answer sheet.

    `path` is the picture as it came, `flat` the page laid straight; both in the private
    storage. `cells` are answers by question's number as a table has them, `doubts` the
    numbers that a person must settle with the reason of each: `sheet` and `form` for the
    page's own marks. `settled_at` is when somebody had looked at all of them.
    """

    batch = models.ForeignKey(PaperBatch, on_delete=models.PROTECT, related_name="scans")
    order = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    flat = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=12, blank=True)
    page = models.PositiveSmallIntegerField(default=0)
    form = models.CharField(max_length=10, blank=True)
    cells = models.JSONField(default=dict, blank=True)
    doubts = models.JSONField(default=dict, blank=True)
    dropped = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "order"], name="pictures_of_a_batch_are_numbered"),
        ]

    def __str__(self) -> str:
        return self.name
