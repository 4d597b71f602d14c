"""What the exam's script talks to: JSON in, JSON out, a refusal always with its words."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.states import Refused
from quizzes import actions, forms, queries
from quizzes.actions.presence import Beat, see
from quizzes.models import Attempt, AttemptItem

STATUS = {
    "late": 410,
    "handed_in": 410,
    "void": 410,
    "section_over": 410,
    "superseded": 409,
    "out_of_order": 409,
    "conflict": 409,
}
"""Everything else that is refused is 422."""

View = Callable[..., JsonResponse]


def live(view: Callable[[HttpRequest, Attempt, datetime], dict[str, Any]]) -> View:
    """A view that gets the reader's own attempt and the moment of arrival, and gives JSON.

    401 without a session, 404 for somebody else's attempt as for a missing one.
    """

    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, code: str) -> JsonResponse:
        # Before anything that may wait: the deadline is judged by when the request came in.
        at = timezone.now()
        if not request.user.is_authenticated:
            return refuse(Refused(_("You are signed out. Sign in again; your answers stay here."), "signed_out"), 401)
        attempt = get_object_or_404(Attempt.objects.visible_to(request.user), code=code)
        try:
            return JsonResponse({**view(request, attempt, at), "now": milliseconds(timezone.now())})
        except AttemptItem.DoesNotExist as error:
            raise Http404 from error
        except Refused as refusal:
            return refuse(refusal, STATUS.get(refusal.code, 422))

    return answered


def refuse(refusal: Refused, status: int) -> JsonResponse:
    """A refusal with its code and words."""
    body = {"error": refusal.code, "message": str(refusal), "now": milliseconds(timezone.now())}
    if isinstance(refusal, actions.OutOfOrder):
        body["revision"] = refusal.revision
    return JsonResponse(body, status=status)


def milliseconds(moment: datetime) -> int:
    """Since 1970, as scripts count."""
    return int(moment.timestamp() * 1000)


@live
def answers(request: HttpRequest, attempt: Attempt, at: datetime) -> dict[str, Any]:
    """Save one answer: 200 with when and as which revision once it is in the database."""
    save = forms.read_save(request.body)
    saved = actions.save_answer(
        attempt=attempt,
        position=save.position,
        response=save.fields,
        revision=save.revision,
        key=save.key,
        by=request.user,  # type: ignore[arg-type]
        at=at,
        client_at=save.client_at,
        device=save.device,
        seconds=save.seconds,
    )
    return {
        # As it was read before the save: a pause or more time is heard of at once by who answers.
        **standing(attempt),
        "position": saved.position,
        "revision": saved.revision,
        "saved_at": saved.saved_at.isoformat(),
        "saved_time": date_format(timezone.localtime(saved.saved_at), "H:i:s"),
    }


@live
def flag(request: HttpRequest, attempt: Attempt, at: datetime) -> dict[str, Any]:
    """Mark a question, or take the mark off."""
    data = forms.read_json(request.body)
    position = forms.whole(data.get("position"), 1, 1_000)
    item = actions.flag(
        attempt=attempt,
        position=position,
        flagged=forms.yes_or_no(data.get("flagged")),
        by=request.user,  # type: ignore[arg-type]
        at=at,
    )
    return {"position": item.position, "flagged": item.flagged}


@live
def device(request: HttpRequest, attempt: Attempt, at: datetime) -> dict[str, Any]:
    """Let this tab save from now on; what is stored so far."""
    name = forms.device(forms.read_json(request.body).get("device"))
    held = actions.take_over(attempt=attempt, by=request.user, at=at, device=name)  # type: ignore[arg-type]
    paper = queries.paper(held)
    return {
        **standing(held),
        "revisions": {place.position: place.revision for place in paper.places},
    }


def standing(attempt: Attempt) -> dict[str, Any]:
    """How the attempt stands, for the script's clock: state, pause, deadline, ends of sections."""
    ends = {section: milliseconds(datetime.fromisoformat(end)) for section, end in attempt.section_ends.items()}
    return {
        "state": attempt.state,
        "paused": milliseconds(attempt.paused_at) if attempt.paused_at else None,
        "deadline": milliseconds(attempt.deadline),
        "sections": ends,
    }


@live
def presence(request: HttpRequest, attempt: Attempt, at: datetime) -> dict[str, Any]:
    """The script's sign of life; back comes how the attempt stands. No lock, and no word about answers."""
    data = forms.read_json(request.body)
    beat = Beat(
        position=forms.whole(data.get("position"), 0, 1_000),
        queued=forms.whole(data.get("queued"), 0, 1_000),
        focus_lost=min(forms.measured(data.get("focus_lost")) or 0, 9_999),
        away=min(forms.measured(data.get("away")) or 0, 86_400),
    )
    seen = see(attempt=attempt, beat=beat, at=at)
    return {**standing(attempt), "focus_lost": seen.focus_lost if seen else 0}
