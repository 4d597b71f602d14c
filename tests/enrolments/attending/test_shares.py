"""Who was there, added up to a share."""

import pytest

from enrolments import actions, attendance, tasks, timetables
from enrolments.attendance import Sat, share
from enrolments.models import CompletionRule, Enrolment, Requirement
from tests import factories
from tests.enrolments.attending.steps import DAY, HOUR, mark, plan

pytestmark = pytest.mark.django_db


def sat(*statuses, minutes=60, over=True):
    return [Sat(minutes, status, over) for status in statuses]


@pytest.mark.parametrize(
    ("rows", "percent", "worst", "best"),
    [
        ([], None, None, None),
        (sat("present", "late", "absent", None), 50, 50, 50),
        (sat("present", "excused", "excused"), 100, 100, 100),
        (sat("excused"), None, None, None),
        (sat("present") + sat(None, None, None, over=False), 100, 25, 100),
        (sat("present", minutes=199) + sat("absent", minutes=51), 79, 79, 79),
        (sat("absent") + sat(None, over=False), 0, 0, 50),
        (sat("present") + sat("excused", over=False), 100, 100, 100),
    ],
)
def test_share(rows, percent, worst, best):
    found = share(rows)
    assert (found.percent, found.worst, found.best) == (percent, worst, best)


def test_meets_only_what_is_certain():
    three_of_four = share(sat("present", "present", "present") + sat(None, over=False))
    assert three_of_four.meets(75)
    assert not three_of_four.meets(76)
    assert share(sat("absent", "absent") + sat(None, over=False)).misses(34)
    assert not share(sat("excused")).meets(1)


def test_by_minutes_and_arrival():
    assert [attendance.by_minutes(minutes, 100, 75, 40) for minutes in (75, 74.9, 40, 39)] == [
        "present",
        "late",
        "late",
        "absent",
    ]
    assert [attendance.arrival(minutes, 15) for minutes in (-20, 15, 15.1)] == ["present", "present", "late"]


@pytest.fixture
def asked(run, now):
    """Somebody whose course asks for 80% of the meetings, and for nothing else that is not met."""
    CompletionRule.objects.create(course=run.course, kind="attendance", threshold=80)
    found = factories.enrol(factories.make_person("Lý Thanh Tùng"), run, at=now)
    found.requirements.filter(kind="lessons").update(met_at=now)
    return found


def met(enrolment):
    return enrolment.requirements.get(kind="attendance").met_at is not None


def test_requirement_is_made_with_its_threshold_and_only_where_people_meet(run, asked, now):
    assert asked.requirements.get(kind="attendance").threshold == 80
    alone = factories.make_run(run.course, mode="self", at=now)
    other = factories.enrol(factories.make_person(), alone, at=now)
    assert not other.requirements.filter(kind="attendance").exists()


def test_settled_when_it_cannot_be_missed_any_more(run, asked, now):
    run.ends_on = (now + 3 * DAY).date()
    run.save()
    starts = [now - 9 * DAY, now - 7 * DAY, now - 5 * DAY, now - 3 * DAY, now + 3 * DAY + HOUR]
    meetings = [plan(run, moment) for moment in starts]
    for meeting in meetings[:3]:
        mark(meeting, asked, at=now)
    tasks.settle_attendance()
    assert not met(asked)
    mark(meetings[3], asked, "late", at=now)
    tasks.settle_attendance([asked.pk])
    assert met(asked)
    asked.refresh_from_db()
    assert asked.state == Enrolment.State.COMPLETED
    assert Requirement.objects.get(enrolment=asked, kind="attendance").detail == {
        "percent": 80,
        "minutes": 600,
        "of": 750,
    }


def test_not_settled_while_more_meetings_are_to_be_expected(run, asked, now):
    mark(plan(run, now - 3 * DAY), asked, at=now)
    tasks.settle_attendance()
    assert not met(asked)
    # The last day of the class is over: nothing more can come.
    assert not timetables.shares(run, now).whole
    assert timetables.shares(run, now + 120 * DAY).whole
    assert actions.settle_attendance(enrolment=asked, by=None, at=now + 120 * DAY)


def test_a_timetable_with_the_hours_of_the_course_is_whole(run, asked, now):
    for day in (5, 3):
        mark(plan(run, now - day * DAY, minutes=720), asked, at=now)
    tasks.settle_attendance()
    assert met(asked)


def test_sweep_settles_after_the_last_meeting_and_a_run_killed_half_way_is_finished(run, asked, now, monkeypatch):
    second = factories.enrol(factories.make_person("Thạch Thị Vy"), run, at=now)
    lazy = factories.enrol(factories.make_person("Đặng Quốc Kiệt"), run, at=now)
    meeting = plan(run, now - 3 * DAY, minutes=1440)
    for enrolment in (asked, second):
        mark(meeting, enrolment, at=now)
    mark(meeting, lazy, "absent", at=now)
    real, calls = actions.settle_attendance, []

    def dies(**facts):
        calls.append(facts)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**facts)

    monkeypatch.setattr(actions, "settle_attendance", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.settle_attendance()
    assert [met(asked), met(second)].count(True) == 1
    monkeypatch.setattr(actions, "settle_attendance", real)
    for _time in range(2):
        tasks.settle_attendance()
    assert [met(one) for one in (asked, second, lazy)] == [True, True, False]
    asked.refresh_from_db()
    assert asked.events.filter(new="completed").count() == 1


def test_cancelled_meetings_and_excuses_do_not_count(run, asked, teacher, now):
    mark(plan(run, now - 5 * DAY, minutes=720), asked, at=now)
    excused = plan(run, now - 4 * DAY, minutes=720)
    mark(excused, asked, "excused", at=now)
    gone = plan(run, now - 2 * DAY, minutes=720)
    actions.cancel_meeting(meeting=gone, reason="Mất điện", by=teacher, at=now)
    found = timetables.shares(run, now)
    assert found.of(asked.pk).percent == 100
    tasks.settle_attendance()
    assert met(asked)


def test_page_of_the_class_says_how_much_is_missing(client, run, asked, now):
    mark(plan(run, now - 3 * DAY), asked, "absent", at=now)
    client.force_login(asked.person)
    factories.make_pages(run.course)
    html = client.get(f"/vi/learn/{run.code}/").content.decode()
    assert "80%" in html
    assert "0%" in html
    for page in ("/vi/learn/meetings/", "/vi/learn/"):
        assert client.get(page).status_code == 200
