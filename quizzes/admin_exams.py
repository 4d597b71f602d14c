"""Staff's pages of exams: rules, password, release. Inside Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lms.lib.states import Refused
from people.back_office import frame
from people.visitors import signed_in
from quizzes.access import TABLE
from quizzes.actions import create_exam, exams as actions
from quizzes.actions.blueprints import why_none_starts
from quizzes.blueprint_forms import RulesForm
from quizzes.forms_exams import ExamRulesForm, NewExamForm, PasswordForm
from quizzes.models import Exam
from quizzes.queries import exams as queries
from quizzes.visibility import Shows

LIST = "quizzes_admin:exams"


def exam_of(request: HttpRequest, pk: int) -> Exam:
    """An exam that the viewer works on; 404 otherwise."""
    found = Exam.objects.visible_to(signed_in(request)).select_related("bank", "course", "after_exam")
    return get_object_or_404(found, pk=pk)


def show(
    request: HttpRequest, template: str, title: str, exam: Exam | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    """A page inside Wagtail's frame, below the list of exams."""
    way = [(reverse(LIST), _("Exams"))]
    if exam is not None and title != exam.title:
        way.append((reverse("quizzes_admin:exam", args=[exam.pk]), exam.title))
    around = frame(title, "tasks", *way) if exam is not None else frame(title, "tasks")
    return render(request, f"quizzes/admin/{template}.html", {**around, "exam": exam, **context}, status=status)


@never_cache
def exams(request: HttpRequest) -> HttpResponse:
    """Exams that one works on."""
    viewer = signed_in(request)
    may_make = viewer.has_role(*TABLE["quizzes_admin:exam_new"].get)
    return show(request, "exams", _("Exams"), exams=queries.exam_rows(viewer), may_make=may_make)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


@never_cache
def exam_new(request: HttpRequest) -> HttpResponse:
    """A new exam of a course's or a scheme's bank, like another one or from nothing."""
    viewer, status = signed_in(request), 200
    like = request.GET.get("like", "")
    known = Exam.objects.visible_to(viewer).filter(pk=_whole(like)).first()
    initial = {"like": known.pk, "bank": known.bank_id, "certifies": known.certifies} if known else {}
    form = NewExamForm(request.POST if request.method == "POST" else None, viewer=viewer, initial=initial)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                asked = {"certifies": False, "required": False} | form.cleaned_data
                made = create_exam(**asked, by=viewer, at=timezone.now())
            except Refused as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
            else:
                messages.success(request, _("The exam is made. Now say what is drawn and what passes."))
                return redirect("quizzes_admin:blueprint", pk=made.pk)
    around = frame(_("New exam"), "tasks", (reverse(LIST), _("Exams")))
    context = {**around, "form": form, "verb": _("Make the exam")}
    return render(request, "quizzes/admin/bank_form.html", context, status=status)


@never_cache
def exam(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules of one exam, with their history."""
    found, viewer, status = exam_of(request, pk), signed_in(request), 200
    changeable = actions.may_change(found, viewer)
    form = ExamRulesForm(request.POST if request.method == "POST" else None, exam=found, viewer=viewer)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.set_rules(exam=found, by=viewer, at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
            else:
                messages.success(request, _("Saved. It holds for attempts that start from now on."))
                return redirect("quizzes_admin:exam", pk=pk)
    return _exam(request, found, form, PasswordForm(), status, changeable=changeable)


def _exam(
    request: HttpRequest, found: Exam, form: ExamRulesForm, password: PasswordForm, status: int, *, changeable: bool
) -> HttpResponse:
    names = {name: str(field.label) for name, field in (*form.fields.items(), *RulesForm.base_fields.items())}
    names |= {"lines": _("What is drawn"), "minima": _("Minimum per domain"), "sections": _("Sections")}
    what = {
        "made": _("Exam made"),
        "rules": _("Rules changed"),
        "blueprint": _("Blueprint changed"),
        "password_set": _("Password set"),
        "password_cleared": _("Password taken away"),
        "released": _("Results released"),
    }
    return show(
        request,
        "exam",
        found.title,
        found,
        status,
        form=form,
        password_form=password,
        changeable=changeable,
        hindrance="" if found.retired else why_none_starts(found),
        may_release=changeable and signed_in(request).has_role(*TABLE["quizzes_admin:exam_release"].post),
        may_make=signed_in(request).has_role(*TABLE["quizzes_admin:exam_new"].get),
        may_see_hints=signed_in(request).has_role(*TABLE["quizzes_admin:integrity"].get),
        releases=queries.waits_for_release(found),
        waiting=queries.results_waiting(found),
        gives_away=Shows.AT_ONCE in (found.shows_answers, found.shows_feedback),
        history=queries.exam_history(found, names, what),
    )


@never_cache
@sensitive_post_parameters("password")
def exam_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the password, or take it away."""
    found, viewer = exam_of(request, pk), signed_in(request)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            changed = actions.set_password(
                exam=found, password=form.cleaned_data["password"], by=viewer, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("password", str(refusal))
        else:
            told = _("The password is set.") if changed.password else _("No password is asked for.")
            messages.success(request, told)
            return redirect("quizzes_admin:exam", pk=pk)
    rules = ExamRulesForm(exam=found, viewer=viewer)
    return _exam(request, found, rules, form, 422, changeable=actions.may_change(found, viewer))


@never_cache
def exam_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release the results."""
    found = exam_of(request, pk)
    try:
        actions.release(exam=found, by=signed_in(request), at=timezone.now())
        messages.success(request, _("The results are released, and their takers are told."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("quizzes_admin:exam", pk=pk)
