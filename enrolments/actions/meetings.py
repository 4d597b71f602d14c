"""When a class meets: planned, moved, cancelled, put back; who is told of it; addresses of calendars."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enrolments import signals
from enrolments.attendance import THERE
from enrolments.models import CalendarKey, CourseRun, Meeting, MeetingEvent
from enrolments.series import Slot
from lms.lib.periods import ZONE
from lms.lib.states import NotAllowed, Refused
from people.models import User

TOLD_OF = frozenset({"starts_at", "ends_at", "room", "link"})
"""Changes that everybody enrolled is told of; others are seen on the page."""


@transaction.atomic
def plan_meetings(
    *,
    run: CourseRun,
    slots: Sequence[Slot],
    topic: str = "",
    room: str = "",
    link: str = "",
    instructor: User | None = None,
    by: User | None,
    at: datetime,
) -> list[Meeting]:
    """Put meetings into the timetable of a class; of several planned at once people are told in one notice.

    Raises NotAllowed for a class that is over or cancelled, Refused for a slot in
    which the class meets already: the same series sent twice is planned once.
    """
    run = _open(run)
    for slot in slots:
        _refuse_twice(run, slot)
    batch = uuid.uuid4().hex
    meetings = []
    for slot in sorted(slots):
        meeting = Meeting.objects.create(
            run=run,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            topic=topic,
            room=room,
            link=link,
            instructor=instructor,
        )
        meeting.born(by=by, at=at, data={"batch": batch})
        meetings.append(meeting)
    signals.meetings_changed.send(Meeting, run_id=run.pk)
    return meetings


@transaction.atomic
def change_meeting(*, meeting: Meeting, by: User | None, at: datetime, **wanted: Any) -> Meeting:
    """Move a meeting or change its room, link, topic or instructor. It stays the same one, with a higher sequence.

    Raises NotAllowed for a cancelled one, Refused where the class meets already at
    that time, and for moving a meeting at which somebody was present to a day to come.
    """
    run = _open(meeting.run)
    stored = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if stored.state == Meeting.State.CANCELLED:
        raise NotAllowed(_("This meeting was cancelled. Put it back first."), code="cancelled")
    changed = {name: value for name, value in wanted.items() if getattr(stored, name) != value}
    if not changed:
        return stored
    before = [stored.starts_at.isoformat(), stored.ends_at.isoformat()]
    for name, value in changed.items():
        setattr(stored, name, value)
    if changed.keys() & {"starts_at", "ends_at"}:
        _refuse_twice(run, Slot(stored.starts_at, stored.ends_at), stored)
        if stored.opens_at > at and _somebody_was_there(stored):
            raise Refused(
                _("People are marked as present at this meeting. Plan another one for the new day."), code="attended"
            )
    stored.sequence += 1
    stored.save(update_fields=[*changed, "sequence"])
    MeetingEvent.objects.create(
        subject=stored,
        old=stored.state,
        new=stored.state,
        at=at,
        by=by,
        note="changed",
        data={"changed": sorted(changed), "before": before},
        told_at=None if changed.keys() & TOLD_OF else at,
    )
    signals.meetings_changed.send(Meeting, run_id=run.pk)
    return stored


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User | None, at: datetime) -> Meeting:
    """Call a meeting off. It counts for nobody's attendance from now on.

    Raises Refused without a reason, and for a meeting at which somebody was present.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why the meeting is cancelled: people will ask."), code="reason")
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("run").get(pk=meeting.pk)
    if _somebody_was_there(meeting):
        raise Refused(_("People are marked as present at this meeting: it took place."), code="attended")
    meeting.move(Meeting.State.CANCELLED, by=by, at=at, note=reason, sequence=meeting.sequence + 1)
    signals.meetings_changed.send(Meeting, run_id=meeting.run_id)
    return meeting


@transaction.atomic
def restore_meeting(*, meeting: Meeting, by: User | None, at: datetime) -> Meeting:
    """Put a cancelled meeting back at its time. Raises Refused where the class meets already then."""
    run = _open(meeting.run)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("run").get(pk=meeting.pk)
    _refuse_twice(run, Slot(meeting.starts_at, meeting.ends_at), meeting)
    meeting.move(Meeting.State.PLANNED, by=by, at=at, note="restored", sequence=meeting.sequence + 1)
    signals.meetings_changed.send(Meeting, run_id=meeting.run_id)
    return meeting


def _open(run: CourseRun) -> CourseRun:
    """The class, locked: of two who plan at once the second sees the first's meetings. Raises NotAllowed."""
    run = CourseRun.objects.select_for_update(of=("self",)).select_related("course").get(pk=run.pk)
    if run.state in (CourseRun.State.CANCELLED, CourseRun.State.FINISHED):
        raise NotAllowed(
            _("Class %(code)s is over or cancelled: its timetable is kept as it was.") % {"code": run.code},
            code="over",
        )
    return run


def _refuse_twice(run: CourseRun, slot: Slot, own: Meeting | None = None) -> None:
    if slot.ends_at <= slot.starts_at:
        raise Refused(_("The meeting would end before it starts. Correct the times."), code="times")
    others = Meeting.objects.standing().filter(run=run, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    if own is not None:
        others = others.exclude(pk=own.pk)
    if other := others.first():
        raise Refused(
            _("The class meets already on %(when)s. Choose another time, or change that meeting.")
            % {"when": f"{other.starts_at.astimezone(ZONE):%d/%m/%Y, %H:%M}–{other.ends_at.astimezone(ZONE):%H:%M}"},
            code="twice",
        )


def _somebody_was_there(meeting: Meeting) -> bool:
    return meeting.attendances.filter(status__in=THERE).exists()


# --- Calendars ---------------------------------------------------------------------------


@transaction.atomic
def renew_calendar_key(
    *, kind: str, at: datetime, person: User | None = None, run: CourseRun | None = None
) -> CalendarKey:
    """Make the address of a calendar, or a new one: whoever had the old address sees nothing more.

    Of a person's own classes or those they teach (`person`), or of a class (`run`).
    """
    # The lock on the owner: pressed twice at once, the second ends the first's key.
    if person is not None:
        User.objects.select_for_update().get(pk=person.pk)
    elif run is not None:
        CourseRun.objects.select_for_update().get(pk=run.pk)
    keys = CalendarKey.objects.filter(kind=kind, person=person, run=run)
    keys.filter(ended_at=None).update(ended_at=at)
    return CalendarKey.objects.create(kind=kind, person=person, run=run, made_at=at)


def mark_told(*, events: Iterable[MeetingEvent], at: datetime) -> None:
    """Note that everybody has been told of what happened to meetings."""
    MeetingEvent.objects.filter(pk__in=[event.pk for event in events], told_at=None).update(told_at=at)
