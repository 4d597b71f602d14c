"""Appeals against grades, inside Wagtail's admin: those to decide, and one of them. The taker stays unnamed."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people.back_office import frame
from people.visitors import signed_in
from quizzes.actions import appeals as appeals_actions
from quizzes.actions.keys import see_key
from quizzes.models import Appeal, Correction
from quizzes.queries import appeals as appealed, marking as to_mark
from quizzes.queries.appeals import Looked
from quizzes.types import say

PER_PAGE = 50
FIELD = re.compile(r"points-(\d{1,5})-(\w{1,40})")


class DecisionForm(forms.Form):
    """The answer, and how the grade is mended where it is."""

    answer = forms.CharField(
        label=gettext_lazy("Answer to the taker"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What was looked at and why it is decided so. Do not write which answer is right."),
    )
    correction = forms.ModelChoiceField(
        label=gettext_lazy("Correction that mends it"),
        queryset=Correction.objects.none(),
        required=False,
        help_text=gettext_lazy("Where a question is wrong, propose its correction first; it then stands here."),
    )


@never_cache
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals that the reader may decide; open ones, oldest first, or all."""
    everything = request.GET.get("all") == "1"
    found = appealed.appeals_for(signed_in(request), timezone.now())
    found = found.order_by("-asked_at") if everything else found.filter(state=Appeal.State.OPEN).order_by("asked_at")
    page = page_of(found, PER_PAGE, request)
    context = {
        **frame(_("Appeals"), "comment"),
        "page": page,
        "rows": [{"appeal": one, "name": to_mark.pseudonym(one.grade.attempt)} for one in page],
        "everything": everything,
        "query": rest_of(request),
    }
    return render(request, "quizzes/admin/appeals.html", context)


@never_cache
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, the answers with what they earned, and the decision."""
    person, now = signed_in(request), timezone.now()
    found = get_object_or_404(appealed.appeals_for(person, now), pk=pk)
    if request.method == "POST" and "open" in request.POST:
        appeals_actions.open_rubrics(appeal=found, by=person, at=now)
        return redirect(request.path)
    if request.method == "POST" and "key" in request.POST:
        return _with_key(request, found)
    form, status = DecisionForm(request.POST or None), 200
    choice: Any = form.fields["correction"]
    choice.queryset = appealed.corrections_for(found)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _decide(request, found, form)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
                found = get_object_or_404(appealed.appeals_for(person, now), pk=pk)
            else:
                messages.success(request, _("The appeal is decided; the taker is told."))
                return redirect("quizzes_admin:appeals")
    return render(request, "quizzes/admin/appeal.html", _context(request, found, form), status=status)


def _with_key(request: HttpRequest, found: Appeal) -> HttpResponse:
    """The page with the right answer of one question, for whoever may see keys; what was typed stays."""
    asked = request.POST["key"]
    item = get_object_or_404(
        found.grade.attempt.items.select_related("version__question__bank"),
        position=int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0,
    )
    form = DecisionForm(initial={name: request.POST.get(name, "") for name in ("answer", "correction")})
    choice: Any = form.fields["correction"]
    choice.queryset = appealed.corrections_for(found)
    right: dict[int, list[str]] = {}
    try:
        key = see_key(version=item.version, by=signed_in(request), at=timezone.now())
        right[item.position] = appealed.right_answers(found, item, key)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return render(request, "quizzes/admin/appeal.html", {**_context(request, found, form), "right": right})


def _decide(request: HttpRequest, found: Appeal, form: DecisionForm) -> None:
    facts: dict[str, Any] = {
        "appeal": found,
        "answer": form.cleaned_data["answer"],
        "by": signed_in(request),
        "at": timezone.now(),
    }
    match request.POST.get("do"):
        case "uphold":
            appeals_actions.uphold_appeal(marks=_marks(request), correction=form.cleaned_data["correction"], **facts)
        case "dismiss":
            appeals_actions.dismiss_appeal(**facts)
        case _:
            raise Refused(_("Choose at the end of the page: uphold or dismiss."), "do")


def _marks(request: HttpRequest) -> dict[int, dict[str, str]]:
    """Points by position and criterion, of the questions in which any were written."""
    found: dict[int, dict[str, str]] = {}
    for name, value in request.POST.items():
        match = FIELD.fullmatch(name)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = str(value).strip()
    return {position: scores for position, scores in found.items() if any(scores.values())}


def _context(request: HttpRequest, found: Appeal, form: DecisionForm) -> dict[str, Any]:
    now, language = timezone.now(), (get_language() or "vi")[:2]
    looked = appealed.looked_at(found)
    by_hand = {one.version for one in looked if one.by_hand}
    is_open = to_mark.rubrics_are_open(by_hand, signed_in(request), now)
    open_now = found.state == Appeal.State.OPEN
    return {
        **frame(to_mark.pseudonym(found.grade.attempt), "comment", (reverse("quizzes_admin:appeals"), _("Appeals"))),
        "appeal": found,
        "exam": found.grade.attempt.sitting.exam,
        "form": form,
        "right": {},
        "looked": [(one, _fields(request, one, language) if is_open and open_now else []) for one in looked],
        "covered": bool(by_hand) and not is_open and open_now,
        "is_open": open_now,
        "history": found.events.select_related("by"),
        "states": dict(Appeal.State.choices),
    }


def _fields(request: HttpRequest, one: Looked, language: str) -> list[dict[str, Any]]:
    return [
        {
            "name": f"points-{one.position}-{criterion.id}",
            "label": say(criterion.texts, language),
            "most": criterion.points,
            "value": request.POST.get(f"points-{one.position}-{criterion.id}", ""),
        }
        for criterion in (one.criteria if one.marks else [])
    ]
