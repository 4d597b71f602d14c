"""Who was there: marked once, corrected with a trace, proved by codes, added up to a share."""

import json
from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from enrolments import actions, attendance, tasks, timetables, tokens
from enrolments.attendance import Sat, share
from enrolments.models import Attendance, AttendanceEvent, CompletionRule, Enrolment, Meeting, Requirement
from enrolments.series import Slot
from lms.lib.access import Role
from lms.lib.codes import ALPHABET
from lms.lib.states import NotAllowed, Refused
from people.actions import consent
from tests import factories

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def now():
    """The views' own clock."""
    return timezone.now()


@pytest.fixture
def teacher():
    return factories.make_person("Phạm Thị Bích Thủy", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def run(now, teacher):
    course = factories.make_course()
    return factories.make_run(
        course, code="HACCP-2026-07", mode="room", place="Hội trường A", instructors=(teacher,), at=now
    )


@pytest.fixture
def enrolment(run, now):
    return factories.enrol(factories.make_person("Trần Hoài An"), run, at=now)


def plan(run, starts_at, minutes=150):
    (meeting,) = actions.plan_meetings(
        run=run, slots=[Slot(starts_at, starts_at + minutes * MINUTE)], by=None, at=starts_at - 7 * DAY
    )
    return meeting


@pytest.fixture
def meeting(run, now):
    """One that began ten minutes ago."""
    return plan(run, now - 10 * MINUTE)


def mark(meeting, enrolment, status="present", *, at, method="hand", **other):
    return actions.mark(meeting=meeting, enrolment=enrolment, status=status, method=method, by=None, at=at, **other)


def trace(enrolment):
    return [
        (event.old, event.new, event.data.get("superseded", False))
        for event in AttendanceEvent.objects.filter(subject__enrolment=enrolment).order_by("pk")
    ]


# --- Marking ------------------------------------------------------------------------------


def test_corrections_leave_a_trace(meeting, enrolment, now):
    mark(meeting, enrolment, at=now)
    mark(meeting, enrolment, "late", at=now + MINUTE, note="vào 18:20")
    row = mark(meeting, enrolment, "absent", at=now + 2 * MINUTE, method="sheet")
    assert (row.status, row.method, row.marked_at) == ("absent", "sheet", now + 2 * MINUTE)
    assert trace(enrolment) == [("", "present", False), ("present", "late", False), ("late", "absent", False)]
    assert AttendanceEvent.objects.get(new="late").note == "vào 18:20"
    assert Attendance.objects.count() == 1


def test_the_same_key_twice_is_written_once(meeting, enrolment, now):
    mark(meeting, enrolment, at=now, key="k1", device_at=now - MINUTE)
    mark(meeting, enrolment, "absent", at=now + MINUTE)
    again = mark(meeting, enrolment, at=now + 2 * MINUTE, key="k1", device_at=now - MINUTE)
    assert again.status == "absent"
    assert trace(enrolment) == [("", "present", False), ("present", "absent", False)]


def test_an_older_mark_sent_late_is_kept_and_overrides_nothing(meeting, enrolment, now):
    mark(meeting, enrolment, "late", at=now)
    row = mark(meeting, enrolment, "absent", at=now + 5 * MINUTE, device_at=now - MINUTE, key="k")
    assert row.status == "late"
    assert trace(enrolment) == [("", "late", False), ("late", "absent", True)]


def test_a_mark_from_the_future_counts_as_made_now(meeting, enrolment, now):
    row = mark(meeting, enrolment, at=now, device_at=now + 3 * HOUR, key="k")
    assert row.marked_at == now
    assert mark(meeting, enrolment, "late", at=now + MINUTE).status == "late"


def test_a_clock_set_back_doubles_nothing_and_loses_no_correction(meeting, enrolment, now):
    mark(meeting, enrolment, at=now, key="k1", device_at=now)
    back = now - 5 * MINUTE
    mark(meeting, enrolment, at=back, key="k1", device_at=back)
    corrected = mark(meeting, enrolment, "absent", at=back)
    assert (corrected.status, corrected.marked_at) == ("absent", now)
    assert Attendance.objects.count() == 1
    assert trace(enrolment) == [("", "present", False), ("present", "absent", False)]


def test_nothing_new_leaves_no_line(meeting, enrolment, now):
    mark(meeting, enrolment, at=now)
    mark(meeting, enrolment, at=now + MINUTE)
    assert trace(enrolment) == [("", "present", False)]


def test_only_who_holds_a_seat_at_a_standing_meeting_that_is_open(run, meeting, enrolment, teacher, now):
    stranger = factories.enrol(factories.make_person(), factories.make_run(run.course, at=now), at=now)
    with pytest.raises(Refused) as refusal:
        mark(meeting, stranger, at=now)
    assert refusal.value.code == "stranger"
    tomorrow = plan(run, now + DAY)
    with pytest.raises(Refused) as refusal:
        mark(tomorrow, enrolment, at=now)
    assert refusal.value.code == "early"
    assert mark(tomorrow, enrolment, "excused", at=now).status == "excused"
    actions.cancel_meeting(meeting=tomorrow, reason="x", by=teacher, at=now)
    with pytest.raises(NotAllowed):
        mark(tomorrow, enrolment, "excused", at=now)
    actions.withdraw(enrolment=enrolment, by=teacher, at=now)
    with pytest.raises(Refused):
        mark(meeting, enrolment, at=now)


def test_a_list_is_taken_whole_or_not_at_all(meeting, enrolment, now):
    marks = [actions.Mark(enrolment.pk, "present"), actions.Mark(987_654, "present")]
    with pytest.raises(Refused):
        actions.mark_all(meeting=meeting, marks=marks, method="file", by=None, at=now)
    assert Attendance.objects.count() == 0


def test_closing_marks_the_rest_as_absent_once(run, meeting, enrolment, teacher, now):
    other = factories.enrol(factories.make_person("Võ Minh Đạo"), run, at=now)
    mark(meeting, enrolment, at=now)
    assert actions.close_meeting(meeting=meeting, by=teacher, at=now) == 1
    assert actions.close_meeting(meeting=meeting, by=teacher, at=now) == 0
    assert Attendance.objects.get(enrolment=other).status == "absent"
    with pytest.raises(Refused):
        actions.close_meeting(meeting=plan(run, now + DAY), by=teacher, at=now)


def test_500_marks_at_once_take_few_queries(meeting, run, now, django_assert_max_num_queries):
    factories.enrol(factories.make_person(), run, at=now)
    many = [factories.make_person(f"Nguyễn Văn {number}", email="") for number in range(499)]
    Enrolment.objects.bulk_create(Enrolment(person=person, run=run, enrolled_at=now) for person in many)
    marks = [actions.Mark(pk, "present", key="k") for pk in run.enrolments.values_list("pk", flat=True)]
    assert len(marks) == 500
    with django_assert_max_num_queries(24):
        actions.mark_all(meeting=meeting, marks=marks, method="file", by=None, at=now)
    with django_assert_max_num_queries(2):
        found = timetables.attended(meeting)
    assert (found.there, found.unmarked, found.total) == (500, 0, 500)
    with django_assert_max_num_queries(2):
        timetables.shares(run, now)


# --- Codes ----------------------------------------------------------------------------------

SECRET = "5" * 64


def test_tokens_at_their_edges():
    start = datetime.fromtimestamp(1_800_000_000, tz=timezone.get_current_timezone())
    assert start.timestamp() % 20 == 0
    token = tokens.qr(SECRET, start)
    assert tokens.qr(SECRET, start + timedelta(seconds=19.9)) == token
    assert tokens.qr(SECRET, start + timedelta(seconds=20)) != token
    fresh = [
        tokens.qr_is_fresh(SECRET, token, start + timedelta(seconds=after)) for after in (-20, 0, 19, 20, 39.9, 40, 180)
    ]
    assert fresh == [True, True, True, True, True, False, False]
    assert not tokens.qr_is_fresh(SECRET, token, start - timedelta(seconds=21))
    assert not tokens.qr_is_fresh("6" * 64, token, start)
    assert not tokens.qr_is_fresh(SECRET, "", start)
    assert not tokens.qr_is_fresh(SECRET, "ế" * 12, start)
    assert not tokens.qr_is_fresh(SECRET, tokens.typed(SECRET, start), start)
    assert [tokens.seconds_left(start + timedelta(seconds=after), 20) for after in (0, 1, 19)] == [20, 19, 1]


def test_typed_codes_are_read_however_they_are_typed():
    start = datetime.fromtimestamp(1_800_000_000, tz=timezone.get_current_timezone())
    code = tokens.typed(SECRET, start)
    assert len(code) == 6
    assert set(code) <= set(ALPHABET)
    assert tokens.typed_is_fresh(SECRET, f" {code[:3].lower()}-{code[3:]} ", start + MINUTE)
    assert not tokens.typed_is_fresh(SECRET, code, start + 2 * MINUTE)


def scan(client, meeting, at=None):
    return client.get(f"/vi/learn/attend/{meeting.pk}/{tokens.qr(meeting.secret, at or timezone.now())}/")


def test_scanned_before_signing_in_then_present(client, meeting, enrolment):
    response = scan(client, meeting)
    assert response.url == f"/vi/learn/attend/{meeting.pk}/"
    response = client.get(response.url)
    assert response.status_code == 302
    assert "/account/login/" in response.url
    assert Attendance.objects.count() == 0
    consent(person=enrolment.person, purpose="terms", by=enrolment.person, at=timezone.now())
    client.post(response.url, {"login": enrolment.person.email, "password": factories.PASSWORD})
    page = client.get(f"/vi/learn/attend/{meeting.pk}/")
    assert enrolment.person.full_name in page.content.decode()
    assert Attendance.objects.count() == 0
    assert client.post(f"/vi/learn/attend/{meeting.pk}/").status_code == 200
    row = Attendance.objects.get()
    assert (row.status, row.method, row.marked_by) == ("present", "qr", enrolment.person)


def test_a_forwarded_link_minutes_later_is_refused(client, meeting, enrolment, now):
    client.force_login(enrolment.person)
    response = scan(client, meeting, now - 3 * MINUTE)
    assert response.status_code == 410
    assert client.post(f"/vi/learn/attend/{meeting.pk}/").status_code == 409
    assert Attendance.objects.count() == 0


def test_another_persons_session_proves_nothing(client, django_user_model, run, meeting, enrolment, now):
    other = factories.enrol(factories.make_person("Võ Minh Đạo"), run, at=now)
    client.force_login(enrolment.person)
    scan(client, meeting)
    elsewhere = type(client)()
    elsewhere.force_login(other.person)
    assert elsewhere.post(f"/vi/learn/attend/{meeting.pk}/").status_code == 409
    # On the same device one scan marks one person.
    assert client.post(f"/vi/learn/attend/{meeting.pk}/").status_code == 200
    client.force_login(other.person)
    assert client.post(f"/vi/learn/attend/{meeting.pk}/").status_code == 409
    assert list(Attendance.objects.values_list("enrolment", flat=True)) == [enrolment.pk]


def test_a_stranger_learns_nothing_and_is_told_what_to_do(client, meeting, run):
    client.force_login(factories.make_person())
    assert client.get(f"/vi/learn/attend/{meeting.pk}/").status_code == 404
    assert client.get("/vi/learn/attend/987654/").status_code == 404
    stale, missing = client.get(f"/vi/learn/attend/{meeting.pk}/AAAA/"), client.get("/vi/learn/attend/987654/AAAA/")
    assert (stale.status_code, missing.status_code) == (410, 410)
    assert run.code not in stale.content.decode()
    scan(client, meeting)
    response = client.post(f"/vi/learn/attend/{meeting.pk}/")
    assert response.status_code == 409
    assert run.code in response.content.decode()
    assert Attendance.objects.count() == 0


def test_too_early_never_stands_in_the_way_later(client, run, enrolment, now):
    meeting = plan(run, now + 45 * MINUTE)
    client.force_login(enrolment.person)
    assert scan(client, meeting).status_code == 409
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=F("starts_at") - 20 * MINUTE)
    assert scan(client, meeting).status_code == 302
    assert client.post(f"/vi/learn/attend/{meeting.pk}/").status_code == 200
    assert Attendance.objects.get().status == "present"


