"""What measuring found, and files that came in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from quizzes.models.bank import Bank, QuestionVersion
from quizzes.models.exam import Exam

if TYPE_CHECKING:
    from people.models import User


class ItemFlag(models.Model):
    """A warning about a version that the figures raised; open until somebody says what was done."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="flags")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="item_flags")
    kind = models.CharField(max_length=20)
    figures = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "exam", "kind"], condition=Q(settled_at=None), name="a_warning_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.kind}"


class BankImportQuerySet(models.QuerySet["BankImport"]):
    """Imports by reader."""

    def visible_to(self, person: "User") -> Self:
        """All for administrators; those into an instructor's own banks."""
        if person.has_role(Role.ADMINISTRATOR):
            return self
        return self.filter(bank__in=Bank.objects.visible_to(person))


class BankImportEvent(Event):
    """What happened to an import."""

    subject = models.ForeignKey("BankImport", on_delete=models.PROTECT, related_name="events")


class BankImport(Stateful):
    """A file of questions: read on trial, looked at, then taken in whole or not at all."""

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("import", "read, not taken in")
        DONE = "done", pgettext_lazy("import", "taken in")
        DROPPED = "dropped", pgettext_lazy("import", "put aside")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.READ: frozenset({State.DONE, State.DROPPED}),
        State.DONE: frozenset(),
        State.DROPPED: frozenset(),
    }
    EVENT = BankImportEvent

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="imports")
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, help_text=_("In the private storage."))
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    options = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True, help_text=_("What would come, and every fault by line."))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    objects = BankImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
