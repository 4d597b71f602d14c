"""Staff's pages of attempts: the course of one, late evidence to decide, the export. Inside Wagtail's admin.

No key is shown here.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from lms.lib.text import fold
from people.back_office import frame
from people.visitors import signed_in
from quizzes import attempt_export
from quizzes.actions.evidence import decide_late
from quizzes.log_words import describe
from quizzes.models import Attempt, LateAnswer
from quizzes.queries import logs

PAGE = 50


class DecisionForm(forms.Form):
    """Whether a late answer counts, and why."""

    counts = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("It counts")), ("no", gettext_lazy("It does not count"))],
    )
    grounds = forms.CharField(
        label=gettext_lazy("Grounds"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept with the decision; the taker reads them."),
    )


def _seen(request: HttpRequest) -> QuerySet[Attempt]:
    return Attempt.objects.inspected_by(signed_in(request)).select_related(
        "sitting__person", "sitting__exam", "session", "sitting__enrolment__run"
    )


@never_cache
def attempts(request: HttpRequest) -> HttpResponse:
    """Attempts by code, name, exam or session; by choice only those with evidence to decide."""
    undecided = LateAnswer.objects.filter(item__attempt=OuterRef("pk"), counted=None)
    found = _seen(request).annotate(undecided=Exists(undecided)).order_by("-started_at", "-pk")
    waiting = request.GET.get("late") == "1"
    if waiting:
        found = found.filter(undecided=True).exclude(state__in=[Attempt.State.STARTED, Attempt.State.VOID])
    q = request.GET.get("q", "").strip()[:100]
    if q:
        found = found.filter(
            Q(code=q.upper())
            | Q(sitting__exam__code__iexact=q)
            | Q(session__code__iexact=q)
            | Q(sitting__person__search_key__contains=fold(q))
        )
    context = {
        **frame(_("Attempts"), "history"),
        "page": page_of(found, PAGE, request),
        "q": q,
        "waiting": waiting,
        "query": rest_of(request),
    }
    return render(request, "quizzes/admin/attempts.html", context)


@never_cache
def attempt(request: HttpRequest, code: str) -> HttpResponse:
    """The course of one attempt, and what waits for a decision."""
    found = get_object_or_404(_seen(request), code=code)
    return _page(request, found, None, DecisionForm())


def _page(
    request: HttpRequest, found: Attempt, deciding: int | None, form: DecisionForm, status: int = 200
) -> HttpResponse:
    language = (get_language() or "vi")[:2]
    blind = logs.is_blind(signed_in(request), found)
    course = logs.lines(found, language, blind=blind)
    rows: list[dict[str, Any]] = [{"line": line, "words": describe(line)} for line in course]
    step = _step(request, len(course))
    context = {
        **frame(
            f"{found.sitting.person.full_name} · {found.code}",
            "history",
            (reverse("quizzes_admin:attempts"), _("Attempts")),
        ),
        "attempt": found,
        "rows": rows,
        "step": step,
        "moment": rows[step - 1] if step else None,
        "stood": logs.stood(course, step) if step else [],
        "agrees": None if blind else logs.agrees(found, course),
        "blind": blind,
        "evidence": logs.evidence(found, language, blind=blind),
        "may_decide": signed_in(request).has_role(Role.EXAMINER, Role.ADMINISTRATOR),
        "over": found.state not in (Attempt.State.STARTED, Attempt.State.VOID),
        "form": form,
        "deciding": deciding,
        "blank": DecisionForm(),
    }
    return render(request, "quizzes/admin/attempt.html", context, status=status)


def _step(request: HttpRequest, most: int) -> int:
    """The line up to which the course is gone through again; 0 for none."""
    text = request.GET.get("step", "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def late_decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Decide about one late answer."""
    found = get_object_or_404(_seen(request), code=code)
    late = get_object_or_404(LateAnswer, pk=pk, item__attempt=found)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, late.pk, form, status=422)
    try:
        decide_late(
            late=late,
            counts=form.cleaned_data["counts"] == "yes",
            grounds=form.cleaned_data["grounds"],
            by=signed_in(request),
            at=timezone.now(),
        )
        messages.success(request, _("Decided; the taker is told."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("quizzes_admin:attempt", code=code)


@never_cache
def attempt_file(request: HttpRequest, code: str) -> HttpResponse:
    """The course as evidence: for machines, on paper, and the hashes of both."""
    found = get_object_or_404(_seen(request), code=code)
    made = attempt_export.archive(found, signed_in(request), timezone.now())
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="attempt-{found.code}.zip"'
    return response
