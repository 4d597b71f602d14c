"""What a person asks for about their own data."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from people.models.work import Job

if TYPE_CHECKING:
    from people.models.person import User


class DataRequestEvent(Event):
    """What happened to a request about personal data."""

    subject = models.ForeignKey("DataRequest", on_delete=models.PROTECT, related_name="events")


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    """Requests by reader."""

    def visible_to(self, person: "User") -> Self:
        """All for those who answer them; one's own."""
        if person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME):
            return self
        return self.filter(person=person)

    def waiting(self) -> Self:
        """Those not answered for good, the most urgent first."""
        return self.filter(state=DataRequest.State.ASKED).order_by("due_on", "pk")


class DataRequest(Stateful):
    """A person asks for a copy of their data or for erasure; `due_on` is the day by which it is answered.

    Law 91/2025/QH15 and Decree 356/2025: the days allowed are settings.
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("copy of my data")
        ERASURE = "erasure", _("erasure of my data")

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken-back", _("taken back")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.ASKED: frozenset({State.DONE, State.REFUSED, State.TAKEN_BACK}),
        State.DONE: frozenset(),
        State.REFUSED: frozenset(),
        State.TAKEN_BACK: frozenset(),
    }
    EVENT = DataRequestEvent

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.TextField(_("reason"), blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    answer_due_on = models.DateField(_("answer due on"))
    due_on = models.DateField(_("due on"))
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=250, blank=True, help_text=_("Where the copy lies in the private storage."))
    kept_until = models.DateTimeField(null=True, blank=True, help_text=_("When the copy is deleted."))
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state="asked"), name="a_thing_is_asked_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.kind}"


class SaidDistinct(models.Model):
    """That two accounts which look like one person's belong to two; they are not proposed for merging again."""

    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_accounts_are_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="a_pair_is_kept_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
