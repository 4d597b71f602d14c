"""The lock that all writes to an attempt take first."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes.admission import clock
from quizzes.models import Attempt, AttemptItem
from quizzes.sections import closes_at

GRACE = timedelta(seconds=10)
"""How long after the end an answer still counts: five hundred screens send what is being written in the same
second, and lines and queues take their time. Nothing can be written on the screen by then."""


def hold(attempt: Attempt, by: User | None) -> Attempt:
    """The attempt, locked until the transaction ends. `by` None is the system.

    Raises Attempt.DoesNotExist for somebody else's.
    """
    # Hand-in, saves and the sweep all come through here: on PostgreSQL the row's
    # lock lines them up, on SQLite the transaction has had the write lock from
    # its start. So no answer slips in behind a hand-in, and none gets lost before it.
    found = Attempt.objects.select_for_update(of=("self",))
    if by is not None:
        found = found.visible_to(by)
    return found.select_related("sitting").get(pk=attempt.pk)


def closed(attempt: Attempt, at: datetime, grace: timedelta = timedelta(0)) -> Refused | None:
    """Why nothing more is taken at `at`; None while the attempt is open, or was until `grace` ago.

    The deadline itself still belongs to the taker. Codes: `late`, `handed_in`, `void`.
    """
    if attempt.state == Attempt.State.VOID:
        return Refused(_("This attempt was declared void. Ask the organiser of your class."), "void")
    if attempt.state != Attempt.State.STARTED and not attempt.closed_by_clock:
        return Refused(_("This attempt is handed in; it cannot be changed any more."), "handed_in")
    # While it is paused the clock stands still, and what a browser still held is taken.
    over = attempt.paused_at is None and at > attempt.deadline + grace
    if attempt.state != Attempt.State.STARTED or over:
        return Refused(_("Time ran out at %(moment)s.") % {"moment": clock(attempt.deadline)}, "late")
    return None


def section_over(attempt: Attempt, item: AttemptItem, at: datetime) -> Refused | None:
    """Why nothing more is taken for a question whose section has closed for good; None while it is open.

    Code: `section_over`. The end itself still belongs to the taker, and so does GRACE.
    """
    end = closes_at(attempt.section_ends, item.section_id)
    # As with the deadline: a section that was open when the clock was stopped is open while it stands.
    if end is None or min(attempt.paused_at or at, at - GRACE) <= end:
        return None
    return Refused(_("This section closed at %(moment)s.") % {"moment": clock(end)}, "section_over")
