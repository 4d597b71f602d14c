"""What staff fill in about people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.lib.access import GRANTABLE, Role
from people.forms.fields import BirthDateField, NameField, PhoneField
from people.models import Enterprise, Job, Notice, User
from people.roles import ROLE_NAMES


class SlipForm(forms.Form):
    """A person without a mailbox, whom staff enter to print a slip."""

    full_name = NameField(label=_("Full name"), help_text=_("As on the identity card; printed on certificates."))
    given_name = NameField(
        label=_("Given name"),
        max_length=60,
        required=False,
        help_text=_("Lists are sorted by it. Left empty, it is the last part of the name."),
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=User.Sex.choices, required=False)
    birth_date = BirthDateField(
        required=False, help_text=_("Asked for when the slip is first used; keeps people of one name apart.")
    )
    phone = PhoneField(required=False, help_text=_("Signs the person in, like the code, unless it is another's login."))
    enterprise = forms.ModelChoiceField(
        label=_("Enterprise"), queryset=Enterprise.objects.none(), required=False, empty_label=_("none, studies alone")
    )
    job = forms.CharField(label=_("Job"), max_length=120, required=False)
    even_if_twin = forms.BooleanField(
        label=_("This is another person than the one registered"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enterprise = self.fields["enterprise"]
        assert isinstance(enterprise, forms.ModelChoiceField)
        enterprise.queryset = Enterprise.objects.offered_to(viewer).order_by("search_key")

    def ask_about_twin(self) -> None:
        """Show the box by which staff say that two people share a name."""
        self.fields["even_if_twin"].widget = forms.CheckboxInput()


class JoinForm(forms.Form):
    """A person's place in an enterprise."""

    enterprise = forms.ModelChoiceField(label=_("Enterprise"), queryset=Enterprise.objects.none())
    job = forms.CharField(label=_("Job"), max_length=120, required=False)
    is_contact = forms.BooleanField(
        label=_("Speaks for the enterprise: sees its people and their results"), required=False
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enterprise = self.fields["enterprise"]
        assert isinstance(enterprise, forms.ModelChoiceField)
        enterprise.queryset = Enterprise.objects.standing().visible_to(viewer).order_by("search_key")


class RoleForm(forms.Form):
    """A role given or ended."""

    role = forms.TypedChoiceField(
        label=_("Role"),
        choices=[(role.value, ROLE_NAMES[role]) for role in ROLE_NAMES if role in GRANTABLE],
        coerce=Role,
    )


class PeopleFilterForm(forms.Form):
    """How the list of people is narrowed."""

    q = forms.CharField(label=_("Name, code or phone number"), max_length=150, required=False)
    enterprise = forms.ModelChoiceField(
        label=_("Enterprise"), queryset=Enterprise.objects.none(), required=False, empty_label=_("All")
    )
    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enterprise, role = self.fields["enterprise"], self.fields["role"]
        assert isinstance(enterprise, forms.ModelChoiceField) and isinstance(role, forms.ChoiceField)
        enterprise.queryset = Enterprise.objects.offered_to(viewer).order_by("search_key")
        named = [(known.value, ROLE_NAMES[known]) for known in ROLE_NAMES if known in GRANTABLE]
        role.choices = [("", _("All")), *named]


class WorkFilterForm(forms.Form):
    """How the lists of jobs and notices are narrowed."""

    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, of: type[Job] | type[Notice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)
        state.choices = [("", _("All")), *of.State.choices]
