"""Moving from a chat application's window to a full browser."""

from typing import Any

from django import template

from lms.lib.inapp import in_app

register = template.Library()


@register.inclusion_tag("components/in_app.html", takes_context=True)
def in_app_hint(context: template.Context) -> dict[str, Any]:
    """How to open this page in a full browser; nothing where it is open in one."""
    request = context["request"]
    found = in_app(request.headers.get("User-Agent", ""))
    return {"app": found, "address": request.build_absolute_uri(request.path) if found else ""}
