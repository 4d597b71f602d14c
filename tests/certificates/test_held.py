"""Consultant certificates held, as a class asks for them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from certificates.held import CertificatesHeld
from certificates.models import Certificate
from enrolments import actions, prerequisites
from enrolments.models import CourseRun, Enrolment, Prerequisite
from lms.lib.states import Refused
from people.models import User
from tests.certificates.conftest import make_completion, make_consultant, make_version
from tests.factories import AT, make_course, make_person, make_run

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=2)


@pytest.fixture
def run(db: None) -> CourseRun:
    make_version()
    run = make_run(make_course("NANG-CAO"), at=AT)
    Prerequisite.objects.create(run=run, kind="certificate", key="HACCP-TV", months=12)
    return run


def ask(run: CourseRun, person: User, at: Any = LATER) -> Any:
    return actions.ask(run=run, person=person, by=person, at=at)


def test_the_port_is_filled() -> None:
    assert isinstance(prerequisites.sources()["certificate"], CertificatesHeld)


def test_holder_gets_a_place_and_who_has_none_is_told_what_was_looked_at(run: CourseRun, applicant: User) -> None:
    certificate = make_consultant(applicant)
    assert isinstance(ask(run, applicant), Enrolment)
    other = make_person("Trần Văn Bảy")
    make_completion(other)
    title = make_version().title["vi"]
    with override("vi"), pytest.raises(Refused) as refusal:
        ask(run, other)
    assert refusal.value.code == "prerequisites"
    assert title in str(refusal.value)
    held = CertificatesHeld().held([applicant.pk, other.pk], ["HACCP-TV", "KHAC"], LATER.date())
    assert held == {(applicant.pk, "HACCP-TV"): [prerequisites.Held(certificate.number, certificate.issued_on)]}


def test_certificate_that_ended_or_is_suspended_counts_no_more(run: CourseRun, applicant: User) -> None:
    certificate = make_consultant(applicant)
    source, key = CertificatesHeld(), (applicant.pk, "HACCP-TV")
    last_day = certificate.expires_on
    assert last_day is not None
    assert key in source.held([applicant.pk], ["HACCP-TV"], last_day)
    assert key not in source.held([applicant.pk], ["HACCP-TV"], last_day + timedelta(days=1))
    Certificate.objects.filter(pk=certificate.pk).update(state=Certificate.State.SUSPENDED)
    with pytest.raises(Refused):
        ask(run, applicant)


def test_certificate_older_than_the_class_allows(applicant: User) -> None:
    make_version()
    certificate = make_consultant(applicant)
    much_later = AT + timedelta(days=400)
    run = make_run(make_course("NANG-CAO-2"), at=much_later)
    Prerequisite.objects.create(run=run, kind="certificate", key="HACCP-TV", months=12)
    with pytest.raises(Refused, match=certificate.number):
        ask(run, applicant, much_later)


def test_names_choices_and_pages(run: CourseRun) -> None:
    source, title = CertificatesHeld(), make_version().title
    assert source.names(["HACCP-TV", "KHAC"]) == {"HACCP-TV": title["vi"]}
    assert source.choices() == [("HACCP-TV", f"HACCP-TV · {title['vi']}")]
    assert source.addresses(["HACCP-TV"], "en") == {"HACCP-TV": "/en/certification/HACCP-TV/"}
