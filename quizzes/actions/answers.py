"""Saving answers: acknowledged only once they are in the database, each once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lms.lib.states import Conflict, Refused
from people.models import User
from quizzes.actions.holding import GRACE, closed, hold, section_over
from quizzes.models import Answer, Attempt, AttemptItem, LateAnswer
from quizzes.types import TYPES, Fields

MAX_REVISION = 9_999
MAX_LATE = 50
"""Evidence kept per question; a browser that sends more than this is not one of ours."""

EVIDENCE = {reason.value: reason.value for reason in LateAnswer.Reason} | {"section_over": LateAnswer.Reason.LATE.value}
"""By a refusal's code, as what the refused answer is kept."""


@dataclass(frozen=True)
class Saved:
    """The acknowledgement: what is in the database, and since when."""

    position: int
    revision: int
    saved_at: datetime


class OutOfOrder(Conflict):
    """A newer answer is stored already; `revision` is its number."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            _("A newer answer to this question is saved already. Look at it before you change it."), "out_of_order"
        )
        self.revision = revision


def save_answer(
    *,
    attempt: Attempt,
    position: int,
    response: Fields,
    revision: int,
    key: UUID,
    by: User,
    at: datetime,
    client_at: datetime | None = None,
    device: str = "",
    seconds: int | None = None,
) -> Saved:
    """Store the fields `response` as the answer's `revision`, and acknowledge.

    `key` names this save for ever: sent again it is acknowledged again, whatever
    has happened since, and stored once. `at` is when the request came in, not
    when the lock was had. `device` is the tab that asks; empty for a page
    without a script. `seconds` is what the browser measured on this question so far.
    What comes in until GRACE after the deadline counts as sent in time.

    Raises Attempt.DoesNotExist, AttemptItem.DoesNotExist; BadResponse; and, keeping
    the answer as evidence, OutOfOrder and Refused `superseded`, `late`, `handed_in`,
    `section_over`.
    """
    with transaction.atomic():
        held = hold(attempt, by)
        item = AttemptItem.objects.select_related("version").get(attempt=held, position=position)
        # One look tells both: this very save came before, or a newer one did.
        stored = list(Answer.objects.filter(Q(key=key) | Q(revision__gte=revision), item=item).order_by("revision"))
        for answer in stored:
            if answer.key == key:
                return Saved(position, answer.revision, answer.received_at)
        value = TYPES[item.version.type].read(item.version.content, item.order, response)
        refusal = closed(held, at, GRACE)
        if refusal is None:
            refusal = section_over(held, item, at)
        if refusal is None and device and device != held.device:
            refusal = Refused(
                _("This exam is now open on another device or in another tab. Go on there, or press “Go on here”."),
                "superseded",
            )
        if refusal is None and stored:
            refusal = OutOfOrder(stored[-1].revision)
        if refusal is None:
            if not 0 < revision <= MAX_REVISION:
                raise Conflict(_("This save has an impossible number. Reload the page."), "bad_revision")
            Answer.objects.create(
                item=item,
                revision=revision,
                key=key,
                response=value,
                device=device,
                client_at=client_at,
                received_at=at,
                seconds=seconds,
            )
            return Saved(position, revision, at)
        if reason := EVIDENCE.get(refusal.code):
            _keep_evidence(item, key, reason, value, device, client_at, at)
    # Raised outside the block, so that the evidence stays.
    raise refusal


def _keep_evidence(
    item: AttemptItem,
    key: UUID,
    reason: str,
    value: object,
    device: str,
    client_at: datetime | None,
    at: datetime,
) -> None:
    if LateAnswer.objects.filter(item=item).count() < MAX_LATE:
        LateAnswer.objects.get_or_create(
            item=item,
            key=key,
            defaults={
                "reason": reason,
                "response": value,
                "device": device,
                "client_at": client_at,
                "received_at": at,
            },
        )


@transaction.atomic
def flag(*, attempt: Attempt, position: int, flagged: bool, by: User, at: datetime) -> AttemptItem:
    """Mark a question to come back to, or take the mark off. Raises Refused once the attempt is closed."""
    held = hold(attempt, by)
    if refusal := closed(held, at):
        raise refusal
    item = AttemptItem.objects.get(attempt=held, position=position)
    if item.flagged != flagged:
        item.flagged = flagged
        item.save(update_fields=["flagged"])
    return item
