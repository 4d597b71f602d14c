"""The generation of kept public pages: raised by whatever changes what they show."""

import time

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

_KEY = "public-generation"


def generation() -> str:
    """The present generation; part of every kept page's key."""
    found: str | None = cache.get(_KEY)
    if found is None:
        found = str(time.time_ns())
        cache.add(_KEY, found, None)
    return found


def seen_by(request: HttpRequest) -> str:
    """The generation as `request` found it when it first asked."""
    seen: str | None = getattr(request, "public_generation", None)
    if seen is None:
        seen = request.public_generation = generation()  # type: ignore[attr-defined]
    return seen


def forget() -> None:
    """Let no kept page be shown any more, once the running transaction is in the database."""
    transaction.on_commit(_next)


def _next() -> None:
    cache.set(_KEY, str(time.time_ns()), None)
