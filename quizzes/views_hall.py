"""The invigilator's screen: who is in, how it stands, what may be done about it. Works without a script."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache

from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people.models import User
from people.visitors import signed_in
from quizzes import ticket_slips
from quizzes.actions import hall as acts, hall_notes as notes, sessions, tickets
from quizzes.forms_hall import ActForm
from quizzes.models import Attempt, ExamSession, Sitting
from quizzes.queries import hall as queries
from quizzes.seating import by_seat

PAGE = 30


def _session(request: HttpRequest, code: str) -> ExamSession:
    """A session that the reader may look at; 404 for another as for a missing one."""
    found = ExamSession.objects.visible_to(signed_in(request)).select_related("exam", "run__course")
    return get_object_or_404(found, code=code)


def _sitting(session: ExamSession, text: Any) -> Sitting | None:
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 12):
        return None
    return session.sittings.select_related("person").filter(pk=int(text)).first()


@never_cache
def halls(request: HttpRequest) -> HttpResponse:
    """One's own sessions, newest first; all for examiners and administrators."""
    viewer = signed_in(request)
    page = page_of(queries.sessions(viewer), PAGE, request)
    context = {
        "page": page,
        "query": rest_of(request),
        "now": timezone.now(),
        "plans": viewer.has_role(*sessions.PLANNERS),
    }
    return render(request, "quizzes/halls.html", context)


