"""Systems of an enterprise in the back office: entered, changed, ended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses import actions
from courses.forms_systems import EndForm, SystemForm
from courses.models import AppliedSystem
from lms.lib.states import Refused
from people.back_office import frame
from people.models import Enterprise
from people.visitors import signed_in


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    return get_object_or_404(Enterprise.objects.standing().visible_to(signed_in(request)), pk=pk)


def system_of(enterprise: Enterprise, system: int) -> AppliedSystem:
    """A system of this enterprise that has not ended; any other is a 404."""
    rows = AppliedSystem.objects.filter(enterprise=enterprise, ended_on=None).select_related("subject", "edition")
    return get_object_or_404(rows, pk=system)


def stored(form: Any, act: Callable[[], Any]) -> bool:
    """Do `act` when the form is right; a refusal stands above the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _answer(
    request: HttpRequest, enterprise: Enterprise, title: str, form: Any, act: Callable[[], Any]
) -> HttpResponse:
    """The form in Wagtail's frame; sent and right, `act` is done and the enterprise's page follows."""
    if request.method == "POST" and stored(form, act):
        messages.success(request, _("Saved."))
        return redirect("people_admin:enterprise", pk=enterprise.pk)
    way = [
        (reverse("people_admin:enterprises"), _("Enterprises")),
        (reverse("people_admin:enterprise", args=[enterprise.pk]), enterprise.name),
    ]
    context = {**frame(title, "site", *way), "enterprise": enterprise, "form": form}
    return render(request, "courses/admin/system.html", context, status=422 if form.errors else 200)


@never_cache
def system_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a system."""
    enterprise, viewer = _enterprise(request, pk), signed_in(request)
    form = SystemForm(request.POST or None, enterprise=enterprise)
    return _answer(
        request, enterprise, _("Enter a system"), form,
        lambda: actions.add_system(system=form.instance, by=viewer, at=timezone.now()),
    )  # fmt: skip


@never_cache
def system_edit(request: HttpRequest, pk: int, system: int) -> HttpResponse:
    """Change a system."""
    enterprise, viewer = _enterprise(request, pk), signed_in(request)
    form = SystemForm(request.POST or None, instance=system_of(enterprise, system), enterprise=enterprise)
    return _answer(
        request, enterprise, _("Change a system"), form,
        lambda: actions.change_system(system=form.instance, by=viewer, at=timezone.now()),
    )  # fmt: skip


@never_cache
def system_end(request: HttpRequest, pk: int, system: int) -> HttpResponse:
    """Say that a system is applied no more."""
    enterprise, viewer = _enterprise(request, pk), signed_in(request)
    found, at = system_of(enterprise, system), timezone.now()
    form = EndForm(request.POST or None, initial={"on": timezone.localdate(at)})
    return _answer(
        request, enterprise, ending(found), form,
        lambda: actions.end_system(system=found, on=form.cleaned_data["on"], by=viewer, at=at),
    )  # fmt: skip


def ending(system: AppliedSystem) -> str:
    """What is about to be said."""
    return _("%(system)s is applied no more") % {"system": system.edition or system.subject.short_name}
