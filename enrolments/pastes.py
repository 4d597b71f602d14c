"""Texts to paste into a class's group chat: plain letters, a short address. The invitation: `enrolments.sharing`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _, override

from enrolments.actions.telling import place, when
from enrolments.models import CourseRun, Meeting
from enrolments.sharing import address
from lms.lib.bilingual import of

SOON = timedelta(days=14)
"""Of meetings further off nobody is reminded."""
MOST = 3
"""Texts about moved and cancelled meetings; more would bury the one that is wanted."""


class Paste(NamedTuple):
    """One text: `key` is unique on the page, `label` is in the reader's language, `text` in that of the class."""

    key: str
    label: str
    text: str

    @property
    def rows(self) -> int:
        """Lines of the box that shows it."""
        return self.text.count("\n") + 2


def pastes(run: CourseRun, meetings: Sequence[Meeting], reason: str, at: datetime) -> list[Paste]:
    """What may be worth pasting now.

    `meetings` are all of the class in order; `reason` says why the class was
    cancelled, if it was.
    """
    if run.state == CourseRun.State.CANCELLED:
        return [Paste("cancelled", _("The class is cancelled"), cancelled(run, reason))]
    if run.state not in (CourseRun.State.OPEN, CourseRun.State.RUNNING):
        return []
    ahead = [meeting for meeting in meetings if meeting.starts_at > at]
    standing = [meeting for meeting in ahead if meeting.state == Meeting.State.PLANNED]
    found = []
    if standing and standing[0].starts_at <= at + SOON:
        found.append(Paste("reminder", _("Reminder of the next meeting"), reminder(run, standing[0])))
    elif run.mode == CourseRun.Mode.SELF_PACED:
        found.append(Paste("ends", _("Reminder of the last day"), ends(run)))
    # A raised sequence of a standing meeting: calendars were sent another time or place.
    moved = [meeting for meeting in standing if meeting.sequence]
    gone = [meeting for meeting in ahead if meeting.state == Meeting.State.CANCELLED]
    for meeting in moved[:MOST]:
        label = _("New time or place: %(when)s") % {"when": when(meeting)}
        found.append(Paste(f"moved-{meeting.pk}", label, changed(run, meeting)))
    for meeting in gone[:MOST]:
        label = _("Meeting cancelled: %(when)s") % {"when": when(meeting)}
        found.append(Paste(f"gone-{meeting.pk}", label, called_off(run, meeting)))
    return found


def reminder(run: CourseRun, meeting: Meeting) -> str:
    """When and where the class meets next."""
    with override(run.language):
        return _lines(_hello(run), _("Next meeting:"), meeting.topic, when(meeting), _where(meeting), "", address(run))


def ends(run: CourseRun) -> str:
    """Until when a class at one's own pace lasts."""
    with override(run.language):
        last = _("The class lasts until %(day)s. Go on learning here:") % {"day": f"{run.ends_on:%d/%m/%Y}"}
        return _lines(_hello(run), last, "", address(run))


def changed(run: CourseRun, meeting: Meeting) -> str:
    """A meeting's new time or place."""
    with override(run.language):
        news = _("A meeting has a new time or place. It is now:")
        return _lines(_hello(run), news, meeting.topic, when(meeting), _where(meeting), "", address(run))


def called_off(run: CourseRun, meeting: Meeting) -> str:
    """That a meeting does not take place."""
    with override(run.language):
        news = _("There is no meeting on %(when)s.") % {"when": when(meeting)}
        return _lines(_hello(run), news, meeting.topic, "", _("The other dates:"), address(run))


def cancelled(run: CourseRun, reason: str) -> str:
    """That the class does not take place."""
    with override(run.language):
        news = _("Class %(code)s is cancelled.") % {"code": run.code}
        why = _("Reason: %(reason)s") % {"reason": reason} if reason else ""
        return _lines(_hello(run), news, why, "", _("Other classes of this course:"), address(run))


def _hello(run: CourseRun) -> str:
    return _("To everybody in class %(code)s, %(course)s,") % {"code": run.code, "course": run.course}


def _where(meeting: Meeting) -> str:
    where = of(place(meeting))
    return f"{where}: {meeting.link}" if meeting.link else where


def _lines(*lines: str) -> str:
    """One below the other: an empty line is a gap only where one is meant, before the last lines."""
    kept = [line for index, line in enumerate(lines) if line or index >= len(lines) - 3]
    return "\n".join(kept)
