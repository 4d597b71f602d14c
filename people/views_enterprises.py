"""Enterprises in the back office: list, one enterprise, its contacts, duplicates."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.spreadsheets import XLSX
from lms.lib.states import Refused
from people import actions, communes, enterprise_queries as queries, sizes, vsic
from people.actions.enterprises import figures
from people.back_office import frame
from people.forms import ContactForm, EnterpriseFilterForm, EnterpriseForm, MergeEnterprisesForm
from people.models import AdministrativeUnit, Enterprise, Membership, Province, User
from people.visitors import signed_in

PAGE = 50


def _show(
    request: HttpRequest, template: str, title: str, *way: tuple[str, str], status: int = 200, **context: Any
) -> HttpResponse:
    """A page inside Wagtail's frame, below the list."""
    if template != "enterprises":
        way = ((reverse("people_admin:enterprises"), _("Enterprises")), *way)
    context = {**frame(title, "site", *way), **context}
    return render(request, f"people/admin/{template}.html", context, status=status)


def _keeps(viewer: User) -> bool:
    return viewer.has_role(Role.ADMINISTRATOR, Role.PROGRAMME)


def _seen(request: HttpRequest, pk: int) -> Enterprise:
    rows = Enterprise.objects.visible_to(signed_in(request)).select_related("sector", "commune", "merged_into")
    return get_object_or_404(rows, pk=pk)


# --- The list ----------------------------------------


@never_cache
def enterprises(request: HttpRequest) -> HttpResponse:
    """The list of enterprises."""
    viewer, form = signed_in(request), EnterpriseFilterForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(queries.enterprises(viewer, filters, on=timezone.localdate()), PAGE, request)
    rows = queries.rows(page.object_list)  # type: ignore[arg-type]  # a slice of a QuerySet is one
    return _show(
        request, "enterprises", _("Enterprises"),
        form=form, page=page, rows=rows, query=rest_of(request), keeps=_keeps(viewer),
    )  # fmt: skip


@never_cache
def enterprise_export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as XLSX."""
    form, today = EnterpriseFilterForm(request.GET or None), timezone.localdate()
    filters = form.cleaned_data if form.is_valid() else {}
    found = queries.enterprises(signed_in(request), filters, on=today)
    answer = HttpResponse(queries.workbook(found, on=today), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="doanh-nghiep-{today}.xlsx"'
    return answer


# --- One enterprise ----------------------------------------


@never_cache
def enterprise(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise: facts, how its size follows, contacts, systems, history. A merged one leads to the survivor."""
    found, viewer = _seen(request, pk), signed_in(request)
    if found.merged_into is not None:
        messages.info(request, _("%(name)s was merged into this enterprise.") % {"name": found.name})
        return redirect("people_admin:enterprise", pk=found.merged_into.pk)
    keeps, today = _keeps(viewer), timezone.localdate()
    contacts = found.memberships.filter(is_contact=True, ended_on=None).select_related("person")
    known = figures(found)
    return _show(
        request, "enterprise", found.name,
        enterprise=found,
        keeps=keeps,
        section=vsic.label(found.vsic) if found.vsic else "",
        commune=communes.dated(found.commune) if found.commune else "",
        following=_following(found),
        figures=known,
        steps=sizes.steps(known) if known.complete else (),
        sizes=sorted(actions.size_history(found), key=lambda sized: sized.as_of, reverse=True),
        contacts=contacts.order_by("since", "pk"),
        people=found.memberships.filter(ended_on=None).count(),
        contact_form=ContactForm(enterprise=found) if keeps else None,
        history=queries.history(found),
        merged=found.merged.order_by("pk"),
        today=today,
    )  # fmt: skip


def _following(found: Enterprise) -> list[AdministrativeUnit]:
    """Today's units for the area of an older commune; none while it is in force."""
    unit, today = found.commune, timezone.localdate()
    if unit is None or unit.valid_to is None or unit.valid_to >= today:
        return []
    return AdministrativeUnit.objects.following(unit, today)


@never_cache
def enterprise_add(request: HttpRequest) -> HttpResponse:
    """Register an enterprise."""
    return _form(request, Enterprise(), _("Add an enterprise"))


