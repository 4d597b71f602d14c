"""The people of a class in the back office: put in, taken out, asked for, written into files."""

import csv
import io
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from enrolments import actions, asking, places, rosters
from enrolments.back_office import class_of, show
from enrolments.forms import AnswerForm, WithdrawForm
from enrolments.models import CourseRun, SeatRequest
from lms.lib.periods import local_date
from lms.lib.spreadsheets import XLSX, Workbook, harmless
from lms.lib.states import Refused
from people import queries as people
from people.models import User
from people.visitors import signed_in

FOUND = 20
"""How many people a search for somebody to add shows."""


# --- Put in, taken out -------------------------------------------------------------------


@never_cache
def class_enrol(request: HttpRequest, code: str) -> HttpResponse:
    """Find a person and give them a seat."""
    run, viewer, status = class_of(request, code), signed_in(request), 200
    q = request.GET.get("q", "").strip()[:150]
    if request.method == "POST":
        key = request.POST.get("person", "")
        known = User.objects.visible_to(viewer).filter(is_active=True, merged_into=None)
        person = get_object_or_404(known, pk=key if key.isdecimal() else 0)
        try:
            actions.enrol(run=run, person=person, by=viewer, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 409
        else:
            messages.success(
                request, _("%(name)s is enrolled in class %(code)s.") % {"name": person.full_name, "code": run.code}
            )
            return redirect("enrolments_admin:class", code=run.code)
    found = people.people(viewer, q=q).filter(is_active=True)[: FOUND + 1] if q else User.objects.none()
    rows = people.person_rows(found)
    keys = [row.pk for row in rows]
    inside = set(run.enrolments.seated().filter(person__in=keys).values_list("person_id", flat=True))
    clashes = places.clashes(run, keys)
    return show(
        request,
        "class_enrol",
        _("Add a person"),
        status,
        run,
        q=q,
        rows=[(row, row.pk in inside, clashes[row.pk]) for row in rows[:FOUND]],
        more=len(rows) > FOUND,
    )


@never_cache
def class_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a person out of a class, after asking for the reason."""
    run, status = class_of(request, code), 200
    enrolment = get_object_or_404(run.enrolments.select_related("person", "run"), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.withdraw(enrolment=enrolment, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(
                    request, _("%(name)s has left class %(code)s.") % {"name": enrolment.person, "code": run.code}
                )
            return redirect("enrolments_admin:class", code=run.code)
    title = _("Take %(name)s out of the class") % {"name": enrolment.person}
    return show(request, "class_withdraw", title, status, run, form=form, enrolment=enrolment)


# --- Requests for places -----------------------------------------------------------------


@never_cache
def class_requests(request: HttpRequest, code: str) -> HttpResponse:
    """Who asks for a place, in line, with what each lacks; and how the places stand."""
    run = class_of(request, code)
    return show(
        request, "class_requests", _("Requests for places"), 200, run, asking=asking.asking(run, timezone.now())
    )


@never_cache
def class_request(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One request, and the office's answer to it."""
    run, now, status = class_of(request, code), timezone.now(), 200
    seen = SeatRequest.objects.visible_to(signed_in(request)).select_related("person", "enterprise", "nominated_by")
    asked = get_object_or_404(seen.filter(run=run), pk=pk)
    asked.run = run
    form = AnswerForm(request.POST or None, lacking=bool(asking.one(asked, now).lacking))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _answer(request, asked, form, now)
            except Refused as refusal:
                form.add_error("note" if refusal.code == "reason" else None, str(refusal))
                status = 409
            else:
                return redirect("enrolments_admin:class_requests", code=run.code)
        asked = seen.get(pk=pk)
        asked.run = run
    title = str(asked.person)
    return show(
        request,
        "class_request",
        title,
        status,
        run,
        form=form,
        row=asking.one(asked, now),
        steps=places.steps(asked, everything=True),
    )


def _answer(request: HttpRequest, asked: SeatRequest, form: AnswerForm, at: datetime) -> None:
    by, given = signed_in(request), form.cleaned_data
    name, wish = asked.person.full_name, request.POST.get("do", "")
    if wish == "approve":
        done = actions.approve(request=asked, by=by, at=at, waive=given.get("waive", False))
        said = {
            SeatRequest.State.TAKEN: _("%(name)s is enrolled."),
            SeatRequest.State.OFFERED: _("A place is held for %(name)s."),
        }.get(SeatRequest.State(done.state), _("Agreed. No place is free: %(name)s is on the waiting list."))
    elif wish == "offer":
        actions.offer(request=asked, by=by, at=at, waive=given.get("waive", False))
        said = _("A place is held for %(name)s.")
    elif wish == "refuse":
        actions.refuse(request=asked, by=by, at=at, note=given["note"])
        said = _("%(name)s gets no place and is told why.")
    elif wish == "accept":
        actions.accept(request=asked, by=by, at=at)
        said = _("%(name)s is enrolled.")
    elif wish == "decline":
        actions.decline(request=asked, by=by, at=at, note=given["note"])
        said = _("%(name)s does not ask any more.")
    else:
        raise Refused(_("Choose one of the answers below."), code="do")
    messages.success(request, said % {"name": name})


# --- Files -------------------------------------------------------------------------------


@never_cache
def class_export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The roster as a file."""
    roster = rosters.roster(class_of(request, code))
    name = f"{roster.run.code}-{local_date(timezone.now()):%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        content, mime = _xlsx(roster), XLSX
    elif kind == "csv":
        content, mime = _csv(roster), "text/csv; charset=utf-8"
    else:
        raise Http404
    return HttpResponse(content, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _xlsx(roster: rosters.Roster) -> bytes:
    run = roster.run
    title = _("Class %(code)s: %(course)s") % {"code": run.code, "course": run.course}
    book = Workbook(title)
    book.sheet(
        run.code, roster.head(), roster.lines(), title=title, widths=[6, 28, 34, 14, 12, 10], notes=[_period(run)]
    )
    return book.finish()


def _period(run: CourseRun) -> str:
    return f"{run.starts_on:%d/%m/%Y} – {run.ends_on:%d/%m/%Y}"


def _csv(roster: rosters.Roster) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(roster.head())
    writer.writerows([harmless(value) for value in line] for line in roster.lines())
    # With a mark at its start: Excel takes the file for UTF-8 by that alone.
    return text.getvalue().encode("utf-8-sig")
