"""What most tests of classes begin with."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enrolments import actions, signals
from tests import factories
from tests.factories import AT

OWN = ("enrolments_", "courses_", "quizzes_", "certificates_", "people_enterprise", "people_membership")


@pytest.fixture
def at():
    """The views' own clock: classes that they show run around the real day."""
    return timezone.now()


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


@pytest.fixture
def told(request):
    """What the signal announced, in order."""
    heard = []

    def hear(sender, enrolment, **kwargs):
        heard.append(enrolment.pk)

    signals.enrolment_completed.connect(hear, weak=False)
    request.addfinalizer(lambda: signals.enrolment_completed.disconnect(hear))
    return heard


def finish(enrolment, lesson, *, at=AT, language="vi"):
    page = lesson.pages.get(language=language)
    return actions.finish_lesson(
        enrolment=enrolment,
        lesson=lesson,
        revision=page.live_revision,
        language=language,
        by=enrolment.person,
        at=at,
    )


def finish_all(enrolment, *, at=AT):
    for lesson in enrolment.run.course.lessons.taught():
        finish(enrolment, lesson, at=at)
    enrolment.refresh_from_db()
