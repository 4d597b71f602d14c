"""Classes and rosters in the back office."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from enrolments import actions, rosters
from enrolments.access import RUNS_CLASSES
from enrolments.forms import ClassFilterForm, ClassForm, MoveForm, WithdrawForm
from enrolments.models import CourseRun
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import local_date
from lms.lib.spreadsheets import Workbook, harmless
from lms.lib.states import Refused
from people import queries as people
from people.models import User
from people.visitors import signed_in

PAGE = 50
FOUND = 20
"""How many people a search for somebody to add shows."""


def _class(request: HttpRequest, code: str) -> CourseRun:
    """A class that the viewer may see, with the seats taken; 404 otherwise."""
    seen = CourseRun.objects.visible_to(signed_in(request)).select_related("course", "edition", "programme")
    return get_object_or_404(seen.with_taken(), code=code)


def _show(
    request: HttpRequest, template: str, title: str, status: int = 200, run: CourseRun | None = None, **context: Any
) -> HttpResponse:
    """A page inside Wagtail's frame, below the list of classes."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs.append({"url": reverse("enrolments_admin:classes"), "label": _("Classes")})
    if run is not None:
        crumbs.append({"url": reverse("enrolments_admin:class", args=[run.code]), "label": run.code})
    if crumbs[-1]["label"] != title:
        crumbs.append({"url": "", "label": title})
    context = {
        "page_title": title,
        "header_title": title,
        "header_icon": "group",
        "breadcrumbs_items": crumbs,
        "run": run,
        "may_run": signed_in(request).has_role(*RUNS_CLASSES),
        **context,
    }
    return render(request, f"enrolments/admin/{template}.html", context, status=status)


@never_cache
def classes(request: HttpRequest) -> HttpResponse:
    """The list of classes."""
    form = ClassFilterForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(rosters.classes(signed_in(request), **filters), PAGE, request)
    return _show(request, "classes", _("Classes"), form=form, page=page, query=rest_of(request))


@never_cache
def class_add(request: HttpRequest) -> HttpResponse:
    """A new class, as a draft."""
    run = CourseRun()
    form = ClassForm(
        request.POST or None,
        instance=run,
        today=local_date(timezone.now()),
        initial={"course": request.GET.get("course", "")},
    )
    return _edit(request, form, actions.plan_run, _("Add a class"))


@never_cache
def class_edit(request: HttpRequest, code: str) -> HttpResponse:
    """What is changed of a class."""
    run = _class(request, code)
    form = ClassForm(request.POST or None, instance=run, today=local_date(timezone.now()))
    return _edit(request, form, actions.change_run, _("Change class %(code)s") % {"code": code}, run)


def _edit(request: HttpRequest, form: ClassForm, store: Any, title: str, run: CourseRun | None = None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved = store(
                    run=form.instance,
                    funding=form.funding,
                    instructors=form.cleaned_data["instructors"],
                    by=signed_in(request),
                    at=timezone.now(),
                )
            except Refused as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
                status = 409
            else:
                messages.success(request, _("Class %(code)s is saved.") % {"code": saved.code})
                return redirect("enrolments_admin:class", code=saved.code)
    return _show(request, "class_form", title, status, form=form, media=form.media, cancel=run)


@never_cache
def class_page(request: HttpRequest, code: str) -> HttpResponse:
    """Facts of a class, its roster, and what can be done with it."""
    run = _class(request, code)
    return _page(request, run, MoveForm(run=run))


def class_move(request: HttpRequest, code: str) -> HttpResponse:
    """Take a class to another state."""
    run = _class(request, code)
    form = MoveForm(request.POST, run=run)
    status = 422
    if form.is_valid():
        try:
            actions.move_run(run=run, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("note" if refusal.code == "reason" else None, str(refusal))
            status = 409
        else:
            messages.success(
                request, _("Class %(code)s: %(state)s.") % {"code": run.code, "state": run.get_state_display()}
            )
            return redirect("enrolments_admin:class", code=run.code)
    return _page(request, run, form, status)


def _page(request: HttpRequest, run: CourseRun, move_form: MoveForm, status: int = 200) -> HttpResponse:
    return _show(
        request,
        "class",
        run.code,
        status,
        run,
        roster=rosters.roster(run),
        funding=run.funding.select_related("source"),
        posts=run.instructors.select_related("person").order_by("until", "since"),
        history=rosters.history(run),
        move_form=move_form if CourseRun.MOVES[run.state] else None,
    )


@never_cache
def class_enrol(request: HttpRequest, code: str) -> HttpResponse:
    """Find a person and give them a seat."""
    run, viewer, status = _class(request, code), signed_in(request), 200
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
    inside = set(
        run.enrolments.seated().filter(person__in=[row.pk for row in rows]).values_list("person_id", flat=True)
    )
    return _show(
        request,
        "class_enrol",
        _("Add a person"),
        status,
        run,
        q=q,
        rows=[(row, row.pk in inside) for row in rows[:FOUND]],
        more=len(rows) > FOUND,
    )


@never_cache
def class_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a person out of a class, after asking for the reason."""
    run, status = _class(request, code), 200
    enrolment = get_object_or_404(run.enrolments.select_related("person"), pk=pk)
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
    return _show(request, "class_withdraw", title, status, run, form=form, enrolment=enrolment)


@never_cache
def class_export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The roster as a file."""
    roster = rosters.roster(_class(request, code))
    name = f"{roster.run.code}-{local_date(timezone.now()):%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        content, mime = _xlsx(roster), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
