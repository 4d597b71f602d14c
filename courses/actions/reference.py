"""What follows from a change of subjects, editions or families."""

from django.db import transaction

from courses.models import CoursePage
from lms.lib import publiccache


@transaction.atomic
def refresh_search() -> int:
    """Bring the search keys of all courses in step with their subjects; gives how many changed."""
    changed = []
    for page in CoursePage.objects.select_related("course__subject__family", "course__edition", "locale"):
        before = page.search_key_folded
        page.search_key_folded = page.search_key()
        if page.search_key_folded != before:
            changed.append(page)
    CoursePage.objects.bulk_update(changed, ["search_key_folded"])
    publiccache.forget()
    return len(changed)
