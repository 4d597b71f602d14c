"""People, slips, enterprises, jobs and notices in the back office."""

from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, override
from django.views.decorators.cache import never_cache
from wagtail.admin.views.account import AccountView as WagtailAccountView

from lms.lib.access import Role
from lms.lib.codes import in_fours
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people import actions, queries
from people.back_office import frame
from people.forms import EnterpriseForm, JoinForm, PeopleFilterForm, RoleForm, SlipForm, WorkFilterForm
from people.models import Enterprise, Job, Membership, Notice, Province, User
from people.notices import wording
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
    elif template == "enterprise":
        way.append((reverse("people_admin:enterprises"), _("Enterprises")))
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
    found = get_object_or_404(User.objects.visible_to(viewer).select_related("commune"), pk=pk)
    grants = found.grants.select_related("granted_by", "ended_by").order_by("-granted_at")
    return _show(
        request, "person", found.full_name, "user",
        person=found,
        code=in_fours(found.login_code or ""),
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
                return _print(request, slip, viewer)
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
    found = get_object_or_404(User.objects.visible_to(viewer), pk=pk)
    status = 200
    if request.method == "POST":
        try:
            return _print(request, actions.issue_slip(person=found, by=viewer, at=timezone.now()), viewer)
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 409
    return _show(request, "slip_again", _("Print a new slip"), "key", status, person=found)


def _print(request: HttpRequest, slip: actions.Slip, viewer: User) -> HttpResponse:
    """The slip on paper (A6), in the answer itself: the PIN is kept nowhere else."""
    with override(slip.person.language):
        address = f"{settings.SITE_URL}{reverse('account_login')}"
        membership = slip.person.memberships.filter(ended_on=None).select_related("enterprise").first()
        context = {
            "slip": slip,
            "code": in_fours(slip.code),
            "pin": f"{slip.pin[:3]} {slip.pin[3:]}",
            "enterprise": membership.enterprise.name if membership else "",
            "site": settings.SITE_URL.split("//", 1)[1],
            "qr": segno.make(f"{address}?{urlencode({'code': slip.code})}", error="m").svg_data_uri(
                border=0, dark="#07352f", omitsize=True
            ),
            "printed_by": viewer.full_name,
            "printed_at": timezone.now(),
        }
        response = render(request, "people/admin/slip.html", context)
    response["Cache-Control"] = "no-store"
    return response


# --- Enterprises -------------------------------------------------------------------------


@never_cache
def enterprises(request: HttpRequest) -> HttpResponse:
    """The list of enterprises."""
    q = request.GET.get("q", "").strip()[:150]
    page = page_of(queries.enterprises(signed_in(request), q=q), PAGE, request)
    return _show(
        request, "enterprises", _("Enterprises"), "site", page=page, q=q, query=rest_of(request)
    )  # fmt: skip


@never_cache
def enterprise_add(request: HttpRequest) -> HttpResponse:
    """Add an enterprise."""
    return _enterprise(request, Enterprise(), _("Add an enterprise"))


@never_cache
def enterprise_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an enterprise."""
    found = get_object_or_404(Enterprise.objects.visible_to(signed_in(request)), pk=pk)
    return _enterprise(request, found, found.name)


def _enterprise(request: HttpRequest, enterprise: Enterprise, title: str) -> HttpResponse:
    viewer = signed_in(request)
    at = timezone.now()
    province = Province.objects.filter(code=settings.PROVINCE).first()
    form = EnterpriseForm(request.POST or None, instance=enterprise, on=timezone.localdate(at), province=province)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_enterprise(enterprise=form.instance, by=viewer, at=at)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
            return redirect("people_admin:enterprises")
    return _show(
        request, "enterprise", title, "site", 422 if form.errors else 200, form=form, enterprise=enterprise
    )  # fmt: skip


# --- Work --------------------------------------------------------------------------------


@never_cache
def jobs(request: HttpRequest) -> HttpResponse:
    """Long work: what runs, what waits, what failed."""
    return _work(request, Job, Job.objects.select_related("asked_by").order_by("-asked_at", "-pk"), _("Jobs"), "tasks")


@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """What people were told, and mails that failed."""
    rows = Notice.objects.select_related("person").order_by("-created_at", "-pk")
    return _work(request, Notice, rows, _("Notices"), "mail")


def _work(
    request: HttpRequest, of: type[Job] | type[Notice], rows: QuerySet[Any], title: str, icon: str
) -> HttpResponse:
    form = WorkFilterForm(request.GET or None, of=of)
    if form.is_valid() and form.cleaned_data["state"]:
        rows = rows.filter(state=form.cleaned_data["state"])
    page = page_of(rows, PAGE, request)
    template = "jobs" if of is Job else "notices"
    subjects = [wording(row.kind, row.facts).subject for row in page if isinstance(row, Notice)]
    told = list(zip(page, subjects, strict=False))
    return _show(request, template, title, icon, form=form, page=page, told=told, query=rest_of(request))
