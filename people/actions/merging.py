"""Two accounts of one person made one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib import publiccache
from lms.lib.access import Role
from lms.lib.states import Conflict, Refused
from people import personal_data
from people.actions.history import note
from people.actions.notifying import notify
from people.models import SaidDistinct, User

FILLED = ("sex", "birth_date", "birth_year", "phone", "email", "commune", "job", "education")
"""Facts that the surviving account takes over where its own are empty."""


def why_not_merge(*, source: User, into: User, by: User) -> list[str]:
    """Why `by` cannot merge `source` into `into` at present; empty if they can."""
    if source.pk == into.pk:
        return [_("These are one and the same account.")]
    if not by.has_role(Role.ADMINISTRATOR, Role.PROGRAMME):
        return [_("Only administrators and programme officers merge accounts.")]
    if by.pk in (source.pk, into.pk):
        return [_("Nobody merges an account of their own. Ask another officer.")]
    if source.erased_at or into.erased_at:
        return [_("One of the two was erased; there is nothing left to be merged.")]
    if source.is_staff:
        return [
            _("%(name)s holds a role of staff under this account. End the roles first, or merge the other way round.")
            % {"name": source.full_name}
        ]
    if into.is_staff and not by.has_role(Role.ADMINISTRATOR):
        return [_("Only an administrator merges an account into that of a member of staff.")]
    return personal_data.bars_merge(source, into)


@transaction.atomic
def merge_people(*, source: User, into: User, by: User, at: datetime) -> User:
    """Make `source` a duplicate of `into` and return the survivor; done already, it changes nothing.

    What may move moves: logins, memberships, consents, notices, requests, and
    through the port what upper apps keep. Certificates, decisions and all history
    stay where they are and are found from the survivor by `User.objects.same_as`.
    Nobody signs in to `source` any more. Whoever had been merged into it is
    counted as `into` from now on.

    Raises Refused with every reason, Conflict when one of the two was merged
    elsewhere meanwhile.
    """
    # Both rows in one order: two officers who merge them both ways at once wait for each other.
    locked = {person.pk: person for person in User.objects.select_for_update().filter(pk__in=[source.pk, into.pk])
              .order_by("pk")}  # fmt: skip
    source, into = locked[source.pk], locked[into.pk]
    if source.merged_into_id == into.pk:
        return into
    if source.merged_into_id or into.merged_into_id:
        raise Conflict(
            _("One of the two has been merged into another account meanwhile. Look at the list again."), code="merged"
        )
    if bars := why_not_merge(source=source, into=into, by=by):
        raise Refused(" ".join(bars), code="barred")
    filled = _fill(source, into)
    source.merged_into, source.is_active = into, False
    source.save(update_fields=["merged_into", "is_active"])
    User.objects.filter(merged_into=source).update(merged_into=into)
    personal_data.merge(source, into, by=by, at=at)
    note(source, "merged", by=by, at=at, into=into.pk)
    note(into, "merged_from", by=by, at=at, source=source.pk, filled=filled)
    notify(
        person=into,
        kind="accounts_merged",
        key=str(source.pk),
        at=at,
        facts={"by": by.full_name, "url": "/vi/account/profile/"},
    )
    publiccache.forget()
    return into


def _fill(source: User, into: User) -> list[str]:
    """Take over facts that the survivor lacks; which ones these were."""
    filled = [name for name in FILLED if not getattr(into, name) and getattr(source, name)]
    for name in filled:
        setattr(into, name, getattr(source, name))
    if source.identity_sealed and not into.identity_sealed:
        into.identity_sealed, into.identity_last = source.identity_sealed, source.identity_last
        filled += ["identity_sealed", "identity_last"]
    if filled:
        into.save(update_fields=filled)
    return filled


@transaction.atomic
def tell_apart(*, one: User, other: User, by: User, at: datetime) -> SaidDistinct:
    """Record that two accounts are two people's: they are not proposed again."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    said, _created = SaidDistinct.objects.get_or_create(
        first=first, second=second, defaults={"said_by": by, "said_at": at}
    )
    return said
