"""The systems of an enterprise on pages about it."""

from typing import Any

from django import template
from django.utils import timezone

from courses.models import AppliedSystem
from people.models import Enterprise

register = template.Library()


@register.inclusion_tag("courses/admin/_systems.html")
def enterprise_systems(enterprise: Enterprise, keeps: bool) -> dict[str, Any]:
    """The table of systems in the back office, with the ways to change them for whoever `keeps` them."""
    rows = AppliedSystem.objects.of(enterprise)
    return {"enterprise": enterprise, "keeps": keeps, "systems": rows, "today": timezone.localdate()}
