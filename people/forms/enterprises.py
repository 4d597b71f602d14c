"""What staff and contacts fill in about enterprises and who belongs to them."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from lms.lib.text import fold
from people import communes, enterprise_data, taxcode, vsic
from people.enterprise_queries import like
from people.models import AdministrativeUnit, Enterprise, Membership, Province, Sector

# --- Where it is ----------------------------------------


class CommuneInput(forms.TextInput):
    """A line to type a name in, with the own province's units proposed below it, also for names typed plainly."""

    units: tuple[AdministrativeUnit, ...] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The line and its list of proposals."""
        listed = f"{name}-units"
        line = super().render(name, value, {**(attrs or {}), "list": listed, "autocomplete": "off"}, renderer)
        options = format_html_join(
            "", '<option value="{}">{}</option>', ((unit.name, _plainly(unit)) for unit in self.units)
        )
        return format_html('{}<datalist id="{}">{}</datalist>', line, listed, options)


def _plainly(unit: AdministrativeUnit) -> str:
    """How the proposal reads beside the name: without accents, which browsers search too."""
    return ", ".join(filter(None, (unit.search_key, unit.former_province)))


class CommuneSearchField(forms.CharField):
    """A commune or ward by name, with or without accents, in force on the day; the one kept from before may stay."""

    widget = CommuneInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Commune or ward"))
        kwargs.setdefault(
            "help_text",
            _("Type the name, with or without accents. Of another province: name, province."),
        )
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.day: date | None = None
        self.province: Province | None = None
        self.kept: AdministrativeUnit | None = None

    def offer(self, *, on: date, province: Province | None, kept: AdministrativeUnit | None) -> None:
        """Take units in force on the day `on`, those of `province` first, and the one `kept`."""
        self.day, self.province, self.kept = on, province, kept
        assert isinstance(self.widget, CommuneInput)
        self.widget.units = tuple(communes.own(province, on))

    def prepare_value(self, value: Any) -> Any:
        """The kept unit's name in place of its key."""
        if self.kept is not None and value == self.kept.pk:
            return self._kept_name()
        return value

    def _kept_name(self) -> str:
        assert self.kept is not None
        if self.kept.valid_to is None and self.kept.parent_code != communes.code_of(self.province):
            assert self.day is not None
            province = communes.provinces_of([self.kept], self.day).get(self.kept.parent_code, "")
            return ", ".join(filter(None, (self.kept.name, province)))
        return communes.dated(self.kept)

    def clean(self, value: Any) -> Any:
        """The unit, or None. Raises ValidationError that says which ones it may be."""
        text: str = super().clean(value)
        if not text:
            return None
        if self.kept is not None and fold(text) in (fold(self._kept_name()), fold(self.kept.name_vi)):
            return self.kept
        assert self.day is not None
        found = communes.find(text, province=self.province, day=self.day)
        if len(found) == 1:
            return found[0]
        raise ValidationError(self._several(found) if found else self._none(text), code="many" if found else "none")

    def _several(self, found: list[AdministrativeUnit]) -> str:
        assert self.day is not None
        provinces = communes.provinces_of(found[:8], self.day)
        names = "; ".join(f"{unit.name}, {provinces.get(unit.parent_code, '')}" for unit in found[:8])
        return gettext("Several units are called so. Write one of these: %(names)s.") % {"names": names}

    def _none(self, text: str) -> str:
        assert self.day is not None
        old = AdministrativeUnit.objects.communes().filter(search_key__endswith=fold(text), valid_to__lt=self.day)
        for unit in old[:1]:
            today = ", ".join(one.name for one in AdministrativeUnit.objects.following(unit, self.day))
            if today:
                return gettext("%(old)s is no more since %(day)s. Its area belongs to: %(today)s.") % {
                    "old": unit.name,
                    "day": f"{unit.valid_to:%d/%m/%Y}",
                    "today": today,
                }
        return gettext(
            "No commune or ward in force today is called “%(text)s”. Check the spelling; of another province "
            "write the name, a comma and the province."
        ) % {"text": text}


# --- The enterprise ----------------------------------------


def _figure_texts() -> dict[str, Any]:
    return {
        "staff": _("Yearly average of those with social insurance."),
        "revenue_bn": _("Of last year, in billion đồng."),
        "capital_bn": _("In billion đồng. Staff with revenue or capital give the size class."),
    }


