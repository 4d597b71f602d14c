"""Courses in the back office: the menu, and who may touch which page."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from courses import views_systems
from courses.actions import copy_course, copy_lesson
from courses.models import CataloguePage, Course, CoursePage, LessonPage
from courses.viewsets import CoursesGroup
from lms.lib.states import Refused

_PAGE_ACTIONS = ("delete", "move", "publish", "unpublish")
SYSTEMS = (
    [
        path("<int:pk>/systems/add/", views_systems.system_add, name="system_add"),
        path("<int:pk>/systems/<int:system>/", views_systems.system_edit, name="system_edit"),
        path("<int:pk>/systems/<int:system>/end/", views_systems.system_end, name="system_end"),
    ],
    "courses_admin",
)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    """Systems of enterprises, below /admin/enterprises/."""
    return [path("enterprises/", include(SYSTEMS))]


@hooks.register("register_admin_viewset")
def courses_menu() -> CoursesGroup:
    """“Khóa học”: courses, subjects, editions, families."""
    return CoursesGroup()


def course_of(page: Page) -> int | None:
    """The key of the course that a page belongs to; None for other pages."""
    specific = page.specific
    found: int | None = None
    if isinstance(specific, CoursePage):
        found = specific.course_id
    elif isinstance(specific, LessonPage):
        found = specific.lesson.course_id
    return found


def _refusal(request: HttpRequest, page: Page, message: str) -> HttpResponse:
    messages.error(request, message)
    parent = page.get_parent()
    return redirect("wagtailadmin_explore", parent.pk if parent else page.pk)


def _is_strange(request: HttpRequest, pages: Iterable[Page]) -> bool:
    """Whether one of `pages` belongs to a course that the person does not work on."""
    courses = {key for page in pages if (key := course_of(page)) is not None}
    mine = Course.objects.editable_by(request.user).filter(pk__in=courses)  # type: ignore[arg-type]
    return mine.distinct().count() != len(courses)


@hooks.register("before_edit_page")
@hooks.register("before_publish_page")
@hooks.register("before_unpublish_page")
def only_own_courses(request: HttpRequest, page: Page) -> HttpResponse | None:
    """An instructor works on the pages of courses that they teach."""
    if _is_strange(request, [page]):
        return _refusal(request, page, _("You do not teach this course. Ask an administrator to add you to it."))
    return None


@hooks.register("before_delete_page")
def courses_stay(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Pages of courses and the catalogue are taken down, never deleted."""
    if isinstance(page.specific, (CataloguePage, CoursePage)):
        return _refusal(request, page, _("This page is not deleted: classes and results point to it. Unpublish it."))
    refused: HttpResponse | None = only_own_courses(request, page)
    return refused


@hooks.register("before_move_page")
def pages_stay_with_their_course(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """A lesson belongs to its course and a course to its language, whatever the tree says."""
    if course_of(page) is not None and page.get_parent() != destination:
        return _refusal(request, page, _("A course or lesson stays where it is. Copy it to make another one."))
    refused: HttpResponse | None = only_own_courses(request, page)
    return refused


@hooks.register("before_copy_page")
def copy_makes_new_rows(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy is a new course or lesson; Wagtail's own would point at the old one."""
    source = page.specific
    if not isinstance(source, (CoursePage, LessonPage)):
        return None
    refused: HttpResponse | None = only_own_courses(request, page)
    if refused or request.method != "POST":
        return refused
    title = request.POST.get("new_title", "").strip()[:200] or source.title
    slug = request.POST.get("new_slug", "").strip() or source.slug
    copy: Page
    try:
        if isinstance(source, CoursePage):
            copy = copy_course(page=source, title=title, slug=slug, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        else:
            copy = copy_lesson(page=source, title=title, slug=slug, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        return _refusal(request, page, str(refusal))
    messages.success(request, _("“%(title)s” was made as a draft in every language.") % {"title": copy.title})
    return redirect("wagtailadmin_pages:edit", copy.pk)


@hooks.register("before_bulk_action")
def many_at_once(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> HttpResponse | None:
    """The same rules when pages are ticked in a list."""
    if action_type not in _PAGE_ACTIONS:
        return None
    pages = [item for item in objects if isinstance(item, Page)]
    kept = {"delete": (CataloguePage, CoursePage), "move": (CoursePage, LessonPage)}.get(action_type, ())
    if any(isinstance(page.specific, kept) for page in pages):
        return _refusal(request, pages[0], _("Pages of courses are neither deleted nor moved. Unpublish or copy them."))
    if _is_strange(request, pages):
        return _refusal(request, pages[0], _("You do not teach this course. Ask an administrator to add you to it."))
    return None


@hooks.register("construct_explorer_page_queryset")
def only_own_in_lists(parent: Page, pages: models.QuerySet[Page], request: HttpRequest) -> models.QuerySet[Page]:
    """Lists leave out courses that the person does not work on."""
    mine = Course.objects.editable_by(request.user)  # type: ignore[arg-type]
    strange = CoursePage.objects.exclude(course__in=mine).values("pk")
    return pages.exclude(pk__in=strange)
