"""Days, moments and codes as staff write them."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

_CODE = re.compile(r"(?=.*\d)[A-Z0-9]+(-[A-Z0-9]+)*")
DAY = "%d/%m/%Y"
MOMENT = "%d/%m/%Y %H:%M"


class DayField(forms.DateField):
    """Day, month, year in this order, whatever the language of the page."""

    widget = AdminDateInput(format=DAY, attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[DAY, "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"], **kwargs)

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

    widget = AdminDateTimeInput(format=MOMENT, attrs={"placeholder": "dd/mm/yyyy hh:mm"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=[MOMENT, "%H:%M %d/%m/%Y", DAY, "%Y-%m-%d %H:%M"], **kwargs)

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


def clean_code(written: str) -> str:
    """The code of a class in capitals, or empty. Raises ValidationError for what an address could not hold."""
    code = written.strip().upper()
    if code and not _CODE.fullmatch(code):
        raise ValidationError(
            _("Write the code with plain letters, digits and hyphens, and at least one digit: HACCP-2026-03."),
            code="invalid",
        )
    return code
