"""The form of a class."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from courses.models import Course, Edition
from enrolments import places, prerequisites, queries
from enrolments.forms.fields import DAY, DayField, MomentField, clean_code
from enrolments.models import CourseRun, Prerequisite
from enrolments.prerequisites import Asked
from lms.lib.access import Role
from lms.lib.periods import local_date
from people.models import FundingSource, RoleGrant, Sector, User

_SHARE = "share_"
NEEDS = 5
"""How many things a class may ask for."""


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

    link = forms.URLField(
        label=gettext_lazy("Link to the online room"),
        max_length=400,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Shown to those who are enrolled only."),
    )
    # Left out, as by a script, these keep what the class has; left empty, they are a fault.
    open_to = forms.ChoiceField(
        label=gettext_lazy("Open to"), choices=CourseRun.OpenTo.choices, required=False, initial=CourseRun.OpenTo.ANYONE
    )
    sectors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Sectors"),
        queryset=Sector.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Where the class is open to certain sectors: which ones."),
    )
    waiting = forms.ChoiceField(
        label=gettext_lazy("Waiting list"),
        choices=CourseRun.Waiting.choices,
        required=False,
        initial=CourseRun.Waiting.AUTO,
    )
    offer_hours = forms.IntegerField(
        label=gettext_lazy("An offered place is held, hours"),
        min_value=1,
        max_value=720,
        required=False,
        initial=48,
        help_text=gettext_lazy("Then the next in line is asked."),
    )
    quota = forms.IntegerField(
        label=gettext_lazy("Places per enterprise at most"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("Empty: no limit."),
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
            "link",
            "language",
            "open_to",
            "waiting",
            "offer_hours",
            "quota",
            "cost_note",
            "programme",
            "plan_year",
        ]
        labels = {"cost_note": gettext_lazy("Who pays what")}
        help_texts = {
            "cost_note": gettext_lazy("Shown to everybody, such as: free for enterprises of the province."),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        run = self.instance
        if run.pk is None:
            self.initial.setdefault("plan_year", today.year)
        else:
            self.initial["sectors"] = list(run.sectors.values_list("pk", flat=True))
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

        self._add_needs(places.asked_by(run) if run.pk else [])

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under headings, in the order in which one thinks of them."""
        when = ["course", "code", "edition", "mode", "starts_on", "ends_on", "enrols_from", "enrols_until"]
        where = ["place", "timetable", "link", "language", "instructors"]
        who = ["seats", "open_to", "sectors", "quota", "waiting", "offer_hours"]
        needs = [f"{name}_{number}" for number in range(1, NEEDS + 1) for name in ("need", "months")]
        money = ["cost_note", "programme", "plan_year", *self.sources]
        titles = [_("Course and days"), _("Place and people"), _("Who gets a place"), _("What the class asks for")]
        grouped = zip([*titles, _("Money")], [when, where, who, needs, money], strict=True)
        return [(title, [self[name] for name in names]) for title, names in grouped]

    def _add_needs(self, asked: list[Asked]) -> None:
        """Rows of what the class asks for: which thing, and how old it may be."""
        kinds = dict(Prerequisite.Kind.choices)
        choices: list[Any] = [("", gettext_lazy("nothing"))]
        for kind, source in prerequisites.sources().items():
            found = [(f"{kind}:{key}", name) for key, name in source.choices()]
            choices.append((str(kinds[kind]).capitalize(), found))
        for number in range(1, NEEDS + 1):
            row = asked[number - 1] if number <= len(asked) else None
            self.fields[f"need_{number}"] = forms.ChoiceField(
                label=_("Asked for, %(number)s") % {"number": number},
                choices=choices,
                required=False,
                initial=f"{row.kind}:{row.key}" if row else "",
            )
            self.fields[f"months_{number}"] = forms.IntegerField(
                label=_("not older than, months (%(number)s)") % {"number": number},
                min_value=1,
                max_value=600,
                required=False,
                initial=row.months if row else None,
                help_text=gettext_lazy("Empty: however old."),
            )

    @property
    def prerequisites(self) -> list[Asked]:
        """What the class asks for, of the cleaned form."""
        found = []
        for number in range(1, NEEDS + 1):
            kind, _colon, key = self.cleaned_data.get(f"need_{number}", "").partition(":")
            if key:
                found.append(Asked(kind, key, self.cleaned_data.get(f"months_{number}")))
        return found

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
        return clean_code(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        """What depends on several fields."""
        cleaned = super().clean() or self.cleaned_data
        self._clean_course(cleaned)
        self._clean_days(cleaned)
        self._clean_admission(cleaned)
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

    def _clean_admission(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("open_to") == CourseRun.OpenTo.SECTORS and not cleaned.get("sectors"):
            self.add_error(
                "sectors", ValidationError(_("Name the sectors to which the class is open."), code="sectors")
            )
        course, seen = cleaned.get("course"), set()
        for number in range(1, NEEDS + 1):
            need = cleaned.get(f"need_{number}")
            if not need and cleaned.get(f"months_{number}"):
                self.add_error(f"need_{number}", ValidationError(_("Choose what may not be older."), code="need"))
            elif need and need in seen:
                self.add_error(f"need_{number}", ValidationError(_("This is asked for already."), code="twice"))
            elif course is not None and need == f"{Prerequisite.Kind.COURSE}:{course.code}":
                self.add_error(f"need_{number}", ValidationError(_("A course cannot ask for itself."), code="circle"))
            seen.add(need)

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
                    _("The class would end before it starts on %(day)s. Put a later day.") % {"day": f"{starts:{DAY}}"},
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
