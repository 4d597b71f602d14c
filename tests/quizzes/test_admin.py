"""Question banks in the back office: who may look, and that looking at a key leaves a line."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Course
from lms.lib.access import Role
from quizzes import actions
from quizzes.models import Bank, KeySight
from tests.factories import AT, make_course, make_person
from tests.quizzes.conftest import CANARY

pytestmark = pytest.mark.django_db

LIST = reverse("quizzes_admin:banks")
BANK = reverse("quizzes_admin:bank", args=["HACCP"])
QUESTION = reverse("quizzes_admin:question", args=["HACCP", "A-1"])
KEY = reverse("quizzes_admin:question_key", args=["HACCP", "A-1"])
COMPARE = reverse("quizzes_admin:question_compare", args=["HACCP", "A-1"])


def signed_in(client: Client, *roles: Role, teaches: Course | None = None, keys: bool = False) -> Client:
    person = make_person(roles=roles)
    if keys:
        bank = Bank.objects.get(code="HACCP")
        actions.grant_keys(bank=bank, person=person, reason="Soạn đề", by=None, at=AT)
    if teaches is not None:
        teaches.instructors.add(person)
    client.force_login(person)
    return client


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.REVIEWER, Role.INSTRUCTOR])
def test_those_who_work_on_the_bank(client: Client, course: Course, role: Role) -> None:
    staff = signed_in(client, role, teaches=course, keys=True)
    assert "HACCP" in staff.get(LIST).content.decode()
    page = staff.get(BANK)
    assert "A-1" in page.content.decode()
    assert CANARY not in page.content.decode()
    assert CANARY not in staff.get(QUESTION).content.decode()
    assert not KeySight.objects.exists()
    assert staff.get(KEY).status_code == 405
    told = staff.post(KEY)
    assert f"{CANARY}-explanation-A-1" in told.content.decode()
    assert "no-store" in told["Cache-Control"]
    assert KeySight.objects.get().version.question.code == "A-1"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.REVIEWER, Role.INSTRUCTOR])
def test_nobody_sees_a_key_by_role_alone(client: Client, course: Course, role: Role) -> None:
    staff = signed_in(client, role, teaches=course)
    assert staff.get(QUESTION).status_code == 200
    edit = reverse("quizzes_admin:question_edit", args=["HACCP", "A-1"])
    for address, data in ((KEY, {}), (edit, {"do": "open"}), (COMPARE, {"old": 1, "new": 1})):
        told = staff.post(address, data)
        assert told.status_code == 403
        assert CANARY not in told.content.decode()
    assert not KeySight.objects.exists()


def test_an_instructor_of_another_course_finds_nothing(client: Client, course: Course) -> None:
    staff = signed_in(client, Role.INSTRUCTOR, teaches=make_course("5S"))
    assert "HACCP" not in staff.get(LIST).content.decode()
    for address in (BANK, QUESTION):
        assert staff.get(address).status_code == 404
    assert staff.post(KEY).status_code == 404
    assert not KeySight.objects.exists()


@pytest.mark.parametrize("role", [Role.EXAMINER, Role.OFFICER, Role.PROGRAMME, Role.INSPECTOR, Role.INVIGILATOR])
def test_other_staff_is_refused(client: Client, course: Course, role: Role) -> None:
    staff = signed_in(client, role)
    for address in (LIST, BANK, QUESTION):
        assert staff.get(address).status_code == 403
    assert staff.post(KEY).status_code == 403


def test_filters(client: Client, course: Course) -> None:
    staff = signed_in(client, Role.REVIEWER)
    page = staff.get(BANK, {"type": "numeric", "use": "exam"}).content.decode()
    assert ">C-1<" in page
    assert ">A-1<" not in page
    assert ">P-2<" not in page
    assert ">C-2<" in staff.get(BANK, {"q": "stem c-2"}).content.decode()
    assert staff.get(BANK, {"type": "junk", "topic": "x", "page": "y"}).status_code == 200
