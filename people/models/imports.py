"""Files of people and enterprises, read row by row before anything is stored."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from lms.lib.states import Event, Stateful
from people.models.enterprise import Enterprise
from people.models.work import Job


class PeopleImportEvent(Event):
    """What happened to a file of people."""

    subject = models.ForeignKey("PeopleImport", on_delete=models.PROTECT, related_name="events")


class PeopleImport(Stateful):
    """One uploaded file: read, looked at, then taken in or dropped.

    `enterprise` is set when a contact uploads people of their own; then every row is theirs.
    """

    class State(models.TextChoices):
        READING = "reading", pgettext_lazy("file of people", "being read")
        READ = "read", pgettext_lazy("file of people", "waiting for a look")
        APPLYING = "applying", pgettext_lazy("file of people", "being taken in")
        APPLIED = "applied", pgettext_lazy("file of people", "taken in")
        DROPPED = "dropped", pgettext_lazy("file of people", "dropped")
        FAILED = "failed", pgettext_lazy("file of people", "cannot be read")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.READING: frozenset({State.READ, State.FAILED}),
        State.READ: frozenset({State.APPLYING, State.DROPPED}),
        State.APPLYING: frozenset({State.APPLIED, State.READ}),
        State.APPLIED: frozenset(),
        State.DROPPED: frozenset(),
        State.FAILED: frozenset(),
    }
    EVENT = PeopleImportEvent

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READING)
    name = models.CharField(_("file"), max_length=200)
    path = models.CharField(max_length=250, help_text=_("Where the file lies in the private storage."))
    sha256 = models.CharField(max_length=64)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"))
    only_good = models.BooleanField(_("take in the good rows only"), default=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    faults = models.JSONField(default=list, blank=True, help_text=_("What is wrong with the file as a whole."))

    class Meta:
        verbose_name = _("file of people")
        verbose_name_plural = _("files of people")
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of the file: what it says, what would happen, what happened."""

    class Verdict(models.TextChoices):
        CREATE = "create", pgettext_lazy("row of a file", "new")
        MATCH = "match", pgettext_lazy("row of a file", "known")
        SAME = "same", pgettext_lazy("row of a file", "nothing new")
        REFUSE = "refuse", pgettext_lazy("row of a file", "refused")

    batch = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=100, blank=True)
    number = models.PositiveIntegerField(help_text=_("The row in the sheet, as the spreadsheet counts."))
    facts = models.JSONField(default=dict)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reasons = models.JSONField(default=list, blank=True, help_text=_("Column and sentence, for what is refused."))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="a_row_is_read_once_per_file"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"
