"""Erasure: what need not be kept is removed, the rest stands under a pseudonym."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people import personal_data
from people.actions.history import note
from people.actions.notifying import notify
from people.models import DataRequest, User


def why_not_erase(*, person: User) -> list[str]:
    """Why the data of `person` cannot be erased at present, each with what to do; empty if they can."""
    if person.merged_into_id:
        return [_("This account was merged into another. Erase that one: both go together.")]
    return personal_data.bars_erasure(person, _ids(person))


def _ids(person: User) -> list[int]:
    return list(User.objects.same_as(person).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def erase_person(*, person: User, by: User, at: datetime) -> User:
    """Erase what need not be kept of `person` and of the accounts merged into theirs.

    Kept: certificates with their register, decisions and what they rest on, and
    the figures (sex, year of birth, enterprise and commune of the day of
    enrolment). The row stays under a pseudonym and signs nobody in. One
    transaction: killed half-way, nothing happened and it is asked again; done
    already, it changes nothing. Files are deleted within it, so a run that ends
    half-way deletes none twice to any harm.

    Raises NotAllowed for anyone but an administrator, Refused with every reason
    while a process of certification runs.
    """
    if not by.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only an administrator erases data."), code="role")
    if by.pk == person.pk:
        raise NotAllowed(_("Nobody erases their own account here. Ask another administrator."), code="self")
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at:
        return person
    if bars := why_not_erase(person=person):
        raise Refused(" ".join(bars), code="runs")
    # Before the address is gone: the letter that says that it is done.
    notify(person=person, kind="data_erased", key=str(person.pk), at=at, facts={"url": "/"})
    personal_data.erase(person, _ids(person), by=by, at=at)
    for request in DataRequest.objects.filter(person=person, state=DataRequest.State.ASKED):
        request.move(DataRequest.State.DONE, by=by, at=at, answered_at=request.answered_at or at, ended_at=at)
    note(person, "erased", by=by, at=at)
    person.refresh_from_db()
    return person
