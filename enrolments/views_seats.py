"""A person's way into a class and out of it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, override
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from courses.models import CoursePage
from enrolments import actions, places, queries
from enrolments.models import CourseRun, Enrolment, SeatRequest
from lms.lib.states import Refused
from people.models import User
from people.visitors import signed_in


def _announced(run_code: str) -> CourseRun:
    """A class that is not a draft any more; 404 without one."""
    announced = CourseRun.objects.exclude(state=CourseRun.State.DRAFT).select_related("course", "edition")
    return get_object_or_404(announced, code=run_code)


@vary_on_headers("Cookie")
def share(request: HttpRequest, run_code: str) -> HttpResponse:
    """From the short address of a class, which people pass on, to its page: in the language chosen, else Vietnamese."""
    run = _announced(run_code.upper())
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    with override(chosen if chosen in dict(settings.LANGUAGES) else "vi"):
        return redirect("enrolments:enrol", run_code=run.code)


@never_cache
def enrol(request: HttpRequest, run_code: str) -> HttpResponse:
    """What one enrols in, where one stands, and the button."""
    run, now = _announced(run_code), timezone.now()
    if request.method == "GET":
        return _page(request, run, now)
    person, before = signed_in(request), places.door(run, signed_in(request), now, _language())
    if before.clashes and not before.inside and request.POST.get("do") != "decline" and "confirm" not in request.POST:
        return _page(request, run, now, status=409, ask_again=True)
    try:
        done = _do(request, run, person, before.request, now)
    except Refused as refusal:
        # Read again: perhaps the last seat went between the page and the button.
        return _page(request, run, now, status=409, refusal=str(refusal))
    if isinstance(done, Enrolment):
        if not before.inside:
            messages.success(request, _("You are enrolled in class %(code)s.") % {"code": run.code})
        return redirect("enrolments:run", run_code=run.code)
    if done.state == SeatRequest.State.DECLINED:
        messages.success(request, _("Noted: class %(code)s goes on without you.") % {"code": run.code})
    return redirect("enrolments:enrol", run_code=run.code)


def _do(
    request: HttpRequest, run: CourseRun, person: User, asked: SeatRequest | None, at: datetime
) -> Enrolment | SeatRequest:
    wish = request.POST.get("do", "")
    if wish == "accept" and asked is not None:
        return actions.accept(request=asked, by=person, at=at)
    if wish == "decline" and asked is not None:
        return actions.decline(request=asked, by=person, at=at)
    return actions.ask(run=run, person=person, by=person, at=at, note=request.POST.get("note", ""))


def _language() -> str:
    return (get_language() or "vi")[:2]


def _page(request: HttpRequest, run: CourseRun, at: datetime, status: int = 200, **context: Any) -> HttpResponse:
    door = places.door(run, signed_in(request), at, _language())
    others = queries.open_classes([run.course_id], at).get(run.course_id, [])
    about = CoursePage.objects.live().filter(course=run.course_id, language=_language()).first()
    context = {
        "door": door,
        "run": run,
        "others": [row for row in others if row.run.pk != run.pk and row.enrolling and not row.full],
        "about": about,
        "meetings": run.meetings.standing(),
        "posts": run.instructors.filter(until=None).select_related("person").order_by("person__sort_key"),
        "steps": places.steps(door.request) if door.request and not door.inside else [],
        "early": run.state != CourseRun.State.CANCELLED and run.enrols_from is not None and at < run.enrols_from,
        "reason": places.reason(run) if run.state == CourseRun.State.CANCELLED else "",
        **context,
    }
    return render(request, "enrolments/enrol.html", context, status=status)


@never_cache
def leave(request: HttpRequest, run_code: str) -> HttpResponse:
    """Give the seat back, after asking."""
    mine = Enrolment.objects.filter(person=signed_in(request)).select_related("run__course")
    enrolment = get_object_or_404(mine, run__code=run_code)
    if request.method == "POST":
        try:
            actions.withdraw(enrolment=enrolment, by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("enrolments:run", run_code=run_code)
        messages.success(request, _("You have left class %(code)s.") % {"code": run_code})
        return redirect("learn")
    return render(request, "enrolments/leave.html", {"enrolment": enrolment, "run": enrolment.run})
