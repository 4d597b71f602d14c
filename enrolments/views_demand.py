"""Classes that enterprises ask for: the office answers with a class or a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from enrolments import actions
from enrolments.back_office import show
from enrolments.forms import ClassForm, DeclineForm, LinkForm
from enrolments.models import CourseRun, InHouseRequest
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import local_date
from lms.lib.states import Refused
from people.visitors import signed_in

PAGE = 50


def _asked(request: HttpRequest, pk: int) -> InHouseRequest:
    seen = InHouseRequest.objects.visible_to(signed_in(request))
    return get_object_or_404(seen.select_related("enterprise", "course__subject", "run", "asked_by"), pk=pk)


@never_cache
def in_house(request: HttpRequest) -> HttpResponse:
    """Requests, those that wait first."""
    state = request.GET.get("state", "")
    rows = InHouseRequest.objects.visible_to(signed_in(request)).select_related("enterprise", "course", "run")
    if state in InHouseRequest.State.values:
        rows = rows.filter(state=state)
    waiting = forms.Select(choices=[("", _("All")), *InHouseRequest.State.choices])
    page = page_of(rows.order_by("-asked_at", "-pk"), PAGE, request)
    choice = waiting.render("state", state, attrs={"id": "id_state"})
    return show(
        request, "in_house", _("Classes asked for by enterprises"), page=page, choice=choice, query=rest_of(request)
    )


def _page(request: HttpRequest, asked: InHouseRequest, status: int = 200, **filled: Any) -> HttpResponse:
    context = {
        "asked": asked,
        "waits": asked.state == InHouseRequest.State.ASKED,
        "link_form": LinkForm(asked=asked),
        "decline_form": DeclineForm(),
        "steps": asked.events.select_related("by"),
        "states": dict(InHouseRequest.State.choices),
        **filled,
    }
    return show(request, "in_house_request", str(asked.enterprise), status, **context)


@never_cache
def in_house_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, with the ways to answer it."""
    return _page(request, _asked(request, pk))


def in_house_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a class that is planned already."""
    asked = _asked(request, pk)
    form = LinkForm(request.POST, asked=asked)
    if form.is_valid():
        try:
            actions.plan_in_house(asked=asked, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return _page(request, _asked(request, pk), 409, link_form=form)
        messages.success(request, _("The enterprise is told."))
        return redirect("enrolments_admin:in_house_request", pk=pk)
    return _page(request, asked, 422, link_form=form)


def in_house_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a reason why not."""
    asked = _asked(request, pk)
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            actions.decline_in_house(asked=asked, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("answer" if refusal.code == "reason" else None, str(refusal))
            return _page(request, _asked(request, pk), 409, decline_form=form)
        messages.success(request, _("The enterprise is told."))
        return redirect("enrolments_admin:in_house_request", pk=pk)
    return _page(request, asked, 422, decline_form=form)


@never_cache
def in_house_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new class out of what is asked for, as a draft; the request is answered with it."""
    asked = _asked(request, pk)
    if asked.state != InHouseRequest.State.ASKED:
        messages.error(request, _("This request is answered already."))
        return redirect("enrolments_admin:in_house_request", pk=pk)
    form = ClassForm(
        request.POST or None,
        instance=CourseRun(),
        today=local_date(timezone.now()),
        initial={
            "course": asked.course_id,
            "mode": CourseRun.Mode.ROOM,
            "seats": asked.people,
            "place": asked.place,
            "timetable": asked.when,
            "open_to": CourseRun.OpenTo.NOMINATED,
        },
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                run = _plan(request, asked, form)
            except Refused as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
                status = 409
            else:
                messages.success(
                    request,
                    _("Class %(code)s is a draft now, and the enterprise is told. Open it for enrolment.")
                    % {"code": run.code},
                )
                return redirect("enrolments_admin:class", code=run.code)
    title = _("Class for %(enterprise)s") % {"enterprise": asked.enterprise}
    return show(request, "class_form", title, status, form=form, media=form.media, cancel=None)


@transaction.atomic
def _plan(request: HttpRequest, asked: InHouseRequest, form: ClassForm) -> CourseRun:
    """The class and the answer, both or neither."""
    by, at = signed_in(request), timezone.now()
    run = actions.plan_run(
        run=form.instance,
        funding=form.funding,
        instructors=form.cleaned_data["instructors"],
        prerequisites=form.prerequisites,
        sectors=form.cleaned_data["sectors"],
        by=by,
        at=at,
    )
    actions.plan_in_house(asked=asked, run=run, by=by, at=at)
    return run
