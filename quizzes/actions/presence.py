"""Where a taker was seen last. Writes beside the attempt, never its row: nothing here waits for a save or a pause."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzes.models import Attempt, AttemptEvent, Presence

FOCUS_EVERY = timedelta(seconds=20)
"""At most one line about leaving the window in this time."""


@dataclass(frozen=True)
class Beat:
    """What the exam's script says of itself."""

    position: int
    queued: int
    focus_lost: int
    away: int = 0
    """Seconds away from the window since the last beat."""


def see(*, attempt: Attempt, beat: Beat, at: datetime) -> Presence | None:
    """Note that the taker is there; None once the attempt is over.

    Where the exam watches the window, as the taker was told before the start,
    leaving it is written into the attempt's history, throttled.
    """
    if attempt.state != Attempt.State.STARTED:
        return None
    watches = bool(attempt.rules.get("watches_focus"))
    known = Presence.objects.filter(attempt=attempt).first()
    lost = known.focus_lost if known else 0
    more = watches and beat.focus_lost > lost
    if more and (known is None or _may_note(attempt, at)):
        AttemptEvent.objects.create(
            subject=attempt,
            old=attempt.state,
            new=attempt.state,
            at=at,
            by_id=attempt.sitting.person_id,
            note="focus_lost",
            data={"times": beat.focus_lost - lost, "seconds": beat.away, "position": beat.position},
        )
        lost = beat.focus_lost
    facts = {"seen_at": at, "position": beat.position, "queued": beat.queued, "focus_lost": lost}
    if not Presence.objects.filter(attempt=attempt).update(**facts):
        # Two first beats at once write one row: the other's is passed over by the database.
        Presence.objects.bulk_create([Presence(attempt=attempt, **facts)], ignore_conflicts=True)
    return Presence(attempt=attempt, **facts)


def _may_note(attempt: Attempt, at: datetime) -> bool:
    recent = AttemptEvent.objects.filter(subject=attempt, note="focus_lost", at__gt=at - FOCUS_EVERY)
    return not recent.exists()
