"""First use of a slip, and devices that several people share."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from people.forms import SHARED_KEY


class FirstUse:
    """Leads whoever signed in with a slip's PIN to choosing their own."""

    OPEN = frozenset(
        {
            *("people:choose_secret", "account_logout", "set_language", "healthz", "readyz"),
            # Anyone verifies; these pages also say so when the database, and with it the account, cannot be read.
            *("verify:form", "verify:code", "verify:json", "verify:capitals"),
        }
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the decision needs the resolved address (`process_view`)."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """A redirect until the own PIN is chosen."""
        match = request.resolver_match
        if match is None or match.view_name in self.OPEN or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        # The clock of a shared device runs from the last request, not from the sign-in.
        if SHARED_KEY in request.session:
            request.session.modified = True
        if request.user.is_authenticated and request.user.must_choose_secret:
            return redirect(reverse("people:choose_secret"))
        return None
