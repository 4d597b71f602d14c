"""The trainee's home, and their documents."""

from collections.abc import Callable

from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from certificates import queries, rendering
from certificates.models import Certificate
from certificates.verdict import verdict
from lms.lib.periods import local_date
from people.models import User

SERVED = ("valid", "expired")
"""A certificate that was revoked, suspended or replaced is not handed out again."""


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Resume first, then what waits, then what one holds."""
    now = timezone.now()
    language = (get_language() or "vi")[:2]
    person = request.user
    assert isinstance(person, User)
    # “chị Thắm” is how one is spoken to in Vietnamese; English has only the name.
    called = f"{person.address} {person.get_short_name()}" if language == "vi" else person.get_short_name()
    context = {"home": queries.home(person, language, now), "now": now, "called": called}
    return render(request, "certificates/home.html", context)


@never_cache
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """One's certificate as PDF."""
    return _document(request, code, "application/pdf", "pdf", rendering.pdf_name, rendering.pdf)


@never_cache
def png(request: HttpRequest, code: str) -> HttpResponse:
    """One's certificate as a picture for the phone."""
    return _document(request, code, "image/png", "png", rendering.png_name, rendering.png)


def _document(
    request: HttpRequest,
    code: str,
    media_type: str,
    ending: str,
    name: Callable[[Certificate], str],
    draw: Callable[[Certificate], bytes],
) -> HttpResponse:
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), code=code)  # type: ignore[arg-type]
    stands = verdict(certificate, local_date(timezone.now()))
    if stands.status not in SERVED:
        context = {"certificate": certificate, "verdict": stands}
        return render(request, "certificates/document_gone.html", context, status=410)
    storage, path = storages["private"], name(certificate)
    if storage.exists(path):
        with storage.open(path) as kept:
            content = kept.read()
    else:  # thrown away, or the worker has not come to it yet
        content = draw(certificate)
    filename = f"{certificate.number.replace('/', '-')}.{ending}"
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{filename}"'}
    )