class _FactsForm(forms.ModelForm[Enterprise]):
    """What both forms of an enterprise ask: where it is, its figures and the day for which they hold."""

    commune = CommuneSearchField(required=False)
    as_of = forms.DateField(
        label=_("Figures hold for the day"),
        required=False,
        help_text=_(
            "Such as 31/12/2025; today if left empty. Figures of an earlier day than those kept say the size of "
            "that day and leave the present one alone."
        ),
        widget=forms.DateInput(attrs={"placeholder": "dd/mm/yyyy", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, on: date, province: Province | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = on
        commune = self.fields["commune"]
        assert isinstance(commune, CommuneSearchField)
        commune.offer(on=on, province=province, kept=self.instance.commune)

    def clean_as_of(self) -> date | None:
        """The day. Raises ValidationError for one to come."""
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.day:
            raise ValidationError(_("The figures cannot be of a day to come. Correct the day."), code="future")
        return day


class EnterpriseForm(_FactsForm):
    """An enterprise, entered or changed by staff. Its size class follows from line, staff and money."""

    tax_code = forms.CharField(
        label=_("Tax code"),
        max_length=30,
        required=False,
        help_text=_("10 digits, 10-3 for a branch, or the owner's 12-digit number of a household business."),
    )
    vsic = forms.ChoiceField(
        label=_("VSIC section"),
        required=False,
        help_text=_("Of the main registered line in VSIC 2025. Sections A to F are production; none counts as such."),
    )
    even_if_alike = forms.BooleanField(
        label=_("This is another enterprise than those"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Enterprise
        fields = [
            *("name", "tax_code", "legal_form", "sector", "vsic", "products", "address", "commune"),
            *("staff", "revenue_bn", "capital_bn"),
        ]
        localized_fields = ["staff", "revenue_bn", "capital_bn"]
        help_texts = _figure_texts()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section = self.fields["vsic"]
        assert isinstance(section, forms.ChoiceField)
        section.choices = [("", _("not given")), *vsic.choices()]
        self.alike: list[Enterprise] = []
        self.taken: Enterprise | None = None

    def clean_tax_code(self) -> str | None:
        """The code in its stored form; None when there is none. Raises ValidationError, also for one that is taken."""
        typed: str = self.cleaned_data["tax_code"]
        code = taxcode.tidy(typed) if typed.strip() else None
        if code is None:
            return None
        holder = Enterprise.objects.filter(tax_code=code).exclude(pk=self.instance.pk).first()
        if holder is not None:
            self.taken = holder.merged_into or holder
            raise ValidationError(
                _("%(name)s has this tax code already. Open it instead of entering it again."),
                code="unique",
                params={"name": self.taken.name},
            )
        return code

    def clean(self) -> dict[str, Any]:
        """Ask once more about a new enterprise that looks like one that is there."""
        data = super().clean() or self.cleaned_data
        if self.instance.pk is None and not self.errors and not data["even_if_alike"]:
            self.alike = like(Enterprise(**{name: data[name] for name in ("name", "tax_code", "legal_form")}))
        if self.alike:
            self.fields["even_if_alike"].widget = forms.CheckboxInput()
            raise ValidationError(
                _("Enterprises like this one are there already. Open the right one, or say that this is another."),
                code="alike",
            )
        return data


class OwnEnterpriseForm(_FactsForm):
    """What the contact of an enterprise may change: what it makes, where it is, its figures.

    An enterprise declares its own size (Decree 80/2021, article 5); name, tax code,
    legal form and line are the office's to change.
    """

    class Meta:
        model = Enterprise
        fields = ["products", "address", "commune", "staff", "revenue_bn", "capital_bn"]
        localized_fields = ["staff", "revenue_bn", "capital_bn"]
        help_texts = _figure_texts()


class _UnitChoice(forms.ModelChoiceField[AdministrativeUnit]):
    """A unit out of few, older ones with their last day."""

    def label_from_instance(self, obj: Any) -> str:
        """“Xã Hòa Tú II (until 30/06/2025, Sóc Trăng)”."""
        return communes.dated(obj)


class EnterpriseFilterForm(forms.Form):
    """How the list of enterprises is narrowed."""

    q = forms.CharField(label=_("Name or tax code"), max_length=150, required=False)
    sector = forms.ModelChoiceField(
        label=_("Sector"), queryset=Sector.objects.all(), required=False, empty_label=_("All")
    )
    size = forms.ChoiceField(
        label=_("Size"),
        choices=[("", _("All")), *Enterprise.Size.choices, ("none", _("not known"))],
        required=False,
    )
    legal_form = forms.ChoiceField(
        label=_("Legal form"), choices=[("", _("All")), *Enterprise.LegalForm.choices], required=False
    )
    commune = _UnitChoice(
        label=_("Commune or ward"),
        queryset=AdministrativeUnit.objects.none(),
        required=False,
        empty_label=_("All"),
    )
    contact = forms.ChoiceField(
        label=_("Contact"), choices=[("", _("All")), ("yes", _("has one")), ("no", _("has none"))], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = AdministrativeUnit.objects.filter(pk__in=Enterprise.objects.standing().values("commune"))
        commune = self.fields["commune"]
        assert isinstance(commune, forms.ModelChoiceField)
        commune.queryset = used.order_by("search_key", "valid_from")
        for one in enterprise_data.filters():
            choices = [("", _("All")), *((key, words) for key, words, _condition in one.choices)]
            self.fields[one.code] = forms.ChoiceField(label=one.title, choices=choices, required=False)


class MergeEnterprisesForm(forms.Form):
    """Which of two enterprises goes on."""

    into = forms.TypedChoiceField(label=_("Which enterprise goes on?"), coerce=int, widget=forms.RadioSelect)
    sure = forms.BooleanField(label=_("I have made sure that both are one enterprise; this cannot be undone."))

    def __init__(self, *args: Any, pair: tuple[Enterprise, Enterprise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        assert isinstance(into, forms.ChoiceField)
        into.choices = [
            (pair[0].pk, gettext("the one on the left: %(name)s") % {"name": pair[0].name}),
            (pair[1].pk, gettext("the one on the right: %(name)s") % {"name": pair[1].name}),
        ]


# --- Its people ----------------------------------------


class _MemberChoice(forms.ModelChoiceField[Membership]):
    """One of an enterprise's people."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and job."""
        return " · ".join(filter(None, (obj.person.full_name, obj.job)))


class ContactForm(forms.Form):
    """Who of an enterprise's people speaks for it from now on."""

    membership = _MemberChoice(
        label=_("Person of the enterprise"), queryset=Membership.objects.none(), empty_label=_("choose")
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["membership"]
        assert isinstance(field, forms.ModelChoiceField)
        own = enterprise.memberships.filter(ended_on=None, is_contact=False).select_related("person")
        field.queryset = own.order_by("person__sort_key", "pk")
