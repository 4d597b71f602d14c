"""The personal identity number: stored sealed, looked at with a trace."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people import identity
from people.actions.history import note
from people.models import User


@transaction.atomic
def set_identity(*, person: User, number: str, by: User | None, at: datetime) -> list[str]:
    """Store `number` for `person`, or remove what is stored when it is empty.

    Returns keys into `identity.DOUBTS`: where the number disagrees with the
    profile; it is stored all the same. Raises Refused for anything but twelve or
    nine digits. Neither the history nor a log says the number.
    """
    digits = _tidy(number) if number.strip() else ""
    person.identity_sealed = identity.seal(digits) if digits else ""
    person.identity_last = digits[-4:]
    person.save(update_fields=["identity_sealed", "identity_last"])
    note(person, "identity_set" if digits else "identity_removed", by=by, at=at)
    year = person.birth_date.year if person.birth_date else person.birth_year
    return identity.doubts(digits, sex=person.sex, year=year)


def _tidy(number: str) -> str:
    try:
        return identity.tidy(number)
    except identity.BadNumber as error:
        raise Refused(
            _("An identity number has 12 digits; an old one has 9. Type it as it stands on the card."), code="number"
        ) from error


@transaction.atomic
def see_identity(*, person: User, by: User, at: datetime, reason: str = "") -> str:
    """The whole number: for its owner, or for an administrator who says why; that is written down.

    Raises NotAllowed for anybody else, Refused when there is no number, no reason,
    or the field key is not the one that the number was sealed with.
    """
    own = by.pk == person.pk
    if not own and not by.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(_("Only its owner and administrators see an identity number."), code="role")
    if not person.identity_sealed:
        raise Refused(_("No identity number is kept for this person."), code="none")
    if not own:
        if len(reason.strip()) < 10:
            raise Refused(_("Write why the number is needed, at least ten characters: it is kept."), code="reason")
        note(person, "identity_seen", by=by, at=at, reason=reason.strip()[:300])
    try:
        return identity.unseal(person.identity_sealed)
    except identity.CannotOpen as error:
        raise Refused(
            _("The number was sealed with another key than the present one and cannot be read. Type it again."),
            code="key",
        ) from error
