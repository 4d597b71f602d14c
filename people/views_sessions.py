"""Devices on which a person is signed in: seen, and signed out."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache

from people import actions, queries
from people.devices import device_name
from people.visitors import signed_in


@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in, this device first, then by time."""
    here = request.session.session_key
    rows = [
        {"session": session, "device": device_name(session.user_agent), "here": session.session_key == here}
        for session in queries.sessions(signed_in(request), timezone.now())
    ]
    rows.sort(key=lambda row: not row["here"])
    return render(request, "people/sessions.html", {"rows": rows})


def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one device out."""
    person, at = signed_in(request), timezone.now()
    found = next((session for session in queries.sessions(person, at) if session.pk == pk), None)
    if found is None:
        raise Http404
    if found.session_key == request.session.session_key:
        messages.info(request, _("This is the device in your hand. Use “Sign out” for it."))
    else:
        actions.end_session(session=found, by=person, at=at)
        messages.success(request, _("The device is signed out."))
    return redirect("people:sessions")


def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign every other device out."""
    person = signed_in(request)
    here = request.session.session_key or ""
    ended = actions.end_sessions(person=person, by=person, at=timezone.now(), but=here)
    words = ngettext("%(number)s other device is signed out.", "%(number)s other devices are signed out.", ended)
    messages.success(request, words % {"number": ended})
    return redirect("people:sessions")
