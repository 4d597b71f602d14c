"""Reports in the back office: addresses and the line of the menu."""

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people.back_office import Line
from reports import views
from reports.access import TABLE


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    """Below /admin/; Wagtail keeps `reports/` for its own."""
    own = [
        path("", views.half_year, name="half_year"),
        path("rows/", views.rows, name="rows"),
        path("download/<slug:kind>/", views.download, name="download"),
    ]
    return [path("programme-reports/", include((own, "reports")))]


@hooks.register("register_admin_menu_item")
def menu_item() -> Line:
    """The line of the menu."""
    view = "reports:half_year"
    return Line(_("Reports"), view, rule=TABLE[view], name="programme-reports", icon_name="table", order=700)
