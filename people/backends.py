"""Sign-in by e-mail address, phone number or issued code."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from people.logins import Kind, Login, recognise
from people.models import User


class LoginBackend(ModelBackend):
    """Finds accounts by what signs them in and checks the secret.

    What signs in is a row of allauth's addresses, `login_phone` or `login_code`;
    contact addresses and the opaque username never do.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person, or None. Takes one hash's time, whether the identifier is known or not."""
        typed = email or username
        if not typed or not password:
            return None
        accounts = _accounts(recognise(typed))
        if not accounts:
            User().set_password(password)
        for user in accounts:
            if user.check_password(password) and self.user_can_authenticate(user) and not _slip_is_over(user):
                return user
        return None


def _accounts(login: Login) -> list[User]:
    """Accounts that `login` may mean: one, but for an address that nobody has confirmed yet."""
    if login.kind == Kind.EMAIL:
        addresses = EmailAddress.objects.filter(email=login.value).select_related("user").order_by("pk")
        confirmed = [address.user for address in addresses if address.verified]
        return confirmed or [address.user for address in addresses[:3]]
    name = "login_phone" if login.kind == Kind.PHONE else "login_code"
    return list(User.objects.filter(**{name: login.value}))


def _slip_is_over(user: User) -> bool:
    """Whether the first PIN was never used within the days printed on the slip."""
    return user.must_choose_secret and user.slip_until is not None and user.slip_until < timezone.now()
