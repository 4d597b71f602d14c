"""One verdict on a certificate, for every channel: page, QR, JSON."""

from datetime import date
from typing import NamedTuple, Protocol


class Judged(Protocol):
    """What the verdict needs to know."""

    state: str
    expires_on: date | None
    ended_on: date | None


class Verdict(NamedTuple):
    """What is said of a certificate on a day.

    `status` is valid, revoked, suspended, expired or superseded; `reason_class` is public,
    the detailed reason is not; `since` is the day from which it is so.
    """

    status: str
    reason_class: str
    since: date | None


def verdict(certificate: Judged, on: date) -> Verdict:
    """What stands about `certificate` on the day `on`."""
    if certificate.state == "revoked":
        return Verdict("revoked", "issued_in_error", certificate.ended_on)
    if certificate.state == "withdrawn":
        return Verdict("revoked", "withdrawn", certificate.ended_on)
    if certificate.state == "superseded":
        return Verdict("superseded", "superseded", certificate.ended_on)
    if certificate.expires_on is not None and certificate.expires_on < on:
        return Verdict("expired", "expired", certificate.expires_on)
    if certificate.state == "suspended":
        return Verdict("suspended", "suspended", certificate.ended_on)
    return Verdict("valid", "", None)
