"""At the door of an exam: network, password, ticket."""

from datetime import datetime
from typing import NamedTuple

import structlog
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from quizzes import admission, tries
from quizzes.actions.tickets import use_ticket
from quizzes.models import Sitting

log = structlog.get_logger(__name__)


class Shown(NamedTuple):
    """What somebody shows at the door."""

    password: str = ""
    ticket: str = ""
    address: str | None = None
    """Of the device, as the trusted proxies tell it."""


def let_in(sitting: Sitting, shown: Shown, at: datetime) -> None:
    """Let the holder of `sitting`, which is locked, start at `at`; a ticket is used up by it.

    Raises Refused: `network`, `too_many_tries`, `password`, `ticket`.
    """
    exam = sitting.exam
    if refusal := admission.network_refusal(exam.networks, shown.address):
        raise refusal
    if not exam.password and not exam.needs_ticket:
        return
    if not tries.taken(sitting.pk):
        raise Refused(
            _("Too many wrong passwords or tickets. Wait ten minutes, or ask the invigilator."), "too_many_tries"
        )
    if exam.password and not tries.opens(shown.password.strip(), exam.password):
        log.warning("exam_password_wrong", sitting=sitting.pk)
        raise Refused(_("This is not the password of the exam. Ask whoever holds the exam."), "password")
    if exam.needs_ticket:
        use_ticket(sitting=sitting, typed=shown.ticket, at=at)
    tries.forget(sitting.pk)
