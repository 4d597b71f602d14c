"""Schemes, files and papers for the tests of certification."""

import io
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from certificates import actions
from certificates.models import Application, Certificate, Scheme, SchemeVersion
from courses.models import Course
from enrolments import actions as enrolments
from enrolments.models import Requirement
from lms.lib.access import Role
from people.models import User
from tests.factories import AT, enrol, make_course, make_edition, make_person, make_province, make_run, make_subject

_numbers = count(1)
BASIS = "Đủ điều kiện, hồ sơ đầy đủ, đề nghị cấp."


def pdf_file(name: str = "bang.pdf", mark: str = "1") -> SimpleUploadedFile:
    """A file that passes for a PDF, another one per `mark`."""
    return SimpleUploadedFile(name, f"%PDF-1.7\n{mark}\n%%EOF\n".encode(), content_type="application/pdf")


def png_file(name: str = "anh.png") -> SimpleUploadedFile:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "#0b5a50").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def make_version(code: str = "HACCP-TV") -> SchemeVersion:
    """The shipped scheme of HACCP consultants."""
    path = Path(settings.BASE_DIR) / "starter" / "schemes" / "haccp-consultant.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    scheme, _created = Scheme.objects.get_or_create(code=code, defaults={"subject": make_subject()})
    names = ("title", "scope", "level", "requires", "evidence", "agreements", "clauses")
    return SchemeVersion.objects.get_or_create(
        scheme=scheme,
        number=1,
        defaults={
            "edition": make_edition(),
            "validity_months": data["validity_months"],
            "look_back_months": data["look_back_months"],
            "valid_from": date(2025, 1, 1),
            **{name: data[name] for name in names},
        },
    )[0]


def make_completion(
    person: User,
    *,
    course_code: str = "",
    course: Course | None = None,
    instructors: tuple[User, ...] = (),
    at: Any = AT,
) -> Certificate:
    """A certificate of completion, earned by the product's own rules."""
    make_province()
    code = course_code or f"K{next(_numbers)}"
    run = make_run(course or make_course(code), instructors=instructors)
    enrolment = enrol(person, run, at=at)
    enrolments.meet(enrolment=enrolment, kind=Requirement.Kind.LESSONS, at=at, by=None)
    enrolment.refresh_from_db()
    return actions.issue_completion(enrolment=enrolment, at=at)


def make_draft(person: User) -> Application:
    """An application with nothing in it yet."""
    return actions.apply(person=person, version=make_version(), by=person, at=AT)


def fill(application: Application) -> None:
    """All that the scheme asks for; the training was done elsewhere."""
    person = application.person
    actions.save_draft(application=application, by=person, at=AT, experience_years=4, education="Kỹ sư thực phẩm, 2015")
    for item in application.version.evidence:
        actions.add_evidence(
            application=application, kind=item["code"], upload=pdf_file(mark=item["code"]), by=person, at=AT
        )


def agreements(application: Application) -> list[str]:
    """The codes of everything to be agreed to."""
    return [item["code"] for item in application.version.agreements]


def make_submitted(person: User) -> Application:
    """An application handed in."""
    application = make_draft(person)
    fill(application)
    actions.submit(application=application, agreed=agreements(application), by=person, at=AT)
    return Application.objects.get(pk=application.pk)


def make_proposed(person: User, officer: User) -> Application:
    """An application proposed for decision."""
    application = make_submitted(person)
    actions.propose(application=application, note=BASIS, by=officer, at=AT)
    return Application.objects.get(pk=application.pk)


def make_consultant(person: User, *, officer: User | None = None, decider: User | None = None) -> Certificate:
    """A consultant certificate, granted by the product's own rules."""
    make_province()
    officer = officer or make_person("Cán bộ Một", roles=(Role.OFFICER,))
    decider = decider or make_person("Ủy viên Một", roles=(Role.DECIDER,))
    application = make_proposed(person, officer)
    decision = actions.decide(
        application=application, outcome="grant", basis=BASIS, by=decider, at=AT + timedelta(hours=1)
    )
    return Certificate.objects.get(decision=decision)


def signed_in(person: User) -> Client:
    """A browser in which `person` is signed in."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def officer(db: None) -> User:
    return make_person("Đặng Thị Thu Hà", roles=(Role.OFFICER,))


@pytest.fixture
def decider(db: None) -> User:
    return make_person("Nguyễn Thị Kim Ngân", roles=(Role.DECIDER,))


@pytest.fixture
def applicant(db: None) -> User:
    make_province()
    return make_person("Lâm Thị Bảo Châu", sex="female")
