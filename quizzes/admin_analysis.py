"""Staff's pages of item and test analysis, inside Wagtail's admin. Options are shown by POST: they tell the key."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.paging import rest_of
from lms.lib.periods import ZONE
from lms.lib.spreadsheets import XLSX, Precise, Workbook
from lms.lib.states import Refused
from people.back_office import frame
from people.visitors import signed_in
from quizzes import actions, analysis_words as words, queries
from quizzes.analysis import FEWEST
from quizzes.forms import AnalysisForm
from quizzes.models import Exam, ItemFlag, QuestionVersion
from quizzes.types import say


@never_cache
def analyses(request: HttpRequest) -> HttpResponse:
    """Exams that one works on, with how much there is to measure."""
    exams = queries.measured_exams(signed_in(request))
    return render(request, "quizzes/admin/analyses.html", {**frame(_("Item analysis"), "list-ul"), "exams": exams})


def _exam(request: HttpRequest, pk: int) -> Exam:
    return get_object_or_404(queries.measured_exams(signed_in(request)), pk=pk)


def _asked(request: HttpRequest, exam: Exam) -> tuple[AnalysisForm, queries.Measured]:
    """The form as asked, and the figures of what it chooses."""
    form = AnalysisForm(request.GET, years=queries.years_sat(exam), forms_sat=queries.forms_sat(exam))
    chosen = form.cleaned_data if form.is_valid() else {}
    year = int(chosen.get("year") or 0)
    attempts = queries.graded_attempts(
        exam,
        since=datetime(year, 1, 1, tzinfo=ZONE) if year else None,
        until=datetime(year + 1, 1, 1, tzinfo=ZONE) if year else None,
        first_only=chosen.get("which") != "all",
        form=chosen.get("form") or "",
    )
    return form, queries.measured(exam, attempts, chosen.get("by") or "")


def _rows(found: queries.Measured) -> list[dict[str, Any]]:
    """Questions, those with the gravest warnings first, then by code."""
    language = (get_language() or "vi")[:2]
    order = list(words.WARNINGS)
    rows = []
    for figures in found.items:
        version = found.versions[figures.version]
        rows.append(
            {
                "figures": figures,
                "version": version,
                "code": f"{version.question.code} · {version.number}",
                "stem": queries.sample_stem(version, language),
                "aside": words.ASIDE.get(found.aside.get(figures.version, ""), ""),
                "warnings": [(words.WARNINGS[code][0], words.WARNINGS[code][2]) for code in figures.warnings],
                "rank": min((order.index(code) for code in figures.warnings), default=len(order)),
            }
        )
    return sorted(rows, key=lambda row: (row["rank"], row["code"]))


@never_cache
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """An exam's figures: reliability, error, and every question."""
    exam = _exam(request, pk)
    form, found = _asked(request, exam)
    rows = _rows(found)
    context = {
        **frame(exam.title, "list-ul", (reverse("quizzes_admin:analyses"), _("Item analysis"))),
        "exam": exam,
        "form": form,
        "found": found,
        "test": found.test,
        "rows": rows,
        "dots": words.dots([(row["figures"], row["version"].question.code) for row in rows]),
        "scale": words.scale(),
        "fewest": FEWEST,
        "legend": [(name, meaning) for name, meaning, _urgency in words.WARNINGS.values()],
        "query": rest_of(request),
    }
    return render(request, "quizzes/admin/analysis.html", context)


