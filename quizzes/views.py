"""The taker's pages: before, during and after an attempt. All of them work without a script."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from lms.lib.states import Refused
from people.visitors import signed_in
from quizzes import actions, admission, forms, queries
from quizzes.forms_start import StartForm
from quizzes.models import Attempt, Sitting
from quizzes.networks import address_of
from quizzes.terms import terms
from quizzes.types import answer_fields, refill
from quizzes.views_live import milliseconds


def own_attempt(request: HttpRequest, code: str) -> Attempt:
    """The reader's own attempt; 404 for somebody else's as for a missing one."""
    return get_object_or_404(
        Attempt.objects.visible_to(request.user).select_related(  # type: ignore[arg-type]
            "sitting__exam", "sitting__enrolment__run__course"
        ),
        code=code,
    )


def elsewhere(attempt: Attempt) -> HttpResponse | None:
    """Where an attempt belongs that is no longer to be worked on; None while it is."""
    if attempt.state != Attempt.State.STARTED:
        return redirect("quizzes:result", code=attempt.code)
    if attempt.paused_at is not None:
        return redirect("quizzes:paused", code=attempt.code)
    if timezone.now() > attempt.deadline:
        return redirect("quizzes:submit", code=attempt.code)
    return None


def _outside(request: HttpRequest, own: Attempt) -> HttpResponse | None:
    """What stands in place of the questions where they are not shown; None where they are."""
    networks = own.rules.get("networks")
    refusal = admission.network_refusal(networks, address_of(request)) if networks else None
    if refusal is None:
        return None
    return render(request, "quizzes/exam_network.html", {"attempt": own, "refusal": refusal}, status=403)


def _context(paper: queries.Paper, **more: Any) -> dict[str, Any]:
    now = timezone.now()
    left = max(0, int((paper.attempt.deadline - (paper.attempt.paused_at or now)).total_seconds()))
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
        "headings": queries.headings(paper, now),
        **more,
    }


@never_cache
def before(request: HttpRequest, sitting_id: int) -> HttpResponse:
    """Rules, attempts left and the check of the device; the button that starts the clock."""
    sitting = get_object_or_404(
        Sitting.objects.visible_to(signed_in(request)).select_related(
            "exam__after_exam", "enrolment__run", "session", "person"
        ),
        pk=sitting_id,
    )
    form = StartForm(request.POST if request.method == "POST" else None, exam=sitting.exam)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                started = actions.start(
                    sitting=sitting,
                    by=signed_in(request),
                    at=timezone.now(),
                    language=(get_language() or "vi")[:2],
                    shown=actions.Shown(
                        form.cleaned_data.get("password", ""), form.cleaned_data.get("ticket", ""), address_of(request)
                    ),
                )
                return redirect("quizzes:attempt", code=started.code)
            except Refused as refusal:
                status = _refused(request, form, refusal)
    return render(request, "quizzes/exam_before.html", _before(request, sitting, form), status=status)


def _refused(request: HttpRequest, form: StartForm, refusal: Refused) -> int:
    """Say why at the field that it is about, else above the page; the status to answer with."""
    if refusal.code in form.fields:
        form.add_error(refusal.code, str(refusal))
        return 422
    messages.error(request, str(refusal))
    return 429 if refusal.code == "too_many_tries" else 409


def _before(request: HttpRequest, sitting: Sitting, form: StartForm) -> dict[str, Any]:
    now, exam = timezone.now(), sitting.exam
    standing = queries.standing(sitting)
    running = sitting.attempts.filter(
        Q(deadline__gte=now) | Q(paused_at__isnull=False), state=Attempt.State.STARTED
    ).first()
    refusal = admission.refusal(standing, now)
    return {
        "sitting": sitting,
        "exam": exam,
        "form": form,
        "standing": standing,
        "refusal": refusal or admission.network_refusal(exam.networks, address_of(request)),
        "terms": terms(sitting, standing, now),
        "count": queries.question_count(exam),
        "minutes": exam.minutes + sitting.extra_minutes,
        "has_minima": exam.minima.exists(),
        "running": running,
        "past": queries.past_attempts(sitting),
        "number": min(standing.used + 1, standing.allowed),
        "back_url": _back(sitting),
    }


def _back(sitting: Sitting) -> str:
    return reverse("enrolments:run", args=[sitting.enrolment.run.code]) if sitting.enrolment else reverse("learn")


@never_cache
def attempt(request: HttpRequest, code: str) -> HttpResponse:
    """One question; `?all=1` gives all of them to the script, which then needs no line to turn the page."""
    own = own_attempt(request, code)
    # An answer is taken from anywhere and at any time, so that none is lost: whether it counts is said by
    # `save_answer`. Questions are shown only here and now.
    away = elsewhere(own) or _outside(request, own)
    if away and request.method != "POST":
        return away
    count = own.items.count()
    if request.GET.get("all") and request.method != "POST":
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
            if away:
                messages.error(request, str(refusal))
                return away
            problem = str(refusal)
            status = 409 if refusal.code == "out_of_order" else 422
    paper = queries.paper(own, shown=[position])
    place = paper[position]
    place.problem = problem
    if status == 422 and place.shown is not None:
        refill(place.shown, answer_fields(request.POST.lists()))
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
        # Once the time is over no mark is taken; what becomes of the answer is not decided by that.
        with suppress(Refused):
            actions.flag(attempt=own, position=position, flagged=request.POST["flag"] == "1", by=person, at=at)
    if not fields and queries.section_closed(own, position, at):
        return
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
    own = own_attempt(request, code)
    if away := elsewhere(own):
        return away
    return render(request, "quizzes/exam_review.html", _context(queries.paper(own)))


@never_cache
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once more, then hand in; after the deadline the way to the result."""
    own = own_attempt(request, code)
    if request.method == "POST":
        try:
            actions.submit(attempt=own, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("quizzes:result", code=own.code)
    if own.state != Attempt.State.STARTED:
        return redirect("quizzes:result", code=own.code)
    if own.paused_at is not None:
        return redirect("quizzes:paused", code=own.code)
    over = timezone.now() > own.deadline
    return render(request, "quizzes/exam_submit.html", _context(queries.paper(own), over=over))
