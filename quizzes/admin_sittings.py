"""Staff's pages of sittings: who may sit an exam, and what is arranged for one person. Inside Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people import queries as people
from people.models import User
from people.visitors import signed_in
from quizzes.access import SITTING_GIVERS
from quizzes.actions import arranging as actions
from quizzes.actions.arranging import Arranged
from quizzes.admin_exams import exam_of, show
from quizzes.forms_exams import ArrangeForm, ReasonForm, WindowForm
from quizzes.models import Attempt, Exam, Sitting
from quizzes.queries import exams as queries

PAGE = 50
FOUND = 20
"""How many people a search for somebody to add shows."""


@never_cache
def sittings(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may sit one exam, as far as the viewer arranges it."""
    exam, viewer = exam_of(request, pk), signed_in(request)
    q = request.GET.get("q", "").strip()[:100]
    page = page_of(queries.sitting_rows(exam, viewer, q), PAGE, request)
    may_give = viewer.has_role(*SITTING_GIVERS)
    return show(
        request, "sittings", _("Who sits the exam"), exam, page=page, q=q, query=rest_of(request), may_give=may_give
    )


def _sitting(request: HttpRequest, pk: int) -> Sitting:
    found = Sitting.objects.arranged_by(signed_in(request)).select_related(
        "person", "exam__bank", "enrolment__run", "session"
    )
    return get_object_or_404(found, pk=pk)


@never_cache
def sitting(request: HttpRequest, pk: int) -> HttpResponse:
    """What is arranged for one person, with its history."""
    found, status = _sitting(request, pk), 200
    arranged = Arranged.of(found)
    form = ArrangeForm(request.POST or None, initial=arranged._asdict())
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wanted = Arranged(**{name: form.cleaned_data[name] for name in Arranged._fields})
            try:
                actions.accommodate(
                    sitting=found,
                    arranged=wanted,
                    reason=form.cleaned_data["reason"],
                    by=signed_in(request),
                    at=timezone.now(),
                )
            except Refused as refusal:
                form.add_error("reason" if refusal.code == "reason" else None, str(refusal))
            else:
                messages.success(request, _("Arranged from the next attempt on; the person is told."))
                return redirect("quizzes_admin:sitting", pk=pk)
    return _show(request, found, form, ReasonForm(), status)


def _show(request: HttpRequest, found: Sitting, form: ArrangeForm, back: ReasonForm, status: int) -> HttpResponse:
    names = {name: str(field.label) for name, field in form.fields.items()}
    what = {"accommodated": _("Arranged"), "given": _("Given without a class"), "taken_back": _("Taken back")}
    attempts = found.attempts.order_by("number")
    return show(
        request,
        "sitting",
        found.person.full_name,
        found.exam,
        status,
        sitting=found,
        form=form,
        back_form=back,
        attempts=attempts,
        running=any(attempt.state == Attempt.State.STARTED for attempt in attempts),
        may_take_back=found.enrolment_id is None and not attempts and found.ended_at is None,
        history=queries.sitting_history(found, names, what),
    )


@never_cache
def sitting_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a sitting that was never used."""
    found = _sitting(request, pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions.take_back(
                sitting=found, reason=form.cleaned_data["reason"], by=signed_in(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("The sitting is taken back; the person is told."))
            return redirect("quizzes_admin:sittings", pk=found.exam_id)
    return _show(request, found, ArrangeForm(initial=Arranged.of(found)._asdict()), form, 422)


@never_cache
def sitting_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Find a person and let them sit the exam without a class."""
    exam, viewer, status = exam_of(request, pk), signed_in(request), 200
    q = request.GET.get("q", "").strip()[:150]
    form = WindowForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = _give(request, exam, form, viewer)
            if given is not None:
                return redirect("quizzes_admin:sitting", pk=given.pk)
    found = people.people(viewer, q=q).filter(is_active=True).exclude(pk=viewer.pk) if q else User.objects.none()
    rows = people.person_rows(found[: FOUND + 1])
    return show(
        request,
        "sitting_give",
        _("Let a person sit the exam"),
        exam,
        status,
        q=q,
        form=form,
        rows=rows[:FOUND],
        more=len(rows) > FOUND,
        chosen=request.POST.get("person", ""),
    )


def _give(request: HttpRequest, exam: Exam, form: WindowForm, viewer: User) -> Sitting | None:
    """The sitting given; None when it was refused, and the form says why."""
    key = request.POST.get("person", "")
    known = User.objects.visible_to(viewer).standing().filter(is_active=True)
    person = known.filter(pk=key if key.isascii() and key.isdecimal() and len(key) < 18 else 0).first()
    if person is None:
        form.add_error(None, _("Find the person, and choose one of those found."))
        return None
    facts: dict[str, Any] = form.cleaned_data
    try:
        given = actions.give_sitting(person=person, exam=exam, by=viewer, at=timezone.now(), **facts)
    except Refused as refusal:
        form.add_error("reason" if refusal.code == "reason" else None, str(refusal))
        return None
    messages.success(request, _("%(name)s may sit the exam, and is told.") % {"name": person.full_name})
    return given
