"""Staff's pages of exam sessions: when and where, who watches, who sits where. Inside Wagtail's admin."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache

from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from lms.lib.text import fold
from people.back_office import frame
from people.models import User
from people.visitors import signed_in
from quizzes.actions import sessions as actions
from quizzes.forms_hall import SessionForm
from quizzes.hall_words import told_of_session
from quizzes.models import ExamSession, Sitting
from quizzes.queries import hall as queries
from quizzes.seating import by_seat

PAGE = 50
MOST_SEATS = 100
"""Of those who are in no session, how many the page shows at once; the others are found by name."""


def _session(request: HttpRequest, pk: int) -> ExamSession:
    found = ExamSession.objects.visible_to(signed_in(request)).select_related("exam", "run")
    return get_object_or_404(found, pk=pk)


def _show(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    way = [(reverse("quizzes_admin:sessions"), _("Exam sessions"))] if template != "sessions" else []
    return render(request, f"quizzes/admin/{template}.html", {**frame(title, "date", *way), **context}, status=status)


@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """All sessions, newest first."""
    page = page_of(queries.sessions(signed_in(request)), PAGE, request)
    return _show(request, "sessions", _("Exam sessions"), page=page, query=rest_of(request))


@never_cache
def session_new(request: HttpRequest) -> HttpResponse:
    """Plan a session."""
    form, status = SessionForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.plan_session(by=signed_in(request), at=timezone.now(), **form.cleaned_data)
                return redirect("quizzes_admin:session", pk=made.pk)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
    return _show(request, "session_new", _("New exam session"), status, form=form)


@never_cache
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: its facts to change, its invigilators and its people."""
    found = _session(request, pk)
    form, status = SessionForm(request.POST or None, instance=found), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_session(
                    session=ExamSession.objects.get(pk=pk),
                    by=signed_in(request),
                    at=timezone.now(),
                    **form.cleaned_data,
                )
                messages.success(request, _("Saved. Whoever sits in it is told of another time or place."))
                return redirect("quizzes_admin:session", pk=pk)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            found = _session(request, pk)
    return _page(request, found, form, status)


def _page(request: HttpRequest, found: ExamSession, form: SessionForm, status: int) -> HttpResponse:
    free = queries.free_sittings(found)
    waiting = free.count()
    q = request.GET.get("q", "").strip()[:100]
    if q:
        free = free.filter(person__search_key__contains=fold(q))
    shown = list(free[: MOST_SEATS + 1])
    watching = list(found.invigilators.filter(until=None).select_related("person").order_by("since"))
    watchers = User.objects.filter(grants__role=Role.INVIGILATOR, grants__ended_at=None, is_active=True)
    return _show(
        request,
        "session",
        found.code,
        status,
        session=found,
        form=form,
        seated=by_seat(found.sittings.select_related("person", "enrolment__run")),
        free=shown[:MOST_SEATS],
        more=len(shown) > MOST_SEATS,
        waiting=waiting,
        q=q,
        watching=watching,
        watchers=watchers.exclude(pk__in=[one.person_id for one in watching]).order_by("sort_key"),
        open=found.state in (ExamSession.State.PLANNED, ExamSession.State.OPEN),
        history=[(event, told_of_session(event)) for event in found.events.select_related("by").order_by("-at", "-pk")],
    )


def session_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Put people into the session, change seats, or take one out."""
    found, by, at = _session(request, pk), signed_in(request), timezone.now()

    def work() -> str:
        if out := request.POST.get("out"):
            sitting = found.sittings.filter(pk=int(out) if out.isascii() and out.isdigit() else 0).first()
            if sitting is None:
                raise Refused(_("This person does not sit in the session any more."), "gone")
            actions.unseat(session=found, sitting=sitting, by=by, at=at)
            return _("Taken out of the session.")
        seats = _everybody(found) if request.POST.get("all") else _seats(request, found)
        done = actions.seat_people(session=found, seats=seats, by=by, at=at)
        return ngettext("%(n)s seat is saved.", "%(n)s seats are saved.", len(done)) % {"n": len(done)}

    return _done(request, pk, work)


def _everybody(found: ExamSession) -> dict[int, str]:
    """All who may be put into the session, each at the next free seat."""
    seats = dict.fromkeys(queries.free_sittings(found).values_list("pk", flat=True), "")
    if not seats:
        raise Refused(_("Nobody is left to put into this session."), "nobody")
    return seats


def _seats(request: HttpRequest, found: ExamSession) -> dict[int, str]:
    """Whoever is ticked, and whoever has a seat already, with the seat written beside the name."""
    ticked = {value for value in request.POST.getlist("sitting") if value.isascii() and value.isdigit()}
    new = Sitting.objects.filter(pk__in=[int(value) for value in ticked if len(value) < 12])
    known = [*found.sittings.all(), *queries.free_sittings(found).filter(pk__in=new)]
    seats = {one.pk: request.POST.get(f"seat-{one.pk}", one.seat) for one in known}
    if not seats:
        raise Refused(_("Tick the people who sit in this session."), "nobody")
    return seats


def session_invigilators(request: HttpRequest, pk: int) -> HttpResponse:
    """Name an invigilator, or end one's watch."""
    found, by, at = _session(request, pk), signed_in(request), timezone.now()
    text = request.POST.get("person", "")
    person = get_object_or_404(User, pk=int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0)

    def work() -> str:
        if request.POST.get("act") == "release":
            actions.release_invigilator(session=found, person=person, by=by, at=at)
            return _("%(name)s watches no more.") % {"name": person.full_name}
        actions.assign_invigilator(session=found, person=person, by=by, at=at)
        return _("%(name)s watches over the session.") % {"name": person.full_name}

    return _done(request, pk, work)


def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session that was not opened; people are told why."""
    found, reason = _session(request, pk), request.POST.get("reason", "")

    def work() -> str:
        actions.cancel_session(session=found, reason=reason[:500], by=signed_in(request), at=timezone.now())
        return _("The session is cancelled; people are told.")

    return _done(request, pk, work)


def _done(request: HttpRequest, pk: int, work: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, work())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("quizzes_admin:session", pk=pk)
