"""First use of a slip, a consent whose text is new, and devices that several people share."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from people.forms import SHARED_KEY

TERMS_KEY = "asks_terms"
"""In the session of whoever must agree to the text now in force before going on."""


class FirstUse:
    """Leads whoever signed in with a slip's PIN to choosing their own, then to a text they have not agreed to."""

    OPEN = frozenset(
        {
            *("people:choose_secret", "account_logout", "set_language", "healthz", "readyz"),
            # Anyone verifies; these pages also say so when the database, and with it the account, cannot be read.
            *("verify:form", "verify:code", "verify:json", "verify:capitals"),
            # What one is asked to agree to can be read.
            *("people:consent_now", "people:consent_text"),
            # The link in a letter ends letters, whoever is signed in on the device.
            "people:stop_letters",
        }
    )
    UNAGREED = OPEN.union(
        f"people:{name}" for name in ("agree", "data", "ask_copy", "copy", "ask_erasure", "take_back")
    )
    """Whoever does not agree may still leave, with their data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the decision needs the resolved address (`process_view`)."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """A redirect until the own PIN is chosen and the text in force is agreed to."""
        match = request.resolver_match
        if match is None or match.view_name in self.OPEN or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        # The clock of a shared device runs from the last request, not from the sign-in.
        if SHARED_KEY in request.session:
            request.session.modified = True
        if request.user.is_authenticated and request.user.must_choose_secret:
            return redirect(reverse("people:choose_secret"))
        if TERMS_KEY in request.session and match.view_name not in self.UNAGREED:
            return redirect(reverse("people:agree"))
        return None
