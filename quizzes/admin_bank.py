"""A bank's other screens in the back office: who sees keys, topics, duplicates."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.access import Role
from lms.lib.paging import page_of
from lms.lib.states import Refused
from people.visitors import signed_in
from quizzes import actions, queries
from quizzes.bank_pages import bank_frame, found_bank, reader_language
from quizzes.forms_bank import KeyGrantForm, TopicForm
from quizzes.models import Question

STAFF = [Role.INSTRUCTOR.value, Role.REVIEWER.value, Role.EXAMINER.value, Role.ADMINISTRATOR.value]
SIGHTS = 50


@never_cache
def bank_keys(request: HttpRequest, code: str) -> HttpResponse:
    """Who may see the bank's keys, since when and why; every look. Administrators give and end it."""
    found, person = found_bank(request, code), signed_in(request)
    form = KeyGrantForm(request.POST if "person" in request.POST else None, roles=STAFF)
    refusal = None
    if request.method == "POST":
        try:
            if "grant" in request.POST:
                grant = get_object_or_404(found.key_grants, pk=_id(request.POST["grant"]))
                reason = request.POST.get("reason", "")
                actions.end_keys(grant=grant, reason=reason, by=person, at=timezone.now())
                messages.success(request, _("Ended."))
                return redirect("quizzes_admin:bank_keys", code)
            if form.is_valid():
                actions.grant_keys(bank=found, **form.cleaned_data, by=person, at=timezone.now())
                messages.success(request, _("Given."))
                return redirect("quizzes_admin:bank_keys", code)
        except Refused as error:
            refusal = error
    context = {
        **bank_frame(_("Who sees keys"), found),
        "grants": queries.key_grants(found),
        "page": page_of(queries.bank_sights(found), SIGHTS, request),
        "form": form,
        "may_grant": person.has_role(Role.ADMINISTRATOR),
        "refusal": refusal,
    }
    return render(request, "quizzes/admin/bank_keys.html", context, status=422 if request.method == "POST" else 200)


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


@never_cache
def bank_topics(request: HttpRequest, code: str) -> HttpResponse:
    """The tree of topics, and a new one."""
    found = found_bank(request, code)
    form = TopicForm(request.POST or None, bank=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_topic(bank=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Topic added."))
            return redirect("quizzes_admin:bank_topics", code)
    context = {
        **bank_frame(_("Topics"), found),
        "rows": queries.with_counts(found, queries.topic_rows(found, retired=True)),
        "form": form,
    }
    return render(request, "quizzes/admin/bank_topics.html", context, status=422 if request.method == "POST" else 200)


@never_cache
def bank_topic(request: HttpRequest, code: str, topic_code: str) -> HttpResponse:
    """One topic: names, place, clause, competence; taken out of use or back."""
    found = found_bank(request, code)
    topic = get_object_or_404(found.topics.select_related("parent", "bank"), code=topic_code)
    names = ("name_vi", "name_en", "parent", "clause", "competence", "order")
    initial = {name: getattr(topic, name) for name in names}
    form = TopicForm(request.POST if "name_vi" in request.POST else None, bank=found, topic=topic, initial=initial)
    refusal = None
    if request.method == "POST":
        try:
            if "retired" in request.POST:
                actions.retire_topic(topic=topic, retired=request.POST["retired"] == "1")
                return redirect("quizzes_admin:bank_topics", code)
            if form.is_valid():
                actions.save_topic(topic=topic, **(form.cleaned_data | {"order": form.cleaned_data["order"] or 0}))
                messages.success(request, _("Saved."))
                return redirect("quizzes_admin:bank_topics", code)
        except Refused as error:
            refusal = error
            topic.refresh_from_db()
    context = {
        **bank_frame(topic.name, found, (reverse("quizzes_admin:bank_topics", args=[found.code]), _("Topics"))),
        "topic": topic,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "quizzes/admin/bank_topic.html", context, status=422 if request.method == "POST" else 200)


@never_cache
def bank_duplicates(request: HttpRequest, code: str) -> HttpResponse:
    """Pairs of questions that read alike; each can be said to be two."""
    found = found_bank(request, code)
    if request.method == "POST":
        ids = [_id(request.POST.get(name, "")) for name in ("one", "other")]
        one, other = (get_object_or_404(Question, bank=found, pk=key) for key in ids)
        if one == other:
            raise Http404
        actions.tell_apart(one=one, other=other, by=signed_in(request), at=timezone.now())
        messages.success(request, _("Noted: they are two questions."))
        return redirect("quizzes_admin:bank_duplicates", code)
    context = {
        **bank_frame(_("Duplicates"), found),
        "twins": queries.duplicates(found, reader_language()),
    }
    return render(request, "quizzes/admin/bank_duplicates.html", context)
