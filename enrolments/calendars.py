"""Meetings as calendars read them: feeds to subscribe to, invitations to take into one's own (RFC 5545, 5546).

A meeting keeps its UID for life and has a SEQUENCE that only rises, so that a
calendar knows a moved meeting again. Nothing here depends on the address of the
site: identifiers outlive a change of domain.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _, override
from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vDuration, vText
from icalendar.parser import Contentline

from enrolments.models import CourseRun, Meeting
from lms.lib.periods import ZONE
from people.models import User

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
KEPT = timedelta(days=180)
"""How far back a feed goes."""


def feed(title: str, meetings: Iterable[Meeting], at: datetime, language: str) -> str:
    """A calendar to subscribe to: the meetings as they stand; cancelled ones say so."""
    with override(language):
        calendar = _calendar(PUBLISH)
        calendar.add("x-wr-calname", title)
        calendar.add("refresh-interval", vDuration(timedelta(hours=1)), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(timedelta(hours=1)))
        for meeting in meetings:
            calendar.add_component(_event(meeting, at))
        return _text(calendar)


def timetable(run: CourseRun, person: User, at: datetime) -> dict[str, dict[str, str]]:
    """The fact of a notice that brings the meetings ahead of a class into a person's calendar; empty without any."""
    ahead = Meeting.objects.standing().filter(run=run, ends_at__gt=at).select_related("run__course", "instructor")
    if not person.email or not ahead:
        return {}
    return {"calendar": {"method": PUBLISH, "ics": feed(run.code, ahead, at, person.language)}}


def invitation(meeting: Meeting, person: User, method: str, at: datetime) -> str:
    """One meeting for one person's own calendar; `method` is REQUEST, also for what changed, or CANCEL."""
    with override(person.language):
        calendar = _calendar(method)
        event = _event(meeting, at)
        if method == CANCEL:
            event["status"] = vText("CANCELLED")
        event.add("organizer", _address(*parseaddr(settings.DEFAULT_FROM_EMAIL)))
        if person.email:
            event.add("attendee", _attendee(person))
        calendar.add_component(event)
        return _text(calendar)


class Cancellations:
    """A class's meetings ahead, cancelled, for the calendars of many people.

    Drawn once per language; a person's own line is put in. One file for each
    meeting: what is sent with CANCEL may name one UID only (RFC 5546, 3.2.5).
    """

    def __init__(self, meetings: Iterable[Meeting], at: datetime) -> None:
        self.meetings, self.at = list(meetings), at
        self._drawn: dict[str, list[str]] = {}

    def of(self, person: User) -> dict[str, list[dict[str, str]]]:
        """The fact of a notice that takes the meetings out of a person's calendar; empty without any."""
        if not person.email or not self.meetings:
            return {}
        if person.language not in self._drawn:
            nobody = User(language=person.language)
            self._drawn[person.language] = [invitation(one, nobody, CANCEL, self.at) for one in self.meetings]
        address = _attendee(person)
        line = Contentline.from_parts("ATTENDEE", address.params, address).to_ical().decode()
        files = [text.replace("END:VEVENT", f"{line}\r\nEND:VEVENT") for text in self._drawn[person.language]]
        return {"calendar": [{"method": CANCEL, "ics": text} for text in files]}


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//NSCL//NSCL//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    # The zone by name, with its rule for programs that do not know the name: +07, no summer time.
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE.key)
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001  (local time, as the standard asks)
    standard.add("tzoffsetfrom", timedelta(hours=7))
    standard.add("tzoffsetto", timedelta(hours=7))
    standard.add("tzname", "+07")
    zone.add_component(standard)
    calendar.add_component(zone)
    return calendar


def _event(meeting: Meeting, at: datetime) -> Event:
    run, event = meeting.run, Event()
    event.add("uid", str(meeting.uid))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", meeting.starts_at.astimezone(ZONE))
    event.add("dtend", meeting.ends_at.astimezone(ZONE))
    event.add("summary", f"{run.course}: {meeting.topic}" if meeting.topic else str(run.course))
    where = ", ".join(dict.fromkeys(part for part in (meeting.room, run.place) if part))
    if where or meeting.online:
        event.add("location", where or meeting.online)
    if meeting.online:
        event.add("url", meeting.online)
    event.add("description", "\n".join(_lines(meeting)))
    stands = meeting.state == Meeting.State.PLANNED and run.state != CourseRun.State.CANCELLED
    event.add("status", "CONFIRMED" if stands else "CANCELLED")
    event.add("transp", "OPAQUE" if stands else "TRANSPARENT")
    return event


def _lines(meeting: Meeting) -> list[str]:
    lines = [_("Class %(code)s") % {"code": meeting.run.code}]
    if meeting.instructor is not None:
        lines.append(_("Instructor: %(name)s") % {"name": meeting.instructor.full_name})
    if meeting.online:
        lines.append(_("Online room: %(address)s") % {"address": meeting.online})
    return lines


def _attendee(person: User) -> vCalAddress:
    """Whose calendar it is. No answer is asked for: nobody reads the mailbox that sends this."""
    address = _address(person.full_name, person.email)
    address.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    return address


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["CN"] = name.replace('"', "'")
    return address


def _text(calendar: Calendar) -> str:
    return bytes(calendar.to_ical()).decode()
