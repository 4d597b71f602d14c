"""Reports in the back office: addresses and the line of the menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from reports import views
from reports.access import READERS


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Below /admin/; Wagtail keeps `reports/` for its own."""
    own = [
        path("", views.half_year, name="half_year"),
        path("rows/", views.rows, name="rows"),
        path("download/<slug:kind>/", views.download, name="download"),
    ]
    return [path("programme-reports/", include((own, "reports")))]


class ReportsItem(MenuItem):
    """Shown to those who may read the statistics."""

    def is_shown(self, request: HttpRequest) -> bool:
        """As the access table has it."""
        user: Any = request.user
        return bool(user.has_role(*READERS))


@hooks.register("register_admin_menu_item")
def menu_item() -> ReportsItem:
    """The line of the menu."""
    return ReportsItem(
        _("Reports"),
        reverse_lazy("reports:half_year"),
        name="programme-reports",
        icon_name="table",
        order=700,
    )