@never_cache
def hall(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody of a session by seat; `?p=` one of them with what may be done. To HTMX the table alone."""
    session, now = _session(request, code), timezone.now()
    found = queries.hall(session, now)
    chosen = next((seat for seat in found.seats if str(seat.sitting.pk) == request.GET.get("p")), None)
    context = {"hall": found, "session": session, "now": now, "chosen": chosen}
    if request.headers.get("HX-Request"):
        return render(request, "quizzes/_hall_takers.html", context)
    return _screen(request, context, ActForm())


def _screen(request: HttpRequest, context: dict[str, Any], form: ActForm, status: int = 200) -> HttpResponse:
    viewer, session, chosen = signed_in(request), context["session"], context["chosen"]
    may_act = acts.watches(session, viewer)
    everybody = request.GET.get("all") == "1"
    context |= {
        "form": form,
        "may_act": may_act,
        "decides": viewer.has_role(*acts.FREE),
        "viewer": viewer,
        "story": queries.story(chosen.sitting) if chosen else [],
        "notes": queries.notes(session, chosen.sitting if chosen else None) if chosen or everybody else [],
        "everybody": everybody,
        "most": acts.MOST_MINUTES,
    }
    return render(request, "quizzes/hall.html", context, status=status)


def hall_one(request: HttpRequest, code: str, sitting_id: int) -> HttpResponse:
    """Pause, go on, more time, void: one attempt. Papers checked, an incident: one person."""
    session = _session(request, code)
    sitting = get_object_or_404(queries.people(session), pk=sitting_id)
    written = f"{reverse('hall:hall', args=[session.code])}?p={sitting.pk}#one"
    if (act := request.POST.get("act")) in ("note", "identity", "identity_undo"):
        return _done(request, written, lambda: _written(act, session, sitting, request))
    attempt = sitting.attempts.filter(session=session).order_by("-number").first()
    if attempt is None:
        raise Http404
    if act == "resume":
        return _done(request, written, lambda: _resumed(attempt, signed_in(request)))
    form = ActForm(request.POST)
    if not form.is_valid():
        found = queries.hall(session, timezone.now())
        chosen = next(seat for seat in found.seats if seat.sitting.pk == sitting.pk)
        context = {"hall": found, "session": session, "now": timezone.now(), "chosen": chosen}
        return _screen(request, context, form, status=422)
    return _done(request, written, lambda: _act(form, attempt, signed_in(request)))


def _written(act: str | None, session: ExamSession, sitting: Sitting | None, request: HttpRequest) -> str:
    """What an invigilator writes down, of one person or of the hall."""
    by, at = signed_in(request), timezone.now()
    if act == "note" or sitting is None:
        notes.note_incident(session=session, sitting=sitting, text=request.POST.get("text", ""), by=by, at=at)
        return _("Written into the minutes.")
    notes.check_identity(session=session, sitting=sitting, checked=act == "identity", by=by, at=at)
    if act == "identity":
        return _("Papers of %(name)s are checked.") % {"name": sitting.person.full_name}
    return _("The check of papers is taken back.")


def _resumed(attempt: Attempt, by: User) -> str:
    acts.resume(attempt=attempt, by=by, at=timezone.now())
    return _("The clock runs on; the pause was added to the time.")


def _act(form: ActForm, attempt: Attempt, by: User) -> str:
    act, reason, at = form.cleaned_data["act"], form.reason, timezone.now()
    if act == "pause":
        acts.pause(attempt=attempt, reason=reason, by=by, at=at)
        return _("Paused. The clock stands, and the questions are hidden.")
    if act == "extend":
        minutes = form.cleaned_data["minutes"] or 0
        acts.extend(attempt=attempt, minutes=minutes, reason=reason, by=by, at=at)
        return ngettext("%(n)s minute was added.", "%(n)s minutes were added.", minutes) % {"n": minutes}
    asked = acts.asked_void(Attempt.objects.filter(pk=attempt.pk)).get(attempt.pk)
    if by.has_role(*acts.FREE) or (asked is not None and asked != by.pk):
        acts.void(attempt=attempt, reason=reason, by=by, at=at)
        return _("The attempt is void; the taker is told.")
    acts.ask_void(attempt=attempt, reason=reason, by=by, at=at)
    return _("Proposed, and paused. A second invigilator or an examiner declares it void, or lets it go on.")


def hall_all(request: HttpRequest, code: str) -> HttpResponse:
    """Open or close the hall; pause, go on or more time for everybody in it."""
    session, by, at = _session(request, code), signed_in(request), timezone.now()
    back = reverse("hall:hall", args=[session.code])
    act = request.POST.get("act")
    if act in ("open", "close", "resume"):
        return _done(request, back, lambda: _state(act, session, by))
    if act == "note":
        return _done(request, f"{back}?all=1#one", lambda: _written(act, session, None, request))
    form = ActForm(request.POST)
    if act not in ("pause", "extend") or not form.is_valid():
        messages.error(request, _("Say what is to be done, and why."))
        return redirect(f"{back}?all=1#one")

    def work() -> str:
        if act == "pause":
            count = acts.pause_session(session=session, reason=form.reason, by=by, at=at)
            return ngettext("%(n)s person is paused.", "%(n)s people are paused.", count) % {"n": count}
        minutes = form.cleaned_data["minutes"] or 0
        count = acts.extend_session(session=session, minutes=minutes, reason=form.reason, by=by, at=at)
        return _("%(minutes)s minutes were added for %(n)s people.") % {"minutes": minutes, "n": count}

    return _done(request, back, work)


def _state(act: str | None, session: ExamSession, by: User) -> str:
    acts.refuse_stranger(session, by)
    if act == "open":
        sessions.open_session(session=session, by=by, at=timezone.now())
        return _("The hall is open.")
    if act == "close":
        sessions.close_session(session=session, by=by, at=timezone.now())
        return _("The hall is closed.")
    count = acts.resume_session(session=session, by=by, at=timezone.now())
    return ngettext("%(n)s person goes on.", "%(n)s people go on.", count) % {"n": count}


def _done(request: HttpRequest, back: str, work: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, work())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


@never_cache
def hall_tickets(request: HttpRequest, code: str) -> HttpResponse:
    """New tickets, in the answer itself: their codes are kept nowhere. One on the screen, or slips for all as PDF."""
    session, by, at = _session(request, code), signed_in(request), timezone.now()
    back = reverse("hall:hall", args=[session.code])
    asked = request.POST.get("sitting")
    one = _sitting(session, asked)
    wanted = [one] if one else by_seat(session.sittings.select_related("person"))
    try:
        acts.refuse_stranger(session, by)
        if session.state in (ExamSession.State.CLOSED, ExamSession.State.CANCELLED):
            raise Refused(_("This session is over; no tickets are handed out any more."), "over")
        if asked and one is None:
            # Taken out meanwhile: the tickets of all the others stay good.
            raise Refused(_("This person does not sit in the session any more."), "gone")
        issued = tickets.issue_tickets(sittings=wanted, by=by, at=at)
        if not issued:
            raise Refused(_("Whoever is in the exam already needs no ticket."), "inside")
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    if one and request.POST.get("paper") != "1":
        response = render(request, "quizzes/hall_ticket.html", {"session": session, "one": issued[0], "back": back})
    else:
        made = ticket_slips.pdf(session, issued, by, at)
        response = HttpResponse(made, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{session.code}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
