"""Hints about integrity for the examiner, by exam and by session. Inside Wagtail's admin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from quizzes.admin_exams import exam_of, show
from quizzes.integrity import Hints, hints
from quizzes.models import Attempt, ExamSession
from quizzes.queries.integrity import MOST_ATTEMPTS, attempts_to_compare, sheets_of


@never_cache
def integrity(request: HttpRequest, pk: int) -> HttpResponse:
    """What an examiner may want to look at. Nothing follows from it by itself."""
    exam = exam_of(request, pk)
    sessions = ExamSession.objects.filter(exam=exam).order_by("-starts_at", "-pk")
    asked = request.GET.get("session", "")
    session = get_object_or_404(sessions, code=asked) if asked else None
    attempts = attempts_to_compare(exam, session)
    found = hints(sheets_of(attempts))
    return show(
        request,
        "integrity",
        _("Hints about integrity"),
        exam,
        sessions=sessions[:50],
        session=session,
        count=len(attempts),
        most=MOST_ATTEMPTS if len(attempts) == MOST_ATTEMPTS else 0,
        too_few=found.too_few,
        pairs=found.pairs,
        **_rows(found, {attempt.pk: attempt for attempt in attempts}),
    )


def _rows(found: Hints, attempts: dict[int, Attempt]) -> dict[str, Any]:
    return {
        "alike": [
            {
                "one": attempts[pair.one],
                "other": attempts[pair.other],
                "pair": pair,
                "expected": round(pair.expected, 1),
                "one_in": f"{round(1 / pair.chance):,}".replace(",", "\u202f") if pair.chance > 1e-9 else "10⁹",
            }
            for pair in found.alike
        ],
        "odd": [{"attempt": attempts[odd.attempt], "odd": odd} for odd in found.odd],
    }
