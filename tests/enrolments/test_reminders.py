"""Reminders: who is told what when; told once however often the sweep runs or dies."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrolments import actions, reminders, tasks
from enrolments.actions import reminding
from enrolments.models import CourseRun, Enrolment, Meeting, Requirement
from enrolments.series import Slot
from lms.lib.periods import ZONE
from people import actions as people
from people.models import Notice, User
from tests import factories
from tests.enrolments.conftest import finish_all

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)  # a Monday
EVENING = MORNING.replace(hour=18, minute=30)


class Killed(BaseException):
    """The worker's process ends here."""


@pytest.fixture
def course(db):
    course = factories.make_course(lessons=2)
    factories.make_pages(course)
    return course


def a_class(course, *, first=date(2026, 11, 1), last=date(2026, 12, 31), mode=CourseRun.Mode.ROOM, **fields):
    return factories.make_run(course, starts_on=first, ends_on=last, mode=mode, at=MORNING, **fields)


def join(run, name="Nguyễn Văn An", *, ago=timedelta(days=10)):
    """Somebody in the class; told of it when they enrolled."""
    enrolment = factories.enrol(factories.make_person(name), run, at=MORNING)
    Enrolment.objects.filter(pk=enrolment.pk).update(enrolled_at=MORNING - ago)
    Notice.objects.all().delete()
    enrolment.refresh_from_db()
    return enrolment


def meets(run, starts, *, room="Phòng 204"):
    (meeting,) = actions.plan_meetings(
        run=run, slots=[Slot(starts, starts + timedelta(hours=2))], room=room, by=None, at=MORNING
    )
    return meeting


def kinds():
    return Counter(Notice.objects.filter(channel="screen").values_list("kind", flat=True))


# --- Rules ---------------------------------------------------------------------------------


def test_days_are_stretches_so_that_a_worker_that_was_away_still_tells():
    assert reminders.starting(MORNING) == (date(2026, 11, 25), date(2026, 11, 30))
    assert reminders.ending(MORNING) == (date(2026, 11, 24), date(2026, 11, 30))
    assert reminders.tomorrow(MORNING, hour=18) is None
    assert reminders.tomorrow(EVENING, hour=18).first == datetime(2026, 11, 24, tzinfo=ZONE)
    # One minute before midnight in Vietnam is still the eve.
    late = datetime(2026, 11, 23, 23, 59, tzinfo=ZONE)
    assert reminders.tomorrow(late, hour=18) == reminders.tomorrow(EVENING, hour=18)


@pytest.mark.parametrize(("day", "key"), [(22, None), (23, "2026-W48"), (24, "2026-W48"), (25, None), (30, "2026-W49")])
def test_a_report_is_due_at_the_beginning_of_the_week(day, key):
    assert reminders.report_key(datetime(2026, 11, day, 8, tzinfo=ZONE)) == key


@pytest.mark.parametrize(("hour", "may"), [(6, False), (7, True), (20, True), (21, False), (23, False), (0, False)])
def test_nobody_is_reminded_at_night(hour, may):
    assert reminders.may_tell(MORNING.replace(hour=hour), quiet=(21, 7)) == may


# --- Before a class and a meeting ------------------------------------------------------------


def test_a_week_before_the_first_meeting_or_the_first_day(course):
    met = a_class(course, first=date(2026, 11, 20))
    meets(met, datetime(2026, 11, 30, 18, tzinfo=ZONE))
    meets(met, datetime(2026, 12, 7, 18, tzinfo=ZONE))
    bare = a_class(course, first=date(2026, 11, 26), place="Hội trường A")
    far = a_class(course, first=date(2026, 12, 20))
    alone = a_class(course, first=date(2026, 11, 26), mode=CourseRun.Mode.SELF_PACED)
    first, second = join(met), join(bare)
    for run in (far, alone):
        join(run)
    just_now = join(bare, "Trần Vừa Vào", ago=timedelta(hours=3))
    actions.remind(at=MORNING)
    told = {notice.person_id: notice for notice in Notice.objects.filter(kind="starts_in_a_week", channel="screen")}
    assert set(told) == {first.person_id, second.person_id}
    assert just_now.person_id not in told
    assert told[first.person_id].facts["day"] == "30/11/2026"
    assert "Phòng 204" in told[first.person_id].facts["place"]["vi"]
    assert told[second.person_id].facts["place"] == "Hội trường A"
    assert told[second.person_id].facts["when"] == "26/11/2026"


