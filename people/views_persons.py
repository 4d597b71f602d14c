"""Back office: duplicates and merging, requests about data, erasure, closing, sights of identity numbers."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from lms.lib.access import Role
from lms.lib.codes import in_fours
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people import actions, duplicates, personal_data
from people.back_office import frame
from people.forms import MergeForm, SentenceForm
from people.models import DataRequest, DataRequestEvent, User
from people.visitors import signed_in

PAGE = 50


def _person(request: HttpRequest, pk: int) -> User:
    found: User = get_object_or_404(User.objects.visible_to(signed_in(request)), pk=pk)
    return found


def _done(request: HttpRequest, change: Callable[[], Any], said: str) -> bool:
    """Do `change` and say so; a refusal is said instead."""
    try:
        change()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, said)
    return True


# --- One person --------------------------------------------------------------------------


@sensitive_variables("number")
def identity_sight(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole identity number in this one answer, for a reason that is written down."""
    found, viewer = _person(request, pk), signed_in(request)
    form = SentenceForm(request.POST, label=_("Reason"))
    reason = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        number = actions.see_identity(person=found, by=viewer, at=timezone.now(), reason=reason)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people_admin:person", pk=pk)
    way = [(reverse("people_admin:people"), _("People")), (reverse("people_admin:person", args=[pk]), found.full_name)]
    context = {**frame(_("Personal identity number"), "key", *way), "person": found, "number": number}
    response = render(request, "people/admin/identity.html", context)
    response["Cache-Control"] = "no-store"
    return response


def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut an account."""
    found, viewer = _person(request, pk), signed_in(request)
    reason = request.POST.get("text", "")
    _done(
        request,
        lambda: actions.close_account(person=found, reason=reason, by=viewer, at=timezone.now()),
        _("The account is closed. Its sessions end with their next request."),
    )
    return redirect("people_admin:person", pk=pk)


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    found, viewer = _person(request, pk), signed_in(request)
    _done(
        request,
        lambda: actions.reopen_account(person=found, by=viewer, at=timezone.now()),
        _("The account is open again."),
    )
    return redirect("people_admin:person", pk=pk)


def erasure_asked(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a request for erasure that came on paper or by phone."""
    found, viewer = _person(request, pk), signed_in(request)
    reason = request.POST.get("text", "")
    _done(
        request,
        lambda: actions.ask_erasure(person=found, reason=reason, by=viewer, at=timezone.now()),
        _("The request is recorded."),
    )
    return redirect("people_admin:data_requests")


# --- Requests about data ----------------------------------------------------------------------


@never_cache
def data_requests(request: HttpRequest) -> HttpResponse:
    """Open requests with their days, the most urgent first."""
    rows = DataRequest.objects.visible_to(signed_in(request)).waiting().select_related("person")
    page = page_of(rows, PAGE, request)
    context = {**frame(_("Requests about data"), "lock"), "page": page, "query": rest_of(request),
               "today": timezone.localdate()}  # fmt: skip
    return render(request, "people/admin/data_requests.html", context)


def _asked(request: HttpRequest, pk: int) -> DataRequest:
    rows = DataRequest.objects.visible_to(signed_in(request)).select_related("person")
    return get_object_or_404(rows, pk=pk)


@never_cache
def data_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what was asked, what stands against it, its history."""
    found, viewer = _asked(request, pk), signed_in(request)
    erasure = found.kind == DataRequest.Kind.ERASURE
    is_open = found.state == DataRequest.State.ASKED
    way = (reverse("people_admin:data_requests"), _("Requests about data"))
    context = {
        **frame(f"{found.get_kind_display()}: {found.person.full_name}", "lock", way),
        "asked": found,
        "open": is_open,
        "today": timezone.localdate(),
        "bars": actions.why_not_erase(person=found.person) if erasure and is_open else [],
        "events": [_told(event) for event in found.events.select_related("by").order_by("at", "pk")],
        "may_erase": erasure and is_open and viewer.has_role(Role.ADMINISTRATOR),
        "answer_form": SentenceForm(label=_("Answer to the person"), prefix="answer"),
        "refuse_form": SentenceForm(label=_("Why it cannot be met"), prefix="refuse"),
    }
    return render(request, "people/admin/data_request.html", context)


def _told(event: DataRequestEvent) -> dict[str, Any]:
    """A line of a request's history; an answer leaves it open."""
    what = _("answered") if event.new == "answered" else DataRequest.State(event.new).label
    return {"at": event.at, "by": event.by, "note": event.note, "what": what}


