"""The slip on paper (A6)."""

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from lms.lib.codes import in_fours
from people.actions import Slip
from people.models import User


def slip_page(request: HttpRequest, slip: Slip, by: User, *, next_url: str) -> HttpResponse:
    """The slip in the answer itself: the PIN is kept nowhere else. `next_url` leads on to the next person."""
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
            "printed_by": by.full_name,
            "printed_at": timezone.now(),
            "next_url": next_url,
        }
        response = render(request, "people/admin/slip.html", context)
    response["Cache-Control"] = "no-store"
    return response
