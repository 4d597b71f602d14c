"""Copies of courses and lessons. Wagtail's own copy would keep pointing at the old row."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from courses.models import Course, CoursePage, Lesson, LessonPage
from lms.lib.states import Refused
from lms.lib.text import fold

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def copy_course(*, page: CoursePage, title: str, slug: str, by: "User", at: datetime) -> CoursePage:
    """A new course like that of `page`: rows, lessons and pages in every language, as drafts.

    `title` and `slug` are for the copy of `page` itself; pages in other languages
    get a number after theirs. Classes, questions and exams are not copied. Gives
    the new page in the language of `page`.
    """
    old = page.course
    course = Course.objects.create(
        code=_free(old.code, 30, Course.objects.values_list("code", flat=True)),
        subject_id=old.subject_id,
        edition_id=old.edition_id,
        version=old.version,
        hours=old.hours,
        licence=old.licence,
        title_vi=title if page.language == "vi" else _numbered(old.title_vi),
        title_en=title if page.language == "en" else _numbered(old.title_en),
    )
    course.instructors.set(old.instructors.all())
    parts = {part.pk: part for part in old.parts.all()}
    for part in parts.values():
        part.pk, part.course = None, course
        part._state.adding = True
        part.save()
    lessons = {}
    for lesson in old.lessons.taught():
        lessons[lesson.pk] = Lesson.objects.create(
            course=course,
            part=parts[lesson.part_id] if lesson.part_id else None,
            code=lesson.code,
            order=lesson.order,
            minutes=lesson.minutes,
        )
    key, keys = uuid.uuid4(), {pk: uuid.uuid4() for pk in lessons}
    result = page
    for source in CoursePage.objects.filter(course=old):
        own = source.pk == page.pk
        copy = source.copy(
            copy_revisions=False,
            keep_live=False,
            user=by,
            log_action="wagtail.copy",
            update_attrs={
                "course": course,
                "translation_key": key,
                "title": title if own else _numbered(source.title),
                "draft_title": title if own else _numbered(source.title),
                "slug": _free_slug(slug if own else source.slug, source.get_parent()),
            },
        )
        _date(copy, at)
        for lesson_page in LessonPage.objects.child_of(source).filter(lesson__in=lessons):
            child = lesson_page.copy(
                to=copy,
                copy_revisions=False,
                keep_live=False,
                user=by,
                update_attrs={
                    "lesson": lessons[lesson_page.lesson_id],
                    "translation_key": keys[lesson_page.lesson_id],
                    "pack_hash": "",
                },
            )
            _date(child, at)
        result = copy if own else result
    return result


@transaction.atomic
def copy_lesson(*, page: LessonPage, title: str, slug: str, by: "User", at: datetime) -> LessonPage:
    """A new lesson of the same course like that of `page`, last in the course, as drafts in every language.

    It is taught from the day on which one of its pages is published (`take_up`).
    Gives the new page in the language of `page`.
    """
    old = page.lesson
    siblings = Lesson.objects.filter(course=old.course_id)
    last = siblings.order_by("-order").values_list("order", flat=True).first() or 0
    lesson = Lesson.objects.create(
        course_id=old.course_id,
        part_id=old.part_id,
        code=_free(old.code, 60, siblings.values_list("code", flat=True)),
        order=last + 1,
        minutes=old.minutes,
        retired=True,
    )
    key = uuid.uuid4()
    result = page
    for source in LessonPage.objects.filter(lesson=old):
        own = source.pk == page.pk
        copy = source.copy(
            copy_revisions=False,
            keep_live=False,
            user=by,
            update_attrs={
                "lesson": lesson,
                "translation_key": key,
                "pack_hash": "",
                "title": title if own else _numbered(source.title),
                "draft_title": title if own else _numbered(source.title),
                "slug": _free_slug(slug if own else source.slug, source.get_parent()),
            },
        )
        _date(copy, at)
        result = copy if own else result
    return result


def take_up(*, lesson: Lesson, by: "User | None", at: datetime) -> Lesson:
    """Let a lesson be taught, once a page of it is published. Safe to repeat."""
    Lesson.objects.filter(pk=lesson.pk, retired=True).update(retired=False)
    lesson.retired = False
    return lesson


def _date(page: Page, at: datetime) -> None:
    Revision.objects.filter(pk=page.latest_revision_id).update(created_at=at)


def _numbered(title: str) -> str:
    return f"{title} (2)"


def _free(code: str, most: int, taken: Iterable[str]) -> str:
    """`code` with the first number after it that nobody has. Raises Refused if there is no room."""
    used = set(taken)
    for number in range(2, 1000):
        found = f"{code}-{number}"
        if found not in used:
            if len(found) > most:
                break
            return found
    raise Refused(_("The code “%(code)s” is too long to be copied.") % {"code": code}, code="code")


def _free_slug(slug: str, parent: Page) -> str:
    """`slug`, or with a number after it where a page of `parent` has it already."""
    wanted = slugify(fold(slug))[:200] or "copy"
    used = set(parent.get_children().values_list("slug", flat=True))
    return wanted if wanted not in used else _free(wanted, 255, used)
