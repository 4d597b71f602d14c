"""What a device still held when it was not taken any more: an examiner decides, with grounds, whether it counts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import User
from quizzes.actions import results
from quizzes.actions.telling import tell_taker
from quizzes.models import Answer, Attempt, AttemptEvent, LateAnswer
from quizzes.queries.marking import partial_to


@transaction.atomic
def decide_late(*, late: LateAnswer, counts: bool, grounds: str, by: User, at: datetime) -> LateAnswer:
    """Decide once about one late answer; the same decision again changes nothing.

    One that counts becomes the newest revision of its answer, and a graded attempt is
    graded again: old and new result are both kept. The taker is told. Raises Refused
    without grounds, while the attempt runs or after it was declared void; NotAllowed for
    an examiner who is partial to the taker; Conflict when it is decided otherwise already.
    """
    grounds = grounds.strip()[:500]
    if not grounds:
        raise Refused(_("Give the grounds: they are kept with the decision, and the taker reads them."), "grounds")
    # The attempt's row first, as every write to its answers takes it.
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("sitting__person").get(items=late.item_id)
    held = LateAnswer.objects.select_related("item").get(pk=late.pk)
    if held.counted is not None:
        if (held.counted, held.grounds) == (counts, grounds):
            return held
        raise Conflict(_("This was decided already, and a decision stays. Look at it again."), "decided")
    _refuse(attempt, held, by, at)
    revision = _count(held, by) if counts else None
    held.counted, held.decided_at, held.decided_by, held.grounds = counts, at, by, grounds
    held.save(update_fields=["counted", "decided_at", "decided_by", "grounds"])
    data: dict[str, Any] = {
        "late": held.pk,
        "position": held.item.position,
        "counts": counts,
        "grounds": grounds,
        "revision": revision,
    }
    AttemptEvent.objects.create(
        subject=attempt, old=attempt.state, new=attempt.state, at=at, by=by, note="late_decided", data=data
    )
    if counts and attempt.state == Attempt.State.GRADED:
        reason = _("Late answer to question %(n)s counts: %(grounds)s") % {"n": held.item.position, "grounds": grounds}
        results.regrade(attempt=attempt, reason=reason, by=by, at=at)
    _tell(attempt, held, at)
    return held


def _refuse(attempt: Attempt, held: LateAnswer, by: User, at: datetime) -> None:
    if attempt.state == Attempt.State.STARTED:
        raise Refused(_("This attempt is still in progress. Decide after the hand-in."), "running")
    if attempt.state == Attempt.State.VOID:
        raise Refused(_("This attempt was declared void; nothing in it counts."), "void")
    if LateAnswer.objects.filter(partial_to(by, "item__attempt__sitting__person", at), pk=held.pk).exists():
        raise NotAllowed(
            _("Whoever taught the taker, or works in the same enterprise, does not decide. Ask another examiner."),
            "partial",
        )


def _count(held: LateAnswer, by: User) -> int:
    """The late answer as the newest revision, with the times of its own; its number."""
    last: int = held.item.answers.aggregate(number=Max("revision"))["number"] or 0
    Answer.objects.create(
        item=held.item,
        revision=last + 1,
        # Its own key: whatever comes again of this save finds it there.
        key=held.key,
        response=held.response,
        device=held.device,
        client_at=held.client_at,
        received_at=held.received_at,
        entered_by=by,
    )
    return last + 1


def _tell(attempt: Attempt, held: LateAnswer, at: datetime) -> None:
    tell_taker(attempt, "late_answer_decided", f"late:{held.pk}", at)
