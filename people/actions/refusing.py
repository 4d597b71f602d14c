"""Addresses that take nothing: marked, reported, lifted."""

from datetime import datetime

from people.models import Notice, RefusedAddress, User


def refuse_address(*, channel: str, address: str, reason: str, at: datetime) -> RefusedAddress:
    """Send nothing more to `address`; refused already changes nothing."""
    refused, _created = RefusedAddress.objects.get_or_create(
        channel=channel, address=address, lifted_at=None, defaults={"reason": reason[:300], "refused_at": at}
    )
    return refused


def report_refusal(*, channel: str, address: str, reason: str, seen_at: datetime, at: datetime) -> bool:
    """Take in a report that `address` is dead, made at `seen_at`; whether it counts.

    It does not for an address that nobody here has, nor when staff lifted the
    refusal after the report was made: an old report sent again changes nothing.
    """
    known = (
        Notice.objects.filter(channel=channel, address=address).exists()
        or User.objects.filter(email__iexact=address).exists()
    )
    lifted_since = RefusedAddress.objects.filter(channel=channel, address=address, lifted_at__gte=seen_at).exists()
    if not known or lifted_since:
        return False
    refuse_address(channel=channel, address=address, reason=reason, at=at)
    return True


def lift_refusal(*, refused: RefusedAddress, by: User, at: datetime) -> RefusedAddress:
    """Let letters go to the address again. Lifted already changes nothing."""
    if RefusedAddress.objects.filter(pk=refused.pk, lifted_at=None).update(lifted_at=at, lifted_by=by):
        refused.refresh_from_db()
    return refused
