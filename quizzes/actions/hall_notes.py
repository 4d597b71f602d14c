"""What invigilators write down in the hall: whose papers were checked, what happened. Lines are never changed."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import NotAllowed, Refused
from people.models import User
from quizzes.actions.hall import refuse_stranger
from quizzes.models import ExamSession, ExamSessionEvent, Sitting
from quizzes.queries import hall as queries

LONGEST = 1_000


@transaction.atomic
def note_incident(
    *, session: ExamSession, text: str, by: User, at: datetime, sitting: Sitting | None = None
) -> ExamSessionEvent:
    """Write down what happened, in the hall or to one person. Raises Refused for no words, and as `check_identity`."""
    said = text.strip()[:LONGEST]
    if not said:
        raise Refused(_("Say in words what happened."), "text")
    data: dict[str, Any] = {"text": said}
    if sitting is not None:
        _refuse_other(session, sitting, by)
        data["sitting"] = sitting.pk
    return _written(session, "incident", by, at, data)


@transaction.atomic
def check_identity(
    *, session: ExamSession, sitting: Sitting, by: User, at: datetime, checked: bool = True
) -> ExamSessionEvent | None:
    """Write down that a person's papers were compared with the list, or that this was a mistake.

    None where it stands so already. Raises NotAllowed for who does not watch over the
    session, for one's own papers and in a cancelled session; Refused for who does not sit in it.
    """
    held = ExamSession.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
    _refuse_other(held, sitting, by)
    if (sitting.pk in queries.identified(held)) == checked:
        return None
    return _written(held, "identity", by, at, {"sitting": sitting.pk, "checked": checked})


def _refuse_other(session: ExamSession, sitting: Sitting, by: User) -> None:
    if sitting.person_id == by.pk:
        raise NotAllowed(_("Nobody watches over their own exam. Ask another invigilator."), "own")
    if not queries.people(session).filter(pk=sitting.pk).exists():
        raise Refused(_("This person does not sit in the session any more."), "gone")


def _written(session: ExamSession, note: str, by: User, at: datetime, data: dict[str, Any]) -> ExamSessionEvent:
    refuse_stranger(session, by)
    if session.state == ExamSession.State.CANCELLED:
        raise NotAllowed(_("This session was cancelled."), "cancelled")
    return ExamSessionEvent.objects.create(
        subject=session, old=session.state, new=session.state, at=at, by=by, note=note, data=data
    )
