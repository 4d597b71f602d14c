"""The trainee's home, and who gets which document."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from certificates import actions, rendering
from enrolments import actions as enrolments
from enrolments.models import CompletionRule, Requirement
from lms.lib.access import Role
from people.models import User
from tests.certificates.conftest import BASIS, make_completion, make_consultant, make_draft, make_submitted, signed_in
from tests.factories import AT, enrol, join, make_course, make_enterprise, make_pages, make_person, make_run

pytestmark = pytest.mark.django_db


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_visitor_is_led_to_sign_in(client: Client) -> None:
    response = client.get("/vi/learn/")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_a_newcomer_is_led_to_the_catalogue(applicant: User) -> None:
    response = signed_in(applicant).get("/vi/learn/")
    page = words(response)
    assert response.status_code == 200
    assert "chị Châu" in page
    assert "/vi/khoa-hoc/" in page
    assert "resume-title" not in page


def test_the_name_alone_in_english(applicant: User) -> None:
    page = words(signed_in(applicant).get("/en/learn/"))
    assert "Hello Châu" in page and "chị Châu" not in page


def test_resume_comes_first_at_the_lesson_left(applicant: User) -> None:
    course = make_course("HACCP", lessons=3)
    make_pages(course)
    run = make_run(course)
    enrolment = enrol(applicant, run)
    first, second = course.lessons.order_by("order")[:2]
    enrolments.open_lesson(enrolment=enrolment, lesson=first, at=AT)
    enrolments.open_lesson(enrolment=enrolment, lesson=second, at=AT)
    other = make_run(make_course("5S"))
    enrol(applicant, other)
    page = words(signed_in(applicant).get("/vi/learn/"))
    assert "Bài 2 của HACCP" in page
    assert f"/vi/learn/{run.code}/" in page and "Khóa học 5S" in page
    assert page.index("resume-title") < page.index("others-title")


def test_an_exam_that_waits_is_told(applicant: User) -> None:
    course = make_course("HACCP", lessons=1)
    pages = make_pages(course)
    CompletionRule.objects.create(course=course, kind="exam", key="HACCP-CK")
    enrolment = enrol(applicant, make_run(course))
    assert enrolment.requirements.filter(kind=Requirement.Kind.EXAM).exists()
    lesson = course.lessons.get()
    page = pages["vi"].get_children().get().specific
    enrolments.finish_lesson(
        enrolment=enrolment, lesson=lesson, revision=page.live_revision, language="vi", by=applicant, at=AT
    )
    assert "todo-title" in words(signed_in(applicant).get("/vi/learn/"))


def test_both_kinds_of_certificate_look_different(applicant: User) -> None:
    completion = make_completion(applicant)
    consultant = make_consultant(applicant)
    page = words(signed_in(applicant).get("/vi/learn/"))
    assert completion.number in page and consultant.number in page
    assert page.count("minicert--tv") == 1
    assert f"/vi/learn/certificates/{consultant.code}/png" in page


def test_applications_and_what_was_sent_back(applicant: User, officer: User) -> None:
    application = make_submitted(applicant)
    actions.give_back(application=application, note="Thiếu thư nhận xét của quản lý.", by=officer, at=AT)
    page = words(signed_in(applicant).get("/vi/learn/"))
    assert f"/vi/certification/applications/{application.code}/" in page
    assert "badge--warn" in page


def test_the_home_costs_the_same_however_much_one_holds(applicant: User, django_assert_max_num_queries: Any) -> None:
    client = signed_in(applicant)
    make_completion(applicant)
    make_draft(applicant)
    client.get("/vi/learn/")
    with django_assert_max_num_queries(25) as few:
        client.get("/vi/learn/")
    make_completion(applicant)
    make_completion(applicant)
    with django_assert_max_num_queries(25) as more:
        client.get("/vi/learn/")
    assert len(few) == len(more)


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF-"), ("png", b"\x89PNG")])
def test_the_holder_gets_the_document(applicant: User, ending: str, start: bytes) -> None:
    certificate = make_completion(applicant)
    response = signed_in(applicant).get(f"/vi/learn/certificates/{certificate.code}/{ending}")
    assert response.status_code == 200
    assert response.content.startswith(start)
    assert f"{certificate.number}.{ending}" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_the_kept_file_is_served(applicant: User) -> None:
    certificate = make_completion(applicant)
    storages["private"].save(rendering.pdf_name(certificate), ContentFile(b"%PDF-kept"))
    response = signed_in(applicant).get(f"/vi/learn/certificates/{certificate.code}/pdf")
    assert response.content == b"%PDF-kept"


def test_no_one_else_gets_it(applicant: User, client: Client) -> None:
    certificate = make_completion(applicant)
    address = f"/vi/learn/certificates/{certificate.code}/pdf"
    stranger = signed_in(make_person("Người Khác"))
    assert stranger.get(address).status_code == 404
    assert stranger.get("/vi/learn/certificates/" + "A" * 26 + "/pdf").status_code == 404
    assert client.get(address).status_code == 302
    assert signed_in(make_person("Giảng viên", roles=(Role.INSTRUCTOR,))).get(address).status_code == 404


def test_the_contact_of_the_holders_enterprise_gets_it(applicant: User) -> None:
    certificate = make_completion(applicant)
    enterprise, contact = make_enterprise(), make_person("Người Liên Hệ")
    join(applicant, enterprise)
    join(contact, enterprise, contact=True)
    assert signed_in(contact).get(f"/vi/learn/certificates/{certificate.code}/pdf").status_code == 200


def test_a_revoked_document_is_not_handed_out(applicant: User, officer: User) -> None:
    certificate = make_completion(applicant)
    actions.revoke(certificate=certificate, reason=BASIS, by=officer, at=AT)
    for person in (applicant, officer):
        for ending in ("pdf", "png"):
            response = signed_in(person).get(f"/vi/learn/certificates/{certificate.code}/{ending}")
            assert response.status_code == 410
            assert f"/v/{certificate.code}" in words(response)
    page = words(signed_in(applicant).get("/vi/learn/"))
    assert f"/vi/learn/certificates/{certificate.code}/pdf" not in page
