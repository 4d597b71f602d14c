"""Tags of the exam's pages."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _, ngettext

from lms.lib.codes import in_fours
from people.models import User
from quizzes import comfort
from quizzes.models import Attempt
from quizzes.queries import Place
from quizzes.queries.history import own_exams

register = template.Library()


@register.inclusion_tag("quizzes/_question.html", takes_context=True)
def question(context: template.Context, place: Place, attempt: Attempt, count: int, keys: list[str]) -> dict[str, Any]:
    """A question's form. `keys` holds a fresh idempotency key for each place."""
    return {
        "place": place,
        "attempt": attempt,
        "count": count,
        "key": keys[place.position - 1],
        "position_text": str(place.position),
        "previous_position": place.position - 1,
        "next_position": place.position + 1 if place.position < count else 0,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


@register.inclusion_tag("quizzes/_exams_ahead.html", takes_context=True)
def exams_ahead(context: template.Context) -> dict[str, Any]:
    """For the reader's home: exams to sit that no class leads to, or that have a date, and the way to all."""
    person = context["request"].user
    found = own_exams(person, timezone.now()) if isinstance(person, User) else []
    return {"exams": [one for one in found if one.ahead and one.apart][:3]}


@register.filter
def points(value: Decimal | Fraction) -> str:
    """Points in the reader's format: up to two decimals, none where they are whole."""
    exact = value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal("0.01")).normalize()
    return number_format(format(rounded, "f"), use_l10n=True)


@register.filter
def minutes_seconds(seconds: int) -> str:
    """Seconds as 38:24, above an hour as 1:02:05."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in seconds below a minute, else in minutes."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 60:
        return ngettext("%(n)s second ago", "%(n)s seconds ago", seconds) % {"n": seconds}
    return ngettext("%(n)s minute ago", "%(n)s minutes ago", seconds // 60) % {"n": seconds // 60}


@register.filter
def fours(code: str) -> str:
    """A code in groups of four, as it is read out."""
    return in_fours(code)


@register.simple_tag(takes_context=True)
def exam_look(context: template.Context) -> str:
    """The classes for the body, with a space before them, that the reader chose."""
    request = context.get("request")
    return "".join(f" look-{look}" for look in comfort.chosen(request.COOKIES)) if request else ""


@register.simple_tag(takes_context=True)
def exam_looks(context: template.Context) -> list[dict[str, Any]]:
    """What can be chosen, and whether it is."""
    request = context.get("request")
    on = comfort.chosen(request.COOKIES) if request else []
    return [
        {"code": "large", "label": _("Large text"), "icon": "plus", "on": "large" in on},
        {"code": "contrast", "label": _("High contrast"), "icon": "sun", "on": "contrast" in on},
    ]
