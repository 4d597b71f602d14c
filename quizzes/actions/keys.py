"""The permission to see keys: given and ended by administrators, used with a line of history."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import User
from quizzes import queries
from quizzes.models import Bank, KeyGrant, KeySight, QuestionKey, QuestionVersion


def _only_administrators(by: User | None) -> None:
    """Raises Refused for anybody else. `None` is the platform itself, at set-up."""
    if by is not None and not by.has_role(Role.ADMINISTRATOR):
        raise Refused(_("Only an administrator gives or ends the permission to see keys."), "not_administrator")


def require_keys(*, bank: Bank, by: User) -> None:
    """Raises Refused unless `by` may see the keys of `bank`."""
    if not queries.sees_keys(by, bank):
        raise Refused(
            _(
                "You have no permission to see the keys of bank %(bank)s. "
                "An administrator gives it, on the bank's page “Who sees keys”."
            )
            % {"bank": bank.code},
            "no_key_grant",
        )


@transaction.atomic
def grant_keys(*, bank: Bank, person: User, reason: str, by: User | None, at: datetime) -> KeyGrant:
    """Let `person` see the keys of `bank` from now on; who may already stays as they are.

    Raises Refused for anybody but an administrator, and without a reason.
    """
    _only_administrators(by)
    if not reason.strip():
        raise Refused(_("Say why this person needs to see keys."), "no_reason")
    # The unique constraint decides between two who grant at the same moment.
    grant, _created = KeyGrant.objects.get_or_create(
        bank=bank, person=person, until=None, defaults={"since": at, "by": by, "reason": reason.strip()[:300]}
    )
    return grant


@transaction.atomic
def end_keys(*, grant: KeyGrant, reason: str, by: User | None, at: datetime) -> KeyGrant:
    """End a permission. Ended ones stay as history. Raises Refused as `grant_keys`, and when it has ended already."""
    _only_administrators(by)
    if not reason.strip():
        raise Refused(_("Say why this person shall no longer see keys."), "no_reason")
    ended = KeyGrant.objects.filter(pk=grant.pk, until=None).update(
        until=at, ended_by=by, end_reason=reason.strip()[:300]
    )
    if ended != 1:
        raise Refused(_("This permission has ended already."), "ended")
    grant.refresh_from_db()
    return grant


@transaction.atomic
def see_key(*, version: QuestionVersion, by: User, at: datetime) -> QuestionKey:
    """Log that `by` looks at the key, and hand it out: in one transaction, so no look goes unlogged.

    Raises Refused for whoever has no permission to see keys of the bank.
    """
    require_keys(bank=version.question.bank, by=by)
    KeySight.objects.create(version=version, person=by, at=at)
    return QuestionKey.objects.get(version=version)
