"""Marked once, corrected with a trace, proved by codes."""

from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from enrolments import actions, timetables, tokens
from enrolments.models import Attendance, AttendanceEvent, Enrolment, Meeting
from lms.lib.codes import ALPHABET
from lms.lib.states import NotAllowed, Refused
from people.actions import consent
from tests import factories
from tests.enrolments.attending.steps import DAY, HOUR, MINUTE, mark, plan, trace

pytestmark = pytest.mark.django_db


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
