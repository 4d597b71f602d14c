"""When a class meets, and who was there."""

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from enrolments.models.enrolment import Enrolment
from enrolments.models.run import CourseRun
from lms.lib.states import Event, Stateful

if TYPE_CHECKING:
    from people.models import User


def fresh_secret() -> str:
    """What the rotating codes of one meeting are made from."""
    return secrets.token_hex(32)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings by reader."""

    def visible_to(self, person: "User") -> Self:
        """Those of classes that a person sees as staff."""
        return self.filter(run__in=CourseRun.objects.visible_to(person).values("pk"))

    def standing(self) -> Self:
        """Those that were not cancelled."""
        return self.exclude(state=Meeting.State.CANCELLED)


class MeetingEvent(Event):
    """What happened to a meeting; `told_at` is when everybody enrolled had been told of it, or nobody needed to be.

    `data["batch"]` is the same for meetings planned together, of which people are told together.
    """

    subject = models.ForeignKey("Meeting", on_delete=models.PROTECT, related_name="events")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta(Event.Meta):
        indexes = [models.Index(fields=["told_at", "at"], name="meeting_event_untold")]


class Meeting(Stateful):
    """One gathering of a class. Moved, it stays the same meeting with a higher `sequence`, as calendars expect."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "planned")
        CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PLANNED: frozenset({State.CANCELLED}),
        State.CANCELLED: frozenset({State.PLANNED}),
    }
    EVENT = MeetingEvent

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("class"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    topic = models.CharField(_("topic"), max_length=200, blank=True)
    room = models.CharField(_("room"), max_length=200, blank=True)
    link = models.URLField(_("link to the online room"), max_length=400, blank=True)
    instructor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_led",
        verbose_name=_("instructor"),
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    secret = models.CharField(max_length=64, default=fresh_secret, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_meeting_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["run", "starts_at"], name="meeting_by_run"),
            models.Index(fields=["starts_at"], name="meeting_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.starts_at:%d/%m/%Y %H:%M}"

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def opens_at(self) -> datetime:
        """From when on one may be marked as there."""
        return self.starts_at - timedelta(minutes=settings.ATTENDANCE_OPENS_MINUTES)

    @property
    def where(self) -> str:
        """The room, or the class's place. Empty for a meeting online only."""
        return self.room or ("" if self.link else self.run.place)

    @property
    def online(self) -> str:
        """The address of the online room: its own, or the class's."""
        return self.link or self.run.link


class AttendanceEvent(Event):
    """How an attendance came to be what it is; corrections leave the line before.

    `key` is what a device gave the mark before it was sent, so that a mark sent
    twice is written once. `data` holds method, the device's own time, minutes.
    """

    subject = models.ForeignKey("Attendance", on_delete=models.PROTECT, related_name="events")
    key = models.CharField(max_length=60, unique=True, null=True, blank=True)


class Attendance(models.Model):
    """Whether one enrolled person was at one meeting, as it stands now."""

    class Status(models.TextChoices):
        PRESENT = "present", pgettext_lazy("attendance", "present")
        LATE = "late", pgettext_lazy("attendance", "late")
        EXCUSED = "excused", pgettext_lazy("attendance", "excused")
        ABSENT = "absent", pgettext_lazy("attendance", "absent")

    class Method(models.TextChoices):
        HAND = "hand", pgettext_lazy("attendance", "marked by the instructor")
        QR = "qr", pgettext_lazy("attendance", "scanned")
        CODE = "code", pgettext_lazy("attendance", "typed code")
        SHEET = "sheet", pgettext_lazy("attendance", "signed sheet")
        FILE = "file", pgettext_lazy("attendance", "from a file")
        TOOL = "tool", pgettext_lazy("attendance", "from the online room")

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    status = models.CharField(_("attendance"), max_length=10, choices=Status.choices)
    method = models.CharField(_("how"), max_length=10, choices=Method.choices)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("Minutes present, where they were measured.")
    )
    marked_at = models.DateTimeField(help_text=_("When the mark was made, also where it was sent later."))
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "enrolment"], name="a_person_attends_a_meeting_once"),
            models.CheckConstraint(
                condition=Q(status__in=["present", "late", "excused", "absent"]), name="attendance_is_one_of_four"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.status}"


class SignedSheet(models.Model):
    """The scan of a signed sign-in sheet, kept as proof."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="sheets")
    path = models.CharField(max_length=250, help_text=_("Where the file lies in the private storage."))
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("signed sheet")
        verbose_name_plural = _("signed sheets")
        ordering = ["added_at"]

    def __str__(self) -> str:
        return self.name


class CalendarKey(models.Model):
    """The secret part of the address of a calendar feed: a person's, an instructor's, or a class's."""

    class Kind(models.TextChoices):
        PERSON = "person", pgettext_lazy("calendar of", "own classes")
        TEACHING = "teaching", pgettext_lazy("calendar of", "classes taught")
        RUN = "run", pgettext_lazy("calendar of", "a class")

    key = models.CharField(max_length=64, unique=True, default=fresh_secret)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="calendar_keys"
    )
    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, null=True, blank=True, related_name="calendar_keys")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "person"],
                condition=Q(ended_at=None, run=None),
                name="a_person_has_one_feed_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["run"], condition=Q(ended_at=None, kind="run"), name="a_class_has_one_feed"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