def test_a_cancelled_first_meeting_is_not_the_first(course):
    run = a_class(course, first=date(2026, 11, 20))
    gone = meets(run, datetime(2026, 11, 28, 18, tzinfo=ZONE))
    meets(run, datetime(2026, 12, 20, 18, tzinfo=ZONE))
    join(run)
    actions.cancel_meeting(meeting=gone, reason="mưa bão", by=None, at=MORNING)
    actions.remind(at=MORNING)
    assert kinds()["starts_in_a_week"] == 0


def test_on_the_evening_before_a_meeting_and_again_when_it_was_moved(course):
    run = a_class(course)
    meeting = meets(run, datetime(2026, 11, 24, 8, tzinfo=ZONE))
    meets(run, datetime(2026, 11, 25, 0, 0, tzinfo=ZONE))
    enrolment = join(run)
    actions.remind(at=MORNING)
    assert kinds()["meets_tomorrow"] == 0
    actions.remind(at=EVENING)
    actions.remind(at=EVENING + timedelta(minutes=15))
    (notice,) = Notice.objects.filter(kind="meets_tomorrow", channel="screen")
    assert notice.person == enrolment.person
    assert notice.facts["when"]["vi"].endswith("24/11/2026, 08:00–10:00")
    meeting.refresh_from_db()
    later = datetime(2026, 11, 27, 8, tzinfo=ZONE)
    actions.change_meeting(meeting=meeting, starts_at=later, ends_at=later + timedelta(hours=2), by=None, at=EVENING)
    actions.remind(at=EVENING + 3 * DAY)
    assert kinds()["meets_tomorrow"] == 2


def test_a_reminder_that_comes_too_late_is_not_sent(course, settings):
    run = a_class(course)
    meets(run, datetime(2026, 11, 24, 8, tzinfo=ZONE))
    join(run)
    actions.remind(at=EVENING)
    letter = Notice.objects.get(kind="meets_tomorrow", channel="mail")
    assert not people.send_notice(notice_id=letter.pk, at=EVENING + DAY, site_url="https://nscl.example")
    letter.refresh_from_db()
    assert (letter.state, letter.error) == ("failed", "late")


def test_nothing_is_said_of_cancelled_and_finished_classes_nor_to_who_left(course):
    for state in (CourseRun.State.CANCELLED, CourseRun.State.FINISHED):
        run = a_class(course, last=date(2026, 11, 26))
        meets(run, datetime(2026, 11, 24, 8, tzinfo=ZONE))
        join(run)
        CourseRun.objects.filter(pk=run.pk).update(state=state)
    left = a_class(course, last=date(2026, 11, 26))
    meets(left, datetime(2026, 11, 24, 8, tzinfo=ZONE))
    gone = join(left)
    Enrolment.objects.filter(pk=gone.pk).update(state=Enrolment.State.WITHDRAWN)
    Notice.objects.all().delete()
    assert actions.remind(at=EVENING) == 0


# --- While one learns ---------------------------------------------------------------------------


def test_who_has_not_begun_after_a_week_is_told_once(course):
    run = a_class(course, mode=CourseRun.Mode.SELF_PACED)
    idle = join(run, ago=8 * DAY)
    busy = join(run, "Lê Thị Bình", ago=8 * DAY)
    join(run, "Vũ Mới Vào", ago=2 * DAY)
    join(run, "Hồ Từ Lâu", ago=40 * DAY)
    actions.open_lesson(enrolment=busy, lesson=course.lessons.first(), at=MORNING)
    actions.remind(at=MORNING)
    actions.remind(at=MORNING + DAY)
    (notice,) = Notice.objects.filter(kind="not_started", channel="screen")
    assert notice.person == idle.person
    assert notice.facts["minutes"] == 20
    assert notice.facts["url"] == f"/vi/learn/{run.code}/resume/"


def test_a_class_in_a_room_is_not_begun_by_lessons(course):
    join(a_class(course), ago=8 * DAY)
    actions.remind(at=MORNING)
    assert kinds()["not_started"] == 0


def test_near_the_end_one_hears_what_is_missing(course):
    actions.require(course=course, kind="exam", key="HACCP-CK")
    run = a_class(course, last=date(2026, 11, 27), mode=CourseRun.Mode.SELF_PACED)
    lacking, complete = join(run), join(run, "Lê Thị Bình")
    Requirement.objects.filter(enrolment=complete).update(met_at=MORNING)
    actions.open_lesson(enrolment=lacking, lesson=course.lessons.first(), at=MORNING)
    actions.remind(at=MORNING)
    actions.remind(at=MORNING + DAY)
    (notice,) = Notice.objects.filter(kind="deadline_near", channel="screen")
    assert notice.person == lacking.person
    assert notice.facts["day"] == "27/11/2026"
    assert notice.facts["missing"]["en"] == "2 lessons, exam passed."


