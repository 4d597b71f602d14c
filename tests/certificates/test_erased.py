"""Erasing somebody who learned here: what the register must keep stands, the rest is gone."""

from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from certificates import actions, register
from certificates.models import Application, Certificate, Decision, RegisterLine
from courses.models import Lesson
from enrolments import actions as enrolments
from enrolments.models import CalendarKey, Enrolment, LessonPost, Requirement, SeatRequest
from lms.lib.access import Role
from lms.lib.states import Refused
from people import actions as people
from people.models import User
from quizzes.models import Submission
from tests.certificates.conftest import fill, make_completion, make_consultant, make_draft, make_submitted
from tests.factories import AT, enrol, make_course, make_person, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_person("Quản Trị", roles=(Role.ADMINISTRATOR,))


def erase(person: User, admin: User) -> User:
    return people.erase_person(person=person, by=admin, at=AT + timedelta(days=1))


def test_certificate_register_and_decision_stand(applicant: User, admin: User) -> None:
    completion, consultant = make_completion(applicant), make_consultant(applicant)
    decision = list(Decision.objects.values())
    lines = list(RegisterLine.objects.order_by("pk").values())
    kept = list(Certificate.objects.order_by("pk").values())
    erase(applicant, admin)
    assert list(Decision.objects.values()) == decision
    assert list(RegisterLine.objects.order_by("pk").values()) == lines
    assert list(Certificate.objects.order_by("pk").values()) == kept
    assert list(register.faults()) == []
    for certificate in (completion, consultant):
        assert Client().get(f"/v/{certificate.code}.json").json()["holder"] == "Lâm Thị Bảo Châu"
    assert "Lâm Thị Bảo Châu" not in Client().get("/vi/register/").content.decode()
    granted = Application.objects.get()
    assert granted.statement == "" and granted.education
    assert granted.evidence.exclude(file="").exists()


def test_the_figures_are_as_before(applicant: User, admin: User) -> None:
    make_completion(applicant)
    before = Enrolment.objects.values("person", "sector", "commune", "state", "enrolled_at", "completed_at")
    rows = list(before)
    erase(applicant, admin)
    assert list(before.all()) == rows
    applicant.refresh_from_db()
    assert applicant.sex == "female"


@pytest.mark.parametrize("state", ["submitted", "returned", "proposed"])
def test_it_waits_while_an_application_runs(applicant: User, admin: User, officer: User, state: str) -> None:
    application = make_submitted(applicant)
    if state == "returned":
        actions.give_back(application=application, note="Thiếu bằng cấp, xin bổ sung", by=officer, at=AT)
    elif state == "proposed":
        actions.propose(application=application, note="Hồ sơ đủ, đề nghị xét.", by=officer, at=AT)
    assert Application.objects.get().state == state
    with pytest.raises(Refused, match=application.code):
        erase(applicant, admin)
    assert User.objects.get(pk=applicant.pk).full_name == "Lâm Thị Bảo Châu"


def test_it_waits_while_a_certificate_is_being_issued(applicant: User, admin: User) -> None:
    held = make_completion(applicant)
    other = enrol(applicant, make_run(make_course("5S")))
    enrolments.meet(enrolment=other, kind=Requirement.Kind.LESSONS, at=AT, by=None)
    with pytest.raises(Refused, match=other.run.code):
        erase(applicant, admin)
    actions.issue_completion(enrolment=Enrolment.objects.get(pk=other.pk), at=AT)
    assert erase(applicant, admin).erased_at
    assert Certificate.objects.filter(person=applicant).count() == 2
    assert held.pk


def test_a_draft_and_what_led_to_nothing_go_with_their_files(applicant: User, admin: User) -> None:
    draft = make_draft(applicant)
    fill(draft)
    actions.save_draft(
        application=draft, by=applicant, at=AT, statement="Tôi đã làm ở nhà máy A", special_needs="Khiếm thị"
    )
    files = draft.evidence.all()[0].file.storage
    paths = list(draft.evidence.values_list("file", flat=True))
    assert paths and all(files.exists(path) for path in paths)
    erase(applicant, admin)
    draft.refresh_from_db()
    assert draft.state == Application.State.WITHDRAWN
    assert (draft.statement, draft.special_needs, draft.education) == ("", "", "")
    assert not any(files.exists(path) for path in paths)
    assert set(draft.evidence.values_list("file", "name")) == {("", "…")}


def test_seats_requests_words_and_work_go(applicant: User, admin: User) -> None:
    course = make_course()
    run, full = make_run(course, seats=1), make_run(course, seats=1)
    enrolment = enrol(applicant, run)
    enrol(make_person("Người Trước"), full)
    enrolments.ask(run=full, person=applicant, by=applicant, at=AT, note="Tôi có giấy của nơi khác")
    LessonPost.objects.create(
        run=run, lesson=Lesson.objects.first(), person=applicant, text="Em là Châu ở Vị Thanh", at=AT
    )
    enrolments.renew_calendar_key(kind=CalendarKey.Kind.PERSON, person=applicant, at=AT)
    path = storages["private"].save("work/bai.pdf", ContentFile(b"x"))
    Submission.objects.create(
        enrolment=enrolment, path=path, name="Bài của Châu.pdf", sha256="x", remark="Chị Châu làm tốt", submitted_at=AT
    )
    erase(applicant, admin)
    enrolment.refresh_from_db()
    request = SeatRequest.objects.get(run=full, person=applicant)
    assert (enrolment.state, request.state, request.message) == ("withdrawn", SeatRequest.State.DECLINED, "")
    assert LessonPost.objects.get().text == "…"
    assert not CalendarKey.objects.exists()
    work = Submission.objects.get()
    assert (work.path, work.name, work.remark) == ("", "…", "")
    assert not storages["private"].exists(path)
    assert run.enrolments.seated().count() == 0


def test_everything_kept_is_in_the_copy(applicant: User) -> None:
    certificate = make_consultant(applicant)
    make_completion(applicant)
    request: Any = people.ask_copy(person=applicant, by=applicant, at=AT)
    assert people.make_copy(job_id=request.job_id, at=AT)
    with storages["private"].open(request.path) as file:
        names = ZipFile(file).namelist()
    assert (
        sum(name.startswith("files/evidence/") for name in names) == certificate.decision.application.evidence.count()
    )


def test_of_two_accounts_made_one_both_papers_stand_under_their_own_names(applicant: User, admin: User) -> None:
    twin = make_person("Lam Thi Bao Chau", email="")
    first = make_completion(twin)
    second = make_completion(applicant, course=first.enrolment.run.course)
    lines = list(RegisterLine.objects.order_by("pk").values())
    people.merge_people(source=twin, into=applicant, by=admin, at=AT)
    with pytest.raises(Refused):
        erase(User.objects.get(pk=twin.pk), admin)
    erase(User.objects.get(pk=applicant.pk), admin)
    for person in (twin, applicant):
        person.refresh_from_db()
        assert person.erased_at and not person.is_active and "Ch" not in person.full_name
    assert list(RegisterLine.objects.order_by("pk").values()) == lines
    assert list(register.faults()) == []
    for certificate, holder in ((first, "Lam Thi Bao Chau"), (second, "Lâm Thị Bảo Châu")):
        page = Client().get(f"/v/{certificate.code}").content.decode()
        assert holder in page and certificate.number in page
        assert applicant.full_name not in page
