"""Classes in the back office; what was studied stays; who studies reads in the player."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext as _, gettext_lazy, override
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from courses.models import LessonPage
from enrolments import views_admin, views_demand, views_people, views_rules
from enrolments.access import TABLE
from enrolments.models import Enrolment, LessonProgress
from enrolments.urls_meetings import PATHS as MEETINGS
from enrolments.urls_talk import PATHS as TALK
from people.back_office import Line
from people.models import User

_URLS = (
    [
        path("", views_admin.classes, name="classes"),
        path("add/", views_admin.class_add, name="class_add"),
        path("new/", views_admin.class_new, name="class_new"),
        path("in-house/", views_demand.in_house, name="in_house"),
        path("in-house/<int:pk>/", views_demand.in_house_request, name="in_house_request"),
        path("in-house/<int:pk>/link/", views_demand.in_house_link, name="in_house_link"),
        path("in-house/<int:pk>/decline/", views_demand.in_house_decline, name="in_house_decline"),
        path("in-house/<int:pk>/new/", views_demand.in_house_new, name="in_house_new"),
        path("rules/", views_rules.rules, name="rules"),
        path("rules/<slug:code>/", views_rules.course_rules, name="course_rules"),
        path("<slug:code>/", views_admin.class_page, name="class"),
        path("<slug:code>/edit/", views_admin.class_edit, name="class_edit"),
        path("<slug:code>/copy/", views_admin.class_copy, name="class_copy"),
        path("<slug:code>/move/", views_admin.class_move, name="class_move"),
        path("<slug:code>/enrol/", views_people.class_enrol, name="class_enrol"),
        path("<slug:code>/requests/", views_people.class_requests, name="class_requests"),
        path("<slug:code>/requests/<int:pk>/", views_people.class_request, name="class_request"),
        path("<slug:code>/withdraw/<int:pk>/", views_people.class_withdraw, name="class_withdraw"),
        path("<slug:code>/roster.<slug:kind>", views_people.class_export, name="class_export"),
        *MEETINGS,
        *TALK,
    ],
    "enrolments_admin",
)


# --- Classes --------------------------------------------------------------------------


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    """Pages below /admin/classes/."""
    return [path("classes/", include(_URLS))]


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    """“Classes”."""
    view = "enrolments_admin:classes"
    return Line(gettext_lazy("Classes"), view, rule=TABLE[view], name="classes", icon_name="calendar-alt", order=250)


@hooks.register("register_admin_menu_item")
def rules_menu() -> MenuItem:
    """“Completion”."""
    view = "enrolments_admin:rules"
    return Line(gettext_lazy("Completion"), view, rule=TABLE[view], name="completion", icon_name="list-ul", order=260)


@hooks.register("register_admin_menu_item")
def in_house_menu() -> MenuItem:
    """“Classes asked for”."""
    view = "enrolments_admin:in_house"
    return Line(gettext_lazy("Classes asked for"), view, rule=TABLE[view], name="in-house", icon_name="form", order=255)


# --- What was studied stays --------------------------------------------------------------


def _studied(pages: Iterable[Page]) -> QuerySet[LessonPage]:
    """Pages at or below `pages` of lessons that somebody has opened."""
    below: QuerySet[LessonPage] = LessonPage.objects.none()
    for page in pages:
        below |= LessonPage.objects.descendant_of(page, inclusive=True)
    return below.filter(lesson__in=LessonProgress.objects.values("lesson"))


def _refuse(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    """A message, and back, if deleting `pages` would delete what somebody studied; else None."""
    titles = list(_studied(pages).order_by("path").values_list("title", flat=True)[:4])
    if not titles:
        return None
    named = ", ".join(f"“{title}”" for title in titles[:3]) + ("…" if len(titles) > 3 else "")
    messages.error(
        request,
        _("Somebody has studied %(lessons)s. What was studied is never deleted: unpublish the page instead.")
        % {"lessons": named},
    )
    parent = pages[0].get_parent()
    return redirect("wagtailadmin_explore", parent.pk) if parent else redirect("wagtailadmin_explore_root")


@hooks.register("before_delete_page")
def keep_studied_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete a lesson that somebody studied, or a page above one."""
    return _refuse(request, [page])


@hooks.register("before_bulk_action")
def keep_studied_pages(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """The same for several pages at once."""
    pages = [item for item in objects if isinstance(item, Page)]
    return _refuse(request, pages) if action_type == "delete" and pages else None


# --- Who studies reads in the player --------------------------------------------------------


@hooks.register("before_serve_page")
def read_in_player(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Lead whoever is in a class of the lesson's course to the player, in the page's language."""
    if request.method != "GET" or not isinstance(page, LessonPage) or getattr(request, "is_preview", False):
        return None
    if not isinstance(request.user, User):
        return None
    learning_first = Case(When(state=Enrolment.State.ACTIVE, then=Value(0)), default=Value(1))
    enrolment = (
        Enrolment.objects.seated()
        .filter(person=request.user, run__course=page.lesson.course_id)
        .select_related("run")
        .order_by(learning_first, "-enrolled_at")
        .first()
    )
    if enrolment is None or page.lesson.retired:
        return None
    with override(page.language):
        return redirect("enrolments:lesson", run_code=enrolment.run.code, lesson_code=page.lesson.code)