def _answered(request: HttpRequest, pk: int, prefix: str, act: Callable[..., Any], said: str) -> HttpResponse:
    found, viewer = _asked(request, pk), signed_in(request)
    answer = request.POST.get(f"{prefix}-text", "")
    _done(request, lambda: act(request=found, answer=answer, by=viewer, at=timezone.now()), said)
    return redirect("people_admin:data_request", pk=pk)


def data_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the person what happens with their request."""
    return _answered(request, pk, "answer", actions.answer_request, _("The answer is sent."))


def data_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a request that cannot be met."""
    return _answered(request, pk, "refuse", actions.refuse_request, _("The request is closed; the reason is sent."))


def data_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase the data of whoever asked for it."""
    found, viewer = _asked(request, pk), signed_in(request)
    if found.kind != DataRequest.Kind.ERASURE or found.state != DataRequest.State.ASKED:
        raise Http404
    _done(
        request,
        lambda: actions.erase_person(person=found.person, by=viewer, at=timezone.now()),
        _("Erased. What must be kept stands under a pseudonym."),
    )
    return redirect("people_admin:data_request", pk=pk)


# --- Duplicates -----------------------------------------------------------------------------


@never_cache
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Accounts that may be one person's."""
    page = page_of(duplicates.proposals(), PAGE, request)
    context = {**frame(_("Duplicates"), "copy"), "page": page, "query": rest_of(request)}
    return render(request, "people/admin/duplicates.html", context)


def _pair(request: HttpRequest, pk: int, other: int) -> tuple[User, User]:
    """Both, the one that came first on the left."""
    if pk == other:
        raise Http404
    one, two = sorted((pk, other))
    return _person(request, one), _person(request, two)


@never_cache
def compare(
    request: HttpRequest, pk: int, other: int, form: MergeForm | None = None, status: int = 200
) -> HttpResponse:
    """Two accounts side by side, with what stands against a merge in each direction."""
    left, right = pair = _pair(request, pk, other)
    viewer = signed_in(request)
    way = (reverse("people_admin:duplicates"), _("Duplicates"))
    context = {
        **frame(_("Compare two accounts"), "copy", way),
        "left": left,
        "right": right,
        "lines": _lines(left, right),
        "bars_left": actions.why_not_merge(source=right, into=left, by=viewer),
        "bars_right": actions.why_not_merge(source=left, into=right, by=viewer),
        "form": form or MergeForm(pair=pair),
        "merged": left.merged_into_id or right.merged_into_id,
    }
    return render(request, "people/admin/compare.html", context, status=status)


def _lines(left: User, right: User) -> list[dict[str, Any]]:
    """What is known of both, line by line, and whether it differs."""
    lines = zip(_known(left), _known(right), strict=True)
    return [
        {"label": label, "left": one, "right": two, "differs": bool(one and two and one != two)}
        for (label, one), (_label, two) in lines
    ]


def _known(person: User) -> list[tuple[str, str]]:
    posts = person.memberships.select_related("enterprise").order_by("since", "pk")
    return [
        (_("Full name"), person.full_name),
        (_("Sex"), str(person.get_sex_display()) if person.sex else ""),
        (_("Date of birth"), f"{person.birth_date:%d/%m/%Y}" if person.birth_date else str(person.birth_year or "")),
        (_("Phone number"), person.phone),
        (_("Contact e-mail"), person.email),
        (_("Commune or ward"), str(person.commune or "")),
        (_("Job"), person.job),
        (_("Education"), person.education),
        (_("Identity number, last digits"), person.identity_last),
        (_("Code"), in_fours(person.login_code or "")),
        (
            _("Signs in by e-mail"),
            ", ".join(EmailAddress.objects.filter(user=person).order_by("email").values_list("email", flat=True)),
        ),
        (_("Enterprises"), ", ".join(post.enterprise.name for post in posts)),
        (_("Account since"), f"{timezone.localtime(person.date_joined):%d/%m/%Y}"),
        *personal_data.facts(person),
    ]


def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Make two accounts one."""
    pair = _pair(request, pk, other)
    form = MergeForm(request.POST, pair=pair)
    if not form.is_valid():
        return compare(request, pk, other, form=form, status=422)
    into = next(person for person in pair if person.pk == form.cleaned_data["into"])
    source = next(person for person in pair if person.pk != into.pk)
    try:
        actions.merge_people(source=source, into=into, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return compare(request, pk, other, form=form, status=409)
    messages.success(request, _("%(name)s has one account now.") % {"name": into.full_name})
    return redirect("people_admin:person", pk=into.pk)


def tell_apart(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """These are two people: do not propose them again."""
    one, two = _pair(request, pk, other)
    actions.tell_apart(one=one, other=two, by=signed_in(request), at=timezone.now())
    messages.success(request, _("They are not proposed again."))
    return redirect("people_admin:duplicates")
