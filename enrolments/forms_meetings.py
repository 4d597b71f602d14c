"""What is filled in about meetings, and about who was there."""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from enrolments.forms.fields import DayField
from enrolments.models import CourseRun, Meeting
from enrolments.series import MOST, Slot, Weekly, on_day
from lms.lib.codes import tidy
from lms.lib.periods import ZONE
from people.models import User

_DAYS = (
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
)


class ClockField(forms.TimeField):
    """A time of day as people write it: 18:00, 18h30, 18h, 18.30."""

    widget = forms.TimeInput(format="%H:%M", attrs={"placeholder": "18:00", "autocomplete": "off"})

    def to_python(self, value: Any) -> time | None:
        """The time. Raises ValidationError that says how to write it."""
        if value in self.empty_values or isinstance(value, time):
            return value or None
        match = re.fullmatch(r"(\d{1,2})(?:[:h.](\d{2})?)?(?::\d{2})?", str(value).strip().lower())
        if match and int(match[1]) < 24 and int(match[2] or 0) < 60:
            return time(int(match[1]), int(match[2] or 0))
        raise ValidationError(
            _("“%(text)s” is no time of day. Write hours and minutes, such as 18:00.") % {"text": str(value)[:20]},
            code="invalid",
        )


class CodeForm(forms.Form):
    """The code that stands beside the picture on the projector."""

    code = forms.CharField(
        label=gettext_lazy("Code on the screen"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """As it is compared."""
        return tidy(self.cleaned_data["code"])


class _Room(forms.Form):
    """Where, and with whom."""

    topic = forms.CharField(label=pgettext_lazy("meeting", "Topic"), max_length=200, required=False)
    room = forms.CharField(
        label=gettext_lazy("Room"), max_length=200, required=False, help_text=gettext_lazy("Empty: the class's place.")
    )
    link = forms.URLField(
        label=gettext_lazy("Link to the online room"),
        max_length=400,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Empty: the class's link."),
    )
    instructor = forms.ModelChoiceField(
        label=gettext_lazy("Instructor"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("The class's instructors"),
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teaching = User.objects.filter(teaching__run=run, teaching__until=None)
        leading = User.objects.filter(meetings_led__run=run)
        self.fields["instructor"].queryset = (teaching | leading).distinct().order_by("sort_key")  # type: ignore[attr-defined]

    @property
    def room_facts(self) -> dict[str, Any]:
        """Topic, room, link and instructor."""
        return {name: self.cleaned_data[name] for name in ("topic", "room", "link", "instructor")}


class MeetingForm(_Room):
    """One meeting."""

    day = DayField(label=gettext_lazy("Day"))
    starts = ClockField(label=gettext_lazy("From"))
    ends = ClockField(label=gettext_lazy("To"))
    field_order = ["day", "starts", "ends", "topic", "room", "link", "instructor"]

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """What the form shows of a meeting."""
        starts, ends = meeting.starts_at.astimezone(ZONE), meeting.ends_at.astimezone(ZONE)
        return {
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "topic": meeting.topic,
            "room": meeting.room,
            "link": meeting.link,
            "instructor": meeting.instructor_id,
        }

    def clean(self) -> dict[str, Any]:
        """A meeting ends on the day on which it began."""
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error(
                "ends", ValidationError(_("The meeting would end before it starts. Put a later time."), code="order")
            )
        return cleaned

    @property
    def slot(self) -> Slot:
        """From when to when."""
        day = self.cleaned_data["day"]
        return Slot(on_day(day, self.cleaned_data["starts"]), on_day(day, self.cleaned_data["ends"]))


class SeriesForm(_Room):
    """Meetings on certain days of the week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"), choices=_DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = ClockField(label=gettext_lazy("From"))
    ends = ClockField(label=gettext_lazy("To"))
    starts_again = ClockField(
        label=gettext_lazy("A second time of the day, from"),
        required=False,
        help_text=gettext_lazy("For days with a meeting in the morning and one in the afternoon."),
    )
    ends_again = ClockField(label=gettext_lazy("Second time, to"), required=False)
    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("Number of meetings"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=gettext_lazy("Last day, number, or both: the series ends with what comes first."),
    )
    skipping = forms.CharField(
        label=gettext_lazy("Not on these days"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Holidays, such as 02/09/2026, 03/09/2026. With a number they are made up for."),
    )
    field_order = [
        "weekdays", "starts", "ends", "starts_again", "ends_again", "first", "last", "count", "skipping",
        "topic", "room", "link", "instructor",
    ]  # fmt: skip

    def clean_skipping(self) -> frozenset[date]:
        """The days named."""
        field = DayField()
        parts = [part for part in re.split(r"[,;\s]+", self.cleaned_data["skipping"]) if part]
        return frozenset(day for part in parts if (day := field.to_python(part)))

    def clean(self) -> dict[str, Any]:
        """A second time has both its ends."""
        cleaned = super().clean() or self.cleaned_data
        again = (cleaned.get("starts_again"), cleaned.get("ends_again"))
        if any(again) and not all(again):
            self.add_error("ends_again", ValidationError(_("Give both times, or neither."), code="pair"))
        return cleaned

    @property
    def rule(self) -> Weekly:
        """What the series is made by."""
        cleaned = self.cleaned_data
        times = [(cleaned["starts"], cleaned["ends"])]
        if cleaned["starts_again"]:
            times.append((cleaned["starts_again"], cleaned["ends_again"]))
        return Weekly(
            weekdays=frozenset(cleaned["weekdays"]),
            times=times,
            first=cleaned["first"],
            last=cleaned["last"],
            count=cleaned["count"],
            skipping=cleaned["skipping"],
        )


class CancelForm(forms.Form):
    """Why a meeting is called off."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody in the class reads it."),
    )


class ScanForm(forms.Form):
    """The scan of a signed sheet."""

    scan = forms.FileField(
        label=gettext_lazy("Scan of the signed sheet"),
        required=False,
        help_text=gettext_lazy("PDF, JPG or PNG, up to 10 MB. Kept as proof."),
    )


class ListForm(forms.Form):
    """A filled-in table, or a meeting tool's list of participants."""

    file = forms.FileField(label=gettext_lazy("CSV file"))
    present_from = forms.IntegerField(
        label=gettext_lazy("Present from, % of the time"), min_value=1, max_value=100, required=False
    )
    late_from = forms.IntegerField(
        label=gettext_lazy("Late from, % of the time"), min_value=0, max_value=100, required=False
    )

    def clean_present_from(self) -> int:
        """The share as given, or the usual one."""
        return int(self.cleaned_data["present_from"] or settings.ATTENDANCE_PRESENT_PERCENT)

    def clean_late_from(self) -> int:
        """The share as given, or the usual one."""
        found = self.cleaned_data["late_from"]
        return int(settings.ATTENDANCE_LATE_PERCENT if found is None else found)
