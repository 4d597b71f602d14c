"""The minutes of a session: to be read on the screen, and as a paper to sign."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from people.visitors import signed_in
from quizzes import hall_words, minutes_paper
from quizzes.models import ExamSession
from quizzes.queries.minutes import minutes as read


def _session(request: HttpRequest, code: str) -> ExamSession:
    found = ExamSession.objects.visible_to(signed_in(request)).select_related("exam", "run__course")
    return get_object_or_404(found, code=code)


@never_cache
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    """Who came and what happened, in order."""
    session = _session(request, code)
    found = read(session)
    context = {
        "session": session,
        "minutes": found,
        "lines": [(line, hall_words.told(line)) for line in found.happenings],
        "now": timezone.now(),
    }
    return render(request, "quizzes/hall_minutes.html", context)


@never_cache
def minutes_file(request: HttpRequest, code: str) -> HttpResponse:
    """The same as PDF, with room for signatures."""
    session = _session(request, code)
    made = minutes_paper.pdf(read(session), signed_in(request), timezone.now())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bien-ban-{session.code}.pdf"'
    return response
