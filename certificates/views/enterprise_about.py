"""What an enterprise is: facts, size, contacts and systems, kept by its contacts as far as these are theirs."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from certificates.views.enterprise import mine, show
from courses import actions as courses
from courses.forms_systems import EndForm, SystemForm
from courses.models import AppliedSystem
from courses.views_systems import ending, stored, system_of
from people import actions as people, communes, enterprise_queries, sizes, vsic
from people.actions.enterprises import figures
from people.forms import OwnEnterpriseForm
from people.models import AdministrativeUnit, Enterprise
from people.queries import shown_province
from people.visitors import signed_in


@never_cache
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """Facts, how the size follows, who speaks for it, systems and certificates, what was changed."""
    enterprise, today = mine(request, pk), timezone.localdate()
    known, unit = figures(enterprise), enterprise.commune
    contacts = enterprise.memberships.filter(is_contact=True, ended_on=None).select_related("person")
    return show(
        request, "about", enterprise,
        tab="about",
        section=vsic.label(enterprise.vsic) if enterprise.vsic else "",
        commune=communes.dated(unit) if unit else "",
        following=AdministrativeUnit.objects.following(unit, today) if unit and unit.valid_to else [],
        figures=known,
        steps=sizes.steps(known) if known.complete else (),
        contacts=contacts.order_by("since", "pk"),
        systems=AppliedSystem.objects.of(enterprise),
        history=enterprise_queries.history(enterprise, most=20),
        today=today,
    )  # fmt: skip


@never_cache
def about_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the enterprise itself declares."""
    enterprise, viewer, at = mine(request, pk), signed_in(request), timezone.now()
    form = OwnEnterpriseForm(
        request.POST or None, instance=enterprise, on=timezone.localdate(at), province=shown_province(request)
    )

    def save() -> Enterprise:
        return people.save_enterprise(enterprise=form.instance, by=viewer, at=at, as_of=form.cleaned_data["as_of"])

    return _answer(request, enterprise, _("Change the facts"), form, save)


def _answer(
    request: HttpRequest, enterprise: Enterprise, title: str, form: Any, act: Callable[[], Any]
) -> HttpResponse:
    """The form; sent and right, `act` is done and the enterprise's facts follow."""
    if request.method == "POST":
        try:
            if stored(form, act):
                messages.success(request, _("Saved."))
                return redirect("certificates:enterprise_about", pk=enterprise.pk)
        except ValidationError as error:
            form.add_error(None, error)
    status = 422 if form.errors else 200
    return show(request, "about_form", enterprise, status=status, tab="about", form=form, title=title)


@never_cache
def system_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a system that the enterprise applies or is certified for."""
    enterprise, viewer = mine(request, pk), signed_in(request)
    form = SystemForm(request.POST or None, enterprise=enterprise)
    return _answer(
        request, enterprise, _("Enter a system"), form,
        lambda: courses.add_system(system=form.instance, by=viewer, at=timezone.now()),
    )  # fmt: skip


@never_cache
def system_edit(request: HttpRequest, pk: int, system: int) -> HttpResponse:
    """Change one of its systems."""
    enterprise, viewer = mine(request, pk), signed_in(request)
    form = SystemForm(request.POST or None, instance=system_of(enterprise, system), enterprise=enterprise)
    return _answer(
        request, enterprise, _("Change a system"), form,
        lambda: courses.change_system(system=form.instance, by=viewer, at=timezone.now()),
    )  # fmt: skip


@never_cache
def system_end(request: HttpRequest, pk: int, system: int) -> HttpResponse:
    """Say that a system is applied no more."""
    enterprise, viewer = mine(request, pk), signed_in(request)
    found, at = system_of(enterprise, system), timezone.now()
    form = EndForm(request.POST or None, initial={"on": timezone.localdate(at)})
    return _answer(
        request, enterprise, ending(found), form,
        lambda: courses.end_system(system=found, on=form.cleaned_data["on"], by=viewer, at=at),
    )  # fmt: skip
