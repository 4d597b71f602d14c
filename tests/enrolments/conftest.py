"""What most tests of classes begin with."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories

OWN = ("enrolments_", "courses_", "quizzes_", "certificates_", "people_enterprise", "people_membership")


@pytest.fixture
def person(db):
    return factories.make_person()


@pytest.fixture
def course(db):
    """A course of two lessons with its pages in both languages."""
    course = factories.make_course(lessons=2)
    factories.make_pages(course)
    return course


@pytest.fixture
def run(course):
    return factories.make_run(course, code="HACCP-2026-01", seats=30)


@pytest.fixture
def study_queries():
    """How many queries to tables of study a call makes; sessions and navigation are others' affair."""

    def measure(call) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return sum(any(f'"{name}' in query["sql"] for name in OWN) for query in captured)

    return measure
