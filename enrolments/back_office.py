"""The frame of every staff page about one class."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from enrolments.access import RUNS_CLASSES
from enrolments.models import CourseRun
from people.visitors import signed_in


def class_of(request: HttpRequest, code: str) -> CourseRun:
    """A class that the viewer may see, with the seats taken; 404 otherwise."""
    seen = CourseRun.objects.visible_to(signed_in(request)).select_related("course", "edition", "programme")
    return get_object_or_404(seen.with_taken(), code=code)


def show(
    request: HttpRequest, template: str, title: str, status: int = 200, run: CourseRun | None = None, **context: Any
) -> HttpResponse:
    """A page inside Wagtail's frame, below the list of classes."""
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs.append({"url": reverse("enrolments_admin:classes"), "label": _("Classes")})
    if run is not None:
        crumbs.append({"url": reverse("enrolments_admin:class", args=[run.code]), "label": run.code})
    if crumbs[-1]["label"] != title:
        crumbs.append({"url": "", "label": title})
    context = {
        "page_title": title,
        "header_title": title,
        "header_icon": "group",
        "breadcrumbs_items": crumbs,
        "run": run,
        "may_run": signed_in(request).has_role(*RUNS_CLASSES),
        **context,
    }
    return render(request, f"enrolments/admin/{template}.html", context, status=status)
