"""Copies are new courses and lessons; the old ones keep their own."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from courses.actions import copy_course, copy_lesson
from courses.models import Course, CoursePage, Lesson, LessonPage
from tests.factories import AT, make_course, make_pages, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages() -> dict[str, CoursePage]:
    return make_pages(make_course("HACCP", lessons=2))


def test_a_copied_course_has_rows_and_drafts_of_its_own(pages: dict[str, CoursePage]) -> None:
    person = make_person()
    pages["vi"].course.instructors.add(person)
    copy = copy_course(page=pages["vi"], title="Khóa mới", slug="khoa-moi", by=person, at=AT)
    assert copy.course.code == "HACCP-2"
    assert (copy.title, copy.slug, copy.live, copy.language) == ("Khóa mới", "khoa-moi", False, "vi")
    assert copy.course.title_vi == "Khóa mới"
    assert list(copy.course.instructors.all()) == [person]
    assert list(copy.course.lessons.values_list("code", "part__order")) == [("bai-1", 1), ("bai-2", 1)]
    assert not set(copy.course.lessons.all()) & set(pages["vi"].course.lessons.all())
    twins = CoursePage.objects.filter(course=copy.course)
    assert {page.language for page in twins} == {"vi", "en"}
    assert len({page.translation_key for page in twins}) == 1
    lessons = LessonPage.objects.filter(lesson__course=copy.course)
    assert lessons.count() == 4
    assert not lessons.filter(live=True).exists()
    assert len({page.translation_key for page in lessons}) == 2
    assert {page.get_parent().pk for page in lessons} == {page.pk for page in twins}
    # What the copy was made of has not changed.
    assert LessonPage.objects.filter(lesson__course=pages["vi"].course, live=True).count() == 4


def test_codes_and_addresses_are_never_taken_twice(pages: dict[str, CoursePage]) -> None:
    person = make_person()
    first = copy_course(page=pages["vi"], title="A", slug="haccp", by=person, at=AT)
    second = copy_course(page=pages["vi"], title="B", slug="haccp", by=person, at=AT)
    assert [first.course.code, second.course.code] == ["HACCP-2", "HACCP-3"]
    assert [first.slug, second.slug] == ["haccp-2", "haccp-3"]


def test_a_copied_lesson_is_taught_once_it_is_published(pages: dict[str, CoursePage]) -> None:
    source = LessonPage.objects.get(lesson__code="bai-1", language="vi")
    copy = copy_lesson(page=source, title="Bài ba", slug="bai-ba", by=make_person(), at=AT)
    assert (copy.lesson.code, copy.lesson.order, copy.lesson.course) == ("bai-1-2", 3, source.lesson.course)
    assert {page.language for page in copy.lesson.pages.all()} == {"vi", "en"}
    assert copy.lesson not in Lesson.objects.taught()
    copy.latest_revision.publish()
    assert copy.lesson in Lesson.objects.taught()
    assert LessonPage.objects.get(pk=source.pk).lesson.code == "bai-1"


def test_wagtails_own_copy_would_be_refused_by_the_database(pages: dict[str, CoursePage]) -> None:
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        pages["vi"].copy(update_attrs={"slug": "other"})
    assert Course.objects.count() == 1
