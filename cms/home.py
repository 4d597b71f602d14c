"""What the home page shows: reads only."""

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from courses.models import Family
from enrolments.queries import upcoming
from reports.queries import programme_to_date

if TYPE_CHECKING:
    from cms.models import HomePage


def facts(page: "HomePage") -> dict[str, Any]:
    """Families with their courses, the next classes, the programme's figures to date."""
    live = Q(subjects__courses__pages__live=True, subjects__courses__pages__locale=page.locale)
    families = (
        Family.objects.annotate(courses=Count("subjects__courses", filter=live, distinct=True))
        .prefetch_related("subjects")
        .order_by("order")
    )
    classes = upcoming(5)
    return {
        "families": families,
        "classes": classes,
        "figures": programme_to_date(),
        "popular_searches": [word.strip() for word in page.popular.split(",") if word.strip()],
    }