def analysis_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same figures for a spreadsheet; no option and no key."""
    exam = _exam(request, pk)
    _form, found = _asked(request, exam)
    book = Workbook(_("Item analysis"))
    head = [
        _("Question"), _("Version"), _("Attempts"), _("Facility"), _("Discrimination"),
        _("Discrimination, uncorrected"), _("High less low group"), _("Left out"), _("Seconds, median"),
        _("Difference of groups"), _("Warnings"), _("Beside the score"), _("Question text"),
    ]  # fmt: skip
    rows = [
        [
            row["version"].question.code,
            row["version"].number,
            row["figures"].count,
            *(_three(getattr(row["figures"], name)) for name in (
                "facility", "discrimination", "uncorrected", "index", "omitted", "typical_seconds", "group_difference"
            )),
            ", ".join(str(name) for name, _urgency in row["warnings"]),
            str(row["aside"]),
            row["stem"],
        ]
        for row in _rows(found)
    ]  # fmt: skip
    book.sheet(
        _("Questions"), head, rows, title=exam.title, notes=[_summary(found)], widths=[18, 9, 9, *[12] * 7, 30, 20, 60]
    )
    response = HttpResponse(book.finish(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="phan-tich-{exam.code}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def _three(value: float | None) -> Precise | None:
    """A number that can be sorted and counted with, shown with three decimals."""
    return None if value is None else Precise(value)


def _summary(found: queries.Measured) -> str:
    test = found.test
    if test is None:
        return _("No attempt was graded yet.")
    return _("%(count)s attempts; mean %(mean)s of 100, deviation %(deviation)s; alpha %(alpha)s; error %(error)s.") % {
        "count": test.count,
        "mean": f"{test.mean:.1f}",
        "deviation": f"{test.deviation:.1f}",
        "alpha": "–" if test.alpha is None else f"{test.alpha:.2f}",
        "error": "–" if test.error is None else f"{test.error:.1f}",
    }


@never_cache
def analysis_item(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """One version's figures; by POST with its options, which tells the key and is logged."""
    exam = _exam(request, pk)
    _form, found = _asked(request, exam)
    row = next((row for row in _rows(found) if row["version"].pk == version), None)
    if row is None:
        raise Http404
    person = signed_in(request)
    shows = False
    if request.method == "POST":
        try:
            actions.see_key(version=row["version"], by=person, at=timezone.now())
            shows = True
        except Refused as refusal:
            messages.error(request, str(refusal))
    context = {
        **frame(
            row["code"],
            "list-ul",
            (reverse("quizzes_admin:analyses"), _("Item analysis")),
            (f"{reverse('quizzes_admin:analysis', args=[exam.pk])}?{rest_of(request)}", exam.title),
        ),
        "exam": exam,
        "row": row,
        "test": found.test,
        "meanings": [(*words.WARNINGS[code], words.ADVICE[code]) for code in row["figures"].warnings],
        "fewest": FEWEST,
        "options": _options(row) if shows else None,
        "has_options": bool(row["figures"].options),
        "flags": found.open_flags.get(version, []),
        "settled": ItemFlag.objects.filter(exam=exam, version=version)
        .exclude(settled_at=None)
        .select_related("settled_by"),
        "kinds": {code: name for code, (name, _meaning, _urgency) in words.WARNINGS.items()},
        "query": rest_of(request),
    }
    return render(request, "quizzes/admin/analysis_item.html", context)


def _options(row: dict[str, Any]) -> list[dict[str, Any]]:
    language = (get_language() or "vi")[:2]
    version: QuestionVersion = row["version"]
    texts = {
        option["id"]: say({name: text for name, text in option.items() if name != "id"}, language)
        for option in version.content["options"]
    }
    return [
        {"letter": letter, "text": texts[option.option], "figures": option, "remark": words.remark(option)}
        for letter, option in zip("ABCDEFGHIJ", row["figures"].options, strict=False)
    ]


def flag_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was done about a warning."""
    exams = queries.measured_exams(signed_in(request)).values("pk")
    flag = get_object_or_404(ItemFlag.objects.filter(exam__in=exams), pk=pk)
    try:
        actions.settle_flag(flag=flag, note=request.POST.get("note", ""), by=signed_in(request), at=timezone.now())
        messages.success(request, _("Noted."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("quizzes_admin:analysis_item", pk=flag.exam_id, version=flag.version_id)
