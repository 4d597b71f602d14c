"""Meetings as calendars read them: feeds, invitations, changes, cancellations."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from enrolments import actions, calendars, tasks, timetables
from enrolments.models import CalendarKey, CourseRun
from lms.lib.access import Role
from people.actions import send_notice
from people.models import Notice
from tests import factories
from tests.enrolments.test_meetings import plan, slot
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return factories.make_person("Phạm Thị Bích Thủy", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def run(teacher):
    course = factories.make_course()
    return factories.make_run(
        course, code="HACCP-2026-07", mode="room", place="Hội trường A", instructors=(teacher,), seats=30
    )


@pytest.fixture
def enrolled(run):
    people = [factories.make_person("Trần Hoài An"), factories.make_person("Võ Minh Đạo", email="")]
    for person in people:
        factories.enrol(person, run)
    return people


def parsed(text):
    calendar = Calendar.from_ical(text)
    return calendar, list(calendar.walk("VEVENT"))


def test_invitation_change_and_end_by_mail(run, enrolled):
    person = enrolled[0]
    (meeting,) = plan(run, topic="Phân tích mối nguy, phần 1; thực hành")
    tasks.tell_of_meetings(run.pk)
    later = slot(8)
    actions.change_meeting(meeting=meeting, starts_at=later.starts_at, ends_at=later.ends_at, by=None, at=AT)
    tasks.tell_of_meetings(run.pk)
    meeting.refresh_from_db()
    actions.cancel_meeting(meeting=meeting, reason="Mất điện", by=None, at=AT)
    tasks.tell_of_meetings(run.pk)
    seen = []
    mail.outbox.clear()
    for notice in person.notices.filter(channel=Notice.Channel.MAIL, kind__startswith="meeting").order_by("pk"):
        assert send_notice(notice_id=notice.pk, at=timezone.now(), site_url="https://nscl.example")
        message = mail.outbox[-1].message()
        (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        assert part.get_param("charset") == "utf-8"
        text = part.get_payload(decode=True).decode()
        calendar, (event,) = parsed(text)
        assert calendar["method"] == part.get_param("method")
        assert event["attendee"] == f"mailto:{person.email}"
        seen.append((calendar["method"], str(event["uid"]), int(event["sequence"]), str(event["status"])))
    uid = str(meeting.uid)
    assert seen == [
        ("REQUEST", uid, 0, "CONFIRMED"),
        ("REQUEST", uid, 1, "CONFIRMED"),
        ("CANCEL", uid, 2, "CANCELLED"),
    ]


def test_who_enrols_gets_the_meetings_ahead_into_the_calendar(run):
    plan(run, slot(-2), slot(7), slot(9))
    person, without = factories.make_person(), factories.make_person(email="")
    for one in (person, without):
        factories.enrol(one, run)
    notice = person.notices.get(kind="enrolled", channel=Notice.Channel.MAIL)
    calendar, events = parsed(notice.facts["calendar"]["ics"])
    assert calendar["method"] == notice.facts["calendar"]["method"] == "PUBLISH"
    assert len(events) == 2
    assert "calendar" not in without.notices.get(kind="enrolled").facts


def test_a_cancelled_class_leaves_the_calendars_of_those_who_hold_a_seat(run, enrolled, teacher):
    _past, one, two = plan(run, slot(-2), slot(7), slot(9))
    person, without = enrolled[0], factories.enrol(factories.make_person(email=""), run).person
    waiting = factories.make_person()
    CourseRun.objects.filter(pk=run.pk).update(seats=run.enrolments.seated().count())
    actions.ask(run=CourseRun.objects.get(pk=run.pk), person=waiting, by=waiting, at=AT)
    run.refresh_from_db()
    actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=None, at=AT, note="Bão số 9")
    told = person.notices.get(kind="class_cancelled", channel=Notice.Channel.MAIL)
    mail.outbox.clear()
    assert send_notice(notice_id=told.pk, at=timezone.now(), site_url="https://nscl.example")
    parts = [part for part in mail.outbox[-1].message().walk() if part.get_content_type() == "text/calendar"]
    seen = []
    for part in parts:
        calendar, (event,) = parsed(part.get_payload(decode=True).decode())
        assert calendar["method"] == part.get_param("method") == "CANCEL"
        assert event["attendee"] == f"mailto:{person.email}"
        assert event["attendee"].params["CN"] == person.full_name
        assert event["organizer"].startswith("mailto:")
        seen.append((str(event["uid"]), int(event["sequence"]), str(event["status"])))
    assert seen == [(str(meeting.uid), 1, "CANCELLED") for meeting in (one, two)]
    mine = teacher.notices.get(kind="own_class_cancelled", channel=Notice.Channel.MAIL)
    assert [file["method"] for file in mine.facts["calendar"]] == ["CANCEL", "CANCEL"]
    for other in (without, waiting):
        assert "calendar" not in other.notices.filter(kind="class_cancelled").first().facts
    key = actions.renew_calendar_key(kind=CalendarKey.Kind.RUN, run=run, at=AT)
    _calendar, events = parsed(calendars.feed("Lớp", timetables.in_calendar(key, AT), AT, "vi"))
    assert {int(event["sequence"]) for event in events if str(event["uid"]) in {seen[0][0], seen[1][0]}} <= {1}


def test_feed_parses_and_keeps_to_the_standard(run):
    long = "Phân tích mối nguy; xác định điểm kiểm soát tới hạn, giới hạn tới hạn\\và thực hành tại chuyền chế biến"
    first, second = plan(run, slot(7), slot(9), topic=long, link="https://hop.example/abc?x=1,2")
    actions.cancel_meeting(meeting=second, reason="x", by=None, at=AT)
    key = actions.renew_calendar_key(kind=CalendarKey.Kind.RUN, run=run, at=AT)
    text = calendars.feed("Lớp", timetables.in_calendar(key, AT), AT, "vi")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    calendar, events = parsed(text)
    assert calendar["method"] == "PUBLISH"
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CANCELLED"]
    event = events[0]
    assert long in str(event["summary"])
    assert event["dtstart"].dt == first.starts_at
    assert event["dtend"].dt == first.ends_at
    assert event["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone.to_tz().utcoffset(datetime(2026, 7, 1)) == timedelta(hours=7)
    assert "Online" in str(event["description"]) or "trực tuyến" in str(event["description"])


def test_feeds_hold_what_is_theirs(run, teacher, enrolled, client):
    plan(run)
    other = factories.make_run(run.course, code="HACCP-2026-08")
    (guest,) = plan(other, slot(8), instructor=teacher)
    foreign = factories.make_run(run.course, code="HACCP-2026-09")
    plan(foreign, slot(8))

    def codes(kind, **owner):
        key = actions.renew_calendar_key(kind=kind, at=AT, **owner)
        response = client.get(f"/calendar/{key.key}.ics")
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        _calendar, events = parsed(response.content)
        return sorted(str(event["description"]).splitlines()[0].split()[-1] for event in events)

    assert codes("person", person=enrolled[0]) == ["HACCP-2026-07"]
    assert codes("teaching", person=teacher) == ["HACCP-2026-07", "HACCP-2026-08"]
    assert codes("run", run=other) == ["HACCP-2026-08"]
    assert guest.run == other


def test_a_renewed_key_ends_the_old_address(enrolled, client):
    person = enrolled[0]
    old = actions.renew_calendar_key(kind="person", person=person, at=AT)
    new = actions.renew_calendar_key(kind="person", person=person, at=AT)
    assert client.get(f"/calendar/{old.key}.ics").status_code == 404
    assert client.get(f"/calendar/{new.key}.ics").status_code == 200
    person.is_active = False
    person.save()
    assert client.get(f"/calendar/{new.key}.ics").status_code == 404
    assert client.get("/calendar/nothing.ics").status_code == 404
