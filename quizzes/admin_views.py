"""Staff's pages of question banks, inside Wagtail's admin. Questions come by course packs; here they are read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.paging import page_of, rest_of
from people.back_office import frame
from people.visitors import signed_in
from quizzes import actions, queries
from quizzes.forms import QuestionFilterForm
from quizzes.models import Bank, Question
from quizzes.types import TYPES, say

PER_PAGE = 50


@never_cache
def banks(request: HttpRequest) -> HttpResponse:
    """Banks that one may work on, with their sizes."""
    rows = queries.bank_rows(signed_in(request))
    return render(request, "quizzes/admin/banks.html", {**frame(_("Question banks"), "help"), "banks": rows})


@never_cache
def bank(request: HttpRequest, code: str) -> HttpResponse:
    """The questions of a bank, filtered. No key is read."""
    found = get_object_or_404(Bank.objects.visible_to(signed_in(request)).distinct(), code=code)
    form = QuestionFilterForm(request.GET, bank=found)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = page_of(queries.questions(found, chosen), PER_PAGE, request)
    language = (get_language() or "vi")[:2]
    context = {
        **frame(found.code, "help", (reverse("quizzes_admin:banks"), _("Question banks"))),
        "bank": found,
        "form": form,
        "page": page,
        "rows": [
            {"question": row, "stem": say(row.current.content["stem"], language), "type": TYPES[row.current.type].label}
            for row in page
            if row.current is not None
        ],
        "query": rest_of(request),
    }
    return render(request, "quizzes/admin/bank.html", context)


@never_cache
def question(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """A question as a trainee sees it, its versions, and how often it was drawn. The key stays covered."""
    return _question(request, code, question_code, shows_key=False)


@never_cache
def question_key(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """The same with key, feedback and explanation. By POST, for the look is logged."""
    return _question(request, code, question_code, shows_key=True)


def _question(request: HttpRequest, code: str, question_code: str, *, shows_key: bool) -> HttpResponse:
    person = signed_in(request)
    found = get_object_or_404(
        Question.objects.visible_to(person)
        .filter(current__isnull=False)
        .select_related("bank__course", "current__topic", "current__lesson")
        .distinct(),
        bank__code=code,
        code=question_code,
    )
    version = found.current
    assert version is not None
    language = (get_language() or "vi")[:2]
    context = {
        **frame(
            found.code,
            "help",
            (reverse("quizzes_admin:banks"), _("Question banks")),
            (reverse("quizzes_admin:bank", args=[found.bank.code]), found.bank.code),
        ),
        "question": found,
        "version": version,
        "languages": [queries.preview(version, found.bank.course, name) for name in ("vi", "en")],
        "type": TYPES[version.type].label,
        "versions": queries.versions(found),
    }
    if shows_key:
        key = actions.see_key(version=version, by=person, at=timezone.now())
        context["key"] = queries.told(version, key, language)
    context["sights"] = queries.sights(found)
    return render(request, "quizzes/admin/question.html", context)
