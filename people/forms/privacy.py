"""What people fill in about their own data, and staff about others'."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from people import identity
from people.forms.entrance import terms_field
from people.models import User


class AgreeForm(forms.Form):
    """A yes to a text that is new; never ticked beforehand."""

    terms = terms_field()


class ErasureForm(forms.Form):
    """A person asks for their data to be erased."""

    reason = forms.CharField(
        label=_("Why (if you want to say)"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    sure = forms.BooleanField(
        label=_("I know that I will not be able to sign in any more, and that this cannot be undone."),
        error_messages={"required": _("Tick this to ask for erasure.")},
    )


class IdentityForm(forms.Form):
    """The personal identity number; left empty, it is removed."""

    number = forms.CharField(
        label=_("Personal identity number"),
        max_length=30,
        required=False,
        help_text=_("12 digits; an old one of 9 digits is taken too. Left empty, what is kept is removed."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        """The digits alone. Raises ValidationError for anything but twelve or nine."""
        typed: str = self.cleaned_data["number"]
        if not typed.strip():
            return ""
        try:
            return identity.tidy(typed)
        except identity.BadNumber as error:
            raise ValidationError(
                gettext("An identity number has 12 digits; an old one has 9. Type it as it stands on the card."),
                code="number",
            ) from error


class SentenceForm(forms.Form):
    """A reason or an answer in words."""

    text = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class ChargeForm(forms.Form):
    """Whom among one's own people one looks for."""

    q = forms.CharField(label=_("Name or code"), max_length=150, required=False)


class MergeForm(forms.Form):
    """Which of two accounts goes on."""

    into = forms.TypedChoiceField(label=_("Which account goes on?"), coerce=int, widget=forms.RadioSelect)
    sure = forms.BooleanField(label=_("I have made sure that both are one person; this cannot be undone."))

    def __init__(self, *args: Any, pair: tuple[User, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        assert isinstance(into, forms.ChoiceField)
        into.choices = [
            (pair[0].pk, gettext("the one on the left: %(name)s") % {"name": pair[0].full_name}),
            (pair[1].pk, gettext("the one on the right: %(name)s") % {"name": pair[1].full_name}),
        ]
