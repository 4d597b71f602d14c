"""Nobody loses what they had: migrations that carry data over."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from courses.models import Course
from lms.lib.access import Role
from people.actions import end_role
from quizzes.actions import sessions
from quizzes.models import Attempt, Bank, KeyGrant, Sitting
from tests.factories import AT, make_course, make_person

pytestmark = pytest.mark.django_db


def test_who_could_see_keys_may_go_on(course: Course) -> None:
    instructor, other = make_person(roles=(Role.INSTRUCTOR,)), make_person(roles=(Role.INSTRUCTOR,))
    course.instructors.add(instructor)
    make_course("5S").instructors.add(other)
    scheme = Bank.objects.create(code="AUDITOR", scheme="QMS-LA")
    reviewer, administrator = make_person(roles=(Role.REVIEWER,)), make_person(roles=(Role.ADMINISTRATOR,))
    gone = make_person(roles=(Role.REVIEWER,))
    end_role(person=gone, role=Role.REVIEWER, by=None, at=AT)
    make_person(roles=(Role.EXAMINER,))
    grant = import_module("quizzes.migrations.0003_key_grants").grant
    for _twice in range(2):
        grant(apps, None)
    bank = Bank.objects.get(code="HACCP")
    assert set(KeyGrant.objects.filter(bank=bank).values_list("person", flat=True)) == {
        instructor.pk,
        reviewer.pk,
        administrator.pk,
    }
    assert set(KeyGrant.objects.filter(bank=scheme).values_list("person", flat=True)) == {reviewer.pk, administrator.pk}
    assert KeyGrant.objects.count() == 5
    assert not KeyGrant.objects.exclude(by=None, until=None).exists()


def test_attempts_of_before_know_where_they_were_sat(attempt: Attempt) -> None:
    person = make_person(roles=(Role.EXAMINER,))
    ends_at = AT + timedelta(hours=2)
    session = sessions.plan_session(exam=attempt.sitting.exam, starts_at=AT, ends_at=ends_at, by=person, at=AT)
    Sitting.objects.update(session=session, seat="12")
    before = attempt.rules
    keep = import_module("quizzes.migrations.0005_sessions_of_attempts").keep
    for _twice in range(2):
        keep(apps, None)
    attempt.refresh_from_db()
    assert (attempt.session, attempt.rules) == (session, {**before, "seat": "12"})
