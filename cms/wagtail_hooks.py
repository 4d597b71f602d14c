"""The back office as a whole: its colours, its first page, and a menu without what a role has no use for."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from cms.desk import desk
from lms.lib.access import Role
from people.models import User


@hooks.register("insert_global_admin_css")
def colours() -> SafeString:
    """Our tokens and type, then Wagtail's own variables set by them."""
    return format_html(
        '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">',
        static("css/tokens.css"),
        static("css/admin.css"),
    )


class DeskPanel(Component):
    """What waits for the reader."""

    name = "desk"
    order = 10
    template_name = "cms/admin/desk.html"

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["css/components.css", "css/pages/report-admin.css"]}

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The desk, and how the reader is spoken to."""
        person = (parent_context or {})["request"].user
        now = timezone.now()
        short = person.get_short_name()
        called = f"{person.address} {short}" if (get_language() or "vi").startswith("vi") else short
        return {"desk": desk(person, now), "person": person, "called": called, "now": now}


@hooks.register("construct_homepage_panels")
def first_page(request: HttpRequest, panels: list[Any]) -> None:
    """The desk comes first."""
    panels.insert(0, DeskPanel())


@hooks.register("construct_main_menu", order=1000)
def lean_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    """Without Wagtail's help, which speaks of Wagtail; its reports for those who answer for the contents."""
    person = request.user
    hidden = {"help"}
    if not (isinstance(person, User) and person.has_role(Role.ADMINISTRATOR, Role.REVIEWER)):
        hidden.add("reports")
    items[:] = [item for item in items if item.name not in hidden]
    for item in items:
        if item.name == "reports":
            # Two lines called “Reports” would be mistaken for each other.
            item.label = _("Content log")
