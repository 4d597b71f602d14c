"""What enterprises need: which job must know what, and classes held in their own house."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from courses.models import Course, Subject
from enrolments.models.run import CourseRun
from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from people.models import Enterprise

if TYPE_CHECKING:
    from people.models import User


class TrainingNeed(models.Model):
    """In one enterprise, people of a job must have been trained in a subject, again every `months`.

    `job` is compared without case and accents; empty means everybody.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="training_needs")
    job = models.CharField(_("job"), max_length=120, blank=True, help_text=_("Empty: everybody."))
    job_key = models.CharField(max_length=120, blank=True, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject"))
    months = models.PositiveSmallIntegerField(
        _("again after, months"), null=True, blank=True, help_text=_("Empty: once is enough.")
    )

    class Meta:
        verbose_name = _("training need")
        verbose_name_plural = _("training needs")
        ordering = ["job", "subject__order"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "job_key", "subject"], name="a_job_needs_a_subject_once"),
            models.CheckConstraint(
                condition=Q(months=None) | Q(months__gt=0), name="a_refresher_is_due_in_a_month_or_more"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} · {self.subject}"


class InHouseEvent(Event):
    """What happened to a request for a class in an enterprise's own house."""

    subject = models.ForeignKey("InHouseRequest", on_delete=models.PROTECT, related_name="events")


class InHouseQuerySet(models.QuerySet["InHouseRequest"]):
    """Requests by reader."""

    def visible_to(self, person: "User") -> Self:
        """All for those who run the programme; those of one's own enterprise."""
        if person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME):
            return self
        return self.filter(enterprise__in=Enterprise.objects.spoken_for_by(person).values("pk"))

    def elsewhere(self, enterprise: Enterprise) -> Self:
        """Those answered with a class that is held in the houses of others, and not in that of `enterprise`."""
        planned = self.filter(state=InHouseRequest.State.PLANNED)
        own = planned.filter(enterprise=enterprise)
        return planned.exclude(run__in=own.values("run"))


class InHouseRequest(Stateful):
    """An enterprise asks for a class of its own; the office answers with a class or a reason."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("request for a class", "asked for")
        PLANNED = "planned", pgettext_lazy("request for a class", "class planned")
        DECLINED = "declined", pgettext_lazy("request for a class", "declined")
        TAKEN_BACK = "taken-back", pgettext_lazy("request for a class", "taken back")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.ASKED: frozenset({State.PLANNED, State.DECLINED, State.TAKEN_BACK}),
        State.PLANNED: frozenset(),
        State.DECLINED: frozenset(),
        State.TAKEN_BACK: frozenset(),
    }
    EVENT = InHouseEvent

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="in_house_requests")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", verbose_name=_("course"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    people = models.PositiveSmallIntegerField(_("number of people"))
    when = models.CharField(_("when it suits"), max_length=200)
    place = models.CharField(_("place"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(_("answer"), blank=True)

    objects = InHouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a class")
        verbose_name_plural = _("requests for classes")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(people__gt=0), name="a_class_is_asked_for_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.course}"
