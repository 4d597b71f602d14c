"""The text of a lesson as HTML: rendered once, kept for everybody."""

import time
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

if TYPE_CHECKING:
    from courses.models import LessonPage

SECONDS = 600
_GENERATION = "lesson-bodies"


def html(page: "LessonPage", request: HttpRequest | None) -> SafeString:
    """Title, opening and blocks of a lesson.

    What is live is kept per page, revision and language of the screen; a preview,
    or a request that carries an answer to a practice question (`p`), is rendered
    anew.
    """
    fresh = request is not None and ("p" in request.GET or getattr(request, "is_preview", False))
    if fresh or not page.live or page.live_revision_id is None:
        return _render(page, request)
    key = f"lesson-body:{_generation()}:{page.pk}:{page.live_revision_id}:{get_language()}"
    kept: str | None = cache.get(key)
    if kept is None:
        kept = str(_render(page, request))
        cache.set(key, kept, SECONDS)
    # Written by our own templates, a moment or some minutes ago.
    found: SafeString = mark_safe(kept)  # noqa: S308
    return found


def forget() -> None:
    """Render every lesson anew: something that stands inside of lessons has changed."""
    cache.set(_GENERATION, str(time.time_ns()), None)


def _generation() -> str:
    found: str | None = cache.get(_GENERATION)
    return found or "0"


def _render(page: "LessonPage", request: HttpRequest | None) -> SafeString:
    context = {"page": page, "request": request, "language": page.language}
    return render_to_string("courses/_lesson_body.html", context)
