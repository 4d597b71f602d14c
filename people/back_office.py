"""What our screens inside Wagtail's admin share: the frame around a page, and lines of the menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem

from lms.lib.access import Rule
from people.models import User


class Line(MenuItem):
    """A line of the menu, shown to the roles that the access table lets through."""

    def __init__(
        self, label: str | Promise, view: str, *, rule: Rule, icon_name: str, order: int, name: str = ""
    ) -> None:
        super().__init__(
            label, reverse_lazy(view), name=name or view.replace(":", "-"), icon_name=icon_name, order=order
        )
        self.roles = rule.get

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the page would open."""
        return isinstance(request.user, User) and request.user.has_role(*self.roles)


def frame(title: str, icon: str, *way: tuple[str, str]) -> dict[str, Any]:
    """What Wagtail's frame asks for: title, icon, and the way here as (address, label)."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs += [{"url": address, "label": label} for address, label in way]
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
    }
