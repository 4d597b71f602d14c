"""Who may start an attempt now: a pure rule with its reason in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.lib.states import Refused


@dataclass(frozen=True)
class Standing:
    """Where a sitting stands."""

    opens_at: datetime | None
    closes_at: datetime | None
    used: int
    allowed: int
    last_ended_at: datetime | None
    wait: timedelta
    passed: bool

    @property
    def next_at(self) -> datetime | None:
        """From when the next attempt may start, where there is a time to wait for."""
        moments = [self.opens_at]
        if self.last_ended_at and self.wait:
            moments.append(self.last_ended_at + self.wait)
        return max((moment for moment in moments if moment), default=None)


def refusal(standing: Standing, at: datetime) -> Refused | None:
    """Why no attempt may start at `at`; None when one may."""
    if standing.passed:
        return Refused(_("You have passed this exam already. There is nothing more to sit."), "passed")
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
    return None


def clock(moment: datetime) -> str:
    """Time and day in Vietnam, as deadlines are written."""
    return date_format(timezone.localtime(moment), "H:i, d/m/Y")
