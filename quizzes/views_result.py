"""The taker's pages after an attempt: the result, and the questions as far as the exam's rule lets them be seen."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from enrolments.queries import lesson_page
from quizzes import admission, queries, visibility
from quizzes.models import Attempt, Grade
from quizzes.queries import appeals as appealed
from quizzes.queries.marking import marks_of
from quizzes.terms import rule
from quizzes.views import elsewhere, own_attempt


@never_cache
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Verdict, and points per topic once they may be seen; no question and no key."""
    own = own_attempt(request, code)
    if own.state == Attempt.State.STARTED:
        return elsewhere(own) or redirect("quizzes:attempt", code=own.code)
    grade = queries.newest_grade(own)
    context: dict[str, Any] = {"attempt": own, "grade": grade, "standing": queries.standing(own.sitting)}
    context["title"] = queries.title(own)
    context["kept"] = queries.kept(own)
    if grade is not None and own.submitted_at is not None:
        context.update(_graded(own, grade, own.submitted_at, context["standing"]))
    return render(request, "quizzes/exam_result.html", context)


def _graded(own: Attempt, grade: Grade, submitted_at: datetime, standing: admission.Standing) -> dict[str, Any]:
    now = timezone.now()
    sight = queries.sight(own, now)
    # What adds up to the score is not looked up before the score may be seen.
    topics = queries.topic_lines(own, grade) if sight.score else []
    return {
        "sight": sight,
        "waits": visibility.waits(rule(own.sitting.exam), sight),
        "needed": queries.needed(own.rules),
        "topics": topics,
        "has_minima": any(topic.minimum for topic in topics),
        "revise": _revise(own, grade) if sight.score else [],
        "spent": max(1, round((submitted_at - own.started_at).total_seconds() / 60)),
        "refusal": admission.refusal(standing, now),
        "unanswered": sum(not item["answered"] for item in grade.detail["items"]),
        **_appeal(own, grade, sight, now),
    }


def _appeal(own: Attempt, grade: Grade, sight: visibility.Sight, now: datetime) -> dict[str, Any]:
    """What was asked about the result, whether it may be asked now, and the results before."""
    refusal = appealed.no_appeal(own, grade, now)
    return {
        "appeals": appealed.appeals_of(own),
        "may_appeal": refusal is None,
        "no_appeal": str(refusal or ""),
        "appeal_until": appealed.appeal_until(own, grade),
        "grades": own.grades.order_by("-number"),
        "comments": [line for line in marks_of(own) if line.comment] if sight.feedback else [],
    }


def _revise(own: Attempt, grade: Any) -> list[dict[str, Any]]:
    """Lessons worth reading again, as links into the class where there is one."""
    enrolment = own.sitting.enrolment
    if enrolment is None:
        return []
    language = (get_language() or "vi")[:2]
    rows = []
    for row in queries.to_revise(own, grade)[:5]:
        page = lesson_page(enrolment.run.course, row.lesson_code, language)
        if page is not None:
            address = reverse("enrolments:lesson", args=[enrolment.run.code, row.lesson_code])
            rows.append({"title": page.title, "url": address, "wrong": row.wrong})
    return rows


@never_cache
def outcome(request: HttpRequest, code: str) -> HttpResponse:
    """Question by question: the answers given, with right and wrong and explanations as the exam's rule says.

    404 as long as there is nothing to see: the same as for an attempt that is not one's own.
    """
    own = own_attempt(request, code)
    grade = queries.newest_grade(own)
    sight = queries.sight(own, timezone.now())
    if grade is None or not sight.review:
        raise Http404
    context = {
        "attempt": own,
        "title": queries.title(own),
        "sight": sight,
        "told": queries.outcome(own, grade.detail, sight),
    }
    return render(request, "quizzes/exam_outcome.html", context)
