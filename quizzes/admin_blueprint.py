"""The builder of blueprints and the fixed forms of an exam, inside Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.states import Refused
from people.back_office import frame
from people.visitors import signed_in
from quizzes import actions, queries
from quizzes.actions.blueprints import NotServed
from quizzes.blueprint_forms import BlueprintForms
from quizzes.models import Exam, ExamForm, QuestionVersion

MOST_FORMS = 6


def _exam(request: HttpRequest, pk: int) -> Exam:
    return get_object_or_404(queries.measured_exams(signed_in(request)).select_related("bank"), pk=pk)


@never_cache
def blueprint(request: HttpRequest, pk: int) -> HttpResponse:
    """How many questions from which topic, and what must be reached; says at once what the bank cannot serve."""
    exam = _exam(request, pk)
    forms = BlueprintForms(exam, request.POST if request.method == "POST" else None)
    status, short = 200, False
    if request.method == "POST":
        status = 422
        if forms.is_valid():
            plan, line_forms = forms.plan()
            try:
                actions.store_blueprint(
                    exam=exam, plan=plan, by=signed_in(request), at=timezone.now(), anyway="anyway" in request.POST
                )
                messages.success(
                    request, _("The blueprint is saved. Attempts under way keep the rules of their start.")
                )
                return redirect("quizzes_admin:blueprint", pk=exam.pk)
            except NotServed as refusal:
                short = True
                for place, shortage in refusal.shortages.items():
                    line_forms[place].add_error(
                        "count",
                        _("%(count)s are to be drawn; the bank has %(available)s for this line.")
                        % {"count": shortage.cell.count, "available": shortage.available},
                    )
                messages.error(request, str(refusal))
            except Refused as refusal:
                messages.error(request, str(refusal))
        else:
            messages.error(request, _("Nothing was saved. Correct what is marked below."))
    context = {
        **_frame(exam, _("Blueprint")),
        "exam": exam,
        "forms": forms,
        "short": short,
        "stock": queries.stock(exam, queries.pool(exam)),
        "difficulties": QuestionVersion.Difficulty.choices,
        "total": queries.question_count(exam),
        "on_trial": len(queries.pool(exam, pilot=True)),
    }
    return render(request, "quizzes/admin/blueprint.html", context, status=status)


def _frame(exam: Exam, title: str) -> dict[str, Any]:
    return frame(
        f"{title}: {exam.title}",
        "table",
        (reverse("quizzes_admin:banks"), _("Question banks")),
        (reverse("quizzes_admin:bank", args=[exam.bank.code]), exam.bank.code),
    )


@never_cache
def exam_forms(request: HttpRequest, pk: int) -> HttpResponse:
    """Fixed forms side by side: points, expected mean, shared questions; by POST more of them."""
    exam = _exam(request, pk)
    status = 200
    if request.method == "POST":
        asked = request.POST.get("count", "")
        count = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0
        try:
            if not 1 <= count <= MOST_FORMS:
                raise Refused(_("Choose from 1 to %(most)s forms.") % {"most": MOST_FORMS}, "count")
            made = actions.make_forms(exam=exam, count=count, by=signed_in(request), at=timezone.now())
            messages.success(request, _("Made: %(codes)s.") % {"codes": ", ".join(form.code for form in made)})
            return redirect("quizzes_admin:exam_forms", pk=exam.pk)
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 422
    context = {
        **_frame(exam, _("Forms")),
        "exam": exam,
        "rows": queries.form_rows(exam, list(queries.forms_in_use(exam))),
        "retired": exam.forms.exclude(retired_at=None).order_by("code"),
        "most": range(1, MOST_FORMS + 1),
    }
    return render(request, "quizzes/admin/exam_forms.html", context, status=status)


@never_cache
def exam_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions of a form as a taker sees them; by POST the form is retired."""
    exams = queries.measured_exams(signed_in(request)).values("pk")
    form = get_object_or_404(ExamForm.objects.filter(exam__in=exams).select_related("exam__bank__course"), pk=pk)
    if request.method == "POST":
        actions.retire_form(form=form, by=signed_in(request), at=timezone.now())
        messages.success(request, _("Form %(code)s is given to nobody any more.") % {"code": form.code})
        return redirect("quizzes_admin:exam_forms", pk=form.exam_id)
    language = (get_language() or "vi")[:2]
    versions = QuestionVersion.objects.select_related("question", "topic").in_bulk(form.versions)
    context = {
        **_frame(form.exam, _("Form %(code)s") % {"code": form.code}),
        "form": form,
        "questions": [
            {
                "version": versions[version],
                "preview": queries.preview(versions[version], form.exam.bank.course, language),
                "pilot": version in form.pilots,
            }
            for version in form.versions
        ],
    }
    return render(request, "quizzes/admin/exam_form.html", context)
