"""What the tests of places begin with."""

import pytest

from enrolments import actions
from lms.lib.access import Role
from tests import factories
from tests.enrolments.places.steps import worker
from tests.factories import AT


@pytest.fixture
def course(db):
    return factories.make_course(lessons=2)


@pytest.fixture
def office(db):
    return factories.make_person("Huỳnh Ngọc Diễm", roles=(Role.PROGRAMME,))


@pytest.fixture
def firm(db):
    return factories.make_enterprise()


@pytest.fixture
def contact(firm):
    return factories.join(factories.make_person("Đỗ Thị Hoa"), firm, contact=True).person


@pytest.fixture
def held(course, firm, contact):
    """A request for which the only place of a class is held."""
    run = factories.make_run(course, seats=1)
    return actions.nominate(run=run, person=worker(firm), enterprise=firm, by=contact, at=AT)
