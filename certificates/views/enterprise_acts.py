"""What an enterprise's contact does: propose people, add them, set rules, ask for a class in the own house."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from certificates import enterprise as enterprises, nominating
from certificates.enterprise_forms import AddPersonForm, InHouseForm, NeedForm
from certificates.views.enterprise import PAGE, mine, show
from courses.models import Course
from enrolments import actions as enrolments
from enrolments.models import InHouseRequest, SeatRequest, TrainingNeed
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import ZONE
from lms.lib.states import Refused
from people import actions as people
from people.models import Enterprise, User
from people.printing import slip_page
from people.visitors import signed_in

MOST = 200
"""How many people are proposed at once."""


# --- Proposing ------------------------------------------------------------------------------


def _chosen(values: list[str]) -> list[int]:
    """Ids of the people in a list, each once."""
    return list(dict.fromkeys(int(value) for value in values if value.isdecimal() and len(value) < 18))[:MOST]


@never_cache
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a class and own people; what stands in their way is shown before, what came of it after."""
    enterprise, now = mine(request, pk), timezone.now()
    if request.method == "POST":
        return _propose(request, enterprise, now)
    asked = request.GET
    choices = nominating.choices(enterprise, now, subject=asked.get("subject", "")[:60])
    choice = next((one for one in choices if one.run.code == asked.get("run")), None)
    if choice is None and asked.get("run"):
        choice = next(iter(nominating.choices(enterprise, now, run=asked["run"][:30])), None)
    run = choice.run if choice else None
    wanting = _wanting(enterprise, asked.get("wanting", ""), now)
    people_ids = _chosen([*asked.getlist("person"), *map(str, wanting)])
    candidates = nominating.candidates(enterprise, run, people_ids, now)
    rows = nominating.others(enterprise, q=asked.get("q", "")[:150], job=asked.get("job", "")[:120], without=people_ids)
    page = page_of(rows, PAGE, request)
    return show(
        request, "nominate", enterprise,
        choices=choices, choice=choice, candidates=candidates, page=page, jobs=enterprises.jobs(enterprise),
        possible=[one for one in candidates if one.possible], left_out=max(0, len(wanting) - MOST),
        query=rest_of(request), q=asked.get("q", ""), job=asked.get("job", ""), subject=asked.get("subject", ""),
    )  # fmt: skip


def _wanting(enterprise: Enterprise, subject: str, now: datetime) -> Sequence[int]:
    """People who should be sent to a class of the subject, if one is named."""
    if not subject:
        return []
    found = enterprises.board(enterprise, now).wanted
    return next((one.people for one in found if one.subject.code == subject), [])


class Outcome(NamedTuple):
    """What came of proposing one person, in words."""

    name: str
    kind: str
    text: str


def _propose(request: HttpRequest, enterprise: Enterprise, now: datetime) -> HttpResponse:
    choice = next(iter(nominating.choices(enterprise, now, run=request.POST.get("run", "")[:30])), None)
    wanted = _chosen(request.POST.getlist("person"))
    known = enterprises.present(enterprise).filter(person__in=wanted).select_related("person")
    if choice is None or not wanted:
        messages.error(request, _("Choose a class that is open, and at least one person."))
        return redirect(f"{reverse('certificates:enterprise_nominate', args=[enterprise.pk])}?{_again(request)}")
    found = [membership.person for membership in known]
    if len(found) != len(wanted):
        # Somebody left meanwhile, or the list is not this enterprise's: nobody is proposed.
        return render(request, "404.html", status=404)
    outcomes = [_one(request, enterprise, choice, person, now) for person in found]
    return show(request, "nominated", enterprise, choice=choice, outcomes=outcomes)


def _again(request: HttpRequest) -> str:
    kept = request.POST.copy()
    kept.pop("csrfmiddlewaretoken", None)
    return kept.urlencode()


def _one(
    request: HttpRequest, enterprise: Enterprise, choice: nominating.Choice, person: User, now: datetime
) -> Outcome:
    """Propose one person. Each by itself: one who cannot does not keep the others out."""
    try:
        asked = enrolments.nominate(run=choice.run, person=person, enterprise=enterprise, by=signed_in(request), at=now)
    except Refused as refusal:
        return Outcome(person.full_name, "no", str(refusal))
    return Outcome(person.full_name, *_in_words(asked, enterprise))


def _in_words(asked: SeatRequest, enterprise: Enterprise) -> tuple[str, str]:
    if asked.enterprise_id != enterprise.pk:
        return "wait", _("Has asked for a place in this class already.")
    if asked.state == SeatRequest.State.OFFERED and asked.held_until:
        moment = f"{asked.held_until.astimezone(ZONE):%H:%M %d/%m/%Y}"
        return "ok", _("A place is held until %(moment)s, to be confirmed by then.") % {"moment": moment}
    words = {
        SeatRequest.State.WAITING: ("wait", _("No place is free: on the waiting list, and told when one is.")),
        SeatRequest.State.ASKED: ("wait", _("The office looks at the request first and tells its answer.")),
        SeatRequest.State.TAKEN: ("ok", _("Is in the class already.")),
    }
    return words.get(SeatRequest.State(asked.state), ("no", asked.state_name()))


