"""Sign-in by e-mail address, phone number or issued code."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from people.logins import Kind, Login, recognise
from people.models import Membership, User


class LoginBackend(ModelBackend):
    """Finds accounts by what signs them in and checks the secret.

    What signs in is a row of allauth's addresses, `login_phone` or `login_code`;
    contact addresses and the opaque username never do.
    """

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, with whether they speak for an enterprise: every page's menu asks."""
        speaks = Membership.objects.filter(person=OuterRef("pk"), is_contact=True, ended_on=None)
        found = User.objects.filter(pk=user_id).annotate(is_contact=Exists(speaks)).first()
        return found if found is not None and self.user_can_authenticate(found) else None

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
    """Accounts that `login` may mean: one, but for an address that nobody has confirmed yet.

    What still hangs on a merged account leads to the one that it was merged into.
    """
    if login.kind == Kind.EMAIL:
        addresses = EmailAddress.objects.filter(email=login.value).select_related("user").order_by("pk")
        confirmed = [address.user for address in addresses if address.verified]
        return confirmed or [address.user for address in addresses[:3]]
    name = "login_phone" if login.kind == Kind.PHONE else "login_code"
    found = User.objects.filter(**{name: login.value}).select_related("merged_into")
    return [user.merged_into or user for user in found]


def _slip_is_over(user: User) -> bool:
    """Whether the first PIN was never used within the days printed on the slip."""
    return user.must_choose_secret and user.slip_until is not None and user.slip_until < timezone.now()
