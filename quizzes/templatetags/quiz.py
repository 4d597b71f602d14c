"""Tags of the exam's pages."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils.formats import number_format

from quizzes.models import Attempt
from quizzes.queries import Place

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


@register.filter
def points(value: Decimal | Fraction) -> str:
    """Points in the reader's format: up to two decimals, none where they are whole."""
    exact = value if isinstance(value, Decimal) else Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal("0.01")).normalize()
    return number_format(format(rounded, "f"), use_l10n=True)