def answer(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    """Confirm a place for somebody who has no e-mail, or give it up again."""
    enterprise = mine(request, pk)
    found = get_object_or_404(enterprises.asking(enterprise), pk=asked)
    facts: dict[str, Any] = {"request": found, "by": signed_in(request), "at": timezone.now()}
    try:
        if request.POST.get("do") == "accept":
            enrolments.accept(**facts)
            messages.success(
                request,
                _("%(name)s has a place in class %(code)s.") % {"name": found.person, "code": found.run.code},
            )
        else:
            enrolments.decline(**facts)
            messages.success(
                request,
                _("%(name)s is not proposed for class %(code)s any more.")
                % {"name": found.person, "code": found.run.code},
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("certificates:enterprise_classes", pk=pk)


# --- Adding people -----------------------------------------------------------------------------


@never_cache
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter somebody new: with an e-mail they are invited, without one their slip is printed."""
    enterprise, viewer, status = mine(request, pk), signed_in(request), 200
    form = AddPersonForm(request.POST or None)
    if request.method == "POST":
        # A form that says who is registered already: not to be asked by the thousand.
        if not consume(request, action="add_person", user=viewer):
            return render(request, "429.html", status=429)
        status = 422
        if form.is_valid():
            facts = {**form.cleaned_data, "enterprise": enterprise, "by": viewer, "at": timezone.now()}
            email = facts.pop("email")
            try:
                if email:
                    invited = people.invite(email=email, **facts)
                    messages.success(
                        request,
                        _("%(name)s is entered and invited by e-mail to %(email)s.")
                        % {"name": invited, "email": email},
                    )
                    return redirect("certificates:enterprise_people", pk=pk)
                slip = people.enter_with_slip(**facts)
                return slip_page(
                    request, slip, viewer, next_url=reverse("certificates:enterprise_add", args=[enterprise.pk])
                )
            except Refused as refusal:
                form.add_error("email" if refusal.code == "taken" else None, _sentence(refusal, form))
                status = 409
    return show(request, "add", enterprise, status, form=form, jobs=enterprises.jobs(enterprise))


def _sentence(refusal: Refused, form: AddPersonForm) -> str:
    if refusal.code != "twin":
        return str(refusal)
    return _(
        "%(name)s with this date of birth is registered already. Look among your people; "
        "if they are not there, ask the programme to enter them as yours."
    ) % {"name": form.cleaned_data["full_name"]}


# --- Rules ---------------------------------------------------------------------------------------


@never_cache
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    """Which job needs which subject, and how often again."""
    enterprise = mine(request, pk)
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        enrolments.set_need(enterprise=enterprise, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("certificates:enterprise_needs", pk=pk)
    rules = TrainingNeed.objects.filter(enterprise=enterprise).select_related("subject")
    return show(
        request, "needs", enterprise, 422 if form.errors else 200,
        form=form, rules=rules.order_by("job_key", "subject__order"), jobs=enterprises.jobs(enterprise),
    )  # fmt: skip


def need_drop(request: HttpRequest, pk: int, need: int) -> HttpResponse:
    """Take a rule away."""
    rules = TrainingNeed.objects.filter(enterprise=mine(request, pk)).select_related("enterprise", "subject")
    enrolments.drop_need(need=get_object_or_404(rules, pk=need), by=signed_in(request), at=timezone.now())
    messages.success(request, _("The rule is gone."))
    return redirect("certificates:enterprise_needs", pk=pk)


# --- Classes in the own house -----------------------------------------------------------------------


@never_cache
def requests(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a class in the own house; what was answered so far."""
    enterprise, status = mine(request, pk), 200
    course = Course.objects.filter(code=request.GET.get("course", "")[:30]).first()
    form = InHouseForm(request.POST or None, initial={"course": course})
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                enrolments.ask_in_house(
                    enterprise=enterprise, by=signed_in(request), at=timezone.now(), **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error("course", str(refusal))
                status = 409
            else:
                messages.success(request, _("The request is with the office. Its answer comes here and as a notice."))
                return redirect("certificates:enterprise_requests", pk=pk)
    asked = InHouseRequest.objects.filter(enterprise=enterprise).select_related("course", "run", "asked_by")
    page = page_of(asked, 20, request)
    return show(request, "requests", enterprise, status, form=form, page=page, query=rest_of(request))


def take_back(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    """Take a request back that is not answered yet."""
    found = get_object_or_404(InHouseRequest.objects.filter(enterprise=mine(request, pk)), pk=asked)
    try:
        enrolments.take_back_in_house(asked=found, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The request is taken back."))
    return redirect("certificates:enterprise_requests", pk=pk)
