"""Classes on pages of courses: composed here, for courses know no classes."""

from typing import Any

from django import template

from courses.models import CoursePage
from enrolments import requirement_cards
from enrolments.models import Requirement
from enrolments.queries import ClassRow, open_classes

register = template.Library()


def _rows(context: template.Context, page: CoursePage) -> list[ClassRow]:
    """Classes of a course; on a list of courses all are read at once."""
    # On the request: a card included in a loop has a render context of its own each time.
    request = context.get("request")
    known: dict[int, list[ClassRow]] = getattr(request, "classes_by_course", {})
    if page.course_id not in known:
        wanted = {item.course_id for item in context.get("courses") or []} | {page.course_id}
        found = open_classes(list(wanted))
        known = {course_id: found.get(course_id, []) for course_id in wanted}
        if request is not None:
            request.classes_by_course = known
    return known[page.course_id]


@register.inclusion_tag("enrolments/_next_class.html", takes_context=True)
def next_class(context: template.Context, page: CoursePage) -> dict[str, Any]:
    """The soonest class of a course with its seats, for a card."""
    rows = _rows(context, page)
    return {"row": next((row for row in rows if row.enrolling and not row.full), rows[0] if rows else None)}


@register.inclusion_tag("enrolments/_class_table.html", takes_context=True)
def class_table(context: template.Context, page: CoursePage) -> dict[str, Any]:
    """All open classes of a course."""
    return {"rows": _rows(context, page), "page": page}


@register.inclusion_tag("enrolments/_enrol_card.html", takes_context=True)
def enrol_card(context: template.Context, page: CoursePage) -> dict[str, Any]:
    """The card beside a course: its soonest class and the way in."""
    rows = _rows(context, page)
    free = next((row for row in rows if row.enrolling and not row.full), None)
    return {"row": free or next((row for row in rows if row.waits), None), "page": page}


@register.simple_tag(takes_context=True)
def requirement_card(context: template.Context, requirement: Requirement) -> str:
    """The way to meet a requirement, from the app that knows it; empty for those met by reading."""
    return requirement_cards.render(requirement, context["request"])
