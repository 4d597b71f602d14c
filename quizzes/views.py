"""The taker's pages: before, during and after an attempt. All of them work without a script."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from enrolments.queries import lesson_page
from lms.lib.states import Refused
from quizzes import actions, admission, forms, queries
from quizzes.models import Attempt, Sitting
from quizzes.types import answer_fields
from quizzes.views_live import milliseconds


def _own(request: HttpRequest, code: str) -> Attempt:
    """The reader's own attempt; 404 for somebody else's as for a missing one."""
    return get_object_or_404(
        Attempt.objects.visible_to(request.user).select_related(  # type: ignore[arg-type]
            "sitting__exam", "sitting__enrolment__run__course"
        ),
        code=code,
    )


def _elsewhere(attempt: Attempt) -> HttpResponse | None:
    """Where an attempt belongs that is no longer to be worked on; None while it is."""
    if attempt.state != Attempt.State.STARTED:
        return redirect("quizzes:result", code=attempt.code)
    if timezone.now() > attempt.deadline:
        return redirect("quizzes:submit", code=attempt.code)
    return None


def _context(paper: queries.Paper, **more: Any) -> dict[str, Any]:
    now = timezone.now()
    left = max(0, int((paper.attempt.deadline - now).total_seconds()))
    minutes, seconds = divmod(left, 60)
    return {
        "paper": paper,
        "attempt": paper.attempt,
        "count": len(paper.places),
        "now_ms": milliseconds(now),
        "deadline_ms": milliseconds(paper.attempt.deadline),
        "left": f"{minutes}:{seconds:02}",
        "left_minutes": minutes,
        "left_seconds": seconds,
        **more,
    }


@never_cache
def before(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Rules, attempts left and the check of the device; the button that starts the clock."""
    sitting = get_object_or_404(
        Sitting.objects.visible_to(request.user).select_related("exam", "enrolment__run"),  # type: ignore[arg-type]
        pk=sitting_id,
    )
    form = forms.StartForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                started = actions.start(
                    sitting=sitting,
                    by=request.user,  # type: ignore[arg-type]
                    at=timezone.now(),
                    language=(get_language() or "vi")[:2],
                )
                return redirect("quizzes:attempt", code=started.code)
            except Refused as refusal:
                messages.error(request, str(refusal))
                status = 409
        else:
            status = 422
    now = timezone.now()
    standing = queries.standing(sitting)
    context = {
        "sitting": sitting,
        "exam": sitting.exam,
        "form": form,
        "standing": standing,
        "refusal": admission.refusal(standing, now),
        "count": queries.question_count(sitting.exam),
        "minutes": sitting.exam.minutes + sitting.extra_minutes,
        "has_minima": sitting.exam.minima.exists(),
        "running": sitting.attempts.filter(state=Attempt.State.STARTED, deadline__gte=now).first(),
        "past": queries.past_attempts(sitting),
        "number": min(standing.used + 1, standing.allowed),
        "back_url": _back(sitting),
    }
    return render(request, "quizzes/exam_before.html", context, status=status)


def _back(sitting: Sitting) -> str:
    return reverse("enrolments:run", args=[sitting.enrolment.run.code]) if sitting.enrolment else reverse("learn")


@never_cache
def attempt(request: HttpRequest, code: str) -> HttpResponse:
    """One question; `?all=1` gives all of them to the script, which then needs no line to turn the page."""
    own = _own(request, code)
    if elsewhere := _elsewhere(own):
        return elsewhere
    count = own.items.count()
    if request.GET.get("all"):
        paper = queries.paper(own, shown=range(1, count + 1))
        return render(request, "quizzes/_questions.html", _context(paper, keys=_keys(count)))
    asked = request.GET.get("q", "1")
    position = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    if not 1 <= position <= count:
        raise Http404
    problem, status = "", 200
    if request.method == "POST":
        try:
            _save_form(request, own, position)
            return _go(request, own, position, count)
        except Refused as refusal:
            if refusal.code in ("late", "handed_in", "void"):
                messages.error(request, str(refusal))
                return redirect("quizzes:submit" if refusal.code == "late" else "quizzes:result", code=own.code)
            problem = str(refusal)
            status = 409 if refusal.code == "out_of_order" else 422
    paper = queries.paper(own, shown=[position])
    place = paper[position]
    place.problem = problem
    context = _context(paper, place=place, position=position, position_text=str(position), keys=_keys(count))
    return render(request, "quizzes/exam_attempt.html", context, status=status)


def _keys(count: int) -> list[str]:
    return [str(uuid4()) for _place in range(count)]


def _save_form(request: HttpRequest, own: Attempt, position: int) -> None:
    """Save what a page without a script sends, unless it is what is stored already."""
    fields = answer_fields(request.POST.lists())
    if request.POST.get("clear"):
        fields = {}
    person: Any = request.user
    at = timezone.now()
    if request.POST.get("flag") in ("0", "1"):
        actions.flag(attempt=own, position=position, flagged=request.POST["flag"] == "1", by=person, at=at)
    if queries.says_the_same(own, position, fields):
        return
    actions.save_answer(
        attempt=own,
        position=position,
        response=fields,
        revision=forms.whole(request.POST.get("revision"), 0, 1_000_000) + 1,
        key=forms.key(request.POST.get("key")),
        by=person,
        at=at,
    )


def _go(request: HttpRequest, own: Attempt, position: int, count: int) -> HttpResponse:
    go = request.POST.get("go", "")
    if go == "review":
        return redirect("quizzes:review", code=own.code)
    target = forms.whole(go, 1, count) if go.isdigit() else position
    return redirect(f"{reverse('quizzes:attempt', args=[own.code])}?q={target}")


@never_cache
def review(request: HttpRequest, code: str) -> HttpResponse:
    """What is unanswered and what is marked, before the hand-in."""
    own = _own(request, code)
    if elsewhere := _elsewhere(own):
        return elsewhere
    return render(request, "quizzes/exam_review.html", _context(queries.paper(own)))


@never_cache
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once more, then hand in; after the deadline the way to the result."""
    own = _own(request, code)
    if request.method == "POST":
        try:
            actions.submit(attempt=own, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("quizzes:result", code=own.code)
    if own.state != Attempt.State.STARTED:
        return redirect("quizzes:result", code=own.code)
    over = timezone.now() > own.deadline
    return render(request, "quizzes/exam_submit.html", _context(queries.paper(own), over=over))


@never_cache
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Verdict and points per topic; no question and no key."""
    own = _own(request, code)
    if own.state == Attempt.State.STARTED:
        return _elsewhere(own) or redirect("quizzes:attempt", code=own.code)
    grade = queries.newest_grade(own)
    context: dict[str, Any] = {"attempt": own, "grade": grade, "standing": queries.standing(own.sitting)}
    context["title"] = queries.title(own)
    if grade is not None and own.submitted_at is not None:
        context.update(
            needed=queries.needed(own.rules),
            topics=queries.topic_lines(own, grade),
            revise=_revise(own, grade),
            spent=max(1, round((own.submitted_at - own.started_at).total_seconds() / 60)),
            refusal=admission.refusal(context["standing"], timezone.now()),
            unanswered=sum(not item["answered"] for item in grade.detail["items"]),
            kept=queries.evidence_count(own),
        )
    return render(request, "quizzes/exam_result.html", context)


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
