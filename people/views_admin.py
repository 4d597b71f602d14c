"""People, slips and jobs in the back office."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.views.account import AccountView as WagtailAccountView

from lms.lib.access import Role
from lms.lib.codes import in_fours
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people import actions, identity, queries
from people.back_office import frame
from people.forms import JoinForm, PeopleFilterForm, RoleForm, SlipForm, WorkFilterForm
from people.models import Job, Membership, User
from people.printing import slip_page
from people.roles import event_name, role_name
from people.visitors import signed_in

PAGE = 50


class AccountView(WagtailAccountView):
    """Wagtail's page for its own settings, without the name: that is kept in the profile."""

    def get_panels(self) -> list[Any]:
        """Picture, language, theme."""
        return [panel for panel in super().get_panels() if panel.name != "name_email"]


def _show(
    request: HttpRequest, template: str, title: str, icon: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page inside Wagtail's frame."""
    way = []
    if template in ("person", "slip_new", "slip_again"):
        way.append((reverse("people_admin:people"), _("People")))
    context = {**frame(title, icon, *way), **context}
    return render(request, f"people/admin/{template}.html", context, status=status)


# --- People ---------------------------------------------------------------------------


@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """The list of people, by given name."""
    viewer = signed_in(request)
    form = PeopleFilterForm(request.GET or None, viewer=viewer)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(queries.people(viewer, **filters), PAGE, request)
    rows = queries.person_rows(page.object_list)  # type: ignore[arg-type]  # a slice of a QuerySet is one
    return _show(
        request, "people", _("People"), "group", form=form, page=page, rows=rows, query=rest_of(request),
        may_enter=_may_enter(viewer),
    )  # fmt: skip


def _may_enter(viewer: User) -> bool:
    return viewer.has_role(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSTRUCTOR)


@never_cache
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: facts, enterprises, roles, history."""
    viewer = signed_in(request)
    found = get_object_or_404(User.objects.visible_to(viewer).select_related("commune", "merged_into"), pk=pk)
    grants = found.grants.select_related("granted_by", "ended_by").order_by("-granted_at")
    return _show(
        request, "person", found.full_name, "user",
        person=found,
        code=in_fours(found.login_code or ""),
        identity=identity.masked(found.identity_last),
        merged=found.merged.order_by("pk"),
        sentence=viewer.has_role(Role.ADMINISTRATOR, Role.PROGRAMME),
        is_administrator=viewer.has_role(Role.ADMINISTRATOR),
        addresses=found.emailaddress_set.order_by("-primary", "email"),
        memberships=found.memberships.select_related("enterprise").order_by("ended_on", "-since"),
        grants=[{"grant": grant, "name": role_name(grant.role)} for grant in grants],
        events=[
            {"event": event, "what": event_name(event.new)}
            for event in found.events.select_related("by").order_by("-at", "-pk")[:50]
        ],
        join_form=JoinForm(viewer=viewer) if viewer.has_role(Role.ADMINISTRATOR, Role.PROGRAMME) else None,
        role_form=RoleForm() if viewer.has_role(Role.ADMINISTRATOR) and viewer.pk != found.pk else None,
        may_enter=_may_enter(viewer),
    )  # fmt: skip


def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a person into an enterprise, or change their post there."""
    viewer = signed_in(request)
    found = get_object_or_404(User.objects.visible_to(viewer), pk=pk)
    form = JoinForm(request.POST, viewer=viewer)
    at = timezone.now()
    if form.is_valid():
        actions.join_enterprise(person=found, since=timezone.localdate(at), by=viewer, at=at, **form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose an enterprise of the list."))
    return redirect("people_admin:person", pk=pk)


def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership today."""
    viewer = signed_in(request)
    theirs = Membership.objects.filter(person__in=User.objects.visible_to(viewer).values("pk"))
    membership = get_object_or_404(theirs.select_related("person"), pk=pk)
    at = timezone.now()
    try:
        actions.leave_enterprise(membership=membership, on=timezone.localdate(at), by=viewer, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("people_admin:person", pk=membership.person_id)


def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    return _change_role(request, pk, actions.grant_role)


def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    return _change_role(request, pk, actions.end_role)


def _change_role(request: HttpRequest, pk: int, change: Any) -> HttpResponse:
    viewer = signed_in(request)
    found = get_object_or_404(User.objects.visible_to(viewer), pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role of the list."))
        return redirect("people_admin:person", pk=pk)
    try:
        change(person=found, role=form.cleaned_data["role"], by=viewer, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved. It holds from the person's next page on."))
    return redirect("people_admin:person", pk=pk)


# --- Slips ------------------------------------------------------------------------------


@never_cache
def slip_new(request: HttpRequest) -> HttpResponse:
    """Enter a person without a mailbox and print their first slip."""
    viewer = signed_in(request)
    form = SlipForm(request.POST or None, viewer=viewer)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            at = timezone.now()
            try:
                slip = actions.enter_with_slip(by=viewer, at=at, **form.cleaned_data)
                return slip_page(request, slip, viewer, next_url=reverse("people_admin:slip_new"))
            except Refused as refusal:
                form.add_error(None, str(refusal))
                if refusal.code == "twin":
                    form.ask_about_twin()
                    status = 409
    return _show(request, "slip_new", _("Print a sign-in slip"), "key", status, form=form)


@never_cache
def slip_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Print another slip for a person: a new first PIN, the old secret ends."""
    viewer = signed_in(request)
    found = get_object_or_404(queries.slips_from(viewer), pk=pk)
    status = 200
    if request.method == "POST":
        try:
            slip = actions.issue_slip(person=found, by=viewer, at=timezone.now())
            return slip_page(request, slip, viewer, next_url=reverse("people_admin:slip_new"))
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 409
    return _show(request, "slip_again", _("Print a new slip"), "key", status, person=found)


# --- Work --------------------------------------------------------------------------------


@never_cache
def jobs(request: HttpRequest) -> HttpResponse:
    """Long work: what runs, what waits, what failed."""
    rows = Job.objects.select_related("asked_by").order_by("-asked_at", "-pk")
    form = WorkFilterForm(request.GET or None, of=Job)
    if form.is_valid() and form.cleaned_data["state"]:
        rows = rows.filter(state=form.cleaned_data["state"])
    page = page_of(rows, PAGE, request)
    return _show(request, "jobs", _("Jobs"), "tasks", form=form, page=page, query=rest_of(request))
