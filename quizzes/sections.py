"""Sections with a time of their own: when they close. Pure; the server's clock alone counts.

All sections are open from the start. Those with minutes run one after the other
in the exam's order, from the start of the attempt; whoever is done with one
earlier goes on to the next. A section without minutes is open to the deadline.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Part(NamedTuple):
    """A section's id and its minutes, if any."""

    pk: int
    minutes: int | None


def ends(
    parts: Sequence[Part], *, started_at: datetime, deadline: datetime, minutes: int, extra_minutes: int
) -> dict[str, str]:
    """By section's id when it closes, ISO; none for those without minutes.

    `extra_minutes` of a person's accommodation lengthen each section by the same
    share as the exam's `minutes`. Nothing closes later than the deadline.
    """
    found, moment = {}, started_at
    for part in parts:
        if part.minutes is not None:
            moment += timedelta(seconds=part.minutes * 60 * (minutes + extra_minutes) // max(1, minutes))
            found[str(part.pk)] = min(moment, deadline).isoformat()
    return found


def closes_at(section_ends: Mapping[str, str], section: int | None) -> datetime | None:
    """When the section closes; None where it has no time of its own."""
    moment = section_ends.get(str(section)) if section is not None else None
    return datetime.fromisoformat(moment) if moment else None


def moved(section_ends: Mapping[str, str], by: timedelta, still_open_at: datetime) -> dict[str, str]:
    """The ends after the clock was stopped or time was added: what was closed at that moment stays closed."""
    return {
        section: (datetime.fromisoformat(end) + by).isoformat() if datetime.fromisoformat(end) >= still_open_at else end
        for section, end in section_ends.items()
    }
