"""People and enterprises in the back office's menu."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from people import views_admin, views_enterprises, views_import, views_notices, views_persons
from people.access import TABLE
from people.back_office import Line

_STAFF = {"staff": True}
_URLS = (
    [
        path("", views_admin.people, name="people"),
        path("<int:pk>/", views_admin.person, name="person"),
        path("<int:pk>/join/", views_admin.join, name="join"),
        path("<int:pk>/grant/", views_admin.grant, name="grant"),
        path("<int:pk>/end/", views_admin.end, name="end"),
        path("<int:pk>/slip/", views_admin.slip_again, name="slip_again"),
        path("<int:pk>/identity/", views_persons.identity_sight, name="identity_sight"),
        path("<int:pk>/close/", views_persons.close, name="close"),
        path("<int:pk>/reopen/", views_persons.reopen, name="reopen"),
        path("<int:pk>/erasure/", views_persons.erasure_asked, name="erasure_asked"),
        path("data/", views_persons.data_requests, name="data_requests"),
        path("data/<int:pk>/", views_persons.data_request, name="data_request"),
        path("data/<int:pk>/answer/", views_persons.data_answer, name="data_answer"),
        path("data/<int:pk>/refuse/", views_persons.data_refuse, name="data_refuse"),
        path("data/<int:pk>/erase/", views_persons.data_erase, name="data_erase"),
        path("duplicates/", views_persons.duplicate_list, name="duplicates"),
        path("duplicates/<int:pk>/<int:other>/", views_persons.compare, name="compare"),
        path("duplicates/<int:pk>/<int:other>/merge/", views_persons.merge, name="merge"),
        path("duplicates/<int:pk>/<int:other>/apart/", views_persons.tell_apart, name="tell_apart"),
        path("memberships/<int:pk>/leave/", views_admin.leave, name="leave"),
        path("slip/", views_admin.slip_new, name="slip_new"),
        path("enterprises/", views_enterprises.enterprises, name="enterprises"),
        path("enterprises/file.xlsx", views_enterprises.enterprise_export, name="enterprise_export"),
        path("enterprises/add/", views_enterprises.enterprise_add, name="enterprise_add"),
        path("enterprises/<int:pk>/", views_enterprises.enterprise, name="enterprise"),
        path("enterprises/<int:pk>/edit/", views_enterprises.enterprise_edit, name="enterprise_edit"),
        path("enterprises/<int:pk>/unit/<int:unit>/", views_enterprises.enterprise_unit, name="enterprise_unit"),
        path("enterprises/<int:pk>/contacts/", views_enterprises.contact_appoint, name="contact_appoint"),
        path("enterprises/contacts/<int:pk>/end/", views_enterprises.contact_end, name="contact_end"),
        path("enterprises/duplicates/", views_enterprises.enterprise_duplicates, name="enterprise_duplicates"),
        path(
            "enterprises/duplicates/<int:pk>/<int:other>/",
            views_enterprises.enterprise_compare,
            name="enterprise_compare",
        ),
        path(
            "enterprises/duplicates/<int:pk>/<int:other>/merge/",
            views_enterprises.enterprise_merge,
            name="enterprise_merge",
        ),
        path(
            "enterprises/duplicates/<int:pk>/<int:other>/apart/",
            views_enterprises.enterprise_apart,
            name="enterprise_apart",
        ),
        path("imports/", views_import.imports, _STAFF, name="imports"),
        path("imports/template.xlsx", views_import.template, _STAFF, name="import_template"),
        path("imports/<int:pk>/", views_import.imported, _STAFF, name="import"),
        path("imports/<int:pk>/apply/", views_import.apply, _STAFF, name="import_apply"),
        path("imports/<int:pk>/drop/", views_import.drop, _STAFF, name="import_drop"),
        path("imports/<int:pk>/retry/", views_import.retry, _STAFF, name="import_retry"),
        path("imports/<int:pk>/refused.xlsx", views_import.refused, _STAFF, name="import_refused"),
        path("jobs/", views_admin.jobs, name="jobs"),
        path("notices/", views_notices.log, name="notices"),
        path("notices/<int:pk>/resend/", views_notices.notice_resend, name="notice_resend"),
        path("notices/refused/", views_notices.refused, name="refused"),
        path("notices/refused/<int:pk>/lift/", views_notices.refused_lift, name="refused_lift"),
        path("notices/texts/", views_notices.notice_texts, name="notice_texts"),
        path("notices/texts/<slug:kind>/<slug:language>/", views_notices.notice_text, name="notice_text"),
        path(
            "notices/texts/<slug:kind>/<slug:language>/reset/",
            views_notices.notice_text_reset,
            name="notice_text_reset",
        ),
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
        _line(_("People from a file"), "people_admin:imports", "upload", 22),
        _line(_("Duplicates"), "people_admin:duplicates", "copy", 25),
        _line(_("Requests about data"), "people_admin:data_requests", "lock", 30),
        _line(_("Notices"), "people_admin:notices", "mail", 40),
        _line(_("Texts of notices"), "people_admin:notice_texts", "edit", 42),
        _line(_("Refused addresses"), "people_admin:refused", "warning", 44),
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
