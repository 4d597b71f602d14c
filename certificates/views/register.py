"""The public register of certified consultants."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from certificates import queries
from certificates.forms import RegisterForm
from certificates.verdict import verdict
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import local_date

PER_PAGE = 20


def public_register(request: HttpRequest) -> HttpResponse:
    """Those who agreed to be named, with what their certificate says now."""
    form = RegisterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    subject = asked.get("subject")
    rows = queries.consultants(asked.get("q", ""), subject.code if subject else "")
    page = page_of(rows, PER_PAGE, request)
    day = local_date(timezone.now())
    context = {
        "form": form,
        "page": page,
        "rows": [queries.Finding(item, verdict(item, day)) for item in page],
        "query": rest_of(request),
        "asked": bool(asked.get("q") or subject),
    }
    return render(request, "certificates/public_register.html", context)
