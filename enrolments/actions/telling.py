"""Telling people about meetings: planned, moved, cancelled. Each person each change once, whatever breaks meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _, override

from enrolments import calendars
from enrolments.actions.meetings import mark_told
from enrolments.models import CourseRun, Enrolment, Meeting, MeetingEvent
from lms.lib.periods import ZONE
from people.actions import notify
from people.models import User


@dataclass(frozen=True)
class _News:
    """One thing to tell everybody of a class."""

    kind: str
    key: str
    facts: dict[str, Any]
    meetings: tuple[Meeting, ...]
    method: str


def tell_of_meetings(*, run_id: int, at: datetime) -> int:
    """Tell everybody in a class what happened to its meetings and nobody has been told yet; how many notices.

    Several changes of one meeting are told as one, as it stands now. A notice's key
    names the meeting's sequence, so a run killed half-way is finished by the next and
    nobody hears a thing twice. Of what lies in the past nobody is told.
    """
    run = CourseRun.objects.select_related("course").get(pk=run_id)
    events = list(
        MeetingEvent.objects.filter(told_at=None, subject__run=run)
        .select_related("subject__run__course", "subject__instructor")
        .order_by("pk")
    )
    told = 0
    if run.state in (CourseRun.State.OPEN, CourseRun.State.RUNNING):
        for news in _news(run, events, at):
            for person, address in _readers(run, news.meetings):
                calendar = _calendar(news, person, at)
                facts = {**news.facts, "url": address, **({"calendar": calendar} if calendar else {})}
                told += bool(notify(person=person, kind=news.kind, key=news.key, at=at, facts=facts))
    mark_told(events=events, at=at)
    return told


def untold() -> QuerySet[CourseRun]:
    """Classes with something to tell about their meetings."""
    return CourseRun.objects.filter(pk__in=MeetingEvent.objects.filter(told_at=None).values("subject__run"))


def _news(run: CourseRun, events: list[MeetingEvent], at: datetime) -> Iterator[_News]:
    by_meeting: dict[int, list[MeetingEvent]] = {}
    for event in events:
        by_meeting.setdefault(event.subject_id, []).append(event)
    planned: dict[str, list[Meeting]] = {}
    for own in by_meeting.values():
        meeting, first = own[0].subject, own[0]
        stands = meeting.state == Meeting.State.PLANNED
        if "batch" in first.data:
            # Planned and not told yet: whatever happened since, it is told as it stands now, if it stands.
            if stands and meeting.ends_at > at:
                planned.setdefault(first.data["batch"], []).append(meeting)
        elif not stands:
            if meeting.ends_at > at:
                yield _cancelled(run, meeting, own[-1].note)
        elif max(meeting.ends_at, _before(own, meeting)[1]) > at:
            yield _changed(run, meeting, own)
    for batch, meetings in planned.items():
        yield _planned(run, batch, sorted(meetings, key=lambda meeting: meeting.starts_at))


def _facts(run: CourseRun) -> dict[str, Any]:
    return {"course": {"vi": run.course.title_vi, "en": run.course.title_en}, "run": run.code}


def _planned(run: CourseRun, batch: str, meetings: list[Meeting]) -> _News:
    lines = _both(lambda: "; ".join(when(meeting) for meeting in meetings[:12]) + ("; …" if meetings[12:] else ""))
    facts = {**_facts(run), "count": len(meetings), "when": lines, "place": place(meetings[0])}
    method = calendars.REQUEST if len(meetings) == 1 else calendars.PUBLISH
    return _News("meetings_planned", f"planned:{batch}", facts, tuple(meetings), method)


def _changed(run: CourseRun, meeting: Meeting, events: list[MeetingEvent]) -> _News:
    starts, ends = _before(events, meeting)
    facts = {
        **_facts(run),
        "before": _both(lambda: span(starts, ends)),
        "when": _both(lambda: when(meeting)),
        "place": place(meeting),
    }
    back = any(event.old == Meeting.State.CANCELLED for event in events)
    kind = "meeting_restored" if back else "meeting_changed"
    return _News(kind, f"meeting:{meeting.pk}:{meeting.sequence}", facts, (meeting,), calendars.REQUEST)


def _cancelled(run: CourseRun, meeting: Meeting, reason: str) -> _News:
    facts = {**_facts(run), "when": _both(lambda: when(meeting)), "reason": reason}
    return _News("meeting_cancelled", f"meeting:{meeting.pk}:{meeting.sequence}", facts, (meeting,), calendars.CANCEL)


def _before(events: list[MeetingEvent], meeting: Meeting) -> tuple[datetime, datetime]:
    """When the meeting was to be before the first of the changes."""
    for event in events:
        if "before" in event.data:
            starts, ends = event.data["before"]
            return datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    return meeting.starts_at, meeting.ends_at


def _readers(run: CourseRun, meetings: tuple[Meeting, ...]) -> list[tuple[User, str]]:
    """Everybody who is to know, each with the address that is theirs."""
    page = f"/admin/classes/{run.code}/meetings/"
    teaching = {post.person for post in run.instructors.filter(until=None).select_related("person")}
    teaching |= {meeting.instructor for meeting in meetings if meeting.instructor is not None}
    enrolled: QuerySet[Enrolment] = run.enrolments.seated().select_related("person__merged_into").order_by("pk")
    # Whoever was merged into another is told where they now sign in.
    found = {one.person.merged_into or one.person: f"/vi/learn/{run.code}/" for one in enrolled}
    found |= dict.fromkeys(teaching, page)
    return [(person, address) for person, address in found.items() if person.is_active]


def _calendar(news: _News, person: User, at: datetime) -> dict[str, str]:
    """What goes with the mail; nothing for who has no mailbox."""
    if not person.email:
        return {}
    if news.method == calendars.PUBLISH:
        title = news.meetings[0].run.code
        return {"method": news.method, "ics": calendars.feed(title, news.meetings, at, person.language)}
    return {"method": news.method, "ics": calendars.invitation(news.meetings[0], person, news.method, at)}


# --- Words ---------------------------------------------------------------------------------


def _both(text: Callable[[], str]) -> dict[str, str]:
    """A text in every language of the product."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = text()
    return found


def span(starts: datetime, ends: datetime) -> str:
    """“T5, 03/12/2026, 18:00–20:30”, in the reader's language and Vietnam's time."""
    begins, finishes = starts.astimezone(ZONE), ends.astimezone(ZONE)
    return f"{date_format(begins, 'D, d/m/Y')}, {begins:%H:%M}–{finishes:%H:%M}"


def when(meeting: Meeting) -> str:
    """When a meeting is, in words."""
    return span(meeting.starts_at, meeting.ends_at)


def place(meeting: Meeting) -> dict[str, str]:
    """Where a meeting is, in both languages."""
    where = ", ".join(dict.fromkeys(part for part in (meeting.room, meeting.run.place) if part))
    if where and not (meeting.link and not meeting.room):
        return {"vi": where, "en": where}
    return _both(lambda: _("online"))
