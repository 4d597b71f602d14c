"""Doors of the whole product: language, life signs, refusals."""

from urllib.parse import urlsplit

import structlog
from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import translate_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

log = structlog.get_logger(__name__)


@never_cache
def to_language(request: HttpRequest) -> HttpResponse:
    """`/` leads to the visitor's language: a choice made before, else Vietnamese."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = chosen if chosen in dict(settings.LANGUAGES) else "vi"
    return HttpResponseRedirect(f"/{language}/")


def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language chosen and go back to the same page in it."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    if language not in dict(settings.LANGUAGES):
        return HttpResponseRedirect(target)
    response = HttpResponseRedirect(
        translate_url(target, language) if urlsplit(target).path != "/" else f"/{language}/"
    )
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=60 * 60 * 24 * 365,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    translation.activate(language)
    return response


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and storage can be used: 200, else 503 naming what cannot."""
    checks = {"database": _database, "broker": _broker, "storage": _storage}
    state = {}
    for name, check in checks.items():
        try:
            check()
            state[name] = "ok"
        except Exception as error:  # whatever a dead service raises, the answer is the same
            log.warning("not_ready", part=name, error=type(error).__name__)
            state[name] = "unavailable"
    ready = all(value == "ok" for value in state.values())
    return JsonResponse({"ready": ready, **state}, status=200 if ready else 503)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if cursor.fetchone() != (1,):
            raise DatabaseError


def _broker() -> None:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def _storage() -> None:
    storage = storages["private"]
    name = storage.save("ready/check.txt", ContentFile(b"ready"))
    storage.delete(name)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: say how to go on, lose nothing silently."""
    return render(request, "403_csrf.html", status=403)
