"""The menu “Certification” of the back office, and its addresses."""

from typing import Any

from django.http import HttpRequest
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem

from certificates import admin_views
from certificates.access import TABLE
from people.back_office import Line

_patterns = [
    path("applications/", admin_views.applications, name="applications"),
    path("applications/<str:code>/", admin_views.application, name="application"),
    path("applications/<str:code>/give-back/", admin_views.give_back, name="give_back"),
    path("applications/<str:code>/propose/", admin_views.propose, name="propose"),
    path("applications/<str:code>/decide/", admin_views.decide, name="decide"),
    path("certificates/", admin_views.certificates, name="certificates"),
    path("certificates/<str:code>/", admin_views.certificate, name="certificate"),
    path("certificates/<str:code>/end/", admin_views.end, name="end"),
    path("register/", admin_views.register_lines, name="register"),
]


def _line(label: Any, view: str, name: str, icon_name: str, order: int) -> Line:
    return Line(label, view, rule=TABLE[view], name=name, icon_name=icon_name, order=order)


class _Submenu(SubmenuMenuItem):
    """Hidden when none of its items is shown."""

    def is_shown(self, request: HttpRequest) -> bool:
        """If any item is."""
        return bool(self.menu.menu_items_for_request(request))


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    """Below /admin/certification/."""
    return [path("certification/", include((_patterns, "certificates_admin")))]


@hooks.register("register_admin_menu_item")
def menu() -> SubmenuMenuItem:
    """“Chứng nhận”."""
    items = [
        _line(_("Applications"), "certificates_admin:applications", "applications", "form", 1),
        _line(_("Certificates issued"), "certificates_admin:certificates", "certificates", "success", 2),
        _line(_("Register"), "certificates_admin:register", "register", "list-ul", 3),
    ]
    return _Submenu(_("Certification"), Menu(items=items), name="certification", icon_name="success", order=400)
