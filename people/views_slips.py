"""Helping one's own people back in: instructors and the contacts of enterprises print a new slip."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from lms.lib.codes import in_fours
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people import actions, queries
from people.forms import ChargeForm
from people.printing import slip_page
from people.visitors import signed_in

PAGE = 30


@never_cache
def charges(request: HttpRequest) -> HttpResponse:
    """One's own people, with who may be given a new slip."""
    form = ChargeForm(request.GET or None)
    people = queries.in_charge_of(signed_in(request))
    q = form.cleaned_data["q"] if form.is_valid() else ""
    if q:
        people = people.filter(queries.named(q))
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    page = page_of(people.annotate(by_mail=Exists(confirmed)), PAGE, request)
    rows = [{"person": person, "code": in_fours(person.login_code or "")} for person in page]
    context: dict[str, Any] = {"form": form, "page": page, "rows": rows, "q": q, "query": rest_of(request)}
    return render(request, "people/charges.html", context)


@never_cache
def charge_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """A new first PIN for one of them; the old secret ends and the person is told."""
    helper = signed_in(request)
    found = get_object_or_404(queries.in_charge_of(helper), pk=pk)
    status = 200
    if request.method == "POST":
        try:
            slip = actions.issue_slip(person=found, by=helper, at=timezone.now())
            return slip_page(request, slip, helper, next_url=reverse("people:charges"))
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 409
    return render(request, "people/charge_slip.html", {"person": found}, status=status)
