"""A question's own page in the back office: preview, versions, history, and the steps of its life."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.states import Conflict, Refused
from people.visitors import signed_in
from quizzes import actions, comparing, queries
from quizzes.bank_pages import bank_frame, found_question, reader_language, to_question
from quizzes.forms_bank import SetForm
from quizzes.models import Question, QuestionVersion
from quizzes.types import TYPES


@never_cache
def question(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """A question as a trainee sees it, its versions and its life. The key stays covered."""
    found = found_question(request, code, question_code)
    return _page(request, found, _version(found, request.GET.get("v", "")))


@never_cache
def question_key(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """The same with key, feedback and explanation. By POST, for the look is logged."""
    found = found_question(request, code, question_code)
    version = _version(found, request.POST.get("v", ""))
    try:
        key = actions.see_key(version=version, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _page(request, found, version, refusal=refusal)
    return _page(request, found, version, told=queries.told(version, key, reader_language()))


def _version(found: Question, number: str) -> QuestionVersion:
    """The version asked for by its number, else the newest at work."""
    if number.isascii() and number.isdigit() and len(number) < 6:
        version = queries.version_of(found, int(number))
        if version is None:
            raise Http404
        return version
    newest = found.proposed or found.current
    if newest is None:
        raise Http404
    return newest


def _page(
    request: HttpRequest,
    found: Question,
    version: QuestionVersion,
    *,
    told: queries.Told | None = None,
    refusal: Refused | None = None,
    set_form: SetForm | None = None,
) -> HttpResponse:
    person = signed_in(request)
    sees = queries.sees_keys(person, found.bank)
    wrote = found.proposed is not None and actions.wrote(version=found.proposed, person=person)
    newest = found.proposed or found.current
    context = {
        **bank_frame(found.code, found.bank),
        "question": found,
        "version": version,
        "stamp": actions.stamp(newest) if newest else "",
        "languages": [queries.preview(version, queries.keeper(found.bank), name) for name in ("vi", "en")],
        "type": TYPES[version.type].label,
        "versions": queries.versions(found),
        "steps": queries.steps(found, person, keys=sees, wrote=wrote),
        "wrote": wrote,
        "sees_keys": sees,
        "key": told,
        "history": comparing.told_history(queries.question_history(found)),
        "sights": queries.sights(found),
        "set_form": set_form or SetForm(initial=_set_values(found)),
        "refusal": refusal,
    }
    status = 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 403 if not sees else 422
    return render(request, "quizzes/admin/question.html", context, status=status)


def _set_values(found: Question) -> dict[str, Any]:
    return {
        "tags": ", ".join(found.tags),
        "reviewer": found.reviewer_id,
        "pilot": found.pilot,
        "exposure": found.exposure,
        "exposure_limit": found.exposure_limit,
    }


@never_cache
def question_step(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """One step in the question's life."""
    found = found_question(request, code, question_code)
    at, note, seen = timezone.now(), request.POST.get("note", "")[:2000], request.POST.get("seen", "")
    common: dict[str, Any] = {"question": found, "by": signed_in(request), "at": at, "note": note}
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "hand_in": (lambda: actions.hand_in(**common), _("Handed in for review.")),
        "return": (lambda: actions.return_question(**common), _("Returned to the author.")),
        "approve": (lambda: actions.approve(**common, seen=seen), _("Approved: exams draw this version from now on.")),
        "drop": (lambda: actions.drop_version(**common, seen=seen), _("Put aside. The current version goes on.")),
        "retire": (lambda: actions.retire(**common), _("Retired: nothing draws it any more.")),
        "take_up": (lambda: actions.take_up(**common), _("Taken up again.")),
    }
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        step[0]()
    except Refused as refusal:
        fresh = found_question(request, code, question_code)
        return _page(request, fresh, _version(fresh, ""), refusal=refusal)
    messages.success(request, step[1])
    return redirect(to_question(found)[0])


@never_cache
def question_set(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """Tags, reviewer, trial and exposure, without another version."""
    found = found_question(request, code, question_code)
    form = SetForm(request.POST)
    if not form.is_valid():
        return _page(request, found, _version(found, ""), set_form=form, refusal=Refused(_("Look at the fields.")))
    try:
        _set(request, found, form.cleaned_data, timezone.now())
    except Refused as refusal:
        return _page(request, found, _version(found, ""), set_form=form, refusal=refusal)
    messages.success(request, _("Saved."))
    return redirect(to_question(found)[0])


def _set(request: HttpRequest, found: Question, data: dict[str, Any], at: datetime) -> None:
    """Each by its own verb, and only what changed."""
    common: dict[str, Any] = {"question": found, "by": signed_in(request), "at": at}
    actions.set_tags(**common, tags=data["tags"].split(","))
    if data["reviewer"] != found.reviewer:
        actions.assign_reviewer(**common, reviewer=data["reviewer"])
    actions.set_pilot(**common, pilot=data["pilot"])
    actions.set_exposure(**common, exposure=data["exposure"], limit=data["exposure_limit"])


@never_cache
def question_compare(request: HttpRequest, code: str, question_code: str) -> HttpResponse:
    """Two versions word by word. Keys only by POST, for each look is logged."""
    found = found_question(request, code, question_code)
    data = request.POST if request.method == "POST" else request.GET
    new = _version(found, data.get("new", ""))
    old = _version(found, data.get("old", "") or str(max(new.number - 1, 1)))
    keys, refusal = None, None
    if request.method == "POST":
        try:
            keys = comparing.keys(
                *(
                    (version, actions.see_key(version=version, by=signed_in(request), at=timezone.now()))
                    for version in (old, new)
                )
            )
        except Refused as error:
            refusal = error
    context = {
        **bank_frame(_("Versions %(old)s and %(new)s") % {"old": old.number, "new": new.number}, found.bank,
                     to_question(found)),
        "question": found, "old": old, "new": new, "versions": queries.versions(found),
        "facts": comparing.facts(old, new),
        "languages": [(name, comparing.texts(old, new, name)) for name in ("vi", "en")],
        "keys": keys, "refusal": refusal, "sees_keys": queries.sees_keys(signed_in(request), found.bank),
    }  # fmt: skip
    return render(request, "quizzes/admin/question_compare.html", context, status=403 if refusal else 200)
