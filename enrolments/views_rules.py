"""What each course asks for before it counts as completed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from courses.models import Course
from enrolments import actions
from people.visitors import signed_in


class RulesForm(forms.Form):
    """The share of meeting time and the assignment; exams come with their question bank."""

    attendance = forms.IntegerField(
        label=gettext_lazy("Least attendance, % of meeting time"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Empty: attendance is not asked for. Self-paced classes never ask for it."),
    )
    assignment = forms.BooleanField(
        label=gettext_lazy("An assignment that an instructor accepts"),
        required=False,
        help_text=gettext_lazy("People hand in one file; its instructor accepts it or returns it."),
    )


def _show(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs.append({"url": reverse("enrolments_admin:classes"), "label": _("Classes")})
    crumbs.append({"url": reverse("enrolments_admin:rules"), "label": _("Completion")})
    if crumbs[-1]["label"] != title:
        crumbs.append({"url": "", "label": title})
    frame = {"page_title": title, "header_title": title, "header_icon": "list-ul", "breadcrumbs_items": crumbs}
    return render(request, f"enrolments/admin/{template}.html", {**frame, **context}, status=status)


@never_cache
def rules(request: HttpRequest) -> HttpResponse:
    """Every course with what it asks for."""
    courses = Course.objects.prefetch_related("completion_rules")
    return _show(request, "rules", _("Completion"), courses=courses)


@never_cache
def course_rules(request: HttpRequest, code: str) -> HttpResponse:
    """What one course asks for of people who enrol from now on."""
    course = get_object_or_404(Course, code=code)
    present = {rule.kind: rule for rule in course.completion_rules.all()}
    attendance = present.get("attendance")
    form = RulesForm(
        request.POST or None,
        initial={"attendance": attendance and attendance.threshold, "assignment": "assignment" in present},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actions.set_rules(course=course, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved. It holds for people who enrol from now on."))
            return redirect("enrolments_admin:rules")
    return _show(request, "course_rules", course.title, status, form=form, course=course, present=present)
