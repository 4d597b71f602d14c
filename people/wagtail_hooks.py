"""People and enterprises in the back office's menu."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from people import views_admin
from people.access import TABLE
from people.back_office import Line

_URLS = (
    [
        path("", views_admin.people, name="people"),
        path("<int:pk>/", views_admin.person, name="person"),
        path("<int:pk>/join/", views_admin.join, name="join"),
        path("<int:pk>/grant/", views_admin.grant, name="grant"),
        path("<int:pk>/end/", views_admin.end, name="end"),
        path("<int:pk>/slip/", views_admin.slip_again, name="slip_again"),
        path("memberships/<int:pk>/leave/", views_admin.leave, name="leave"),
        path("slip/", views_admin.slip_new, name="slip_new"),
        path("enterprises/", views_admin.enterprises, name="enterprises"),
        path("enterprises/add/", views_admin.enterprise_add, name="enterprise_add"),
        path("enterprises/<int:pk>/", views_admin.enterprise_edit, name="enterprise_edit"),
        path("jobs/", views_admin.jobs, name="jobs"),
        path("notices/", views_admin.notices, name="notices"),
    ],
    "people_admin",
)


def _line(label: str | Promise, view: str, icon: str, order: int) -> Line:
    return Line(label, view, rule=TABLE[view], icon_name=icon, order=order)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    """Pages below /admin/people/."""
    return [path("people/", include(_URLS))]


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    """“People”."""
    items: Sequence[MenuItem] = [
        _line(_("All people"), "people_admin:people", "group", 10),
        _line(_("Print a sign-in slip"), "people_admin:slip_new", "key", 20),
        _line(_("Notices"), "people_admin:notices", "mail", 40),
        _line(_("Jobs"), "people_admin:jobs", "tasks", 50),
    ]
    return SubmenuMenuItem(_("People"), Menu(items=items), name="people", icon_name="user", order=300)


@hooks.register("register_admin_menu_item")
def enterprises() -> MenuItem:
    """“Enterprises”."""
    return _line(_("Enterprises"), "people_admin:enterprises", "site", 310)


@hooks.register("construct_settings_menu")
def no_other_door(request: HttpRequest, items: list[Any]) -> None:
    """Accounts and roles are kept under “People”; Wagtail's groups are for the owner of the installation."""
    hidden = {"users"} if request.user.is_superuser else {"users", "groups"}
    items[:] = [item for item in items if item.name not in hidden]
