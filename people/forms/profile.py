"""What people change about themselves."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from people.forms.fields import OLDEST, BirthDateField, CommuneField, NameField, PhoneField
from people.models import Consent, Province, User


class ProfileForm(forms.Form):
    """A person's own facts. E-mail addresses and passwords have pages of their own."""

    full_name = NameField(
        label=_("Full name"),
        help_text=_("As on the identity card. Certificates issued before keep the name printed on them."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    given_name = NameField(
        label=_("Given name"),
        max_length=60,
        required=False,
        help_text=_("What people call you and lists are sorted by. Left empty, it is the last part of the name."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=User.Sex.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("For statistics, and for how the pages speak to you."),
    )
    birth_date = BirthDateField(required=False)
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        min_value=1900,
        max_value=2100,
        localize=False,
        help_text=_("Only if the day is not known."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
    )
    phone = PhoneField(required=False)
    commune = CommuneField(required=False)
    job = forms.CharField(
        label=_("Job"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    education = forms.CharField(
        label=_("Education"), max_length=120, required=False, help_text=_("The highest degree, and its subject.")
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: User, on: date, province: Province | None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(person, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)
        commune = self.fields["commune"]
        assert isinstance(commune, CommuneField)
        commune.offer(on=on, province=province, kept=person.commune)
        self.today = on

    def clean_birth_year(self) -> int | None:
        """The year, if somebody alive may have been born in it. Raises ValidationError."""
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and not 0 <= self.today.year - year <= OLDEST:
            raise ValidationError(gettext("Check the year of birth: %(year)d.") % {"year": year}, code="year")
        return year

    def clean(self) -> dict[str, Any]:
        """A day and a year that belong together. The day gives the year."""
        data: dict[str, Any] = super().clean() or {}
        born, year = data.get("birth_date"), data.get("birth_year")
        if born and year and born.year != year and "birth_year" in self.changed_data:
            self.add_error("birth_year", gettext("The date of birth says another year. Leave the year empty."))
        elif born:
            data["birth_year"] = born.year
        return data


class ConsentForm(forms.Form):
    """One consent given or taken back."""

    purpose = forms.ChoiceField(choices=Consent.Purpose.choices)
    give = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda answer: answer == "yes")
