"""An instructor's page, and one class with what each still misses."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from certificates import teaching as desks
from enrolments.models import CourseRun
from enrolments.sharing import address
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import local_date
from people.visitors import signed_in

CLASSES = 20
PEOPLE = 50


@never_cache
def teaching(request: HttpRequest) -> HttpResponse:
    """Today's meeting first, then the week, own classes, who lags, what waits for an answer."""
    viewer, now = signed_in(request), timezone.now()
    page = page_of(desks.classes(viewer), CLASSES, request)
    desk = desks.desk(viewer, list(page), now)
    context = {
        "desk": desk,
        "page": page,
        "query": rest_of(request),
        "lagging": desk.lagging[: desks.LAGGING],
        "ended": desks.ended(viewer, local_date(now) - timedelta(days=60))[:CLASSES],
        "now": now,
    }
    return render(request, "certificates/teaching.html", context)


@never_cache
def one_class(request: HttpRequest, code: str) -> HttpResponse:
    """The people of a class: how far each is, what is missing, who lags."""
    run = get_object_or_404(CourseRun.objects.visible_to(signed_in(request)).select_related("course"), code=code)
    lagging = request.GET.get("show") == "lagging"
    rows = desks.people(run, timezone.now())
    behind = [row for row in rows if row.lags]
    page = page_of(behind if lagging else rows, PEOPLE, request)
    context = {
        "run": run,
        "page": page,
        "lagging": lagging,
        "numbers": {"all": len(rows), "lagging": len(behind), "completed": sum(not row.learning for row in rows)},
        "share": address(run) if run.state != CourseRun.State.DRAFT else "",
        "query": rest_of(request),
    }
    return render(request, "certificates/teaching_class.html", context)
