"""A class: one dated offering of a course."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from courses.models import Course, Edition
from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from lms.lib.text import fold
from people.models import FundingSource, Programme, Sector

if TYPE_CHECKING:
    from people.models import User


def _number_of(relation: str, **which: object) -> Coalesce:
    """How many rows of `relation` each class has. Counted one by one: two joins would multiply them."""
    rows = CourseRun._meta.get_field(relation).related_model._default_manager  # type: ignore[union-attr]
    counted = rows.filter(run=OuterRef("pk"), **which).order_by().values("run").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


class RunQuerySet(models.QuerySet["CourseRun"]):
    """Classes by day and reader."""

    def announced(self) -> Self:
        """Classes that the public sees."""
        return self.filter(state__in=[CourseRun.State.OPEN, CourseRun.State.RUNNING])

    def enrolling(self, at: datetime) -> Self:
        """Classes whose registration window is open at `at`."""
        return self.announced().filter(
            Q(enrols_from=None) | Q(enrols_from__lte=at), Q(enrols_until=None) | Q(enrols_until__gt=at)
        )

    def with_taken(self, at: datetime | None = None) -> Self:
        """Each with `taken`, the seats of those enrolled, and `held`, those offered to somebody at `at` (now)."""
        return self.annotate(
            taken=_number_of("enrolments", state__in=["active", "completed"]),
            held=_number_of("requests", state="offered", held_until__gt=at or timezone.now()),
        )

    def with_asking(self) -> Self:
        """Each with `asking`, how many wait for the office's answer or for a place."""
        return self.annotate(asking=_number_of("requests", state__in=["asked", "waiting"]))

    def matching(self, text: str) -> Self:
        """Classes whose code, place or course holds every word of `text`, accents and case aside."""
        words = fold(text).split()
        if not words:
            return self
        # Courses and places are few; their names have no folded key to search in the database.
        titles = {
            pk: fold(" ".join(texts)) for pk, *texts in Course.objects.values_list("pk", "code", "title_vi", "title_en")
        }
        found = [
            pk
            for pk, course, code, place in self.order_by().values_list("pk", "course", "code", "place")
            if all(word in f"{fold(code)} {fold(place)} {titles[course]}" for word in words)
        ]
        return self.filter(pk__in=found)

    def visible_to(self, person: "User") -> Self:
        """All for the programme's staff; an instructor's own."""
        if person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR):
            return self
        # Not a join: it would repeat rows and forbid locking them.
        return self.filter(pk__in=RunInstructor.objects.filter(person=person, until=None).values("run"))


class RunEvent(Event):
    """What happened to a class."""

    subject = models.ForeignKey("CourseRun", on_delete=models.PROTECT, related_name="events")


