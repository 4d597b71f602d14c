"""After a merge: the survivor holds what both held, and impartiality knows that both are one."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from certificates import actions, impartiality, queries, register
from certificates.actions.decision import NotImpartial
from certificates.borne import papers
from certificates.holdings import facts_of
from certificates.models import Application, Certificate, Decision, Proposal, RegisterLine
from enrolments import actions as enrolments, prerequisites
from enrolments.models import Enrolment, SeatRequest
from enrolments.prerequisites import Asked
from lms.lib.access import Role
from lms.lib.periods import local_date
from lms.lib.states import Refused
from people import actions as people
from people.models import Consent, User
from quizzes.models import Attempt, Bank, Exam, Grade, Sitting
from tests.certificates.conftest import (
    BASIS,
    make_completion,
    make_consultant,
    make_draft,
    make_proposed,
    make_submitted,
    signed_in,
)
from tests.factories import AT, enrol, join, make_course, make_enterprise, make_person, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_person("Quản Trị", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def twin(db: None) -> User:
    """The account that goes."""
    return make_person("Lam Thi Bao Chau", email="")


def merge(source: User, into: User, by: User) -> None:
    people.merge_people(source=source, into=into, by=by, at=AT)
    source.refresh_from_db()
    into.refresh_from_db()


# --- What the survivor sees ---------------------------------------------------------------


def test_certificates_stay_and_are_the_survivors(applicant: User, twin: User, admin: User) -> None:
    held = make_completion(twin, course_code="HACCP")
    facts = dict(held.facts)
    own = make_completion(applicant, course_code="5S")
    merge(twin, applicant, admin)
    held.refresh_from_db()
    assert (held.person, held.facts, held.holder) == (twin, facts, "Lam Thi Bao Chau")
    assert held.enrolment.person == applicant
    assert set(Certificate.objects.visible_to(applicant)) == {held, own}
    home = queries.home(applicant, "vi", AT)
    assert {finding.certificate for finding in home.certificates} == {held, own}
    assert {brief.enrolment.run.course.code for brief in home.others} | {
        home.resume.enrolment.run.course.code if home.resume else ""
    } >= {"HACCP"}
    page = signed_in(applicant).get("/vi/learn/").content.decode()
    assert held.number in page and own.number in page
    assert {item.number for item in facts_of(applicant, None, local_date(AT)).held} == {held.number, own.number}


def test_two_papers_of_one_course_and_of_one_scheme_both_stand(applicant: User, twin: User, admin: User) -> None:
    course = make_course("HACCP")
    held = [make_completion(person, course=course) for person in (twin, applicant)]
    held += [make_consultant(person) for person in (twin, applicant)]
    lines = list(RegisterLine.objects.order_by("pk").values())
    rows = list(Certificate.objects.order_by("pk").values())
    merge(twin, applicant, admin)
    assert list(RegisterLine.objects.order_by("pk").values()) == lines
    assert list(Certificate.objects.order_by("pk").values()) == rows
    assert list(register.faults()) == []
    assert set(Certificate.objects.visible_to(applicant)) == set(held)
    client = signed_in(applicant)
    for certificate in held:
        assert certificate.number in client.get("/vi/learn/").content.decode()
        assert Client().get(f"/v/{certificate.code}.json").json()["holder"] == certificate.holder
    # Asked for the same again, the survivor has it already.
    assert prerequisites.verdicts([Asked("course", "HACCP")], [applicant.pk], on=local_date(AT))[applicant.pk][0].met


def test_a_stranger_sees_neither(applicant: User, twin: User, admin: User) -> None:
    make_completion(twin)
    merge(twin, applicant, admin)
    assert not Certificate.objects.visible_to(make_person("Người Lạ")).exists()


def test_the_employer_sees_what_the_merged_account_holds(applicant: User, twin: User, admin: User) -> None:
    contact, own = make_person("Phụ Trách"), make_enterprise()
    join(contact, own, contact=True)
    join(twin, own)
    held = make_completion(twin)
    merge(twin, applicant, admin)
    assert list(Certificate.objects.visible_to(User.objects.get(pk=contact.pk))) == [held]


def test_prerequisites_count_what_either_did(applicant: User, twin: User, admin: User) -> None:
    make_completion(twin, course_code="HACCP")
    consultant = make_consultant(twin)
    merge(twin, applicant, admin)
    scheme = consultant.decision.application.version.scheme.code
    asked = [Asked("course", "HACCP"), Asked("certificate", scheme)]
    day = local_date(AT + timedelta(days=1))
    assert [verdict.met for verdict in prerequisites.verdicts(asked, [applicant.pk], on=day)[applicant.pk]] == [
        True
    ] * 2


def test_the_public_register_follows_the_consent(applicant: User, twin: User, admin: User) -> None:
    held = make_consultant(twin)
    assert list(queries.consultants("", "")) == [held]
    merge(twin, applicant, admin)
    assert list(queries.consultants("", "")) == [held]
    people.withdraw_consent(person=applicant, purpose=Consent.Purpose.REGISTER, by=applicant, at=AT)
    assert not queries.consultants("", "").exists()


def test_an_application_over_stays_and_is_shown_one_under_way_moves(applicant: User, twin: User, admin: User) -> None:
    over = make_draft(twin)
    actions.take_back(application=over, by=twin, at=AT)
    live = make_submitted(twin)
    merge(twin, applicant, admin)
    over.refresh_from_db()
    live.refresh_from_db()
    assert (over.person, live.person) == (twin, applicant)
    assert set(Application.objects.visible_to(applicant)) == {over, live}
    client = signed_in(applicant)
    for application in (over, live):
        assert client.get(reverse("certificates:application", args=[application.code])).status_code == 200


# --- Classes and exams ---------------------------------------------------------------------


def test_classes_sittings_and_requests_follow_the_person(applicant: User, twin: User, admin: User) -> None:
    course = make_course()
    run, full = make_run(course), make_run(course, seats=1)
    enrolment = enrol(twin, run)
    enrol(make_person("Người Trước"), full)
    waiting = enrolments.ask(run=full, person=twin, by=twin, at=AT)
    exam = Exam.objects.create(code="E", bank=Bank.objects.create(code="B"), minutes=30, pass_percent=70)
    sitting = Sitting.objects.create(person=twin, exam=exam, enrolment=enrolment)
    merge(twin, applicant, admin)
    for row in (enrolment, waiting, sitting):
        row.refresh_from_db()
        assert row.person == applicant
    assert isinstance(waiting, SeatRequest)


def test_two_seats_in_one_class_become_one_and_both_rows_stay(applicant: User, twin: User, admin: User) -> None:
    run = make_run(make_course(), seats=3)
    one, two = enrol(applicant, run), enrol(twin, run)
    merge(twin, applicant, admin)
    for row in (one, two):
        row.refresh_from_db()
    assert (one.person, one.state) == (applicant, Enrolment.State.ACTIVE)
    assert (two.person, two.state) == (twin, Enrolment.State.WITHDRAWN)
    assert run.enrolments.seated().count() == 1


def test_of_two_seats_the_completed_one_counts(applicant: User, twin: User, admin: User) -> None:
    held = make_completion(twin)
    run = held.enrolment.run
    own = enrol(applicant, run)
    merge(twin, applicant, admin)
    own.refresh_from_db()
    assert own.state == Enrolment.State.WITHDRAWN
    (brief,) = queries.home(applicant, "vi", AT).others or [queries.enrolments.briefs(applicant)[0]]
    assert brief.enrolment == held.enrolment


# --- Who is not a duplicate ------------------------------------------------------------------


def test_a_teacher_is_not_their_pupil(applicant: User, twin: User, admin: User) -> None:
    make_completion(applicant, instructors=(twin,))
    with pytest.raises(Refused) as refused:
        merge(twin, applicant, admin)
    assert refused.value.code == "barred"
    with pytest.raises(Refused):
        merge(applicant, twin, admin)


def test_a_decider_is_not_their_applicant(applicant: User, officer: User, decider: User, admin: User) -> None:
    make_consultant(applicant, officer=officer, decider=decider)
    for person, role in ((officer, Role.OFFICER), (decider, Role.DECIDER)):
        people.end_role(person=person, role=role, by=admin, at=AT)
        person = User.objects.get(pk=person.pk)
        with pytest.raises(Refused):
            merge(person, applicant, admin)
        with pytest.raises(Refused):
            merge(applicant, person, admin)


def test_an_examiner_is_not_their_taker_and_a_running_exam_is_waited_for(
    applicant: User, twin: User, admin: User
) -> None:
    exam = Exam.objects.create(code="E", bank=Bank.objects.create(code="B"), minutes=30, pass_percent=70)
    sitting = Sitting.objects.create(person=twin, exam=exam)
    attempt = Attempt.objects.create(
        sitting=sitting, number=1, code="A", language="vi", seed="", rules={}, started_at=AT, deadline=AT
    )
    with pytest.raises(Refused):
        merge(twin, applicant, admin)
    Attempt.objects.update(state=Attempt.State.GRADED, submitted_at=AT)
    Grade.objects.create(
        attempt=attempt, number=1, points=1, possible=1, passed=True, detail={}, graded_at=AT, graded_by=applicant
    )
    with pytest.raises(Refused):
        merge(twin, applicant, admin)
    Grade.objects.update(graded_by=None)
    merge(twin, applicant, admin)
    sitting.refresh_from_db()
    assert sitting.person == applicant


def test_two_open_files_on_one_scheme_are_made_one_first(applicant: User, twin: User, admin: User) -> None:
    first, second = make_draft(applicant), make_draft(twin)
    with pytest.raises(Refused):
        merge(twin, applicant, admin)
    actions.take_back(application=second, by=twin, at=AT)
    merge(twin, applicant, admin)
    assert Application.objects.get(pk=first.pk).person == applicant


# --- Impartiality ---------------------------------------------------------------------------


def force(application: Application, decider: User) -> None:
    """A decision written past the action."""
    Decision.objects.create(
        application=application,
        applicant=application.person,
        proposed_by=Proposal.objects.get(application=application).by,
        decided_by=decider,
        outcome="refuse",
        number="01/QĐ",
        year=2026,
        basis="Bỏ qua mọi quy tắc",
        decided_at=AT,
        impartial_since=AT - timedelta(days=730),
    )


def refused(application: Application, decider: User) -> None:
    """Neither action nor database take the decision."""
    assert impartiality.why_not(decider, application, AT)
    with pytest.raises(NotImpartial):
        actions.decide(application=application, outcome="refuse", basis=BASIS, by=decider, at=AT)
    with pytest.raises(DatabaseError, match="impartial"), transaction.atomic():
        force(application, decider)


@pytest.mark.sqlite
def test_who_taught_the_merged_account_does_not_decide(
    applicant: User, twin: User, officer: User, decider: User, admin: User
) -> None:
    make_completion(twin, instructors=(decider,))
    application = make_proposed(applicant, officer)
    assert impartiality.why_not(decider, application, AT) == []
    # The enrolment that moves is found as it is; one that stays behind is found by the merge.
    Enrolment.objects.filter(person=twin).update(person=twin)
    merge(twin, applicant, admin)
    Enrolment.objects.filter(person=applicant).update(person=twin)
    refused(application, decider)


@pytest.mark.sqlite
def test_what_a_deciders_former_account_did_counts(
    applicant: User, twin: User, officer: User, decider: User, admin: User
) -> None:
    make_completion(applicant, instructors=(twin,))
    application = make_proposed(applicant, officer)
    assert impartiality.why_not(decider, application, AT) == []
    merge(twin, decider, admin)
    refused(application, decider)


@pytest.mark.sqlite
def test_a_deciders_own_file_under_another_account(
    twin: User, applicant: User, officer: User, decider: User, admin: User
) -> None:
    application = make_proposed(twin, officer)
    # A file that was moved by hand, or merged before this was looked at.
    User.objects.filter(pk=twin.pk).update(merged_into=decider)
    refused(Application.objects.get(pk=application.pk), decider)


@pytest.mark.sqlite
def test_others_still_decide(applicant: User, twin: User, officer: User, decider: User, admin: User) -> None:
    make_completion(twin)
    application = make_proposed(applicant, officer)
    merge(twin, applicant, admin)
    assert impartiality.why_not(decider, application, AT) == []
    decision: Any = actions.decide(application=application, outcome="refuse", basis=BASIS, by=decider, at=AT)
    assert decision.applicant == applicant


def test_what_a_result_bears_is_found_under_either_account(applicant: User, twin: User, admin: User) -> None:
    consultant = make_consultant(applicant)
    exam = Exam.objects.first() or Exam.objects.create(
        code="X", title_vi="X", title_en="X", bank=Bank.objects.create(code="X"), minutes=10, pass_percent=50
    )
    sitting = Sitting.objects.create(person=twin, exam=exam)
    attempt = Attempt.objects.create(
        sitting=sitting, number=1, code="ZZZZ-OTHER", state="graded", seed="s", language="vi", rules={},
        started_at=AT, deadline=AT, submitted_at=AT,
    )  # fmt: skip
    assert papers([attempt], admin) == {}
    User.objects.filter(pk=twin.pk).update(merged_into=applicant)
    mine = Attempt.objects.select_related("sitting__person").get(pk=attempt.pk)
    assert [paper.number for paper in papers([mine], admin)[attempt.pk]] == [consultant.number]
    User.objects.filter(pk=twin.pk).update(merged_into=None)
    User.objects.filter(pk=applicant.pk).update(merged_into=twin)
    mine = Attempt.objects.select_related("sitting__person").get(pk=attempt.pk)
    assert [paper.number for paper in papers([mine], admin)[attempt.pk]] == [consultant.number]
