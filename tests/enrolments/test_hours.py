"""Time in lessons, meetings and exams, and the statement of it."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse

from enrolments import actions, hours, timesheets
from enrolments.models import Attendance, Enrolment, Meeting, StudySession
from tests import factories
from tests.factories import AT

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def enrolment(run, person):
    return actions.enrol(run=run, person=person, by=person, at=AT)


@pytest.fixture
def lesson(course):
    return course.lessons.taught().first()


def read(enrolment, lesson, *moments):
    for moment in moments:
        actions.beat(enrolment=enrolment, lesson=lesson, at=AT + moment)


def seconds(enrolment):
    return sum(StudySession.objects.filter(enrolment=enrolment).values_list("seconds", flat=True))


@pytest.mark.parametrize(
    ("silence", "counted"),
    [
        (timedelta(0), 0),
        (SECOND, 1),
        (hours.IDLE, 180),
        (hours.IDLE + SECOND, 0),
        (-MINUTE, 0),
    ],
)
def test_between_two_signs_of_life(silence, counted):
    assert hours.gained(AT, AT + silence) == counted


def test_steady_reading_counts_whole(enrolment, lesson):
    read(enrolment, lesson, *(30 * SECOND * step for step in range(11)))
    assert seconds(enrolment) == 300
    assert StudySession.objects.get().last_at == AT + 300 * SECOND


def test_a_long_silence_begins_anew(enrolment, lesson):
    read(enrolment, lesson, timedelta(0), MINUTE, 30 * MINUTE, 31 * MINUTE)
    assert seconds(enrolment) == 120
    assert StudySession.objects.count() == 2


def test_two_devices_at_once_count_once(enrolment, lesson, course):
    other = course.lessons.taught().last()
    for step in range(0, 601, 30):
        read(enrolment, lesson, step * SECOND)
        read(enrolment, other, (step + 10) * SECOND)
    # The first sign of the second tab opens its session and counts nothing.
    assert 590 <= seconds(enrolment) <= 610


def test_a_clock_that_goes_back_counts_nothing_twice(enrolment, lesson):
    read(enrolment, lesson, timedelta(0), MINUTE, 2 * MINUTE, MINUTE, 90 * SECOND, 3 * MINUTE)
    assert seconds(enrolment) == 180


def test_someone_who_left_is_not_measured(enrolment, lesson, person):
    left = actions.withdraw(enrolment=enrolment, by=person, at=AT)
    assert actions.beat(enrolment=left, lesson=lesson, at=AT) is None
    assert not StudySession.objects.exists()


def test_a_lesson_counts_up_to_three_times_its_plan(enrolment, lesson):
    lesson.minutes = 10
    lesson.save()
    for day in range(2):
        StudySession.objects.create(
            enrolment=enrolment,
            lesson=lesson,
            started_at=AT + timedelta(days=day),
            last_at=AT + timedelta(days=day, minutes=20),
            seconds=1200,
        )
    statement = timesheets.statement(enrolment, "vi")
    assert [line.seconds for line in statement.lines] == [1200, 600]
    assert statement.lessons == 1800 == statement.total


def meet(run, **fields):
    return Meeting.objects.create(run=run, starts_at=AT, ends_at=AT + timedelta(hours=2), topic="Sơ đồ", **fields)


@pytest.mark.parametrize(
    ("status", "minutes", "marked", "counted"),
    [
        ("present", None, 0, 120),
        ("present", 90, 0, 90),
        ("present", 500, 0, 120),
        ("late", None, 30, 90),
        ("late", None, 120, 0),
        ("late", None, 600, 120),
    ],
)
def test_time_in_a_meeting(enrolment, person, status, minutes, marked, counted):
    one = Attendance.objects.create(
        meeting=meet(enrolment.run),
        enrolment=enrolment,
        status=status,
        method="hand",
        minutes=minutes,
        marked_at=AT + marked * MINUTE,
        marked_by=person,
    )
    assert timesheets.seconds_there(one) == counted * 60


def test_absent_and_cancelled_are_not_on_the_statement(enrolment, person):
    for state, status in (("planned", "absent"), ("planned", "excused"), ("cancelled", "present")):
        Attendance.objects.create(
            meeting=meet(enrolment.run, state=state),
            enrolment=enrolment,
            status=status,
            method="hand",
            marked_at=AT,
            marked_by=person,
        )
    assert timesheets.statement(enrolment, "vi").lines == []


def test_player_sends_signs_of_life(client, enrolment, lesson, person):
    client.force_login(person)
    page = client.get(reverse("enrolments:lesson", args=[enrolment.run.code, lesson.code])).content.decode()
    address = reverse("enrolments:lesson_beat", args=[enrolment.run.code, lesson.code])
    assert f'data-beat="{address}"' in page
    assert client.post(address).status_code == 204
    assert StudySession.objects.get().enrolment == enrolment
    assert client.get(address).status_code == 405


def test_statement_on_screen_and_paper(client, enrolment, lesson, person, province):
    read(enrolment, lesson, timedelta(0), MINUTE, 2 * MINUTE)
    client.force_login(person)
    page = client.get(reverse("enrolments:hours", args=[enrolment.pk]))
    assert "0:02" in page.content.decode()
    paper = client.get(reverse("enrolments:hours_pdf", args=[enrolment.pk]))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert len(io.BytesIO(paper.content).getvalue()) > 5000


def test_statement_is_for_those_whom_it_concerns(client, enrolment):
    client.force_login(factories.make_person())
    for name in ("hours", "hours_pdf"):
        assert client.get(reverse(f"enrolments:{name}", args=[enrolment.pk])).status_code == 404


@pytest.mark.parametrize("lines", [1, 3])
def test_queries_of_the_statement(enrolment, course, lines, study_queries):
    for _number in range(lines):
        for lesson in course.lessons.taught():
            StudySession.objects.create(enrolment=enrolment, lesson=lesson, started_at=AT, last_at=AT, seconds=60)
    again = Enrolment.objects.get(pk=enrolment.pk)
    assert study_queries(lambda: timesheets.statement(again, "vi")) == 4
