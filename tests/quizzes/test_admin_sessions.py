"""Staff's pages of exam sessions: plan, name invigilators, give seats, cancel."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from people.models import User
from quizzes.models import Exam, ExamSession, Sitting
from tests.factories import make_person, make_province

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
