"""Template tags of courses and lessons."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from courses import activities, bodies
from courses.models import LessonPage

register = template.Library()

LEVELS = {"knows": _("You know"), "applies": _("You can do"), "leads": _("You can lead")}


@register.simple_tag(takes_context=True)
def lesson_body(context: template.Context, page: LessonPage) -> SafeString:
    """The lesson's title, opening and blocks as HTML, kept in the cache where it may be."""
    return bodies.html(page, context.get("request"))


@register.simple_tag(takes_context=True)
def activity(context: template.Context, kind: str, code: str) -> SafeString:
    """What an app above shows for the activity `code`; nothing if no app knows the kind."""
    known = activities.get(kind)
    if known is None:
        return mark_safe("")
    language = str(context.get("language") or getattr(context.get("page"), "language", "vi"))
    # The app's own template has escaped it.
    return mark_safe(known.render(code, language, context.get("request")))  # noqa: S308


@register.filter
def level_name(level: str) -> Any:
    """Heading of the outcomes of one level."""
    return LEVELS.get(level, level)
