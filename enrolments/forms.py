"""What staff fill in about classes."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from courses.models import Course, Edition
from enrolments import queries
from enrolments.models import CourseRun
from lms.lib.access import Role
from lms.lib.periods import local_date
from people.models import FundingSource, RoleGrant, User

_CODE = re.compile(r"(?=.*\d)[A-Z0-9]+(-[A-Z0-9]+)*")
_DAY = "%d/%m/%Y"
_MOMENT = "%d/%m/%Y %H:%M"
_SHARE = "share_"


class DayField(forms.DateField):
    """Day, month, year in this order, whatever the language of the page."""

    widget = AdminDateInput(format=_DAY, attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[_DAY, "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day. Raises ValidationError that says what is wrong with it."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                _("“%(text)s” is not a day of the calendar. Write day/month/year, such as 28/02/2026.")
                % {"text": str(value)[:40]},
                code="invalid",
            ) from error


class MomentField(forms.DateTimeField):
    """Day/month/year and the time in Vietnam."""

    widget = AdminDateTimeInput(format=_MOMENT, attrs={"placeholder": "dd/mm/yyyy hh:mm"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[_MOMENT, "%H:%M %d/%m/%Y", _DAY, "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """The moment. Raises ValidationError that says what is wrong with it."""
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                _("“%(text)s” is not in the calendar. Write day/month/year and time, such as 28/02/2026 17:00.")
                % {"text": str(value)[:40]},
                code="invalid",
            ) from error


class ClassForm(forms.ModelForm[CourseRun]):
    """A class with its money and its instructors; `funding` and `cleaned_data["instructors"]` go to the action."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Left empty, it is made of the course and the year, such as HACCP-2026-03."),
    )
    edition = forms.ModelChoiceField(
        label=gettext_lazy("Edition taught"),
        queryset=Edition.objects.select_related("subject"),
        required=False,
        empty_label=gettext_lazy("The course’s own edition"),
    )
    starts_on = DayField(label=gettext_lazy("Starts on"))
    ends_on = DayField(label=gettext_lazy("Ends on"))
    enrols_from = MomentField(
        label=gettext_lazy("Enrolment from"), required=False, help_text=gettext_lazy("Empty: as soon as it is open.")
    )
    enrols_until = MomentField(
        label=gettext_lazy("Enrolment until"), required=False, help_text=gettext_lazy("Empty: until the last day.")
    )
    seats = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("Empty: no limit."),
        error_messages={"min_value": gettext_lazy("A class has at least one place. Leave it empty for no limit.")},
    )
    plan_year = forms.IntegerField(label=gettext_lazy("Plan year"), min_value=2000, max_value=2100, required=False)
    instructors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Instructors"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Whom you take away here stays on record as having taught until today."),
    )

    class Meta:
        model = CourseRun
        fields = [
            "course",
            "code",
            "edition",
            "mode",
            "starts_on",
            "ends_on",
            "enrols_from",
            "enrols_until",
            "seats",
            "place",
            "timetable",
            "language",
            "programme",
            "plan_year",
        ]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        run = self.instance
        if run.pk is None:
            self.initial.setdefault("plan_year", today.year)
        else:
            self.initial["instructors"] = list(run.instructors.filter(until=None).values_list("person", flat=True))
            if run.state != CourseRun.State.DRAFT:
                self.fields["code"].disabled = True
                self.fields["code"].help_text = gettext_lazy("Links to the class are made of it, so it stays.")
        self.fields["instructors"].queryset = self._may_teach()  # type: ignore[attr-defined]
        self.sources = {f"{_SHARE}{source.pk}": source for source in FundingSource.objects.all()}
        shares = dict(run.funding.values_list("source", "percent")) if run.pk else {}
        for name, source in self.sources.items():
            self.fields[name] = forms.IntegerField(
                label=_("%(source)s, share in %%") % {"source": source.name},
                min_value=0,
                max_value=100,
                required=False,
                initial=shares.get(source.pk),
            )

    def _may_teach(self) -> Any:
        """Instructors, and whoever teaches the class at present."""
        granted = RoleGrant.objects.filter(role=Role.INSTRUCTOR, ended_at=None).values("person")
        allowed = Q(pk__in=granted, is_active=True, merged_into=None)
        if self.instance.pk:
            allowed |= Q(pk__in=self.initial["instructors"])
        return User.objects.filter(allowed).order_by("sort_key")

    @property
    def funding(self) -> dict[FundingSource, int]:
        """Shares by source, of the cleaned form."""
        given = {source: self.cleaned_data.get(name) for name, source in self.sources.items()}
        return {source: percent for source, percent in given.items() if percent}

    def clean_code(self) -> str:
        """The code in capitals, or empty; nothing that an address of the site could be taken for."""
        code: str = self.cleaned_data["code"].strip().upper()
        if code and not _CODE.fullmatch(code):
            raise ValidationError(
                _("Write the code with plain letters, digits and hyphens, and at least one digit: HACCP-2026-03."),
                code="invalid",
            )
        return code

    def clean(self) -> dict[str, Any]:
        """What depends on several fields."""
        cleaned = super().clean() or self.cleaned_data
        self._clean_course(cleaned)
        self._clean_days(cleaned)
        if not any(name in self.errors for name in self.sources):
            total = sum(self.funding.values())
            if total not in (0, 100):
                self.add_error(
                    None,
                    ValidationError(
                        _("The shares of the funding sources make %(total)s%%. They must make 100%% or stay empty.")
                        % {"total": total},
                        code="funding",
                    ),
                )
        return cleaned

    def _clean_course(self, cleaned: dict[str, Any]) -> None:
        course: Course | None = cleaned.get("course")
        if course is None:
            return
        edition = cleaned.get("edition")
        if edition is None and "edition" not in self.errors:
            cleaned["edition"] = course.edition
        elif edition is not None and edition.subject_id != course.subject_id:
            self.add_error(
                "edition",
                ValidationError(
                    _("%(edition)s is no edition of what the course teaches. Choose another one or leave it empty.")
                    % {"edition": edition},
                    code="edition",
                ),
            )
        starts = cleaned.get("starts_on")
        if not cleaned.get("code") and "code" not in self.errors and starts is not None:
            cleaned["code"] = queries.propose_code(course, starts.year)

    def _clean_days(self, cleaned: dict[str, Any]) -> None:
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error(
                "ends_on",
                ValidationError(
                    _("The class would end before it starts on %(day)s. Put a later day.")
                    % {"day": f"{starts:{_DAY}}"},
                    code="order",
                ),
            )
        opens, closes = cleaned.get("enrols_from"), cleaned.get("enrols_until")
        if opens and closes and closes <= opens:
            self.add_error(
                "enrols_until",
                ValidationError(_("Enrolment would end before it begins. Put a later moment."), code="order"),
            )
        elif closes and ends and local_date(closes) > ends:
            self.add_error(
                "enrols_until",
                ValidationError(_("Enrolment would end after the class. Put an earlier moment."), code="order"),
            )


class ClassFilterForm(forms.Form):
    """Search in the list of classes."""

    q = forms.CharField(label=gettext_lazy("Code, course or place"), max_length=100, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    mode = forms.ChoiceField(label=gettext_lazy("Mode"), required=False)
    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"),
        queryset=Course.objects.all(),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", gettext_lazy("All"))
        self.fields["state"].choices = [everything, *CourseRun.State.choices]  # type: ignore[attr-defined]
        self.fields["mode"].choices = [everything, *CourseRun.Mode.choices]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Another state for a class, with the reason."""

    to = forms.ChoiceField(label=gettext_lazy("New state"), choices=CourseRun.State.choices)
    note = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept in the history of the class. Needed when it is cancelled."),
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [choice for choice in CourseRun.State.choices if run.may_move(choice[0])]
        self.fields["to"].choices = allowed  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    """Why somebody leaves a class."""

    note = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )
