"""Fields that read names, dates, phone numbers and communes as Vietnamese people write them."""

import calendar
import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, gettext_lazy

from lms.lib.text import collate, nfc
from people.logins import phone_number
from people.models import AdministrativeUnit, Province

_NAME_MARKS = frozenset(" .'’-·()")
OLDEST = 110
"""Years that nobody registered has lived longer than."""


class NameField(forms.CharField):
    """A person's name, composed (NFC), as it will be printed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 150)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The name without doubled spaces."""
        return nfc(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        """Letters and the few marks that names have. Raises ValidationError."""
        super().validate(value)
        if not value:
            return
        letters = sum(unicodedata.category(char).startswith("L") for char in value)
        strange = [char for char in value if unicodedata.category(char)[0] not in "LM" and char not in _NAME_MARKS]
        if strange:
            raise ValidationError(
                _("A name has letters only; take “%(char)s” out.") % {"char": strange[0]}, code="characters"
            )
        if letters < 2:
            raise ValidationError(_("Write the whole name, as on the identity card."), code="short")


class BirthDateField(forms.DateField):
    """Day, month, year in this order, whatever the language of the page."""

    widget = forms.DateInput(
        format="%d/%m/%Y", attrs={"inputmode": "numeric", "placeholder": "dd/mm/yyyy", "autocomplete": "bday"}
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Date of birth"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day. Raises ValidationError that says what is wrong with it."""
        if not value or isinstance(value, date):
            return value or None
        text = unicodedata.normalize("NFKC", str(value)).strip()
        found = re.fullmatch(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})", text, re.ASCII)
        if found is None and (compact := re.fullmatch(r"(\d{2})(\d{2})(\d{4})", text, re.ASCII)):
            found = compact
        if found is None:
            raise ValidationError(_("Write day/month/year, such as 04/09/1992."), code="invalid")
        day, month, year = (int(part) for part in found.groups())
        return self._existing(day, month, year)

    @staticmethod
    def _existing(day: int, month: int, year: int) -> date:
        if not 1 <= month <= 12 or not 1 <= year <= 9999:
            raise ValidationError(
                _("There is no month %(month)s. Write day/month/year, such as 04/09/1992.") % {"month": month},
                code="invalid",
            )
        days = calendar.monthrange(year, month)[1]
        if not 1 <= day <= days:
            raise ValidationError(
                _(
                    "%(day)02d/%(month)02d/%(year)d is not in the calendar: "
                    "month %(month)d of %(year)d has %(days)d days."
                )
                % {"day": day, "month": month, "year": year, "days": days},
                code="no_such_day",
            )
        return date(year, month, day)

    def clean(self, value: Any) -> date | None:
        """The day, if somebody alive may have been born then."""
        born: date | None = super().clean(value)
        if born is not None and not 0 <= timezone.localdate().year - born.year <= OLDEST:
            raise ValidationError(_("Check the year of birth: %(year)d.") % {"year": born.year}, code="year")
        if born is not None and born > timezone.localdate():
            raise ValidationError(_("The date of birth lies in the future. Check it."), code="future")
        return born


class PhoneField(forms.CharField):
    """A phone number, kept as E.164; Vietnamese unless it says otherwise."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Phone number"))
        kwargs.setdefault("max_length", 30)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The number in its stored form. Raises ValidationError when it is none."""
        text = super().to_python(value)
        if not text:
            return ""
        number = phone_number(text)
        if not number:
            raise ValidationError(
                _("“%(text)s” is not a phone number. Write it with its leading 0, such as 0912 000 214.")
                % {"text": text},
                code="invalid",
            )
        return number

    def prepare_value(self, value: Any) -> Any:
        """A Vietnamese number as people write it: 0912 000 214."""
        if isinstance(value, str) and re.fullmatch(r"\+84\d{9}", value):
            return f"0{value[3:6]} {value[6:9]} {value[9:]}"
        return value


class CommuneField(forms.ModelChoiceField[AdministrativeUnit]):
    """The province's communes and wards in force, by name, and the one kept from before.

    The kind stands behind the name: typing its first letters finds it in the list.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Commune or ward"))
        super().__init__(queryset=AdministrativeUnit.objects.none(), **kwargs)

    def offer(self, *, on: date, province: Province | None, kept: AdministrativeUnit | None) -> None:
        """Offer the communes of `province` on the day `on`, and the one `kept`."""
        code = province.profile.get("unit_code", "") if province else ""
        units = AdministrativeUnit.objects.communes().on(on).filter(parent_code=code)
        if kept is not None:
            units = units | AdministrativeUnit.objects.filter(pk=kept.pk)
        self.queryset = units
        named = sorted(units, key=lambda unit: collate(_bare(unit)))
        self.choices = [("", self.empty_label), *((unit.pk, self.label_from_instance(unit)) for unit in named)]

    def label_from_instance(self, obj: Any) -> str:
        """“Ninh Kiều (phường)”; in English “Ninh Kiều Ward”."""
        if (get_language() or "vi").startswith("en"):
            return str(obj.name)
        kind = obj.name_vi.removesuffix(_bare(obj)).strip()
        return f"{_bare(obj)} ({kind.lower()})" if kind else str(obj.name)


def _bare(unit: AdministrativeUnit) -> str:
    """The name without Phường, Xã or Đặc khu before it."""
    return re.sub(r"^(Phường|Xã|Thị trấn|Đặc khu)\s+(?=\S)", "", unit.name_vi)
