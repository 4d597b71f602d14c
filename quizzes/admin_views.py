"""Staff's pages of question banks, inside Wagtail's admin. Questions come by course packs; here they are read."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache

from people.models import User
from quizzes import actions, queries
from quizzes.forms import QuestionFilterForm
from quizzes.models import Bank, Question
from quizzes.types import TYPES, say

PER_PAGE = 50


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _frame(title: str, *way: tuple[str, str]) -> dict[str, Any]:
    """What Wagtail's frame asks for: title, icon, the way here."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs += [{"url": address, "label": label} for address, label in way]
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": "help",
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
    }


@never_cache
def banks(request: HttpRequest) -> HttpResponse:
    """Banks that one may work on, with their sizes."""
    rows = queries.bank_rows(_person(request))
    return render(request, "quizzes/admin/banks.html", {**_frame(_("Question banks")), "banks": rows})


@never_cache
def bank(request: HttpRequest, code: str) -> HttpResponse:
    """The questions of a bank, filtered. No key is read."""
    found = get_object_or_404(Bank.objects.visible_to(_person(request)).distinct(), code=code)
    form = QuestionFilterForm(request.GET, bank=found)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(queries.questions(found, chosen), PER_PAGE).get_page(request.GET.get("page"))
    language = (get_language() or "vi")[:2]
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **_frame(found.code, (reverse("quizzes_admin:banks"), _("Question banks"))),
        "bank": found,
        "form": form,
        "page": page,
        "rows": [
            {"question": row, "stem": say(row.current.content["stem"], language), "type": TYPES[row.current.type].label}
            for row in page
            if row.current is not None
        ],
        "query": query.urlencode(),
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
    person = _person(request)
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
        **_frame(
            found.code,
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
