"""Work for an assignment: handed in, returned, accepted; what it completes."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enrolments.actions import assign_instructor, enrol, set_rules, withdraw
from enrolments.models import CompletionRule, Enrolment, Requirement
from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from lms.lib.uploads import BadUpload
from people.models import Notice
from quizzes.actions import assignments
from quizzes.models import Submission
from tests import factories
from tests.factories import AT

PDF = b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def upload(content=PDF, name="ke-hoach.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.fixture
def staff(db):
    return factories.make_person(roles=[Role.INSTRUCTOR])


@pytest.fixture
def enrolment(db, staff):
    course = factories.make_course(lessons=1)
    set_rules(course=course, attendance=None, assignment=True, by=staff, at=AT)
    run = factories.make_run(course, code="HACCP-2026-07")
    assign_instructor(run=run, person=staff, by=None, at=AT)
    person = factories.make_person()
    return enrol(run=run, person=person, by=person, at=AT)


def hand_in(enrolment, content=PDF, *, at=AT):
    return assignments.hand_in(enrolment=enrolment, key="", upload=upload(content), by=enrolment.person, at=at)


def test_rules_hold_for_those_who_enrol_later(enrolment, staff):
    course = enrolment.run.course
    set_rules(course=course, attendance=80, assignment=False, by=staff, at=AT)
    set_rules(course=course, attendance=75, assignment=False, by=staff, at=AT)
    assert list(CompletionRule.objects.filter(course=course).values_list("kind", "threshold")) == [("attendance", 75)]
    assert enrolment.requirements.filter(kind="assignment").count() == 1


def test_accepted_work_meets_the_requirement(enrolment, staff):
    work = hand_in(enrolment)
    with storages["private"].open(work.path) as kept:
        assert kept.read() == PDF
    assignments.accept_work(submission=work, by=staff, at=AT)
    requirement = Requirement.objects.get(enrolment=enrolment, kind="assignment")
    assert requirement.met_by == staff
    assert requirement.detail["sha256"] == work.sha256
    assert Notice.objects.filter(person=enrolment.person, kind="work_accepted", channel="screen").count() == 1


def test_returned_and_handed_in_again_keeps_both_files(enrolment, staff):
    first = hand_in(enrolment)
    old = first.path
    with pytest.raises(Refused):
        assignments.return_work(submission=first, remark="  ", by=staff, at=AT)
    assignments.return_work(submission=first, remark="Thiếu số đo trước.", by=staff, at=AT)
    again = hand_in(enrolment, PDF + b"%v2\n", at=AT + timedelta(days=1))
    assert again.pk == first.pk
    assert again.state == Submission.State.SUBMITTED
    assert storages["private"].exists(old)
    assert [line.new for line in again.events.all()] == ["submitted", "returned", "submitted"]


def test_the_same_file_twice_is_one(enrolment):
    assert hand_in(enrolment).events.count() == hand_in(enrolment).events.count() == 1


def test_what_is_refused(enrolment, staff):
    with pytest.raises(BadUpload):
        hand_in(enrolment, b"not a pdf")
    assert not Submission.objects.exists()
    work = hand_in(enrolment)
    with pytest.raises(NotAllowed):
        assignments.accept_work(submission=work, by=enrolment.person, at=AT)
    assignments.accept_work(submission=work, by=staff, at=AT)
    with pytest.raises(NotAllowed):
        hand_in(enrolment, PDF + b"%v2\n")
    with pytest.raises(Refused):
        assignments.hand_in(enrolment=enrolment, key="other", upload=upload(), by=staff, at=AT)


def test_nobody_hands_in_after_leaving(enrolment):
    withdraw(enrolment=enrolment, by=enrolment.person, at=AT)
    with pytest.raises(Refused):
        hand_in(enrolment)


def test_pages_of_trainee_and_instructor(client, enrolment, staff):
    client.force_login(enrolment.person)
    address = reverse("quizzes:work", args=[enrolment.run.code])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"file": upload(b"no")}).status_code == 422
    assert client.post(address, {"file": upload()}).status_code == 302
    assert "ke-hoach.pdf" in client.get(address).content.decode()
    work = Submission.objects.get()
    file = reverse("quizzes:work_file", args=[work.pk])
    assert b"".join(client.get(file).streaming_content) == PDF

    client.force_login(factories.make_person())
    assert client.get(file).status_code == 404
    assert client.get(address).status_code == 404

    stranger = factories.make_person(roles=[Role.INSTRUCTOR])
    client.force_login(stranger)
    assert client.get(reverse("quizzes_admin:work", args=[work.pk])).status_code == 404

    client.force_login(staff)
    assert enrolment.person.full_name in client.get(reverse("quizzes_admin:works")).content.decode()
    look = reverse("quizzes_admin:work", args=[work.pk])
    assert client.post(look, {"verdict": "return", "remark": ""}).status_code == 409
    assert client.post(look, {"verdict": "accept", "remark": "Tốt."}).status_code == 302
    assert client.post(look, {"verdict": "accept", "remark": ""}).status_code == 409
    assert Enrolment.objects.get().requirements.get(kind="assignment").met_at is not None


def test_the_rules_page(client, enrolment):
    client.force_login(factories.make_person(roles=[Role.PROGRAMME]))
    course = enrolment.run.course
    assert course.title in client.get(reverse("enrolments_admin:rules")).content.decode()
    page = reverse("enrolments_admin:course_rules", args=[course.code])
    assert client.post(page, {"attendance": "101"}).status_code == 422
    assert client.post(page, {"attendance": "80", "assignment": "on"}).status_code == 302
    assert CompletionRule.objects.get(course=course, kind="attendance").threshold == 80
