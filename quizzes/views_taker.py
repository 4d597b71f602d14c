"""The taker's exams, the page while one is paused, and how the exam's pages look to who reads badly."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from people.visitors import signed_in
from quizzes import queries
from quizzes.comfort import COOKIE, LOOKS
from quizzes.models import Attempt
from quizzes.queries.history import own_exams
from quizzes.views import own_attempt
from quizzes.views_live import milliseconds

YEAR = 365 * 24 * 3600


@never_cache
def exams(request: HttpRequest) -> HttpResponse:
    """Every exam of the reader: what is to be sat, when and where, and what was sat, with its results."""
    now = timezone.now()
    return render(request, "quizzes/exams.html", {"exams": own_exams(signed_in(request), now), "now": now})


@never_cache
def paused(request: HttpRequest, code: str) -> HttpResponse:
    """No question while the clock stands; the way back once it runs."""
    own = own_attempt(request, code)
    if own.state != Attempt.State.STARTED or own.paused_at is None:
        return redirect("quizzes:attempt", code=own.code)
    left = int((own.deadline - own.paused_at).total_seconds())
    context = {
        "attempt": own,
        "title": queries.title(own),
        "left": f"{left // 60}:{left % 60:02}",
        "now_ms": milliseconds(own.paused_at),
        "deadline_ms": milliseconds(own.deadline),
        "count": own.rules.get("questions", 0),
    }
    return render(request, "quizzes/exam_paused.html", context)


def comfort(request: HttpRequest) -> HttpResponse:
    """Keep how the exam's pages look on this device: large text, high contrast, both or neither."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("learn")
    response = redirect(back)
    on = set(request.POST.getlist("on")) ^ {request.POST.get("toggle", "")}
    kept = ".".join(look for look in LOOKS if look in on)
    # The exam's script sets it too, so that nothing needs to be loaded anew.
    response.set_cookie(COOKIE, kept, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=False)
    return response
