"""allauth's seam: names, opaque logins, budgets of failed attempts, mails, where people land."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy as _

from people import actions
from people.logins import budget_key
from people.middleware import TERMS_KEY
from people.models import Consent, User
from people.models.person import opaque_username
from people.queries import outdated_consent

_MISMATCH = _(
    "This login and PIN or password do not fit together. Check both; a PIN of a slip ends 14 days after printing."
)
# The one button of each mail: under which key allauth gives its address, and its words.
_BUTTONS = {
    "account/email/email_confirmation": ("activate_url", _("Confirm the address")),
    "account/email/email_confirmation_signup": ("activate_url", _("Confirm and start")),
    "account/email/password_reset_key": ("password_reset_url", _("Choose a new password")),
    "account/email/account_already_exists": ("password_reset_url", _("Choose a new password")),
    "account/email/unknown_account": ("signup_url", _("Create an account")),
}


class AccountAdapter(DefaultAccountAdapter):
    """What differs from allauth's own way."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
    }

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Keep the login opaque: never made from an address."""
        user.username = user.username or opaque_username()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store a new account from the sign-up form, with the consents given there."""
        data = form.cleaned_data
        purposes = [Consent.Purpose.TERMS]
        if data["news"]:
            purposes.append(Consent.Purpose.NEWS)
        return actions.sign_up(
            person=user,
            full_name=data["full_name"],
            email=data["email"],
            password=data["password1"],
            language=(get_language() or "vi")[:2],
            purposes=purposes,
            at=timezone.now(),
        )

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt. All spellings of one login share one budget."""
        typed = credentials.get("email") or credentials.get("username") or ""
        super().pre_authenticate(request, **{**credentials, "email": budget_key(typed)})

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether `password` is the person's own, counted like attempts to sign in."""
        self.pre_authenticate(self.request, username=user.username)
        right = user.check_password(password)
        if right:
            self._rollback_login_failed_rl_usage()
        return right

    def get_login_stages(self) -> list[str]:
        """The steps of allauth, with our own question for a confirmed address."""
        own = {"allauth.account.stages.EmailVerificationStage": "people.stages.ConfirmedAddress"}
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Through every door: whoever has not agreed to the text now in force is asked before anything else."""
        response: HttpResponse = super().post_login(request, user, **more)
        if outdated_consent(user):
            request.session[TERMS_KEY] = True
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff land in the back office, everybody else on their own page."""
        user = request.user
        if user.is_authenticated and user.is_staff:
            return reverse("wagtailadmin_home")
        return reverse("learn")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail of allauth's, with the button that the mail's layout asks for."""
        if template_prefix in _BUTTONS:
            key, words = _BUTTONS[template_prefix]
            context = {**context, "action_url": context[key], "action_text": words}
        super().send_mail(template_prefix, email, context)

    def get_user_search_fields(self) -> list[str]:
        """Fields that allauth may search people by."""
        return ["full_name", "email"]


def user_display(user: User) -> str:
    """What allauth calls a person in pages and mails: the name, never the opaque login."""
    return user.full_name