@never_cache
def enterprise_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an enterprise."""
    found = _seen(request, pk)
    if found.merged_into_id:
        return redirect("people_admin:enterprise", pk=found.merged_into_id)
    return _form(request, found, _("Change %(name)s") % {"name": found.name})


def _form(request: HttpRequest, found: Enterprise, title: str) -> HttpResponse:
    viewer, at = signed_in(request), timezone.now()
    province = Province.objects.filter(code=settings.PROVINCE).first()
    form = EnterpriseForm(request.POST or None, instance=found, on=timezone.localdate(at), province=province)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_enterprise(
                enterprise=form.instance, by=viewer, at=at, as_of=form.cleaned_data["as_of"]
            )
        except (ValidationError, Refused) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
            return redirect("people_admin:enterprise", pk=saved.pk)
    status = 409 if form.alike else 422 if form.errors else 200
    return _show(request, "enterprise_form", title, status=status, form=form, enterprise=found)


def enterprise_unit(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Take today's unit in place of one that is no more."""
    found, chosen = _seen(request, pk), get_object_or_404(AdministrativeUnit.objects.communes(), pk=unit)
    try:
        actions.move_to_unit(enterprise=found, unit=chosen, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s is saved.") % {"name": found.name})
    return redirect("people_admin:enterprise", pk=pk)


# --- Contacts ----------------------------------------


def contact_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one of its people speak for the enterprise."""
    found = _seen(request, pk)
    form = ContactForm(request.POST, enterprise=found)
    if not form.is_valid():
        messages.error(request, _("Choose one of the enterprise's people."))
        return redirect("people_admin:enterprise", pk=pk)
    try:
        post = actions.appoint_contact(
            membership=form.cleaned_data["membership"], by=signed_in(request), at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s speaks for the enterprise now.") % {"name": post.person})
    return redirect("people_admin:enterprise", pk=pk)


def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody speak for the enterprise no longer."""
    viewer = signed_in(request)
    theirs = Membership.objects.filter(enterprise__in=Enterprise.objects.visible_to(viewer).values("pk"))
    membership = get_object_or_404(theirs.select_related("person"), pk=pk)
    try:
        actions.end_contact(membership=membership, by=viewer, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s speaks for the enterprise no more.") % {"name": membership.person})
    return redirect("people_admin:enterprise", pk=membership.enterprise_id)


# --- Duplicates ----------------------------------------


@never_cache
def enterprise_duplicates(request: HttpRequest) -> HttpResponse:
    """Enterprises that may be one, the likeliest first."""
    page = page_of(queries.pairs(signed_in(request)), PAGE, request)
    return _show(
        request, "enterprise_duplicates", _("Duplicates among enterprises"),
        page=page, rows=queries.proposals(list(page)), query=rest_of(request),
    )  # fmt: skip


def _pair(request: HttpRequest, pk: int, other: int) -> tuple[Enterprise, Enterprise]:
    """Both, the one that was entered first on the left."""
    if pk == other:
        raise Http404
    first, second = sorted((pk, other))
    return _seen(request, first), _seen(request, second)


@never_cache
def enterprise_compare(
    request: HttpRequest, pk: int, other: int, form: MergeEnterprisesForm | None = None, status: int = 200
) -> HttpResponse:
    """Two enterprises side by side; one that was merged meanwhile leads to the survivor."""
    left, right = pair = _pair(request, pk, other)
    for one in pair:
        if one.merged_into_id:
            return redirect("people_admin:enterprise", pk=one.pk)
    lines = [
        {"label": label, "left": mine, "right": theirs, "differs": bool(mine and theirs and mine != theirs)}
        for (label, mine), (_label, theirs) in zip(queries.facts(left), queries.facts(right), strict=True)
    ]
    return _show(
        request, "enterprise_compare", _("Compare two enterprises"),
        (reverse("people_admin:enterprise_duplicates"), _("Duplicates among enterprises")),
        status=status, left=left, right=right, lines=lines, form=form or MergeEnterprisesForm(pair=pair),
    )  # fmt: skip


def enterprise_merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Make two enterprises one."""
    pair = _pair(request, pk, other)
    form = MergeEnterprisesForm(request.POST, pair=pair)
    if not form.is_valid():
        return enterprise_compare(request, pk, other, form=form, status=422)
    into = next(one for one in pair if one.pk == form.cleaned_data["into"])
    source = next(one for one in pair if one.pk != into.pk)
    try:
        survivor = actions.merge_enterprises(source=source, into=into, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people_admin:enterprise_duplicates")
    messages.success(request, _("Both are one enterprise now: %(name)s.") % {"name": survivor.name})
    return redirect("people_admin:enterprise", pk=survivor.pk)


def enterprise_apart(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """These are two enterprises: do not propose them again."""
    one, two = _pair(request, pk, other)
    actions.tell_enterprises_apart(one=one, other=two, by=signed_in(request), at=timezone.now())
    messages.success(request, _("They are not proposed again."))
    return redirect("people_admin:enterprise_duplicates")
