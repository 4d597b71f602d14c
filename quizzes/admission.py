"""Who may start an attempt now, from where, and until when: pure rules with their reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.lib.states import Refused

Bounds = tuple[datetime | None, datetime | None]


@dataclass(frozen=True)
class Standing:
    """Where a sitting stands. `opens_at` and `closes_at` are those that hold for this person."""

    opens_at: datetime | None
    closes_at: datetime | None
    used: int
    allowed: int
    last_ended_at: datetime | None
    wait: timedelta
    passed: bool
    retired: bool = False
    left: bool = False
    """Whether the person has left the class that the sitting belongs to."""
    session: str = ""
    """State of the exam session; empty for a sitting of none."""
    session_at: datetime | None = None
    """When the session is planned to begin; there whenever `session` is."""
    unmet: tuple[str, ...] = ()
    """What the class must have seen first and has not, in words."""
    exam_before: str = ""
    """Title of an exam that must be passed first and is not."""
    own_end: bool = False
    """Whether `closes_at` was set for this person and not for everybody."""

    @property
    def next_at(self) -> datetime | None:
        """From when the next attempt may start, where there is a time to wait for."""
        moments = [self.opens_at]
        if self.last_ended_at and self.wait:
            moments.append(self.last_ended_at + self.wait)
        return max((moment for moment in moments if moment), default=None)


def window(exam: Bounds, own: Bounds) -> Bounds:
    """From when until when a person may start: each of their own bounds where set, else the exam's.

    The beginning belongs to the window, the end does not.
    """
    return own[0] or exam[0], own[1] or exam[1]


def deadline(
    at: datetime, *, minutes: int, extra: int, closes_at: datetime | None, own_end: bool, cut: bool
) -> datetime:
    """When the time of an attempt started at `at` is over.

    With `cut` the window's end ends it too; extra minutes are given beyond an end
    that is everybody's, or they would be worth nothing to whoever starts with the
    others, but not beyond one that was set for this person (`own_end`).
    """
    full = at + timedelta(minutes=minutes + extra)
    if not cut or closes_at is None:
        return full
    return min(full, closes_at if own_end else closes_at + timedelta(minutes=extra))


def refusal(standing: Standing, at: datetime) -> Refused | None:
    """Why no attempt may start at `at`; None when one may. Where it is started from is asked apart."""
    if standing.passed:
        return Refused(_("You have passed this exam already. There is nothing more to sit."), "passed")
    if standing.retired:
        return Refused(
            _("This exam is no longer held. Ask the organiser of your class which one follows it."), "retired"
        )
    if standing.left:
        return Refused(_("You have left this class. Enrol again to go on."), "left")
    if standing.closes_at and at >= standing.closes_at:
        return Refused(_("The exam closed at %(moment)s.") % {"moment": clock(standing.closes_at)}, "closed")
    if standing.used >= standing.allowed:
        return Refused(
            _("All %(count)s attempts are used. Ask the organiser of your class what is possible.")
            % {"count": standing.allowed},
            "no_attempts",
        )
    if standing.opens_at and at < standing.opens_at:
        return Refused(_("The exam opens at %(moment)s.") % {"moment": clock(standing.opens_at)}, "not_open")
    if standing.next_at and at < standing.next_at:
        return Refused(
            _("The next attempt can start from %(moment)s. Use the time to revise.")
            % {"moment": clock(standing.next_at)},
            "waiting",
        )
    return _before_refusal(standing) or _session_refusal(standing)


def _session_refusal(standing: Standing) -> Refused | None:
    """A session is opened and closed by its invigilator; its times are a plan and bar nobody."""
    if standing.session == "planned" and standing.session_at:
        return Refused(
            _("The invigilator has not opened the exam session yet; it is planned for %(moment)s.")
            % {"moment": clock(standing.session_at)},
            "session_planned",
        )
    if standing.session == "closed":
        return Refused(
            _("The exam session is closed. For another attempt the organiser puts you into a new session."),
            "session_closed",
        )
    if standing.session == "cancelled":
        return Refused(_("The exam session was cancelled. The organiser tells you a new date."), "session_cancelled")
    return None


def _before_refusal(standing: Standing) -> Refused | None:
    if standing.unmet:
        return Refused(
            _("Before the exam this must be done: %(what)s. See in your class how far you are.")
            % {"what": "; ".join(standing.unmet)},
            "before",
        )
    if standing.exam_before:
        return Refused(
            _("Before this exam you must pass “%(exam)s”.") % {"exam": standing.exam_before},
            "exam_before",
        )
    return None


def network_refusal(networks: Sequence[str], address: str | None) -> Refused | None:
    """Why the exam is not taken from `address`; None when it may be, or when any network will do."""
    if not networks or (address and within(networks, address)):
        return None
    return Refused(
        _(
            "This exam can be taken only in the network of the exam room; this device is at %(address)s. "
            "Connect to the room's network, or ask the invigilator."
        )
        % {"address": address or _("an unknown address")},
        "network",
    )


def within(networks: Sequence[str], address: str) -> bool:
    """Whether `address` lies in one of `networks` (CIDR); IPv4 written as IPv6 counts as IPv4."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(network, strict=False) for network in networks)


def clock(moment: datetime) -> str:
    """Time and day in Vietnam, as deadlines are written."""
    return date_format(timezone.localtime(moment), "H:i, d/m/Y")
