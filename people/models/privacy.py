"""What a person asks for about their own data."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.lib.states import Event, Stateful


class DataRequestEvent(Event):
    """What happened to a request about personal data."""

    subject = models.ForeignKey("DataRequest", on_delete=models.PROTECT, related_name="events")


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
    due_on = models.DateField(_("due on"))
    ended_at = models.DateTimeField(null=True, blank=True)

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
