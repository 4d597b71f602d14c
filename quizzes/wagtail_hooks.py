"""The menu item “Question banks” of the back office, and its addresses."""

from typing import Any

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from people.back_office import Line
from quizzes import admin_views, views_work
from quizzes.access import TABLE

_patterns = [
    path("", admin_views.banks, name="banks"),
    path("<str:code>/", admin_views.bank, name="bank"),
    path("<str:code>/<str:question_code>/", admin_views.question, name="question"),
    path("<str:code>/<str:question_code>/key/", admin_views.question_key, name="question_key"),
]


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    """Below /admin/banks/."""
    works = [
        path("works/", views_work.works, name="works"),
        path("works/<int:pk>/", views_work.work_look, name="work"),
    ]
    banks = [path("banks/", include(_patterns))]
    return [path("", include(([*works, *banks], "quizzes_admin")))]


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    """“Ngân hàng câu hỏi”."""
    view = "quizzes_admin:banks"
    return Line(_("Question banks"), view, rule=TABLE[view], name="question-banks", icon_name="help", order=350)


@hooks.register("register_admin_menu_item")
def work_menu() -> MenuItem:
    """“Bài nộp”."""
    view = "quizzes_admin:works"
    return Line(_("Work handed in"), view, rule=TABLE[view], name="works", icon_name="doc-full", order=360)
