"""The choice of a free period."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.reading import EARLIEST, LATEST

_NO_DAY = _("This is not a day of the calendar. Write it as 31/12/2026.")


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _NO_DAY, "required": _("Give both days of the period.")},
    )


class PeriodForm(forms.Form):
    """First and last day, both included."""

    first = _day(_("From"))
    last = _day(_("Up to and including"))

    def clean(self) -> dict[str, Any]:
        """Both days in order and within the years that reports know."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last:
            if last < first:
                self.add_error("last", _("The period ends before it begins. Put the earlier day first."))
            elif first.year < EARLIEST or last.year > LATEST:
                self.add_error("first", _("The period must lie between 2000 and 2100."))
        return cleaned

    @property
    def code(self) -> str:
        """The period's name, of a valid form."""
        return f"{self.cleaned_data['first']}..{self.cleaned_data['last']}"
