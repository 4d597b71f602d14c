"""The menu item “Question banks” of the back office, and its addresses."""

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from quizzes import admin_views
from quizzes.access import TABLE

_patterns = [
    path("", admin_views.banks, name="banks"),
    path("<str:code>/", admin_views.bank, name="bank"),
    path("<str:code>/<str:question_code>/", admin_views.question, name="question"),
    path("<str:code>/<str:question_code>/key/", admin_views.question_key, name="question_key"),
]


class _Item(MenuItem):
    """Shown to those whom the access table lets in."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By role."""
        return bool(request.user.has_role(*TABLE["quizzes_admin:banks"].get))  # type: ignore[union-attr]


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    """Below /admin/banks/."""
    return [path("banks/", include((_patterns, "quizzes_admin")))]


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    """“Ngân hàng câu hỏi”."""
    address = reverse_lazy("quizzes_admin:banks")
    return _Item(_("Question banks"), address, name="question-banks", icon_name="help", order=350)
