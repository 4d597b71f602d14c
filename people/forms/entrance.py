"""Signing up, signing in, the first use of a slip."""

from datetime import date
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm, SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from lms.lib.codes import in_fours
from people.forms.fields import BirthDateField, NameField
from people.logins import Kind, is_code, recognise
from people.models import User
from people.pins import DIGITS

SHARED_KEY = "shared_device"


def terms_field() -> forms.BooleanField:
    """The one consent without which there is no account; never pre-ticked."""
    return forms.BooleanField(
        label=_("I agree to the rules of use and that my data are kept for study and certificates."),
        help_text=_(
            "Kept are the name, date of birth, contact, and results of study and exams. You may see, correct and "
            "withdraw this at any time under Account; what stands in a register is kept as the law on archives says."
        ),
        error_messages={"required": _("Without this consent no account can be opened. Tick it to go on.")},
    )


class SignupForm(AllauthSignupForm):
    """A new account with an e-mail address. Consents are given by a tick, each for itself.

    An address that has an account already gets the same answer; its owner is told by mail.
    """

    field_order = ["full_name", "email", "password1", "terms", "news"]

    full_name = NameField(
        label=_("Full name"),
        help_text=_("As on the identity card; printed on certificates."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    terms = terms_field()
    news = forms.BooleanField(
        label=_("Write to me about new courses."), help_text=_("At most one letter a month."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        for name in ("email", "password1"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _(
            "At least 8 characters, not only digits of your own, and none of the words that everybody uses."
        )


class LoginForm(AllauthLoginForm):
    """One field for e-mail address, phone number or issued code; PIN or password; the shared device."""

    shared = forms.BooleanField(
        label=_("Shared device: sign out by itself after 15 minutes without use"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("E-mail, phone number or issued code"),
            max_length=254,
            widget=forms.TextInput(
                attrs={"autocomplete": "username webauthn", "autocapitalize": "none", "spellcheck": "false"}
            ),
            help_text=_("An issued code looks like K7M4-PQ29."),
            initial=self._code_of_slip(),
        )
        self.fields["password"].label = _("PIN or password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.order_fields(["login", "password", "shared"])

    def _code_of_slip(self) -> str:
        """The code that a slip's QR brought along, if it is one."""
        request: HttpRequest | None = self.request
        code = recognise(request.GET.get("code", "")).value if request else ""
        return in_fours(code) if is_code(code) else ""

    def clean_login(self) -> str:
        """The login in its one stored form."""
        return recognise(self.cleaned_data["login"]).value

    def clean_password(self) -> str:
        """The secret; a PIN may be typed in threes, as it is printed."""
        secret: str = self.cleaned_data["password"]
        compact = secret.replace(" ", "")
        return compact if compact.isdigit() else secret

    def user_credentials(self) -> dict[str, str]:
        """What the backend is asked: by address, or by number or code."""
        login = recognise(self.cleaned_data["login"])
        name = "email" if login.kind == Kind.EMAIL else "username"
        return {name: login.value, "password": self.cleaned_data["password"]}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in; on a shared device for a quarter of an hour after the last request."""
        response: HttpResponse = super().login(request, redirect_url)
        if self.cleaned_data["shared"]:
            request.session[SHARED_KEY] = True
            request.session.set_expiry(settings.SHARED_DEVICE_SECONDS)
        return response


class ChooseSecretForm(forms.Form):
    """The first use of a slip: whose it is, and a PIN of their own."""

    birth_date = BirthDateField(
        label=_("Your date of birth"), help_text=_("To make sure that the slip is in the right hands.")
    )
    secret = forms.CharField(
        label=_("Your own PIN, 6 digits"),
        help_text=_("No date of birth, no row such as 123456. A password of 8 characters or more will do as well."),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "inputmode": "numeric", "class": "input--code"}
        ),
    )
    again = forms.CharField(
        label=_("The PIN once more"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "inputmode": "numeric", "class": "input--code"}
        ),
    )

    terms = terms_field()

    def __init__(self, *args: Any, person: User, asks_terms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if not asks_terms:
            del self.fields["terms"]
        self.fields["secret"].widget.attrs["minlength"] = DIGITS
        if person.birth_date is None:
            del self.fields["birth_date"]

    def clean_birth_date(self) -> date | None:
        """The date on record. Raises ValidationError for another."""
        given: date | None = self.cleaned_data["birth_date"]
        if given != self.person.birth_date:
            raise ValidationError(
                _(
                    "This is not the date of birth that we know. Check it; if it is right, the slip may be somebody "
                    "else's: ask whoever gave it to you."
                ),
                code="birth_date",
            )
        return given

    def clean_again(self) -> str:
        """The second time like the first. Raises ValidationError."""
        again: str = self.cleaned_data["again"]
        if "secret" in self.cleaned_data and again != self.cleaned_data["secret"]:
            raise ValidationError(_("The two differ. Type the second one again."), code="differ")
        return again
