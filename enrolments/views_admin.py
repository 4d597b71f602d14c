"""Classes in the back office: listed, planned, copied, changed, moved on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from enrolments import actions, places, prerequisites, queries, rosters, sharing
from enrolments.access import RUNS_CLASSES, STARTS_CLASSES
from enrolments.back_office import class_of, show
from enrolments.forms import ClassFilterForm, ClassForm, CopyForm, MoveForm, StartForm
from enrolments.models import CourseRun, SeatRequest
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import local_date
from lms.lib.states import Refused
from people.visitors import signed_in

PAGE = 50


@never_cache
def classes(request: HttpRequest) -> HttpResponse:
    """The list of classes."""
    form = ClassFilterForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(rosters.classes(signed_in(request), **filters), PAGE, request)
    return show(
        request,
        "classes",
        _("Classes"),
        form=form,
        page=page,
        query=rest_of(request),
        may_start=signed_in(request).has_role(*STARTS_CLASSES),
    )


# --- New ones ----------------------------------------------------------------------------


@never_cache
def class_new(request: HttpRequest) -> HttpResponse:
    """A class in a minute: course and first day; the rest is as in the last class of the course."""
    by = signed_in(request)
    own = not by.has_role(*RUNS_CLASSES)
    form = StartForm(
        request.POST or None,
        teacher=by if own else None,
        initial={"course": request.GET.get("course", ""), "opened": True},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                run = actions.start_run(by=by, at=timezone.now(), own=own, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("Class %(code)s is there. Share its address below.") % {"code": run.code})
                return redirect("enrolments_admin:class", code=run.code)
    return show(request, "class_new", _("A class in a minute"), status, form=form, media=form.media)


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
def class_copy(request: HttpRequest, code: str) -> HttpResponse:
    """The same class on other days, as a draft."""
    run, status = class_of(request, code), 200
    form = CopyForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                copied = actions.copy_run(run=run, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
                status = 409
            else:
                messages.success(
                    request,
                    _("Class %(code)s is a draft now. Look at it, then open it for enrolment.") % {"code": copied.code},
                )
                return redirect("enrolments_admin:class", code=copied.code)
    title = _("Copy class %(code)s") % {"code": code}
    return show(request, "class_copy", title, status, run, form=form, media=form.media)


# --- Changes -----------------------------------------------------------------------------


@never_cache
def class_edit(request: HttpRequest, code: str) -> HttpResponse:
    """What is changed of a class."""
    run = class_of(request, code)
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
                    prerequisites=form.prerequisites,
                    sectors=form.cleaned_data["sectors"],
                    by=signed_in(request),
                    at=timezone.now(),
                )
            except Refused as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
                status = 409
            else:
                messages.success(request, _("Class %(code)s is saved.") % {"code": saved.code})
                return redirect("enrolments_admin:class", code=saved.code)
    return show(request, "class_form", title, status, form=form, media=form.media, cancel=run)


@never_cache
def class_page(request: HttpRequest, code: str) -> HttpResponse:
    """Facts of a class, its roster, and what can be done with it."""
    run = class_of(request, code)
    return _page(request, run, MoveForm(run=run))


def class_move(request: HttpRequest, code: str) -> HttpResponse:
    """Take a class to another state."""
    run = class_of(request, code)
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
    now = timezone.now()
    row = queries.class_row(run, now)
    shared = run.state != CourseRun.State.DRAFT
    return show(
        request,
        "class",
        run.code,
        status,
        run,
        row=row,
        asking=run.requests.filter(state__in=[SeatRequest.State.ASKED, SeatRequest.State.WAITING]).count(),
        asked=prerequisites.described(places.asked_by(run)),
        roster=rosters.roster(run),
        funding=run.funding.select_related("source"),
        posts=run.instructors.select_related("person").order_by("until", "since"),
        history=rosters.history(run),
        move_form=move_form if CourseRun.MOVES[run.state] else None,
        address=sharing.address(run) if shared else "",
        invitation=sharing.invitation(row) if shared else "",
    )
