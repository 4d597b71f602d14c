"""A trainee's meetings: when and where, into one's calendar, and coming in by scan or code."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from enrolments import actions, calendars, checkins, timetables, tokens
from enrolments.forms_meetings import CodeForm
from enrolments.models import Attendance, CalendarKey, Enrolment, Meeting
from lms.lib.states import Refused
from people.models import User
from people.visitors import signed_in


@never_cache
def meetings(request: HttpRequest) -> HttpResponse:
    """All that lies ahead, and the address for one's own calendar."""
    person, now = signed_in(request), timezone.now()
    key = timetables.calendar_key(CalendarKey.Kind.PERSON, person=person)
    context = {
        "meetings": timetables.upcoming(person, now),
        "now": now,
        "feed": feed_address(key),
        "webcal": feed_address(key, "webcal"),
    }
    return render(request, "enrolments/meetings.html", context)


def calendar_renew(request: HttpRequest) -> HttpResponse:
    """Make the address of one's calendar, or a new one instead of it."""
    actions.renew_calendar_key(kind=CalendarKey.Kind.PERSON, person=signed_in(request), at=timezone.now())
    messages.success(request, _("This is the address of your calendar. An address given out before shows nothing now."))
    return redirect(reverse("enrolments:meetings") + "#calendar")


def feed_address(key: CalendarKey | None, scheme: str = "") -> str:
    """The whole address of a feed; empty without a key."""
    if key is None:
        return ""
    address = settings.SITE_URL + reverse("calendar:feed", args=[key.key])
    return f"{scheme}:{address.partition(':')[2]}" if scheme else address


@never_cache
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """A calendar for programs: whoever holds the address reads it, until its owner makes a new one."""
    found = get_object_or_404(CalendarKey.objects.select_related("person", "run__course"), key=key, ended_at=None)
    owner: User | None = found.person
    if owner is not None and (not owner.is_active or owner.merged_into_id):
        raise Http404
    now = timezone.now()
    language = owner.language if owner else found.run.language if found.run else settings.LANGUAGE_CODE
    title = f"NSCL · {found.run.code}" if found.run else "NSCL"
    text = calendars.feed(title, timetables.in_calendar(found, now), now, language)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"X-Robots-Tag": "noindex"})


# --- Coming in ---------------------------------------------------------------------------


@never_cache
def attend_scan(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Where the code on the projector leads. Nothing is marked: a fresh code is remembered, then one signs in.

    A stale code and a meeting that does not exist answer alike.
    """
    meeting, now = Meeting.objects.select_related("run__course").filter(pk=pk).first(), timezone.now()
    if meeting is None or not tokens.qr_is_fresh(meeting.secret, token, now):
        said = _("This code has changed since. Scan the one that is on the screen now.")
        return _turned_away(request, None, said, 410)
    try:
        actions.refuse_outside(meeting, now)
    except Refused as refusal:
        return _turned_away(request, meeting, str(refusal), 409)
    checkins.keep(request, meeting.pk, now)
    return redirect("enrolments:attend", pk=meeting.pk)


@never_cache
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    """The button that says “I am here”, for whoever has just scanned; and what came of it."""
    now, person = timezone.now(), signed_in(request)
    meeting = get_object_or_404(Meeting.objects.select_related("run__course"), pk=pk)
    seen = checkins.seen(request, pk, now)
    own = Enrolment.objects.seated().filter(run=meeting.run, person__in=User.objects.same_as(person))
    if seen is None and not own.exists():
        raise Http404
    if request.method == "POST" and seen is not None:
        return _come_in(request, meeting, person, Attendance.Method.QR, seen, now)
    mark = Attendance.objects.filter(meeting=meeting, enrolment__in=own).first()
    if seen is None and (mark is None or request.method == "POST"):
        said = _("Nothing was scanned on this device in the last minutes. Scan the code on the screen in the room.")
        return _turned_away(request, meeting, said, 409 if request.method == "POST" else 200)
    return render(request, "enrolments/attendance.html", {"meeting": meeting, "mark": mark, "seen": seen})


@never_cache
def attend_code(request: HttpRequest) -> HttpResponse:
    """The same by a typed code, where a camera fails."""
    person, now, status = signed_in(request), timezone.now(), 200
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if checkins.guessing(person):
            form.add_error("code", _("Too many codes were tried. Wait five minutes, or ask the instructor."))
            status = 429
        elif form.is_valid():
            meeting = _by_code(person, form.cleaned_data["code"], now)
            if meeting is not None:
                return _come_in(request, meeting, person, Attendance.Method.CODE, now, now)
            form.add_error("code", _("No class of yours shows this code now. Type the one that is on the screen."))
    return render(request, "enrolments/attendance_code.html", {"form": form}, status=status)


def _by_code(person: User, code: str, now: datetime) -> Meeting | None:
    """The meeting of one's own that shows `code` now."""
    near = timetables.upcoming(person, now)
    open_now = [meeting for meeting in near if meeting.opens_at <= now]
    return next((meeting for meeting in open_now if tokens.typed_is_fresh(meeting.secret, code, now)), None)


def _come_in(
    request: HttpRequest, meeting: Meeting, person: User, method: str, seen: datetime, now: datetime
) -> HttpResponse:
    try:
        mark = actions.check_in(meeting=meeting, person=person, method=method, seen_at=seen, at=now)
    except Refused as refusal:
        return _turned_away(request, meeting, str(refusal), 409)
    checkins.forget(request, meeting.pk)
    return render(request, "enrolments/attendance.html", {"meeting": meeting, "mark": mark, "fresh": True})


def _turned_away(request: HttpRequest, meeting: Meeting | None, said: str, status: int) -> HttpResponse:
    context = {"meeting": meeting, "refusal": said}
    return render(request, "enrolments/attendance.html", context, status=status)
