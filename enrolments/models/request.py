"""Who asks for a place in a class, or was proposed for one: approval, waiting list, held places."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from enrolments.models.run import CourseRun, RunInstructor
from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from people.models import Enterprise

if TYPE_CHECKING:
    from people.models import User


class RequestQuerySet(models.QuerySet["SeatRequest"]):
    """Requests by reader and state."""

    def visible_to(self, person: "User") -> Self:
        """All for the programme's staff; one's own; those of classes one teaches; those of one's enterprise."""
        if person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR):
            return self
        # Not joins: they would repeat rows and forbid locking them.
        seen = Q(person=person)
        if person.has_role(Role.INSTRUCTOR):
            seen |= Q(run__in=RunInstructor.objects.filter(person=person, until=None).values("run"))
        if person.is_contact:
            # With those merged into it: a request that came in meanwhile may still name them.
            seen |= Q(enterprise__in=Enterprise.objects.spoken_for_by(person).values("pk"))
        return self.filter(seen)

    def in_line(self) -> Self:
        """Those who wait, first come first."""
        return self.filter(state=SeatRequest.State.WAITING).order_by("since", "pk")

    def holding(self, at: datetime) -> Self:
        """Those for whom a place is held at `at`."""
        return self.filter(state=SeatRequest.State.OFFERED, held_until__gt=at)

    def open(self) -> Self:
        """Those that still lead to a place."""
        return self.filter(state__in=SeatRequest.OPEN)

    def lapsed(self, at: datetime) -> Self:
        """Offers whose time is over at `at`, not noted yet."""
        return self.filter(state=SeatRequest.State.OFFERED, held_until__lte=at)


class SeatRequestEvent(Event):
    """What happened to a request for a place."""

    subject = models.ForeignKey("SeatRequest", on_delete=models.PROTECT, related_name="events")


class SeatRequest(Stateful):
    """One person's way to a place in one class, once; asking again is the same row.

    A place offered is held until `held_until` and counts as taken until then;
    afterwards it is free whether or not the sweep has noted it. The place itself
    is the enrolment.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("request for a place", "waiting for approval")
        WAITING = "waiting", pgettext_lazy("request for a place", "on the waiting list")
        OFFERED = "offered", pgettext_lazy("request for a place", "place held")
        TAKEN = "taken", pgettext_lazy("request for a place", "place taken")
        LAPSED = "lapsed", pgettext_lazy("request for a place", "held place lapsed")
        DECLINED = "declined", pgettext_lazy("request for a place", "declined")
        REFUSED = "refused", pgettext_lazy("request for a place", "not approved")
        CLOSED = "closed", pgettext_lazy("request for a place", "class over or cancelled")

    _AGAIN = frozenset({State.ASKED, State.WAITING, State.OFFERED, State.TAKEN})
    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.ASKED: frozenset(
            {State.WAITING, State.OFFERED, State.TAKEN, State.REFUSED, State.DECLINED, State.CLOSED}
        ),
        State.WAITING: frozenset({State.OFFERED, State.TAKEN, State.DECLINED, State.REFUSED, State.CLOSED}),
        State.OFFERED: frozenset({State.TAKEN, State.LAPSED, State.DECLINED, State.CLOSED}),
        State.TAKEN: frozenset({State.ASKED, State.WAITING, State.OFFERED}),
        State.LAPSED: _AGAIN,
        State.DECLINED: _AGAIN,
        State.REFUSED: _AGAIN,
        State.CLOSED: frozenset(),
    }
    EVENT = SeatRequestEvent
    OPEN: ClassVar[frozenset[str]] = frozenset({State.ASKED, State.WAITING, State.OFFERED})

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seat_requests")
    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="requests")
    state = models.CharField(max_length=10, choices=State.choices)
    since = models.DateTimeField(help_text=_("The place in the line: when it was asked for."))
    held_until = models.DateTimeField(null=True, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="seat_requests"
    )
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.CharField(
        _("what they write to the office"), max_length=500, blank=True, help_text=_("Such as papers held elsewhere.")
    )
    waived = models.BooleanField(default=False, help_text=_("The office lets them in without what the class asks for."))

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a place")
        verbose_name_plural = _("requests for places")
        constraints = [
            models.UniqueConstraint(fields=["person", "run"], name="a_person_asks_for_a_class_once"),
            models.CheckConstraint(
                condition=Q(state="offered", held_until__isnull=False) | ~Q(state="offered"),
                name="a_place_is_held_until_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "state", "since"], name="request_by_line"),
            models.Index(fields=["state", "held_until"], name="request_by_end_of_hold"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.run}"
