"""Work handed in for a course's assignment, and what was said of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from enrolments.models import Enrolment
from lms.lib.states import Event, Stateful

if TYPE_CHECKING:
    from people.models import User


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Work by reader."""

    def visible_to(self, person: "User") -> Self:
        """That of enrolments which a person sees."""
        return self.filter(enrolment__in=Enrolment.objects.visible_to(person).values("pk"))


class SubmissionEvent(Event):
    """What happened to a piece of work."""

    subject = models.ForeignKey("Submission", on_delete=models.PROTECT, related_name="events")


class Submission(Stateful):
    """One enrolment's work for one assignment; handed in again, it is the same row with another file.

    The files of before stay in the private storage, named by the events.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("assignment", "handed in")
        RETURNED = "returned", pgettext_lazy("assignment", "returned for more work")
        ACCEPTED = "accepted", pgettext_lazy("assignment", "accepted")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.SUBMITTED: frozenset({State.SUBMITTED, State.RETURNED, State.ACCEPTED}),
        State.RETURNED: frozenset({State.SUBMITTED}),
        State.ACCEPTED: frozenset(),
    }
    EVENT = SubmissionEvent

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    key = models.CharField(max_length=60, blank=True, help_text=_("Which assignment, as in the requirement."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SUBMITTED)
    path = models.CharField(max_length=250, help_text=_("Where the file lies in the private storage."))
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    remark = models.TextField(_("remark"), blank=True)
    submitted_at = models.DateTimeField(_("handed in at"))
    looked_at_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("work handed in")
        verbose_name_plural = _("work handed in")
        ordering = ["submitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "key"], name="work_is_handed_in_once_per_assignment"),
        ]

    def __str__(self) -> str:
        return self.name