def test_attendance_is_not_missing_while_the_class_still_meets(course):
    run = a_class(course, last=date(2026, 11, 27))
    meets(run, datetime(2026, 11, 26, 18, tzinfo=ZONE))
    enrolment = join(run)
    Requirement.objects.filter(enrolment=enrolment).update(met_at=MORNING)
    Requirement.objects.create(enrolment=enrolment, kind=Requirement.Kind.ATTENDANCE, threshold=80)
    actions.remind(at=MORNING)
    assert kinds()["deadline_near"] == 0
    Meeting.objects.update(state=Meeting.State.CANCELLED)
    actions.remind(at=MORNING)
    assert kinds()["deadline_near"] == 1


def test_completing_is_told_at_once_and_the_sweep_mends_what_the_broker_forgot(
    course, celery_eager, django_capture_on_commit_callbacks
):
    run = a_class(course, mode=CourseRun.Mode.SELF_PACED)
    first, second = join(run), join(run, "Lê Thị Bình")
    with django_capture_on_commit_callbacks(execute=True):
        finish_all(first, at=MORNING)
    assert kinds()["completed"] == 1
    finish_all(second, at=MORNING)  # the message is lost
    actions.remind(at=MORNING + DAY)
    actions.remind(at=MORNING + DAY)
    assert kinds()["completed"] == 2


# --- Reports ---------------------------------------------------------------------------------------


def test_instructors_get_a_report_once_a_week(course):
    teacher, former = factories.make_person("Cô Thủy"), factories.make_person("Thầy Cũ")
    run = a_class(course, first=date(2026, 10, 1), last=date(2026, 11, 30), instructors=(teacher, former))
    actions.end_instructor(run=run, person=former, by=None, at=MORNING)
    a_class(course, instructors=(teacher,))  # nobody is in it
    finish_all(join(run), at=MORNING)
    join(run, "Lê Thị Bình")
    Notice.objects.all().delete()
    for at in (MORNING, MORNING + DAY, MORNING + 2 * DAY):
        actions.remind(at=at)
    (notice,) = Notice.objects.filter(kind="class_report", channel="screen")
    assert notice.person == teacher
    assert [notice.facts[name] for name in ("enrolled", "lagging", "completed")] == [2, 1, 1]
    actions.remind(at=MORNING + 7 * DAY)
    assert kinds()["class_report"] == 2


# --- The sweep ----------------------------------------------------------------------------------------


def crowd(run, number):
    """Many people in a class, written at once."""
    people = []
    for index in range(number):
        person = User(username=f"dong{run.pk}-{index}", email=f"dong{index}@nscl.example", password="!")
        person.set_name(f"Người {index}")
        people.append(person)
    User.objects.bulk_create(people)
    Enrolment.objects.bulk_create(
        Enrolment(run=run, person=person, enrolled_at=MORNING - 10 * DAY) for person in people
    )


def test_five_hundred_are_told_with_few_queries(course):
    run = a_class(course)
    meets(run, datetime(2026, 11, 24, 8, tzinfo=ZONE))
    crowd(run, 500)
    with CaptureQueriesContext(connection) as first:
        assert actions.remind(at=EVENING) == 1000
    with CaptureQueriesContext(connection) as again:
        assert actions.remind(at=EVENING) == 0
    # Three batches of people, seven queries each, and what the six rules look for.
    assert len(first) <= 50
    assert len(again) <= len(first)


def test_killed_half_way_it_goes_on_where_it_was(course, monkeypatch):
    run = a_class(course)
    meets(run, datetime(2026, 11, 24, 8, tzinfo=ZONE))
    crowd(run, 30)
    monkeypatch.setattr(reminding, "BATCH", 10)
    batches = iter([True, True, False])

    def die(*, tellings, at, real=reminding.notify_all):
        found = real(tellings=tellings, at=at)
        if not next(batches):
            raise Killed
        return found

    monkeypatch.setattr(reminding, "notify_all", die)
    with pytest.raises(Killed):
        actions.remind(at=EVENING)
    monkeypatch.undo()
    before = kinds()["meets_tomorrow"]
    assert 0 < before <= 30
    actions.remind(at=EVENING)
    actions.remind(at=EVENING)
    assert kinds()["meets_tomorrow"] == 30
    assert Notice.objects.filter(kind="meets_tomorrow", channel="mail").count() == 30


def test_the_quiet_hours_hold_everything_back(course):
    join(a_class(course, last=date(2026, 11, 27)))
    assert actions.remind(at=MORNING.replace(hour=22)) == 0
    assert actions.remind(at=MORNING) > 0


def test_the_task_runs_twice(course):
    tasks.remind()
    tasks.remind()
    assert Notice.objects.count() == 0
