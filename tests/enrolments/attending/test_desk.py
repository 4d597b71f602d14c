"""Who was there: the instructor's screens."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from enrolments import tokens
from enrolments.models import Attendance, AttendanceEvent
from lms.lib.access import Role
from tests import factories
from tests.enrolments.attending.steps import DAY, mark, plan, trace

pytestmark = pytest.mark.django_db


def address(meeting, rest="attendance/"):
    return f"/admin/classes/{meeting.run.code}/meetings/{meeting.pk}/{rest}"


def send(client, meeting, enrolment, status, *, key="k1", waited=0, user=None):
    data = {
        "user": str(user or client.person.pk), "enrolment": str(enrolment.pk), "status": status, "key": key,
        "tapped": 1_000_000, "sent": 1_000_000 + waited * 1000,
    }  # fmt: skip
    return client.post(address(meeting, "attendance/mark/"), json.dumps(data), content_type="application/json")


@pytest.fixture
def desk(client, teacher):
    client.force_login(teacher)
    client.person = teacher
    return client


def test_list_by_given_name_and_form_without_script(desk, run, meeting, now):
    people = [
        factories.enrol(factories.make_person(name), run, at=now)
        for name in ("Lê Văn Tú", "Võ Minh Đạo", "Trần Hoài An")
    ]
    html = desk.get(address(meeting)).content.decode()
    places = [html.index(f"<b>{name}</b>") for name in ("Trần Hoài An", "Võ Minh Đạo", "Lê Văn Tú")]
    assert places == sorted(places)
    data = {f"status-{people[0].pk}": "present", f"status-{people[1].pk}": "excused"}
    for _time in range(2):
        assert desk.post(address(meeting), data).status_code == 302
    assert dict(Attendance.objects.values_list("enrolment", "status")) == {
        people[0].pk: "present",
        people[1].pk: "excused",
    }
    assert AttendanceEvent.objects.count() == 2


def test_the_devices_queue_sends_each_mark_once(desk, meeting, enrolment):
    for _time in range(3):
        response = send(desk, meeting, enrolment, "late", waited=600)
        assert response.status_code == 200
        assert response.json()["status"] == "late"
    row = Attendance.objects.get()
    assert timedelta(minutes=9) < timezone.now() - row.marked_at < timedelta(minutes=11)
    assert AttendanceEvent.objects.count() == 1
    assert row.marked_by == desk.person


def test_a_queued_mark_older_than_a_scan_is_kept_in_the_trace(desk, meeting, enrolment, now):
    mark(meeting, enrolment, at=now, method="qr")
    response = send(desk, meeting, enrolment, "absent", waited=300)
    assert response.json()["status"] == "present"
    assert trace(enrolment) == [("", "present", False), ("present", "absent", True)]


def test_marks_that_are_not_taken(desk, client, run, meeting, enrolment, now):
    stranger = factories.enrol(factories.make_person(), factories.make_run(run.course, at=now), at=now)
    assert send(desk, meeting, stranger, "present").status_code == 409
    assert send(desk, meeting, enrolment, "nonsense").status_code == 422
    assert send(desk, meeting, enrolment, "present", user=987).status_code == 403
    body: dict[str, object] = {"enrolment": [], "status": None}
    for junk in (b"", b"[]", b"{", json.dumps(body).encode(), b'{"sent": 1e999, "tapped": 0}', b"x" * 5000):
        response = desk.post(address(meeting, "attendance/mark/"), junk, content_type="application/json")
        assert response.status_code == 422
    other = factories.make_run(run.course, code="HACCP-2026-99", at=now)
    foreign = plan(other, now)
    assert send(desk, foreign, enrolment, "present").status_code == 404
    assert Attendance.objects.count() == 0


def test_projector_shows_what_can_be_scanned(desk, run, meeting, enrolment, now):
    state = desk.get(address(meeting, "screen/state/")).json()
    assert state["open"]
    assert state["qr"].startswith("<svg")
    assert tokens.typed_is_fresh(meeting.secret, state["code"], timezone.now())
    assert 1 <= state["qr_left"] <= 20
    assert (state["there"], state["total"]) == (0, 1)
    mark(meeting, enrolment, at=now)
    assert desk.get(address(meeting, "screen/state/")).json()["there"] == 1
    page = desk.get(address(meeting, "screen/"))
    assert page.status_code == 200
    assert "<svg" in page.content.decode()
    later = desk.get(address(plan(run, now + DAY), "screen/state/")).json()
    assert not later["open"]
    assert "qr" not in later


def test_inspector_reads_and_another_instructor_sees_nothing(client, meeting, enrolment):
    client.force_login(factories.make_person(roles=(Role.INSPECTOR,)))
    assert client.get(address(meeting)).status_code == 200
    assert client.get(address(meeting, "attendance/trace/")).status_code == 200
    assert client.post(address(meeting)).status_code == 403
    assert client.get(address(meeting, "screen/")).status_code == 403
    client.force_login(factories.make_person(roles=(Role.INSTRUCTOR,)))
    assert client.get(address(meeting)).status_code == 404
    assert client.post(address(meeting), {f"status-{enrolment.pk}": "present"}).status_code == 404


def test_trace_close_and_table(desk, meeting, enrolment, now):
    mark(meeting, enrolment, at=now)
    mark(meeting, enrolment, "late", at=now, note="vào muộn")
    html = desk.get(address(meeting, "attendance/trace/")).content.decode()
    assert "vào muộn" in html
    assert desk.post(address(meeting, "attendance/close/")).status_code == 302
    html = desk.get(f"/admin/classes/{meeting.run.code}/meetings/attendance/").content.decode()
    assert "100%" in html


def test_screens_take_the_same_queries_at_1_and_at_40(desk, run, meeting, enrolment, study_queries, now):
    pages = [address(meeting), address(meeting, "sheet/"), f"/admin/classes/{run.code}/meetings/attendance/"]
    few = [study_queries(lambda page=page: desk.get(page)) for page in pages]
    for number in range(39):
        mark(meeting, factories.enrol(factories.make_person(f"Nguyễn Văn {number}"), run, at=now), at=now)
    assert [study_queries(lambda page=page: desk.get(page)) for page in pages] == few
