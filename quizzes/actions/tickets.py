"""Tickets to start an exam: handed out by an invigilator, used once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes.models import Attempt, Sitting, Ticket
from quizzes.tickets import hashed, new_code


@dataclass(frozen=True)
class Issued:
    """A ticket as it is shown once: its code is kept nowhere."""

    sitting: Sitting
    ticket: Ticket
    code: str


@transaction.atomic
def issue_tickets(*, sittings: Iterable[Sitting], by: User, at: datetime) -> list[Issued]:
    """A new ticket for each; one that was not used before is of no use any more.

    Whoever is in the exam already gets none: nothing would ask for it.
    """
    asked = {sitting.pk: sitting for sitting in sittings}
    # Their rows are locked, so that two invigilators do not both hand out a ticket that counts.
    held = list(Sitting.objects.select_for_update().filter(pk__in=asked).order_by("pk").values_list("pk", flat=True))
    inside = set(
        Attempt.objects.filter(sitting__in=held, state=Attempt.State.STARTED).values_list("sitting_id", flat=True)
    )
    wanted = [pk for pk in held if pk not in inside]
    Ticket.objects.filter(sitting__in=wanted, used_at=None, ended_at=None).update(ended_at=at)
    issued = []
    for pk in wanted:
        code = new_code()
        ticket = Ticket(sitting=asked[pk], hash=hashed(code, pk), issued_at=at, issued_by=by)
        issued.append(Issued(asked[pk], ticket, code))
    Ticket.objects.bulk_create([one.ticket for one in issued])
    return issued


def use_ticket(*, sitting: Sitting, typed: str, at: datetime) -> Ticket:
    """Use up the ticket that was `typed`. Call it in the transaction of the start, under the sitting's lock.

    Raises Refused `ticket` for a wrong one, one used before, or one that a newer one replaced.
    """
    fits = Ticket.objects.filter(sitting=sitting, hash=hashed(typed, sitting.pk), used_at=None, ended_at=None)
    found = fits.first()
    # The claim: a ticket that is typed twice at once starts one attempt.
    if found is None or fits.filter(pk=found.pk).update(used_at=at) != 1:
        raise Refused(
            _("This ticket is not valid: it was mistyped, used already or replaced. Ask the invigilator."), "ticket"
        )
    found.used_at = at
    return found
