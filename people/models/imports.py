"""Files of people and enterprises, read row by row before anything is stored."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from people.models.enterprise import Enterprise, Membership
from people.models.work import Job

if TYPE_CHECKING:
    from people.models.person import User


def private_storage() -> Storage:
    """Where uploaded files wait until they are read."""
    return storages["private"]


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    """Files of people by reader."""

    def visible_to(self, person: "User") -> Self:
        """All for those who keep enterprises; a contact sees those uploaded for their own enterprise by its contacts.

        What staff upload may tell of people elsewhere.
        """
        if person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME):
            return self
        theirs = Membership.objects.contacts_of(person).values("enterprise")
        return self.filter(enterprise__in=theirs, by_contact=True)


class PeopleImportEvent(Event):
    """What happened to a file of people."""

    subject = models.ForeignKey("PeopleImport", on_delete=models.PROTECT, related_name="events")


class PeopleImport(Stateful):
    """One uploaded file: read, looked at, then taken in or dropped.

    With `enterprise` every row joins that enterprise; a contact's files always name theirs.
    The file itself is deleted once it is read: its rows hold what is needed.
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
    path = models.CharField(max_length=250, blank=True, help_text=_("Where the file waits to be read."))
    sha256 = models.CharField(max_length=64, db_index=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_contact = models.BooleanField(
        default=False, help_text=_("Uploaded by the enterprise's contact, who matches own people only.")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    only_good = models.BooleanField(_("take in the good rows only"), default=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    faults = models.JSONField(default=list, blank=True, help_text=_("What is wrong with the file as a whole."))
    notes = models.JSONField(default=list, blank=True, help_text=_("What was seen while reading and is no fault."))
    sheets = models.JSONField(default=dict, blank=True, help_text=_("Per sheet, which column holds what."))
    firms = models.JSONField(default=list, blank=True, help_text=_("Names of the enterprises that are new."))
    forgotten_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When the rows were deleted, some time after the end.")
    )

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of people")
        verbose_name_plural = _("files of people")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of the file: what it says, what would happen, what happened.

    A personal identity number lies in `facts` sealed, as everywhere.
    """

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
    reasons = models.JSONField(default=list, blank=True, help_text=_("Column, code and facts of faults and remarks."))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="a_row_is_read_once_per_file"),
        ]
        indexes = [models.Index(fields=["batch", "verdict"], name="row_by_verdict")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"
