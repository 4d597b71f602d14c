"""Long work as rows before it is messages; what people are told, each once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class Job(models.Model):
    """Long work that somebody asked for: the page shows this row, the broker may forget."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("long work", "waiting")
        RUNNING = "running", pgettext_lazy("long work", "running")
        DONE = "done", pgettext_lazy("long work", "done")
        FAILED = "failed", pgettext_lazy("long work", "failed")

    kind = models.CharField(max_length=60)
    task = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(help_text=_("When the work last gave a sign of life."))
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("long work", "job")
        verbose_name_plural = pgettext_lazy("long work", "jobs")
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "beat_at"], name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices by reader."""

    def for_reading(self, person: Any) -> Self:
        """A person's notices on the screen, newest first."""
        return self.filter(person=person, channel=Notice.Channel.SCREEN).order_by("-created_at", "-pk")

    def to_look_at(self) -> Self:
        """Those that failed and that a person must decide about.

        Not what ended by itself: the address is dead (it has a list of its own), too
        late, switched off, nobody there any more.
        """
        found = self.filter(state=Notice.State.FAILED)
        for word in Notice.SETTLED:
            found = found.exclude(Q(error=word) | Q(error__startswith=f"{word}:"))
        return found

    def due(self, at: datetime) -> Self:
        """Those that wait to be sent and may be sent at `at`."""
        return self.filter(Q(due_at=None) | Q(due_at__lte=at), state=Notice.State.QUEUED)


class Notice(models.Model):
    """One thing that one person is told through one channel, once."""

    class Channel(models.TextChoices):
        SCREEN = "screen", _("on screen")
        MAIL = "mail", _("e-mail")
        ZALO = "zalo", _("Zalo")
        SMS = "sms", _("text message")

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("mail", "queued")
        SENDING = "sending", pgettext_lazy("mail", "sending")
        SENT = "sent", pgettext_lazy("mail", "sent")
        FAILED = "failed", pgettext_lazy("mail", "failed")

    MAX_TRIES: ClassVar[int] = 8
    SETTLED: ClassVar[tuple[str, ...]] = ("refused", "late", "off", "closed", "erased", "unknown")
    """First words of `error` that need nobody's decision."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    facts = models.JSONField(default=dict, help_text=_("What the texts are filled with."))
    address = models.CharField(max_length=254, blank=True, help_text=_("Where a mail goes, as it was when queued."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text=_("Not to be sent before."))
    claimed_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the other side may have taken it: from then on it is not repeated.")
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "key", "channel"], name="a_person_is_told_a_thing_once_per_channel"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"], name="notice_by_state"),
            models.Index(fields=["address"], name="notice_by_address", condition=~Q(address="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.channel}"


class NoticeText(models.Model):
    """The province's own wording of one kind of notice in one language; without a row the built-in text stands."""

    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(_("language"), max_length=5)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    button = models.CharField(_("button"), max_length=60, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("text of a notice")
        verbose_name_plural = _("texts of notices")
        constraints = [
            models.UniqueConstraint(fields=["kind", "language"], name="a_kind_is_worded_once_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


class NoticeChoice(models.Model):
    """What a person does not want to be told through a channel, or wants though it is off by default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    group = models.CharField(max_length=20, help_text=_("A group of kinds, as in people.notices."))
    channel = models.CharField(max_length=10, choices=Notice.Channel.choices)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "group", "channel"], name="a_person_chooses_once_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.group} {self.channel} {self.wanted}"


class RefusedQuerySet(models.QuerySet["RefusedAddress"]):
    """Refused addresses."""

    def standing(self) -> Self:
        """Those that nobody has lifted."""
        return self.filter(lifted_at=None)

    def among(self, addresses: Collection[str]) -> set[tuple[str, str]]:
        """Channel and address of those of `addresses` that take nothing at present."""
        if not addresses:
            return set()
        return set(self.standing().filter(address__in=addresses).values_list("channel", "address"))


class RefusedAddress(models.Model):
    """An address that does not take what is sent: nothing more goes there until somebody lifts it."""

    channel = models.CharField(max_length=10, choices=Notice.Channel.choices)
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=300, blank=True)
    refused_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RefusedQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], condition=Q(lifted_at=None), name="an_address_is_refused_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.refused_at:%Y-%m-%d}"
