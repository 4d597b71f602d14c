"""Staff's pages of question banks in Wagtail's admin: the banks, a bank's list, what is done to several at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people.back_office import frame
from people.visitors import signed_in
from quizzes import actions, queries
from quizzes.bank_pages import bank_frame, found_bank, reader_language
from quizzes.forms_bank import BankForm, BulkForm, QuestionFilterForm
from quizzes.models import Bank, Question
from quizzes.types import TYPES

PER_PAGE = 50


@never_cache
def banks(request: HttpRequest) -> HttpResponse:
    """Banks that one may work on, with their sizes."""
    person = signed_in(request)
    context = {
        **frame(_("Question banks"), "help"),
        "banks": queries.bank_rows(person),
        "may_make": person.has_role(Role.ADMINISTRATOR),
    }
    return render(request, "quizzes/admin/banks.html", context)


@never_cache
def bank_new(request: HttpRequest) -> HttpResponse:
    """A new bank, for a course or a scheme."""
    form = BankForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.create_bank(**form.cleaned_data, by=signed_in(request), at=timezone.now())
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("quizzes_admin:bank", made.code)
    context = {**frame(_("New question bank"), "help"), "form": form, "verb": _("Make the bank")}
    return render(request, "quizzes/admin/bank_form.html", context, status=status)


def _times_drawn(question: Question) -> int:
    """As the list's query counted."""
    return int(getattr(question, "times_drawn", 0))


def _row(question: Question, language: str) -> dict[str, Any]:
    version = question.current or question.proposed
    assert version is not None
    newest = question.proposed or version
    return {
        "question": question,
        "version": version,
        "stem": queries.stem(question, language),
        "type": TYPES[version.type].label,
        "missing": [name for name in ("vi", "en") if not version.content["stem"].get(name)],
        "at_limit": question.exposure_limit is not None and _times_drawn(question) >= question.exposure_limit,
        "ticked": f"{question.pk}:{actions.stamp(newest)}",
    }


@never_cache
def bank(request: HttpRequest, code: str) -> HttpResponse:
    """The questions of a bank, filtered. No key is read."""
    return _list(request, found_bank(request, code), None)


def _list(request: HttpRequest, found: Bank, bulk: BulkForm | None) -> HttpResponse:
    person = signed_in(request)
    topics = queries.topic_rows(found)
    form = QuestionFilterForm(request.GET, bank=found, rows=topics)
    page = page_of(queries.questions(found, form.chosen), PER_PAGE, request)
    language = reader_language()
    context = {
        **bank_frame(found.code, found),
        "form": form,
        "narrowed": any(value for name, value in form.chosen.items() if name not in ("q", "sort")),
        "page": page,
        "rows": [_row(question, language) for question in page if question.current_id or question.proposed_id],
        "query": rest_of(request),
        "here": request.GET.urlencode(),
        "ticked": request.POST.getlist("ticked"),
        "bulk": bulk or BulkForm(bank=found),
        "sees_keys": queries.sees_keys(person, found),
    }
    return render(request, "quizzes/admin/bank.html", context, status=422 if bulk else 200)


# --- Several at once ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of one question."""

    question: Question
    refusal: str = ""


@never_cache
def bank_bulk(request: HttpRequest, code: str) -> HttpResponse:
    """One verb for every question ticked; each is done or refused by itself, and the page says which."""
    found = found_bank(request, code)
    form = BulkForm(request.POST, bank=found)
    ticked = dict(value.partition(":")[::2] for value in request.POST.getlist("ticked")[:PER_PAGE])
    if not ticked:
        messages.error(request, _("Tick at least one question."))
        return redirect(f"{reverse('quizzes_admin:bank', args=[code])}?{request.GET.urlencode()}")
    if not form.is_valid():
        return _list(request, found, form)
    ids = [int(key) for key in ticked if key.isascii() and key.isdigit() and len(key) < 18]
    rows = found.questions.filter(pk__in=ids).select_related("bank", "current", "proposed").order_by("code")
    outcomes = [_do(request, question, form.cleaned_data, ticked[str(question.pk)]) for question in rows]
    context = {
        **bank_frame(_("What was done"), found),
        "verb": dict(form.fields["verb"].choices)[form.cleaned_data["verb"]],  # type: ignore[attr-defined]
        "done": [one for one in outcomes if not one.refusal],
        "refused": [one for one in outcomes if one.refusal],
        "query": request.GET.urlencode(),
    }
    return render(request, "quizzes/admin/bank_done.html", context)


def _do(request: HttpRequest, question: Question, data: dict[str, Any], seen: str) -> Outcome:
    common: dict[str, Any] = {"question": question, "by": signed_in(request), "at": timezone.now()}
    verbs: dict[str, Callable[[], object]] = {
        "hand_in": lambda: actions.hand_in(**common, note=data["note"]),
        "approve": lambda: actions.approve(**common, seen=seen, note=data["note"]),
        "return": lambda: actions.return_question(**common, note=data["note"]),
        "retire": lambda: actions.retire(**common, note=data["note"]),
        "take_up": lambda: actions.take_up(**common, note=data["note"]),
        "difficulty": lambda: actions.set_difficulty(**common, difficulty=data["difficulty"]),
        "tag": lambda: actions.add_tags(**common, tags=data["tags"].split(",")),
        "topic": lambda: actions.move_topic(**common, topic=data["topic"]),
        "reviewer": lambda: actions.assign_reviewer(**common, reviewer=data["reviewer"]),
        "exposure": lambda: actions.set_exposure(**common, exposure=data["exposure"], limit=question.exposure_limit),
    }
    try:
        verbs[data["verb"]]()
    except Refused as refusal:
        return Outcome(question, str(refusal))
    return Outcome(question)
