"""Taking attendance: one tap a person on a phone, the codes on the projector, corrections and their trace."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext, override
from django.views.decorators.cache import never_cache

from enrolments import actions, timetables, tokens
from enrolments.access import RUNS_CLASSES
from enrolments.models import Attendance, Enrolment, Meeting
from enrolments.views_timetable import a_meeting, may_take, show
from lms.lib import papers
from lms.lib.periods import ZONE
from lms.lib.states import Refused
from people.visitors import signed_in

MOST_BYTES = 2_000
LONGEST_WAIT = timedelta(days=7)
"""How long a mark may have waited on a device; an older one takes part as if it were so old."""


@never_cache
def attendance(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The list of a class at one meeting, to tap on; without a script a form."""
    meeting, now = a_meeting(request, code, pk), timezone.now()
    if request.method == "POST":
        try:
            changed = mark_form(request, meeting, Attendance.Method.HAND, now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, saved(changed))
        return redirect("enrolments_admin:attendance", code=code, pk=pk)
    context = {
        "meeting": meeting,
        "run": meeting.run,
        "number": timetables.number_of(meeting),
        "list": timetables.attended(meeting),
        "may": may_take(request) and meeting.state == Meeting.State.PLANNED,
        "may_add": signed_in(request).has_role(*RUNS_CLASSES),
        "begun": meeting.starts_at <= now,
        "open": meeting.opens_at <= now,
        "now": now,
    }
    return render(request, "enrolments/attendance_list.html", context)


def mark_form(request: HttpRequest, meeting: Meeting, method: str, at: datetime) -> int:
    """Take in what a form with a choice per person (`status-<enrolment>`) says; how many were new or changed.

    `rest` says what whoever has no choice is; empty leaves them alone. Raises Refused.
    """
    rest = request.POST.get("rest", "")
    marks = []
    for person in timetables.attended(meeting).people:
        said = request.POST.get(f"status-{person.pk}", "") or ("" if person.status else rest)
        note = request.POST.get(f"note-{person.pk}", "").strip()[:200]
        if said in Attendance.Status.values and (said != person.status or note):
            marks.append(actions.Mark(person.pk, said, note=note))
    actions.mark_all(meeting=meeting, marks=marks, method=method, by=signed_in(request), at=at)
    return len(marks)


def saved(changed: int) -> str:
    """What to say after marks were stored."""
    if not changed:
        return _("Nothing was changed.")
    return ngettext("%(count)s mark is saved.", "%(count)s marks are saved.", changed) % {"count": changed}


def attendance_mark(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One mark from a device's queue, perhaps made long before the line came back; sent again it is written once.

    JSON: `user`, `enrolment`, `status`, `key`, and by the device's own clock `tapped` and
    `sent` in milliseconds: their distance counts, so a wrong clock does no harm.
    """
    meeting, now = a_meeting(request, code, pk), timezone.now()
    found = _read_mark(request.body, now)
    if found is None:
        return JsonResponse({"error": "unreadable", "text": _("This mark cannot be read.")}, status=422)
    user, enrolment, status, key, device_at = found
    if user != signed_in(request).pk:
        # The device kept it for somebody who is signed out since: it waits for them.
        return JsonResponse({"error": "other"}, status=403)
    try:
        row = actions.mark(
            meeting=meeting,
            enrolment=Enrolment(pk=enrolment),
            status=status,
            method=Attendance.Method.HAND,
            by=signed_in(request),
            at=now,
            device_at=device_at,
            key=key,
        )
    except Refused as refusal:
        return JsonResponse({"error": refusal.code, "text": str(refusal)}, status=409)
    return JsonResponse({"status": row.status, "text": timetables.how(row)})


def _read_mark(body: bytes, now: datetime) -> tuple[int, int, str, str, datetime] | None:
    try:
        data: Any = json.loads(body) if len(body) <= MOST_BYTES else None
        waited = timedelta(milliseconds=float(data["sent"]) - float(data["tapped"]))
        user, enrolment = int(data["user"]), int(data["enrolment"])
        status, key = str(data["status"]), str(data["key"])
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    if status not in Attendance.Status.values or not key or not 0 < enrolment < 2**62:
        return None
    return user, enrolment, status, key, now - min(max(waited, timedelta()), LONGEST_WAIT)


def attendance_close(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Mark as absent whoever is not marked."""
    meeting = a_meeting(request, code, pk)
    try:
        absent = actions.close_meeting(meeting=meeting, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext(
            "The meeting is closed: %(count)s person was absent.",
            "The meeting is closed: %(count)s people were absent.",
            absent,
        )
        messages.success(request, said % {"count": absent})
    return redirect("enrolments_admin:attendance", code=code, pk=pk)


@never_cache
def attendance_trace(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every mark and correction of a meeting."""
    meeting = a_meeting(request, code, pk)
    statuses, methods = dict(Attendance.Status.choices), dict(Attendance.Method.choices)
    lines = [
        (event, statuses.get(event.old, ""), statuses.get(event.new, ""), methods.get(event.data.get("method"), ""))
        for event in timetables.trace(meeting)
    ]
    return show(
        request,
        "attendance_trace",
        _("Trace of attendance"),
        meeting.run,
        meeting=meeting,
        lines=lines,
        sheets=meeting.sheets.select_related("added_by"),
    )


# --- The projector --------------------------------------------------------------------------


@never_cache
def screen(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What the projector shows; its script asks for the next code, without one the page loads itself anew."""
    meeting = a_meeting(request, code, pk)
    context = {
        "meeting": meeting,
        "run": meeting.run,
        "number": timetables.number_of(meeting),
        "state": _state(meeting, timezone.now()),
        "typed_at": settings.SITE_URL.partition("://")[2] + _in_vietnamese("enrolments:attend_code"),
    }
    return render(request, "enrolments/attendance_screen.html", context)


@never_cache
def screen_state(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The codes of this moment, how long they stand, and how many are there."""
    return JsonResponse(_state(a_meeting(request, code, pk), timezone.now()))


def _state(meeting: Meeting, now: datetime) -> dict[str, Any]:
    there, total = timetables.headcount(meeting)
    state: dict[str, Any] = {"open": False, "there": there, "total": total, "clock": f"{now.astimezone(ZONE):%H:%M:%S}"}
    try:
        actions.refuse_outside(meeting, now)
    except Refused as refusal:
        return {**state, "text": str(refusal)}
    typed = tokens.typed(meeting.secret, now)
    token = tokens.qr(meeting.secret, now)
    address = settings.SITE_URL + _in_vietnamese("enrolments:attend_scan", meeting.pk, token)
    return {
        **state,
        "open": True,
        "qr": _any_size(papers.qr_code(address, "#07352f")),
        "qr_left": tokens.seconds_left(now, tokens.QR_SECONDS),
        "code": f"{typed[:3]} {typed[3:]}",
        "code_left": tokens.seconds_left(now, tokens.TYPED_SECONDS),
        "code_stands": tokens.TYPED_SECONDS,
    }


def _any_size(svg: str) -> str:
    """The drawing as large as the page makes it: its size becomes its box of coordinates."""
    return re.sub(r' width="(\d+)" height="(\d+)"', r' viewBox="0 0 \1 \2"', svg, count=1)


def _in_vietnamese(name: str, *arguments: Any) -> str:
    """An address below /vi/: what hangs in a room speaks one language."""
    with override("vi"):
        return reverse(name, args=arguments)
