"""Staff's pages of exam sessions: plan, name invigilators, give seats, cancel."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from people.models import Notice, User
from quizzes import actions, admin_sessions
from quizzes.actions import sessions
from quizzes.models import Exam, ExamSession, Sitting
from tests.factories import AT, make_person, make_province

pytestmark = pytest.mark.django_db


@pytest.fixture
def examiner(db: None) -> User:
    make_province()
    return make_person("Lê Thị Sát Hạch", roles=(Role.EXAMINER,))


@pytest.fixture
def staff(client: Client, examiner: User) -> Client:
    client.force_login(examiner)
    return client


@pytest.fixture
def session(staff: Client, exam: Exam) -> ExamSession:
    facts = {
        "exam": exam.pk,
        "place": "Phòng 204",
        "starts_at": "2026-12-01T08:00",
        "ends_at": "2026-12-01T10:00",
    }
    late = staff.post(at("session_new"), {**facts, "ends_at": "2026-12-01T07:00"})
    assert late.status_code == 422
    assert staff.post(at("session_new"), facts).status_code == 302
    return ExamSession.objects.get()


def at(name: str, *args: Any) -> str:
    return reverse(f"quizzes_admin:{name}", args=args)


def test_plan_change_and_cancel(staff: Client, session: ExamSession) -> None:
    assert session.place == "Phòng 204"
    assert session.code in staff.get(at("sessions")).content.decode()
    facts = {"place": "Phòng 301", "starts_at": "2026-12-01T09:00", "ends_at": "2026-12-01T11:00"}
    assert staff.post(at("session", session.pk), facts).status_code == 302
    session.refresh_from_db()
    assert session.place == "Phòng 301"
    assert session.events.filter(note="changed").count() == 1
    assert staff.post(at("session", session.pk), {**facts, "ends_at": ""}).status_code == 422
    staff.post(at("session_cancel", session.pk), {"reason": " "})
    session.refresh_from_db()
    assert session.state == "planned"
    staff.post(at("session_cancel", session.pk), {"reason": "mưa lũ"})
    session.refresh_from_db()
    assert session.state == "cancelled"
    assert staff.post(at("session", session.pk), facts).status_code == 409


def test_invigilators_and_seats(staff: Client, session: ExamSession, sitting: Sitting, exam: Exam) -> None:
    watcher = make_person("Hồ Văn Sang", roles=(Role.INVIGILATOR,))
    page = staff.get(at("session", session.pk)).content.decode()
    assert watcher.full_name in page
    assert sitting.person.full_name in page
    staff.post(at("session_invigilators", session.pk), {"person": watcher.pk})
    assert session.invigilators.filter(person=watcher, until=None).exists()
    staff.post(at("session_invigilators", session.pk), {"person": sitting.person_id})
    assert session.invigilators.count() == 1
    assert staff.post(at("session_invigilators", session.pk), {"person": "x"}).status_code == 404
    other = Sitting.objects.create(person=make_person("Người thứ hai"), exam=exam)
    staff.post(at("session_people", session.pk), {"sitting": [sitting.pk, other.pk], f"seat-{other.pk}": "B2"})
    sitting.refresh_from_db()
    other.refresh_from_db()
    assert (sitting.seat, other.seat) == ("01", "B2")
    staff.post(at("session_people", session.pk), {f"seat-{sitting.pk}": "B2", f"seat-{other.pk}": "B2"})
    sitting.refresh_from_db()
    assert sitting.seat == "01"
    staff.post(at("session_people", session.pk), {"out": other.pk})
    other.refresh_from_db()
    assert (other.session, other.seat) == (None, "")
    staff.post(at("session_invigilators", session.pk), {"person": watcher.pk, "act": "release"})
    assert not session.invigilators.filter(until=None).exists()


def test_a_page_costs_the_same_with_more_people(
    staff: Client, session: ExamSession, exam: Exam, django_assert_max_num_queries: Any
) -> None:
    staff.get(at("session", session.pk))
    for number in range(3):
        Sitting.objects.create(person=make_person(f"Người {number}"), exam=exam)
    with django_assert_max_num_queries(30) as few:
        staff.get(at("session", session.pk))
    for number in range(3, 9):
        Sitting.objects.create(person=make_person(f"Người {number}"), exam=exam)
    with django_assert_max_num_queries(len(few.captured_queries)):
        staff.get(at("session", session.pk))


def test_all_who_may_sit_are_put_in_at_once(staff: Client, session: ExamSession, sitting: Sitting, exam: Exam) -> None:
    many = [Sitting.objects.create(person=make_person(f"Người {number}"), exam=exam) for number in range(3)]
    staff.post(at("session_people", session.pk), {"all": "1"})
    assert sorted(session.sittings.values_list("seat", flat=True)) == ["01", "02", "03", "04"]
    assert (
        Notice.objects.filter(kind="exam_session", channel="screen", person__in=[one.person for one in many]).count()
        == 3
    )
    again = staff.post(at("session_people", session.pk), {"all": "1"}, follow=True)
    assert session.sittings.count() == 4 and 'name="all"' not in again.content.decode()


def test_who_is_taken_out_and_put_in_again_is_told_each_time(
    staff: Client, session: ExamSession, sitting: Sitting
) -> None:
    for _again in range(2):
        staff.post(at("session_people", session.pk), {"sitting": sitting.pk})
        staff.post(at("session_people", session.pk), {"out": sitting.pk})
    kinds = list(
        Notice.objects.filter(person=sitting.person, channel="screen").order_by("pk").values_list("kind", flat=True)
    )
    assert [kind for kind in kinds if kind.startswith("exam_session")] == ["exam_session", "exam_session_left"] * 2


def test_people_are_found_by_name_and_those_left_out_are_said(
    staff: Client, session: ExamSession, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_sessions, "MOST_SEATS", 2)
    for name in ("Đặng Thị Én", "Võ Én", "Lý Thị Mai"):
        Sitting.objects.create(person=make_person(name), exam=exam)
    page = staff.get(at("session", session.pk)).content.decode()
    assert page.count('name="sitting"') == 2 and ("find them by name" in page or "tìm theo tên" in page)
    found = staff.get(at("session", session.pk), {"q": "en"}).content.decode()
    assert "Đặng Thị Én" in found and "Lý Thị Mai" not in found
    assert "Võ Én" in found


def test_the_lists_cost_the_same_with_more_rows(
    staff: Client, session: ExamSession, sitting: Sitting, exam: Exam, django_assert_max_num_queries: Any
) -> None:
    def fill(number: int) -> None:
        for _one in range(number):
            person = make_person()
            own = actions.open_sitting(person=person, exam=exam, enrolment=None, by=None, at=AT)
            actions.start(sitting=own, by=person, at=AT, language="vi", device="tab-1")
            sessions.plan_session(exam=exam, starts_at=AT, ends_at=AT + timedelta(hours=1), by=person, at=AT)

    fill(1)
    for name in ("sessions", "attempts", "papers"):
        staff.get(at(name))
        with django_assert_max_num_queries(20) as few:
            staff.get(at(name))
        fill(2)
        with django_assert_max_num_queries(len(few.captured_queries)):
            staff.get(at(name))