class CourseRun(Stateful):
    """A class. Enrolments count for the edition, the place and the money named here."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open for enrolment")
        RUNNING = "running", _("under way")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    class Mode(models.TextChoices):
        SELF_PACED = "self", _("at your own pace")
        ROOM = "room", _("in a room")
        ONLINE = "online", _("online")
        BLENDED = "blended", _("blended")

    class OpenTo(models.TextChoices):
        ANYONE = "anyone", pgettext_lazy("a class is open to", "anyone")
        NOMINATED = "nominated", pgettext_lazy("a class is open to", "people whom their enterprise nominates")
        APPROVAL = "approval", pgettext_lazy("a class is open to", "anyone, after the office agrees")
        SECTORS = "sectors", pgettext_lazy("a class is open to", "people from certain sectors")

    class Waiting(models.TextChoices):
        AUTO = "auto", pgettext_lazy("waiting list", "the next in line is offered a free place at once")
        HAND = "hand", pgettext_lazy("waiting list", "the office offers free places by hand")
        NONE = "none", pgettext_lazy("waiting list", "no waiting list")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.DRAFT: frozenset({State.OPEN, State.CANCELLED}),
        State.OPEN: frozenset({State.RUNNING, State.FINISHED, State.CANCELLED}),
        State.RUNNING: frozenset({State.FINISHED, State.CANCELLED}),
        State.FINISHED: frozenset(),
        State.CANCELLED: frozenset(),
    }
    EVENT = RunEvent

    code = models.CharField(_("code"), max_length=30, unique=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs", verbose_name=_("course"))
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("edition taught"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.SELF_PACED)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    enrols_from = models.DateTimeField(_("enrolment from"), null=True, blank=True)
    enrols_until = models.DateTimeField(_("enrolment until"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True, help_text=_("Empty: no limit."))
    place = models.CharField(_("place"), max_length=200, blank=True)
    timetable = models.CharField(_("timetable"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("programme")
    )
    plan_year = models.PositiveSmallIntegerField(_("plan year"), null=True, blank=True)
    link = models.URLField(_("link to the online room"), max_length=400, blank=True)
    cost_note = models.CharField(_("who pays what"), max_length=300, blank=True)
    open_to = models.CharField(_("open to"), max_length=10, choices=OpenTo.choices, default=OpenTo.ANYONE)
    sectors = models.ManyToManyField(Sector, blank=True, related_name="+", verbose_name=_("sectors"))
    waiting = models.CharField(_("waiting list"), max_length=10, choices=Waiting.choices, default=Waiting.AUTO)
    offer_hours = models.PositiveSmallIntegerField(
        _("an offered place is held, hours"), default=48, help_text=_("Then the next in line is asked.")
    )
    quota = models.PositiveSmallIntegerField(
        _("places per enterprise at most"), null=True, blank=True, help_text=_("Empty: no limit.")
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="a_class_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(enrols_from=None) | Q(enrols_until=None) | Q(enrols_until__gt=F("enrols_from")),
                name="enrolment_closes_after_it_opens",
            ),
            models.CheckConstraint(condition=Q(seats=None) | Q(seats__gt=0), name="a_class_has_seats_or_no_limit"),
            models.CheckConstraint(condition=Q(quota=None) | Q(quota__gt=0), name="a_quota_is_a_place_or_more"),
        ]
        indexes = [models.Index(fields=["state", "starts_on"], name="run_by_state")]

    def __str__(self) -> str:
        return self.code

    def enrolling_at(self, at: datetime) -> bool:
        """Whether the registration window is open at `at`."""
        return (
            self.state in (self.State.OPEN, self.State.RUNNING)
            and (self.enrols_from is None or self.enrols_from <= at)
            and (self.enrols_until is None or at < self.enrols_until)
        )

    def over_on(self, day: date) -> bool:
        """Whether the last day lies before `day`."""
        return self.ends_on < day


class Prerequisite(models.Model):
    """What a class asks for: a course completed or a certificate held, perhaps not too long ago."""

    class Kind(models.TextChoices):
        COURSE = "course", _("course completed")
        CERTIFICATE = "certificate", _("certificate held")

    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="prerequisites")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    key = models.CharField(
        _("which"), max_length=60, help_text=_("The course's code; of a certificate, its scheme's code.")
    )
    months = models.PositiveSmallIntegerField(
        _("not older than, months"), null=True, blank=True, help_text=_("Empty: however old.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "key"], name="a_class_asks_for_a_thing_once"),
            models.CheckConstraint(condition=Q(months=None) | Q(months__gt=0), name="an_age_limit_is_a_month_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class RunFunding(models.Model):
    """A funding source's share of a class, in percent."""

    run = models.ForeignKey(CourseRun, on_delete=models.CASCADE, related_name="funding")
    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, verbose_name=_("funding source"))
    percent = models.PositiveSmallIntegerField(_("share, %"), default=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "source"], name="a_source_funds_a_class_once"),
            models.CheckConstraint(condition=Q(percent__range=(1, 100)), name="a_share_is_1_to_100_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.percent}%"


class RunInstructor(models.Model):
    """Who teaches a class, from `since` to `until`. Ended, never deleted: whom one taught is not forgotten."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="instructors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="teaching")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "person"], condition=Q(until=None), name="teaches_a_class_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.run}"
