"""What the database itself refuses, past every screen and action."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from certificates import actions, register
from certificates.actions.decision import NotImpartial
from certificates.models import Application, Certificate, Decision, Proposal, RegisterLine, Scheme, SchemeVersion
from courses.models import Course
from enrolments.actions import assign_instructor, meet
from enrolments.models import Enrolment, Requirement
from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import User
from tests.factories import AT, enrol, make_course, make_person, make_province, make_run


@pytest.fixture
def course(db: None) -> Course:
    make_province()
    return make_course()


@pytest.fixture
def completed(course: Course) -> Enrolment:
    run = make_run(course)
    enrolment = enrol(make_person("Lê Thị Hoa"), run)
    for requirement in Requirement.objects.filter(enrolment=enrolment):
        meet(enrolment=enrolment, kind=requirement.kind, key=requirement.key, at=AT, by=None)
    return Enrolment.objects.get(pk=enrolment.pk)


@pytest.fixture
def certificate(completed: Enrolment) -> Certificate:
    return actions.issue_completion(enrolment=completed, at=AT)


def refused(sql: str, params: list[Any]) -> None:
    """The statement fails in the database."""
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.sqlite
def test_register_line_cannot_be_changed_or_deleted(certificate: Certificate) -> None:
    line = RegisterLine.objects.get(certificate=certificate)
    refused("UPDATE certificates_registerline SET number = 99 WHERE id = %s", [line.pk])
    refused("DELETE FROM certificates_registerline WHERE id = %s", [line.pk])
    assert list(register.faults()) == []


@pytest.mark.sqlite
def test_certificate_cannot_be_deleted_and_keeps_its_facts(certificate: Certificate) -> None:
    refused("DELETE FROM certificates_certificate WHERE id = %s", [certificate.pk])
    refused("UPDATE certificates_certificate SET holder = 'Khác' WHERE id = %s", [certificate.pk])
    certificate.holder = "Khác"
    with pytest.raises(DatabaseError), transaction.atomic():
        certificate.save()
    assert Certificate.objects.get(pk=certificate.pk).holder == "Lê Thị Hoa"


def scheme(course: Course) -> SchemeVersion:
    return SchemeVersion.objects.create(
        scheme=Scheme.objects.create(code="TV", subject=course.subject),
        number=1,
        edition=course.edition,
        title={"vi": "Chuyên gia", "en": "Consultant"},
        scope={"vi": "Phạm vi", "en": "Scope"},
        validity_months=36,
        look_back_months=24,
        valid_from=AT.date() - timedelta(days=100),
    )


@pytest.fixture
def proposed(completed: Enrolment) -> Application:
    """A file proposed by an officer."""
    officer = make_person("Đặng Thu Hà", roles=(Role.OFFICER,))
    version = scheme(completed.run.course)
    application = actions.apply(person=completed.person, version=version, by=completed.person, at=AT)
    actions.submit(application=application, agreed=[], by=completed.person, at=AT)
    application.refresh_from_db()
    actions.propose(application=application, note="Hồ sơ đủ, đề nghị xét.", by=officer, at=AT)
    application.refresh_from_db()
    return application


def force(application: Application, decider: User) -> None:
    """A decision written past the action."""
    Decision.objects.create(
        application=application,
        applicant=application.person,
        proposed_by=Proposal.objects.get(application=application).by,
        decided_by=decider,
        outcome="grant",
        number="01/QĐ",
        year=2026,
        basis="Bỏ qua mọi quy tắc",
        decided_at=AT,
        impartial_since=AT - timedelta(days=730),
    )


@pytest.mark.sqlite
def test_database_refuses_a_decider_who_taught(proposed: Application, completed: Enrolment) -> None:
    decider = make_person("Trần Quốc Đạt", roles=(Role.DECIDER,))
    assign_instructor(run=completed.run, person=decider, by=None, at=AT)
    with pytest.raises(DatabaseError, match="impartial"), transaction.atomic():
        force(proposed, decider)
    with pytest.raises(NotImpartial):
        actions.decide(application=proposed, outcome="grant", basis="Đủ điều kiện cấp.", by=decider, at=AT)
    assert not Decision.objects.exists()


@pytest.mark.sqlite
def test_database_refuses_the_proposer_even_under_another_name(proposed: Application) -> None:
    proposer = Proposal.objects.get(application=proposed).by
    with pytest.raises(DatabaseError), transaction.atomic():
        force(proposed, proposer)
    # Naming somebody else as proposer does not help: the proposal itself is looked at.
    with pytest.raises(DatabaseError, match="impartial"), transaction.atomic():
        Decision.objects.create(
            application=proposed,
            applicant=proposed.person,
            proposed_by=make_person("Người Khác"),
            decided_by=proposer,
            outcome="grant",
            number="02/QĐ",
            year=2026,
            basis="Bỏ qua mọi quy tắc",
            decided_at=AT,
            impartial_since=AT,
        )


@pytest.mark.sqlite
def test_a_decision_is_never_changed(proposed: Application) -> None:
    decider = make_person("Nguyễn Kim Ngân", roles=(Role.DECIDER,))
    decision = actions.decide(
        application=proposed, outcome="refuse", basis="Chưa đủ kinh nghiệm thực tế.", by=decider, at=AT
    )
    refused("UPDATE certificates_decision SET outcome = 'grant' WHERE id = %s", [decision.pk])
    refused("DELETE FROM certificates_decision WHERE id = %s", [decision.pk])
    # A certificate without a decision that grants it is refused too.
    with pytest.raises(Refused) as refusal:
        actions.issue_consultant(decision=decision, at=AT)
    assert refusal.value.code == "not_granted"
