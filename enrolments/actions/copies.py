"""New classes out of old ones: the same again on other days."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction

from courses.models import Course
from enrolments import places, queries, signals, windows
from enrolments.actions.runs import CHANGEABLE, plan_run
from enrolments.models import CourseRun, Meeting
from lms.lib import publiccache
from lms.lib.access import Role
from people.models import User

SEATS = 30
"""Places of a class of a course that was never held before."""


@transaction.atomic
def copy_run(
    *, run: CourseRun, starts_on: date, by: User | None, at: datetime, code: str = "", own: bool = False
) -> CourseRun:
    """A draft of the same class that starts on another day, with whatever it has moved by as many days.

    Copied are its instructors of today, its money, what it asks for, to whom it is
    open, and its meetings but those cancelled; nobody is in it. With `own` it is
    taught by `by` alone and has no money yet: who pays is the office's affair.
    Without a `code` the next free one is taken. Raises Refused for another class's code.
    """
    window = windows.moved(windows.Window(run.starts_on, run.ends_on, run.enrols_from, run.enrols_until), starts_on, at)
    fields: dict[str, Any] = {name: getattr(run, name) for name in CHANGEABLE}
    fields |= window._asdict() | {"code": code or queries.propose_code(run.course, starts_on.year)}
    if run.plan_year is not None:
        fields["plan_year"] = starts_on.year
    if own:
        fields |= {"programme_id": None, "plan_year": None, "cost_note": ""}
    teaching = User.objects.filter(teaching__run=run, teaching__until=None, is_active=True).order_by("pk")
    instructors = [by] if own and by is not None else list(teaching)
    copied = plan_run(
        run=CourseRun(**fields),
        by=by,
        at=at,
        funding={} if own else {share.source: share.percent for share in run.funding.select_related("source")},
        instructors=instructors,
        prerequisites=places.asked_by(run),
        sectors=run.sectors.all(),
    )
    _copy_meetings(run, copied, {person.pk for person in instructors}, by, at)
    return copied


def _copy_meetings(run: CourseRun, copied: CourseRun, teaching: set[int], by: User | None, at: datetime) -> None:
    shift = copied.starts_on - run.starts_on
    batch = uuid.uuid4().hex
    for meeting in run.meetings.standing():
        # Named one by one: identifier, sequence and secret are a meeting's own.
        Meeting.objects.create(
            run=copied,
            starts_at=meeting.starts_at + shift,
            ends_at=meeting.ends_at + shift,
            topic=meeting.topic,
            room=meeting.room,
            link=meeting.link,
            instructor_id=meeting.instructor_id if meeting.instructor_id in teaching else None,
        ).born(by=by, at=at, note="copied", data={"batch": batch, "from": meeting.pk})
    signals.meetings_changed.send(Meeting, run_id=copied.pk)


@transaction.atomic
def start_run(
    *, course: Course, starts_on: date, by: User, at: datetime, opened: bool = True, own: bool = False
) -> CourseRun:
    """A class of `course` with the defaults of its last one, open for enrolment at once unless `opened` is False.

    A course that was never held gets whole days in a room, places for 30 and a
    waiting list. With `own` it is taught by `by` alone, modelled on the last class
    that they taught, and has no money yet.
    """
    held = CourseRun.objects.filter(course=course).exclude(state=CourseRun.State.CANCELLED)
    taught = held.filter(instructors__person=by)
    last = (taught.order_by("-starts_on", "-pk").first() if own else None) or held.order_by("-starts_on", "-pk").first()
    if last is not None:
        run = copy_run(run=last, starts_on=starts_on, by=by, at=at, own=own)
    else:
        run = plan_run(
            run=CourseRun(
                code=queries.propose_code(course, starts_on.year),
                course=course,
                edition=course.edition,
                mode=CourseRun.Mode.ROOM,
                seats=SEATS,
                plan_year=None if own else starts_on.year,
                **windows.plain(starts_on, float(course.hours))._asdict(),
            ),
            by=by,
            at=at,
            funding={},
            instructors=[by] if by.has_role(Role.INSTRUCTOR) else [],
        )
    if opened:
        run.move(CourseRun.State.OPEN, by=by, at=at)
        publiccache.forget()
    return run