def test_late_and_over(client, run, enrolment, now, settings):
    meeting = plan(run, now - (settings.ATTENDANCE_LATE_MINUTES + 1) * MINUTE)
    over = plan(run, now - 5 * HOUR)
    client.force_login(enrolment.person)
    assert scan(client, over).status_code == 409
    scan(client, meeting)
    client.post(f"/vi/learn/attend/{meeting.pk}/")
    assert Attendance.objects.get().status == "late"


def test_the_moment_of_the_scan_decides_not_that_of_signing_in(run, enrolment, now, settings):
    meeting = plan(run, now - (settings.ATTENDANCE_LATE_MINUTES + 3) * MINUTE)
    seen = now - 4 * MINUTE
    row = actions.check_in(meeting=meeting, person=enrolment.person, method="qr", seen_at=seen, at=now)
    assert (row.status, row.marked_at) == ("present", now)


def test_scanned_twice_is_marked_once_and_absent_by_hand_can_come_in(client, meeting, enrolment, now):
    mark(meeting, enrolment, "absent", at=now)
    client.force_login(enrolment.person)
    for _time in range(2):
        scan(client, meeting)
        client.post(f"/vi/learn/attend/{meeting.pk}/")
    assert trace(enrolment) == [("", "absent", False), ("absent", "present", False)]


def test_typed_code_and_its_limit(client, meeting, enrolment):
    client.force_login(enrolment.person)
    assert client.get("/vi/learn/attend/").status_code == 200
    wrong = client.post("/vi/learn/attend/", {"code": "AAAAAA"})
    assert wrong.status_code == 422
    code = tokens.typed(meeting.secret, timezone.now())
    response = client.post("/vi/learn/attend/", {"code": code.lower()})
    assert response.status_code == 200
    assert Attendance.objects.get().method == "code"
    tried = [client.post("/vi/learn/attend/", {"code": "BBBBBB"}).status_code for _time in range(12)]
    assert tried[-1] == 429


def test_typed_code_of_a_class_one_is_not_in(client, meeting):
    client.force_login(factories.make_person())
    code = tokens.typed(meeting.secret, timezone.now())
    assert client.post("/vi/learn/attend/", {"code": code}).status_code == 422


# --- The instructor's screens ----------------------------------------------------------------


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


# --- Shares -----------------------------------------------------------------------------------


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
