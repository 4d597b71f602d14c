"""The builder of blueprints and the fixed forms of an exam, inside Wagtail's admin."""

from collections.abc import Mapping
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
from quizzes import queries
from quizzes.access import TABLE
from quizzes.actions import blueprints as actions
from quizzes.actions.exams import may_change
from quizzes.blueprint import Candidate, Shortage
from quizzes.blueprint_forms import BlueprintForms
from quizzes.blueprint_plan import Plan
from quizzes.models import Exam, ExamForm, QuestionVersion

MOST_FORMS = 6


def _exam(request: HttpRequest, pk: int) -> Exam:
    return get_object_or_404(Exam.objects.visible_to(signed_in(request)).select_related("bank").distinct(), pk=pk)


@never_cache
def blueprint(request: HttpRequest, pk: int) -> HttpResponse:
    """How many questions from which topic, and what must be reached; says at once what the bank cannot serve.

    With `do=check` nothing is stored: a script asks so while lines are written, and gets the verdict alone.
    """
    exam = _exam(request, pk)
    pool = queries.pool(exam)
    if request.method != "POST":
        forms = BlueprintForms(exam)
        return _builder(request, exam, forms, pool, _lacks(actions.unserved(exam, pool)), 200)
    forms = BlueprintForms(exam, request.POST)
    checks = request.POST.get("do") == "check"
    lacks: list[str] = []
    verdict = None
    if forms.is_valid():
        plan = forms.plan()
        verdict = actions.judge(exam, plan)
        summed = forms.blame_sum(verdict.questions)
        for fault in verdict.faults:
            forms.blame(fault)
        lacks = _lacks(verdict.shortages)
        for place, shortage in verdict.shortages.items():
            forms.planned_lines[place].add_error("count", _lack(shortage))
        if not checks and not summed and _stored(request, exam, plan):
            return redirect("quizzes_admin:blueprint", pk=exam.pk)
    elif not checks:
        messages.error(request, _("Nothing was saved. Correct what is marked below."))
    if checks and "fragment" in request.POST:
        context = {"verdict": verdict, "lacks": lacks, "forms": forms}
        return render(request, "quizzes/admin/_blueprint_verdict.html", context)
    return _builder(request, exam, forms, pool, lacks, 200 if checks else 422, verdict=verdict)


def _stored(request: HttpRequest, exam: Exam, plan: Plan) -> bool:
    """Whether it could be stored; else why not is told."""
    try:
        actions.store_blueprint(
            exam=exam, plan=plan, by=signed_in(request), at=timezone.now(), anyway="anyway" in request.POST
        )
    except actions.Impossible:
        messages.error(request, _("Nothing was saved. Correct what is marked below."))
        return False
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("The blueprint is saved. Attempts under way keep the rules of their start."))
    return True


def _lack(shortage: Shortage) -> str:
    return _("%(count)s are to be drawn; the bank has %(available)s for this line.") % {
        "count": shortage.cell.count,
        "available": shortage.available,
    }


def _lacks(found: Mapping[int, Shortage]) -> list[str]:
    return [f"{place + 1}. {_lack(shortage)}" for place, shortage in sorted(found.items())]


def _builder(
    request: HttpRequest, exam: Exam, forms: BlueprintForms, pool: list[Candidate], lacks: list[str], status: int,
    *, verdict: actions.Verdict | None = None,
) -> HttpResponse:  # fmt: skip
    sat = queries.attempts_begun(exam)
    context = {
        **_frame(exam, _("Blueprint")),
        "exam": exam,
        "forms": forms,
        "lacks": lacks,
        "verdict": verdict,
        "short": bool(lacks) and request.method == "POST",
        "stock": queries.stock(exam, pool),
        "difficulties": QuestionVersion.Difficulty.choices,
        "total": queries.question_count(exam),
        "on_trial": len(queries.pool(exam, pilot=True)),
        "at_limit": queries.at_limit(exam),
        "sat": sat,
        "changeable": may_change(exam, signed_in(request)),
        "analyses": signed_in(request).has_role(*TABLE["quizzes_admin:analysis"].get),
    }
    return render(request, "quizzes/admin/blueprint.html", context, status=status)


def _frame(exam: Exam, title: str) -> dict[str, Any]:
    return frame(
        f"{title}: {exam.title}",
        "table",
        (reverse("quizzes_admin:exams"), _("Exams")),
        (reverse("quizzes_admin:exam", args=[exam.pk]), exam.title),
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
        "changeable": may_change(exam, signed_in(request)),
        "reads": signed_in(request).has_role(*TABLE["quizzes_admin:exam_form"].get),
    }
    return render(request, "quizzes/admin/exam_forms.html", context, status=status)


@never_cache
def exam_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions of a form as a taker sees them; by POST the form is retired."""
    exams = queries.measured_exams(signed_in(request)).values("pk")
    form = get_object_or_404(ExamForm.objects.filter(exam__in=exams).select_related("exam__bank__course"), pk=pk)
    if request.method == "POST":
        try:
            actions.retire_form(form=form, by=signed_in(request), at=timezone.now())
            messages.success(request, _("Form %(code)s is given to nobody any more.") % {"code": form.code})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("quizzes_admin:exam_forms", pk=form.exam_id)
    language = (get_language() or "vi")[:2]
    versions = QuestionVersion.objects.select_related("question", "topic").in_bulk(form.versions)
    context = {
        **_frame(form.exam, _("Form %(code)s") % {"code": form.code}),
        "form": form,
        "questions": [
            {
                "version": versions[version],
                "preview": queries.preview(versions[version], queries.keeper(form.exam.bank), language),
                "pilot": version in form.pilots,
            }
            for version in form.versions
        ],
    }
    return render(request, "quizzes/admin/exam_form.html", context)
