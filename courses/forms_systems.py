"""What staff and contacts fill in about systems that an enterprise applies or is certified for."""

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.models import AppliedSystem, Edition, Subject
from people.models import Enterprise


class _DayInput(forms.DateInput):
    """A day typed as dd/mm/yyyy."""

    def __init__(self) -> None:
        super().__init__(attrs={"placeholder": "dd/mm/yyyy", "inputmode": "numeric", "autocomplete": "off"})


class SystemForm(forms.ModelForm[AppliedSystem]):
    """One system of one enterprise."""

    class Meta:
        model = AppliedSystem
        fields = ["subject", "edition", "kind", "body", "number", "since", "valid_until"]
        widgets = {"since": _DayInput, "valid_until": _DayInput, "kind": forms.RadioSelect}
        help_texts = {
            "edition": _("Where the standard has one: ISO 9001:2015."),
            "body": _("Who issued the certificate; empty if the system is only applied."),
            "valid_until": _("Printed on the certificate. After this day it is shown as expired."),
        }

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.enterprise = enterprise
        subject, edition, kind = (self.fields[name] for name in ("subject", "edition", "kind"))
        assert isinstance(subject, forms.ModelChoiceField) and isinstance(edition, forms.ModelChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        subject.choices = [("", _("choose")), *_subjects()]
        edition.choices = [("", _("not given")), *_editions()]
        kind.choices = AppliedSystem.Kind.choices

    def clean(self) -> dict[str, Any]:
        """Say at the field what a certificate lacks. Raises nothing: faults stand at their fields."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") == AppliedSystem.Kind.CERTIFIED:
            for name, fault in (
                ("body", _("Say which body issued the certificate.")),
                ("number", _("Give the number that stands on the certificate.")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(fault, code="required"))
        edition, subject = data.get("edition"), data.get("subject")
        if edition and subject and edition.subject_id != subject.pk:
            self.add_error("edition", ValidationError(_("Choose an edition of the chosen standard."), code="edition"))
        if data.get("since") and data.get("valid_until") and data["valid_until"] < data["since"]:
            self.add_error(
                "valid_until",
                ValidationError(
                    _("A certificate cannot expire before it begins. Correct one of the days."), code="order"
                ),
            )
        return data


def _subjects() -> list[tuple[str, list[tuple[Any, str]]]]:
    rows = Subject.objects.select_related("family").order_by("family__order", "family", "order")
    return [
        (family.name, [(row.pk, row.short_name) for row in group])
        for family, group in groupby(rows, key=lambda row: row.family)
    ]


def _editions() -> list[tuple[str, list[tuple[Any, str]]]]:
    rows = Edition.objects.select_related("subject").order_by("subject__family__order", "subject__order", "order")
    return [
        (subject.short_name, [(row.pk, row.name) for row in group])
        for subject, group in groupby(rows, key=lambda row: row.subject)
    ]


class EndForm(forms.Form):
    """Since when a system is applied no more."""

    on = forms.DateField(label=_("Applied no more since"), widget=_DayInput)
