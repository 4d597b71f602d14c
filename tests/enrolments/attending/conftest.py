"""A class that meets, for the tests of attendance."""

import pytest
from django.utils import timezone

from lms.lib.access import Role
from tests import factories
from tests.enrolments.attending.steps import MINUTE, plan


@pytest.fixture
def now():
    """The views' own clock."""
    return timezone.now()


@pytest.fixture
def teacher():
    return factories.make_person("Phạm Thị Bích Thủy", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def run(now, teacher):
    course = factories.make_course()
    return factories.make_run(
        course, code="HACCP-2026-07", mode="room", place="Hội trường A", instructors=(teacher,), at=now
    )


@pytest.fixture
def enrolment(run, now):
    return factories.enrol(factories.make_person("Trần Hoài An"), run, at=now)


@pytest.fixture
def meeting(run, now):
    """One that began ten minutes ago."""
    return plan(run, now - 10 * MINUTE)
