"""Timetables: planned, moved, cancelled, told of, clashing, read by calendars."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from enrolments import actions, series, tasks, timetables
from enrolments.models import CourseRun, Meeting, MeetingEvent
from enrolments.series import Slot, Weekly
from lms.lib.access import Role
from lms.lib.periods import ZONE
from lms.lib.states import NotAllowed, Refused
from people.models import Notice
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db

EVENING = (time(18), time(20, 30))


def slot(days=7, hour=18, minutes=150, at=AT):
    begins = datetime.combine((at + timedelta(days=days)).date(), time(hour), ZONE)
    return Slot(begins, begins + timedelta(minutes=minutes))


@pytest.fixture
def teacher():
    return factories.make_person("Phạm Thị Bích Thủy", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def run(teacher):
    course = factories.make_course()
    return factories.make_run(
        course, code="HACCP-2026-07", mode="room", place="Hội trường A", instructors=(teacher,), seats=30
    )


def plan(run, *slots, at=AT, by=None, **fields):
    return actions.plan_meetings(run=run, slots=slots or (slot(),), by=by, at=at, **fields)


# --- Series -----------------------------------------------------------------------------


def local(slots):
    return [f"{one.starts_at.astimezone(ZONE):%d/%m %H:%M}-{one.ends_at.astimezone(ZONE):%H:%M}" for one in slots]


def test_series_over_the_end_of_a_month_and_a_year():
    rule = Weekly({1, 3}, [EVENING], date(2026, 12, 24), last=date(2027, 1, 7), skipping={date(2026, 12, 31)})
    assert local(series.generate(rule)) == [
        "24/12 18:00-20:30",
        "29/12 18:00-20:30",
        "05/01 18:00-20:30",
        "07/01 18:00-20:30",
    ]


def test_series_by_count_makes_up_for_skipped_days():
    rule = Weekly({0}, [EVENING], date(2026, 1, 26), count=3, skipping={date(2026, 2, 2)})
    assert local(series.generate(rule)) == ["26/01 18:00-20:30", "09/02 18:00-20:30", "16/02 18:00-20:30"]


def test_series_with_two_times_a_day_stops_at_its_count():
    rule = Weekly({5}, [(time(13, 30), time(17)), (time(8), time(11, 30))], date(2026, 2, 28), count=3)
    assert local(series.generate(rule)) == ["28/02 08:00-11:30", "28/02 13:30-17:00", "07/03 08:00-11:30"]


def test_series_keeps_clock_time_where_clocks_change():
    berlin = ZoneInfo("Europe/Berlin")
    rule = Weekly({6}, [(time(1, 30), time(4))], date(2026, 3, 22), count=2)
    before, changed = series.generate(rule, berlin)
    assert f"{before.starts_at:%H:%M}" == "00:30"
    assert changed.starts_at.astimezone(berlin).time() == time(1, 30)
    assert changed.ends_at - changed.starts_at == timedelta(hours=2, minutes=30)
    # 02:30 does not exist on that day: an hour later, as the clocks.
    (gap,) = series.generate(Weekly({6}, [(time(2, 30), time(3))], date(2026, 3, 29), count=1), berlin)
    assert gap.starts_at.astimezone(berlin).time() == time(3, 30)
    # 02:30 comes twice in October: the first one is meant, and once.
    twice = series.generate(Weekly({6}, [(time(2, 30), time(3, 30))], date(2026, 10, 25), count=1), berlin)
    assert [f"{one.starts_at:%H:%M}" for one in twice] == ["00:30"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Weekly(set(), [EVENING], date(2026, 1, 1), count=1), "weekdays"),
        (Weekly({0}, [], date(2026, 1, 1), count=1), "times"),
        (Weekly({0}, [(time(20), time(18))], date(2026, 1, 1), count=1), "times"),
        (Weekly({0}, [(time(8), time(11)), (time(10), time(12))], date(2026, 1, 1), count=1), "times"),
        (Weekly({0}, [EVENING], date(2026, 1, 1)), "end"),
        (Weekly(set(range(7)), [EVENING], date(2026, 1, 1), last=date(2027, 1, 1)), "end"),
        (Weekly({0}, [EVENING], date(2026, 1, 6), last=date(2026, 1, 11)), "weekdays"),
    ],
)
def test_series_that_is_refused(rule, code):
    with pytest.raises(Refused) as refusal:
        series.generate(rule)
    assert refusal.value.code == code


# --- Planning and moving ------------------------------------------------------------------


def test_the_same_series_sent_twice_is_planned_once(run, teacher):
    slots = [slot(7), slot(9), slot(14)]
    assert len(plan(run, *slots, by=teacher)) == 3
    with pytest.raises(Refused, match="30/11/2026"):
        plan(run, *slots, by=teacher)
    assert run.meetings.count() == 3


def test_a_moved_meeting_is_the_same_one_with_a_higher_sequence(run, teacher):
    (meeting,) = plan(run)
    later = slot(8)
    moved = actions.change_meeting(
        meeting=meeting, starts_at=later.starts_at, ends_at=later.ends_at, room="phòng 204", by=teacher, at=AT
    )
    assert (moved.pk, moved.uid, moved.sequence) == (meeting.pk, meeting.uid, 1)
    event = moved.events.last()
    assert event.data["changed"] == ["ends_at", "room", "starts_at"]
    assert datetime.fromisoformat(event.data["before"][0]) == meeting.starts_at
    again = actions.change_meeting(meeting=moved, room="phòng 204", by=teacher, at=AT)
    assert again.sequence == 1
    assert again.events.count() == 2


def test_cancelled_needs_a_reason_and_can_be_put_back(run, teacher):
    (meeting,) = plan(run)
    with pytest.raises(Refused) as refusal:
        actions.cancel_meeting(meeting=meeting, reason="  ", by=teacher, at=AT)
    assert refusal.value.code == "reason"
    cancelled = actions.cancel_meeting(meeting=meeting, reason="Mất điện", by=teacher, at=AT)
    assert (cancelled.state, cancelled.sequence) == (Meeting.State.CANCELLED, 1)
    with pytest.raises(NotAllowed):
        actions.change_meeting(meeting=cancelled, room="x", by=teacher, at=AT)
    back = actions.restore_meeting(meeting=cancelled, by=teacher, at=AT)
    assert (back.state, back.sequence) == (Meeting.State.PLANNED, 2)
    with pytest.raises(NotAllowed):
        actions.restore_meeting(meeting=back, by=teacher, at=AT)


def test_put_back_onto_another_meeting_is_refused(run):
    (meeting,) = plan(run)
    cancelled = actions.cancel_meeting(meeting=meeting, reason="Mất điện", by=None, at=AT)
    plan(run)
    with pytest.raises(Refused) as refusal:
        actions.restore_meeting(meeting=cancelled, by=None, at=AT)
    assert refusal.value.code == "twice"


def test_a_class_that_is_over_keeps_its_timetable(run):
    actions.move_run(run=run, to=CourseRun.State.FINISHED, by=None, at=AT)
    with pytest.raises(NotAllowed):
        plan(run)


def test_a_meeting_that_took_place_is_not_called_off(run):
    (meeting,) = plan(run, slot(-1))
    enrolment = factories.enrol(factories.make_person(), run)
    actions.mark(meeting=meeting, enrolment=enrolment, status="late", method="hand", by=None, at=AT)
    with pytest.raises(Refused):
        actions.cancel_meeting(meeting=meeting, reason="x", by=None, at=AT)
    later = slot(8)
    with pytest.raises(Refused):
        actions.change_meeting(meeting=meeting, starts_at=later.starts_at, ends_at=later.ends_at, by=None, at=AT)


def test_clashes_of_room_and_instructor(run, teacher, django_assert_num_queries):
    other = factories.make_run(run.course, code="HACCP-2026-08", place="Hội trường A", mode="room")
    plan(other, slot(7), room="Phòng 204")
    taught = factories.make_run(run.course, code="HACCP-2026-09", instructors=(teacher,), place="Nhà máy B")
    plan(taught, slot(7))
    plan(taught, slot(9))
    elsewhere = factories.make_run(run.course, code="HACCP-2026-10", place="Sở KH&CN")
    plan(elsewhere, slot(7), room="phòng 204")
    with django_assert_num_queries(2):
        found = timetables.clashes(run, [slot(7), slot(8)], "phong 204", None)
    assert {(clash.other.run.code, clash.room, clash.instructor) for clash in found} == {
        ("HACCP-2026-08", "Phòng 204", ""),
        ("HACCP-2026-09", "", "Phạm Thị Bích Thủy"),
    }


# --- Telling ------------------------------------------------------------------------------


@pytest.fixture
def enrolled(run):
    people = [factories.make_person("Trần Hoài An"), factories.make_person("Võ Minh Đạo", email="")]
    for person in people:
        factories.enrol(person, run)
    return people


def told(person, kind):
    return person.notices.filter(kind=kind, channel=Notice.Channel.SCREEN).count()


def test_a_series_is_told_in_one_notice_and_once(run, enrolled, teacher):
    plan(run, slot(7), slot(9))
    tasks.tell_of_meetings(run.pk)
    tasks.tell_of_meetings(run.pk)
    tasks.tell_of_all_meetings()
    assert [told(person, "meetings_planned") for person in [*enrolled, teacher]] == [1, 1, 1]
    facts = enrolled[0].notices.filter(kind="meetings_planned").first().facts
    assert "30/11/2026, 18:00–20:30" in facts["when"]["vi"]
    assert not MeetingEvent.objects.filter(told_at=None).exists()


def test_moved_and_cancelled_are_told_with_what_was_and_why(run, enrolled):
    (meeting,) = plan(run)
    tasks.tell_of_meetings(run.pk)
    later = slot(8)
    moved = actions.change_meeting(meeting=meeting, starts_at=later.starts_at, ends_at=later.ends_at, by=None, at=AT)
    actions.change_meeting(meeting=moved, room="phòng 204", by=None, at=AT)
    tasks.tell_of_meetings(run.pk)
    (notice,) = enrolled[0].notices.filter(kind="meeting_changed", channel=Notice.Channel.SCREEN)
    assert "30/11/2026" in notice.facts["before"]["vi"]
    assert "01/12/2026" in notice.facts["when"]["vi"]
    assert notice.facts["place"]["en"] == "phòng 204, Hội trường A"
    actions.cancel_meeting(meeting=moved, reason="Mất điện", by=None, at=AT)
    tasks.tell_of_meetings(run.pk)
    (notice,) = enrolled[0].notices.filter(kind="meeting_cancelled", channel=Notice.Channel.SCREEN)
    assert notice.facts["reason"] == "Mất điện"
    back = actions.restore_meeting(meeting=moved, by=None, at=AT)
    tasks.tell_of_meetings(run.pk)
    assert told(enrolled[1], "meeting_restored") == 1
    assert back.sequence == 4


def test_what_lies_in_the_past_and_topics_are_told_to_nobody(run, enrolled):
    (meeting,) = plan(run, slot(-3))
    (ahead,) = plan(run, slot(3))
    tasks.tell_of_meetings(run.pk)
    enrolled[0].notices.all().delete()
    actions.change_meeting(meeting=meeting, room="phòng 1", by=None, at=AT)
    actions.change_meeting(meeting=ahead, topic="Phân tích mối nguy", by=None, at=AT)
    tasks.tell_of_all_meetings()
    assert enrolled[0].notices.count() == 0


def test_planned_and_called_off_before_anybody_heard_is_told_to_nobody(run, enrolled):
    (meeting,) = plan(run)
    actions.cancel_meeting(meeting=meeting, reason="Nhầm", by=None, at=AT)
    tasks.tell_of_meetings(run.pk)
    assert not enrolled[0].notices.filter(kind__startswith="meeting").exists()


def test_killed_half_way_nobody_is_missed_and_nobody_hears_twice(run, enrolled, monkeypatch):
    plan(run)
    real = actions.telling.notify
    calls = []

    def dies(**facts):
        calls.append(facts["person"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**facts)

    monkeypatch.setattr(actions.telling, "notify", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.tell_of_meetings(run.pk)
    assert MeetingEvent.objects.filter(told_at=None).exists()
    monkeypatch.setattr(actions.telling, "notify", real)
    tasks.tell_of_all_meetings()
    assert [told(person, "meetings_planned") for person in enrolled] == [1, 1]
