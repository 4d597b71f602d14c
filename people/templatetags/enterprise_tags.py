"""Words for facts of enterprises."""

from django import template

from people.models import Enterprise

register = template.Library()


@register.filter
def size_name(size: str) -> str:
    """A size class in the reader's language."""
    return str(Enterprise.Size(size).label) if size else ""
