"""Verification by anyone: a page for people, JSON for machines.

Never a word of forgery about what is not found: older papers may exist. Never
“valid” when the database cannot be asked.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from certificates import queries, throttle
from certificates.forms import VerifyForm
from certificates.models import Certificate
from lms.lib.codes import tidy
from lms.lib.periods import local_date
from people.queries import shown_province

View = Callable[..., HttpResponse]


def _known_or_silent(view: View) -> View:
    """A page that says it cannot say, when the database cannot be asked."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if throttle.exhausted(request):
                return render(request, "certificates/verify_later.html", status=429)
            return view(request, *args, **kwargs)
        except DatabaseError:
            # Stands alone: the site's own frame would ask the database again.
            response = render(None, "certificates/verify_cannot_say.html", status=503)
            response["Retry-After"] = "60"
            return response

    return guarded


def _address(code: str) -> str:
    """The page of a code, in the language being read."""
    language = "?lang=en" if (get_language() or "vi").startswith("en") else ""
    return reverse("verify:code", args=[code]) + language


def _unknown(request: HttpRequest, asked: str) -> HttpResponse:
    throttle.missed(request)
    profile = _profile(request)
    context = {
        "asked": asked,
        "since": queries.day_of(profile.get("register_complete_since")),
        "contact": profile.get("contact", {}),
    }
    return render(request, "certificates/verify_unknown.html", context, status=404)


def _profile(request: HttpRequest) -> dict[str, Any]:
    province = shown_province(request)
    return province.profile if province else {}


@_known_or_silent
def form(request: HttpRequest) -> HttpResponse:
    """Ask by code, by a consultant's number, or by a course's number and the holder's name."""
    if "q" not in request.GET:
        return render(request, "certificates/verify_form.html", {"form": VerifyForm()})
    asked = VerifyForm(request.GET)
    if not asked.is_valid():
        return render(request, "certificates/verify_form.html", {"form": asked})
    text, name = asked.cleaned_data["q"], asked.cleaned_data["name"]
    found = queries.by_code(text) or queries.by_number(text, name)
    if found is not None:
        return redirect(_address(found.code))
    if name or len(tidy(text)) == queries.CODE_LENGTH:
        return _unknown(request, text)
    # The same answer whether a course's paper of this number exists or not.
    throttle.missed(request)
    return render(request, "certificates/verify_form.html", {"form": asked, "ask_name": True})


@_known_or_silent
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The verdict on one certificate."""
    found = queries.by_code(code) or queries.by_number(code)
    if found is None:
        return _unknown(request, code)
    if code != found.code:
        return redirect(_address(found.code))
    now = timezone.now()
    context = {
        "found": queries.finding(found, local_date(now)),
        "now": now,
        "own": request.user.is_authenticated and request.user.pk == found.person_id,
        "contact": _profile(request).get("contact", {}),
        "asked": found.number,
    }
    return render(request, "certificates/verify_code.html", context)


def capitals(request: HttpRequest, code: str) -> HttpResponse:
    """From the address as a QR code writes it to the page."""
    return HttpResponsePermanentRedirect(reverse("verify:code", args=[code]))


def as_json(request: HttpRequest, code: str) -> HttpResponse:
    """The verdict for machines; titles in Vietnamese, or in English with ?lang=en."""
    try:
        response = _json(request, code)
    except DatabaseError:
        response = JsonResponse({"status": "cannot_say"}, status=503)
        response["Retry-After"] = "60"
    # Any site may ask; nobody keeps the answer: a certificate may be revoked the next minute.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"
    return response


def _json(request: HttpRequest, code: str) -> JsonResponse:
    if throttle.exhausted(request):
        return JsonResponse({"status": "cannot_say"}, status=429, headers={"Retry-After": "60"})
    found = queries.by_code(code) or queries.by_number(code)
    if found is None:
        throttle.missed(request)
        since = _profile(request).get("register_complete_since")
        return JsonResponse({"status": "unknown", "register_complete_since": since}, status=404)
    return JsonResponse(_answer(found), json_dumps_params={"ensure_ascii": False})


def _answer(certificate: Certificate) -> dict[str, Any]:
    now = timezone.now()
    found = queries.finding(certificate, local_date(now))
    return {
        "status": found.verdict.status,
        "reason_class": found.verdict.reason_class,
        "since": found.verdict.since,
        "kind": certificate.kind,
        "number": certificate.number,
        "holder": certificate.holder,
        "title": found.title,
        "scope": found.scope,
        "hours": found.facts.get("hours"),
        "issued_on": certificate.issued_on,
        "expires_on": certificate.expires_on,
        "issuer": found.issuer,
        "checked_at": timezone.localtime(now).isoformat(timespec="seconds"),
    }
