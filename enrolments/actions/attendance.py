"""Who was at a meeting: marked once however often it is sent, corrected with a trace, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from enrolments import signals, timetables
from enrolments.actions.study import meet
from enrolments.attendance import ABSENT, EXCUSED, THERE, arrival
from enrolments.models import Attendance, AttendanceEvent, Enrolment, Meeting, Requirement, SignedSheet
from lms.lib.codes import random_code
from lms.lib.periods import ZONE
from lms.lib.states import NotAllowed, Refused
from lms.lib.uploads import Checked
from people.models import User


@dataclass(frozen=True)
class Mark:
    """What is said of one person at a meeting.

    `key` is the device's own name for the mark; `device_at` is when it was made
    there, if it was sent later.
    """

    enrolment: int
    status: str
    minutes: int | None = None
    note: str = ""
    key: str = ""
    device_at: datetime | None = None


def mark(
    *,
    meeting: Meeting,
    enrolment: Enrolment,
    status: str,
    method: str,
    by: User | None,
    at: datetime,
    device_at: datetime | None = None,
    key: str = "",
    minutes: int | None = None,
    note: str = "",
) -> Attendance:
    """Mark one person at a meeting. See `mark_all`, of which this is the case of one."""
    one = Mark(enrolment.pk, status, minutes=minutes, note=note, key=key, device_at=device_at)
    return mark_all(meeting=meeting, marks=[one], method=method, by=by, at=at)[0]


@transaction.atomic
def mark_all(
    *, meeting: Meeting, marks: Sequence[Mark], method: str, by: User | None, at: datetime
) -> list[Attendance]:
    """Mark people at a meeting: all or nobody; the attendances in the order of `marks`.

    The same key twice is written once. A mark made on a device before the one that
    stands is kept in the trace and changes nothing; a device's time never counts as
    later than the server's. What changes nothing leaves no line. Raises NotAllowed
    for a cancelled meeting, Refused before it opens (excuses aside) and for
    somebody who holds no seat in the class.
    """
    # As it is now: it may have been moved or cancelled since it was read.
    meeting = Meeting.objects.select_related("run").get(pk=meeting.pk)
    _refuse_closed(meeting, marks, at)
    wanted = {one.enrolment for one in marks}
    # The lock on the enrolments: of two marks for one person the second sees the first. In
    # one order, so that two lists sent at once do not wait for each other.
    seated = set(
        Enrolment.objects.select_for_update()
        .seated()
        .filter(pk__in=wanted, run=meeting.run_id)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if wanted - seated:
        raise Refused(_("This person holds no place in the class any more. Load the list again."), code="stranger")
    rows = {row.enrolment_id: row for row in Attendance.objects.filter(meeting=meeting, enrolment__in=wanted)}
    keys = {_key(meeting, one) for one in marks if one.key}
    done = set(AttendanceEvent.objects.filter(key__in=keys).values_list("key", flat=True))
    new: dict[int, Attendance] = {}
    changed: dict[int, Attendance] = {}
    events = []
    for one in marks:
        key = _key(meeting, one) if one.key else None
        if key in done:
            continue
        row = rows.get(one.enrolment)
        event = AttendanceEvent(old=row.status if row else "", new=one.status, at=at, by=by, note=one.note, key=key)
        event.data = _data(one, method)
        if row is None:
            row = rows[one.enrolment] = Attendance(meeting=meeting, enrolment_id=one.enrolment)
            _write(row, one, method, by, at)
            new[one.enrolment] = row
        elif one.device_at is not None and min(one.device_at, at) < row.marked_at:
            event.data["superseded"] = True
        elif _says_nothing_new(row, one) and key is None:
            continue
        else:
            _write(row, one, method, by, at)
            if one.enrolment not in new:
                changed[one.enrolment] = row
        if key:
            done.add(key)
        event.subject = row
        events.append(event)
    Attendance.objects.bulk_create(new.values())
    Attendance.objects.bulk_update(changed.values(), ["status", "method", "minutes", "marked_at", "marked_by"])
    for event in events:
        event.subject_id = event.subject.pk
    AttendanceEvent.objects.bulk_create(events)
    if events:
        signals.attendance_marked.send(Attendance, enrolment_ids=sorted(wanted))
    return [rows[one.enrolment] for one in marks]


def _refuse_closed(meeting: Meeting, marks: Sequence[Mark], at: datetime) -> None:
    if meeting.state == Meeting.State.CANCELLED:
        raise NotAllowed(_("This meeting was cancelled: nobody is marked at it."), code="cancelled")
    early = [one for one in marks if one.status != EXCUSED and min(one.device_at or at, at) < meeting.opens_at]
    if early:
        raise Refused(
            _("Attendance opens at %(time)s. Until then only excuses are put down.")
            % {"time": f"{meeting.opens_at.astimezone(ZONE):%H:%M %d/%m/%Y}"},
            code="early",
        )


def _key(meeting: Meeting, one: Mark) -> str:
    """The device's key within this meeting and person: a key made elsewhere meets nobody else's."""
    return f"{meeting.pk}.{one.enrolment}.{one.key[:36]}"


def _data(one: Mark, method: str) -> dict[str, object]:
    data: dict[str, object] = {"method": method}
    if one.device_at is not None:
        data["device_at"] = one.device_at.isoformat()
    if one.minutes is not None:
        data["minutes"] = one.minutes
    return data


def _says_nothing_new(row: Attendance, one: Mark) -> bool:
    return row.status == one.status and one.minutes in (None, row.minutes) and not one.note


def _write(row: Attendance, one: Mark, method: str, by: User | None, at: datetime) -> None:
    made = at if one.device_at is None else min(one.device_at, at)
    # Never earlier than the mark it takes the place of, also when a clock was set back.
    row.marked_at = max(made, row.marked_at) if row.pk or row.status else made
    row.status, row.method, row.marked_by = one.status, method, by
    row.minutes = one.minutes


def close_meeting(*, meeting: Meeting, by: User | None, at: datetime) -> int:
    """Mark as absent whoever is not marked yet; how many. Raises Refused before the meeting has begun."""
    if at < meeting.starts_at:
        raise Refused(_("The meeting has not begun. Close it when everybody had time to come."), code="early")
    missing = [person for person in timetables.attended(meeting).people if not person.status]
    marks = [Mark(person.pk, ABSENT) for person in missing]
    mark_all(meeting=meeting, marks=marks, method=Attendance.Method.HAND, by=by, at=at)
    return len(marks)


@transaction.atomic
def check_in(*, meeting: Meeting, person: User, method: str, seen_at: datetime, at: datetime) -> Attendance:
    """Mark a person who was in the room at `seen_at`, as the code on the projector proves: present, or late.

    In the room already, nothing changes. Raises Refused for somebody who holds no
    seat in the class, before the meeting opens and after it has ended; too early
    never stands in the way of coming again.
    """
    own = User.objects.same_as(person)
    enrolment = Enrolment.objects.seated().filter(run=meeting.run_id, person__in=own).order_by("pk").first()
    if enrolment is None:
        raise Refused(
            _("You hold no place in class %(code)s. Tell the instructor, who can put you on the list.")
            % {"code": meeting.run.code},
            code="stranger",
        )
    refuse_outside(meeting, seen_at)
    present = Attendance.objects.filter(meeting=meeting, enrolment=enrolment).first()
    if present is not None and present.status in THERE:
        return present
    minutes = (seen_at - meeting.starts_at).total_seconds() / 60
    status = arrival(minutes, settings.ATTENDANCE_LATE_MINUTES)
    return mark(meeting=meeting, enrolment=enrolment, status=status, method=method, by=person, at=at)


def refuse_outside(meeting: Meeting, moment: datetime) -> None:
    """Raise Refused when one cannot come in at `moment`: too early, over, or cancelled."""
    if meeting.state == Meeting.State.CANCELLED:
        raise NotAllowed(_("This meeting was cancelled."), code="cancelled")
    if moment < meeting.opens_at:
        raise Refused(
            _("Attendance opens at %(time)s. Scan the code again then.")
            % {"time": f"{meeting.opens_at.astimezone(ZONE):%H:%M}"},
            code="early",
        )
    if moment > meeting.ends_at:
        raise Refused(
            _("The meeting ended at %(time)s. If you were there, tell the instructor.")
            % {"time": f"{meeting.ends_at.astimezone(ZONE):%H:%M %d/%m/%Y}"},
            code="over",
        )


def add_sheet(*, meeting: Meeting, file: Checked, name: str, by: User, at: datetime) -> SignedSheet:
    """Keep the scan of a signed sheet; the same file again is the one that is kept."""
    kept = meeting.sheets.filter(sha256=file.sha256).first()
    if kept is not None:
        return kept
    path = storages["private"].save(
        f"sheets/{meeting.uid}/{random_code(8)}.{file.extension}", ContentFile(file.content)
    )
    return SignedSheet.objects.create(
        meeting=meeting, path=path, name=name[:200], sha256=file.sha256, added_at=at, added_by=by
    )


@transaction.atomic
def settle_attendance(*, enrolment: Enrolment, by: User | None, at: datetime) -> bool:
    """Meet the requirement of attendance if its share is reached and cannot be missed any more; whether it is so.

    The share asked for is the one of the day of enrolment. Met stays met.
    """
    requirement = Requirement.objects.filter(enrolment=enrolment, kind=Requirement.Kind.ATTENDANCE).first()
    if requirement is None or requirement.met_at is not None or enrolment.state != Enrolment.State.ACTIVE:
        return requirement is not None and requirement.met_at is not None
    found = timetables.shares(enrolment.run, at, [enrolment.pk])
    if not found.settled(enrolment.pk, requirement.threshold or 100):
        return False
    share = found.of(enrolment.pk)
    detail = {"percent": share.worst, "minutes": share.there, "of": share.counted + share.ahead}
    kind, key = requirement.kind, requirement.key
    meet(enrolment=enrolment, kind=kind, key=key, at=at, by=by, detail=detail)
    return True
