"""Lessons and requirements: what completes an enrolment, once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from enrolments import actions, queries, tasks
from enrolments.models import Enrolment, LessonProgress, Requirement
from lms.lib.states import Refused
from tests import factories
from tests.enrolments.conftest import finish, finish_all
from tests.factories import AT

pytestmark = pytest.mark.django_db

ACTIVE, COMPLETED, WITHDRAWN = Enrolment.State.ACTIVE, Enrolment.State.COMPLETED, Enrolment.State.WITHDRAWN
DAY = timedelta(days=1)


@pytest.fixture
def course():
    return factories.make_course(lessons=2)


def test_last_lesson_meets_the_requirement_and_completes(course, person, told):
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    first, second = course.lessons.all()
    finish(enrolment, first)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.last_lesson) == (ACTIVE, first)
    finish(enrolment, second, at=AT + DAY)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.completed_at) == (COMPLETED, AT + DAY)
    assert enrolment.requirements.get().met_at == AT + DAY
    assert told == [enrolment.pk]


def test_completion_waits_for_the_exam_too(course, person, told):
    actions.require(course=course, kind="exam", key="HACCP-CK")
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    finish_all(enrolment)
    assert enrolment.state == ACTIVE
    assert told == []
    actions.meet(enrolment=enrolment, kind="exam", key="HACCP-CK", at=AT + DAY, by=None, detail={"points": "9"})
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.completed_at) == (COMPLETED, AT + DAY)
    assert told == [enrolment.pk]


def test_exam_before_the_lessons_completes_with_the_last_lesson(course, person, told):
    actions.require(course=course, kind="exam", key="HACCP-CK")
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    actions.meet(enrolment=enrolment, kind="exam", key="HACCP-CK", at=AT, by=None)
    enrolment.refresh_from_db()
    assert enrolment.state == ACTIVE
    finish_all(enrolment)
    assert enrolment.state == COMPLETED
    assert told == [enrolment.pk]


def test_met_twice_stays_as_met_first(course, person, told):
    enrolment = factories.enrol(person, factories.make_run(course))
    first = actions.meet(enrolment=enrolment, kind="lessons", at=AT, by=person, detail={"n": 1})
    again = actions.meet(enrolment=enrolment, kind="lessons", at=AT + DAY, by=None, detail={"n": 2})
    assert first.pk == again.pk
    assert (again.met_at, again.met_by, again.detail) == (AT, person, {"n": 1})
    assert enrolment.events.filter(new=COMPLETED).count() == 1
    assert told == [enrolment.pk]


def test_what_is_not_asked_for_cannot_be_met(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    assert actions.meet(enrolment=enrolment, kind="exam", key="X", at=AT, by=None) is None
    assert enrolment.requirements.filter(met_at__isnull=False).count() == 0


def test_rule_made_later_is_not_asked_of_those_who_enrolled_before(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    actions.require(course=course, kind="exam", key="HACCP-CK")
    actions.require(course=course, kind="exam", key="HACCP-CK")
    assert enrolment.requirements.count() == 1
    later = factories.enrol(factories.make_person(), enrolment.run)
    assert set(later.requirements.values_list("kind", "key")) == {("lessons", ""), ("exam", "HACCP-CK")}


def test_exam_graded_after_leaving_completes_on_rejoining(course, person, told):
    actions.require(course=course, kind="exam", key="HACCP-CK")
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    finish_all(enrolment)
    actions.withdraw(enrolment=enrolment, by=person, at=AT)
    actions.meet(enrolment=enrolment, kind="exam", key="HACCP-CK", at=AT, by=None)
    enrolment.refresh_from_db()
    assert enrolment.state == WITHDRAWN
    assert told == []
    back = factories.enrol(person, enrolment.run, at=AT + DAY)
    assert (back.state, back.completed_at) == (COMPLETED, AT + DAY)
    assert told == [enrolment.pk]


def test_finished_lesson_pins_the_first_revision_read(course, person):
    page = factories.make_pages(course, languages=("vi",))["vi"].get_children().first().specific
    enrolment = factories.enrol(person, factories.make_run(course))
    read = page.live_revision
    progress = finish(enrolment, page.lesson)
    later = factories.publish(page)
    finish(enrolment, page.lesson, at=AT + DAY)
    progress.refresh_from_db()
    assert (progress.revision, progress.done_at, progress.language) == (read, AT, "vi")
    assert later.pk != read.pk
    with pytest.raises(ProtectedError):
        read.delete()
    with pytest.raises(ProtectedError):
        page.delete()


def test_finishing_is_refused_after_leaving_and_without_a_revision(course, person):
    page = factories.make_pages(course, languages=("vi",))["vi"].get_children().first().specific
    enrolment = factories.enrol(person, factories.make_run(course))
    with pytest.raises(Refused) as refusal:
        actions.finish_lesson(enrolment=enrolment, lesson=page.lesson, revision=None, language="vi", by=person, at=AT)
    assert refusal.value.code == "revision"
    actions.withdraw(enrolment=enrolment, by=person, at=AT)
    with pytest.raises(Refused) as refusal:
        finish(enrolment, page.lesson)
    assert refusal.value.code == "withdrawn"
    assert LessonProgress.objects.count() == 0


def test_opening_remembers_the_place_once_per_lesson(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    lesson = course.lessons.first()
    actions.open_lesson(enrolment=enrolment, lesson=lesson, at=AT)
    actions.open_lesson(enrolment=enrolment, lesson=lesson, at=AT + DAY)
    progress = LessonProgress.objects.get()
    assert (progress.opened_at, progress.last_opened_at, progress.done_at) == (AT, AT + DAY, None)
    enrolment.refresh_from_db()
    assert enrolment.last_lesson == lesson


def test_lesson_retired_later_does_not_hold_up_those_who_did_the_rest(course, person, told):
    factories.make_pages(course, languages=("vi",))
    run = factories.make_run(course)
    diligent, idle = factories.enrol(person, run), factories.enrol(factories.make_person(), run)
    first, second = course.lessons.all()
    finish(diligent, first)
    assert not queries.lessons_done_unnoticed().exists()
    second.retired = True
    second.save()
    assert list(queries.lessons_done_unnoticed(course.pk)) == [diligent]
    tasks.settle_lessons(course.pk)
    tasks.settle_lessons()
    diligent.refresh_from_db()
    idle.refresh_from_db()
    assert (diligent.state, idle.state) == (COMPLETED, ACTIVE)
    assert told == [diligent.pk]


def test_course_without_lessons_at_present_completes_nobody(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    course.lessons.update(retired=True)
    tasks.settle_lessons()
    assert not actions.settle_lessons(enrolment=enrolment, by=None, at=AT)
    enrolment.refresh_from_db()
    assert enrolment.state == ACTIVE


def test_requirement_rows_are_one_per_kind_and_key(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    with pytest.raises(IntegrityError), transaction.atomic():
        Requirement.objects.create(enrolment=enrolment, kind="lessons")
