"""Consents, and what people ask for about their own data."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people import consents
from people.actions.history import note
from people.actions.notifying import notify
from people.deadlines import after_working_days
from people.models import Consent, DataRequest, DataRequestEvent, User

DATA_URL = "/vi/account/data/"

# --- Consents ---------------------------------------------------------------------------


@transaction.atomic
def consent(*, person: User, purpose: str, by: User, at: datetime) -> Consent:
    """Record a yes to one purpose, in the text now shown."""
    in_force = Consent.objects.select_for_update().filter(person=person, purpose=purpose, withdrawn_at=None)
    version = consents.current(purpose)
    given = in_force.filter(text_version=version).first()
    if given is None:
        in_force.update(withdrawn_at=at)
        given = Consent.objects.create(person=person, purpose=purpose, text_version=version, given_at=at)
    return given


@transaction.atomic
def withdraw_consent(*, person: User, purpose: str, by: User, at: datetime) -> None:
    """Take a yes back; what was done under it stays done.

    Raises Refused for the consent without which there is no account: taking that
    back is asking for erasure.
    """
    if purpose in consents.REQUIRED:
        raise Refused(
            _("Without this consent there is no account. To take it back, ask for your data to be erased."),
            code="terms",
        )
    if Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).update(withdrawn_at=at):
        note(person, "consent_withdrawn", by=by, at=at, purpose=purpose)


# --- Requests -----------------------------------------------------------------------------


@transaction.atomic
def ask_erasure(*, person: User, reason: str, by: User, at: datetime) -> DataRequest:
    """Record that `person` wants their data erased; asked twice, the same request comes back.

    An administrator may record what somebody asked for on paper. Raises Refused
    for an account that is no person's own any more.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at or person.merged_into_id:
        raise Refused(_("This account is closed. Look for the person's other account."), code="closed")
    today = timezone.localdate(at)
    request, created = DataRequest.objects.get_or_create(
        person=person,
        kind=DataRequest.Kind.ERASURE,
        state=DataRequest.State.ASKED,
        defaults={
            "reason": reason.strip()[:1000],
            "asked_at": at,
            "answer_due_on": after_working_days(today, settings.DATA_ANSWER_WORKING_DAYS),
            "due_on": today + timedelta(days=settings.DATA_ERASURE_DAYS),
        },
    )
    if created:
        request.born(by=by, at=at)
        note(person, "erasure_asked", by=by, at=at)
    return request


@transaction.atomic
def take_back_request(*, request: DataRequest, by: User, at: datetime) -> DataRequest:
    """The person does not want it any more. Raises NotAllowed for anybody else."""
    if request.person_id != by.pk:
        raise NotAllowed(_("Only whoever asked takes a request back."), code="role")
    request.move(DataRequest.State.TAKEN_BACK, by=by, at=at, ended_at=at)
    return request


@transaction.atomic
def answer_request(*, request: DataRequest, answer: str, by: User, at: datetime) -> DataRequest:
    """Tell the person what happens with an open request; its days go on. Raises Refused when it is over."""
    answer = _sentence(answer)
    _answered_by(by)
    open_ones = DataRequest.objects.filter(pk=request.pk, state=DataRequest.State.ASKED)
    if not open_ones.update(answer=answer, answered_at=at):
        raise Refused(_("This request has been closed meanwhile."), code="state")
    request.answer, request.answered_at = answer, at
    DataRequestEvent.objects.create(subject=request, old=request.state, new="answered", by=by, at=at, note=answer)
    _tell(request, "data_request_answered", f"{request.pk}:{at.isoformat()}", at)
    return request


@transaction.atomic
def refuse_request(*, request: DataRequest, answer: str, by: User, at: datetime) -> DataRequest:
    """Close a request without doing it, with the reason for the person."""
    answer = _sentence(answer)
    _answered_by(by)
    answered = request.answered_at or at
    request.move(DataRequest.State.REFUSED, by=by, at=at, note=answer, answer=answer, answered_at=answered, ended_at=at)
    _tell(request, "data_request_refused", str(request.pk), at)
    return request


def _sentence(answer: str) -> str:
    if len(answer.strip()) < 10:
        raise Refused(_("Write an answer of at least ten characters: the person reads it."), code="answer")
    return answer.strip()


def _answered_by(by: User) -> None:
    if not by.has_role(Role.ADMINISTRATOR, Role.PROGRAMME):
        raise NotAllowed(_("Only the programme's office answers requests about data."), code="role")


def _tell(request: DataRequest, kind: str, key: str, at: datetime) -> None:
    notify(person=request.person, kind=kind, key=key, at=at, facts={"answer": request.answer, "url": DATA_URL})
