"""The first page of the back office: what waits, by role."""

import pytest
from django.urls import reverse

from certificates import actions
from cms.desk import desk
from lms.lib.access import Role
from people.models import Notice
from tests import factories
from tests.certificates.conftest import agreements, fill, make_draft
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    """A file that was handed in."""
    factories.make_province()
    draft = make_draft(factories.make_person("Trần Văn Bình"))
    fill(draft)
    draft.refresh_from_db()
    return actions.submit(application=draft, agreed=agreements(draft), by=draft.person, at=AT)


def test_officer_sees_files_to_check_and_nothing_else(application):
    seen = desk(factories.make_person("Đặng Thị Thu Hà", roles=(Role.OFFICER,)), AT)
    assert [item.application for item in seen.to_check] == [application]
    assert seen.to_check_total == 1
    assert (seen.to_decide, seen.classes, seen.figures, seen.courses) == (None, None, None, None)


def test_decider_who_taught_the_applicant_is_told(application):
    decider = factories.make_person("Nguyễn Thị Kim Ngân", roles=(Role.DECIDER,))
    other = factories.make_person("Lê Thị Sáu", roles=(Role.DECIDER,))
    officer = factories.make_person("Đặng Thị Thu Hà", roles=(Role.OFFICER,))
    run = factories.make_run(factories.make_course("5S"), instructors=(decider,))
    factories.enrol(application.person, run)
    actions.propose(application=application, note="Hồ sơ đủ, đề nghị cấp.", by=officer, at=AT)
    assert [item.barred for item in desk(decider, AT).to_decide] == [True]
    assert [item.barred for item in desk(other, AT).to_decide] == [False]


def test_instructor_sees_own_classes_only():
    teacher = factories.make_person("Trần Quốc Đạt", roles=(Role.INSTRUCTOR,))
    course = factories.make_course("HACCP")
    own = factories.make_run(course, code="HACCP-2026-01", instructors=(teacher,))
    factories.make_run(course, code="HACCP-2026-02")
    assert list(desk(teacher, AT).classes) == [own]


def test_administrator_is_told_of_mails_that_failed():
    administrator = factories.make_person("Hồ Văn Sang", roles=(Role.ADMINISTRATOR,))
    Notice.objects.create(
        person=administrator,
        kind="enrolled",
        key="1",
        channel=Notice.Channel.MAIL,
        state=Notice.State.FAILED,
        created_at=AT,
    )
    assert desk(administrator, AT).unsent == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DECIDER, Role.PROGRAMME, Role.INSTRUCTOR, Role.ADMINISTRATOR])
def test_first_page_opens_with_a_menu_that_leads_where_the_role_may_go(client, role):
    person = factories.make_person("Huỳnh Ngọc Diễm", roles=(role,))
    client.force_login(person)
    answer = client.get(reverse("wagtailadmin_home"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="desk"' in text
    assert "Wagtail 7" not in text
