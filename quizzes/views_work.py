"""Work for an assignment: the trainee's side and the instructor's."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from enrolments.models import CourseRun, Enrolment, Requirement
from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from lms.lib.uploads import BadUpload
from people.visitors import signed_in
from quizzes.actions import assignments
from quizzes.models import Submission

PAGE = 50


class WorkForm(forms.Form):
    """The file of one piece of work."""

    file = forms.FileField(
        label=gettext_lazy("Your work as one file"),
        help_text=gettext_lazy("PDF, Word, Excel or a picture, at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{kind}" for kind in assignments.KINDS)}),
    )


class LookForm(forms.Form):
    """What is said of it."""

    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The trainee reads this. Needed when the work is returned."),
    )


@never_cache
def work(request: HttpRequest, run_code: str, key: str = "") -> HttpResponse:
    """One's own work for a class: what was handed in, what was said, and the form."""
    person = signed_in(request)
    enrolment = get_object_or_404(Enrolment.objects.select_related("run__course"), person=person, run__code=run_code)
    requirement = get_object_or_404(enrolment.requirements, kind=Requirement.Kind.ASSIGNMENT, key=key)
    form, status = WorkForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                assignments.hand_in(
                    enrolment=enrolment, key=key, upload=form.cleaned_data["file"], by=person, at=timezone.now()
                )
            except (BadUpload, Refused) as refusal:
                form.add_error("file", str(refusal))
            else:
                messages.success(request, _("Your work is handed in."))
                return redirect(request.path)
    submission = Submission.objects.filter(enrolment=enrolment, key=key).select_related("looked_at_by").first()
    context = {
        "form": form,
        "run": enrolment.run,
        "enrolment": enrolment,
        "requirement": requirement,
        "submission": submission,
        "may_hand_in": enrolment.state != Enrolment.State.WITHDRAWN
        and (submission is None or submission.state != Submission.State.ACCEPTED),
    }
    return render(request, "quizzes/work.html", context, status=status)


@never_cache
def work_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for whoever may see the enrolment. Always saved, never shown in place."""
    submission = get_object_or_404(Submission.objects.visible_to(signed_in(request)), pk=pk)
    return FileResponse(storages["private"].open(submission.path), as_attachment=True, filename=submission.name)


def _seen(request: HttpRequest) -> Any:
    """Work of classes that the viewer teaches; all for the office."""
    runs = CourseRun.objects.visible_to(signed_in(request))
    return Submission.objects.filter(enrolment__run__in=runs.values("pk")).select_related(
        "enrolment__person", "enrolment__run__course", "looked_at_by"
    )


def _show(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs.append({"url": reverse("quizzes_admin:works"), "label": _("Work handed in")})
    if crumbs[-1]["label"] != title:
        crumbs.append({"url": "", "label": title})
    frame = {"page_title": title, "header_title": title, "header_icon": "doc-full", "breadcrumbs_items": crumbs}
    return render(request, f"quizzes/admin/{template}.html", {**frame, **context}, status=status)


@never_cache
def works(request: HttpRequest) -> HttpResponse:
    """What waits for a look, oldest first; by choice all."""
    everything = request.GET.get("all") == "1"
    found = _seen(request).order_by("submitted_at", "pk")
    if not everything:
        found = found.filter(state=Submission.State.SUBMITTED)
    page = page_of(found, PAGE, request)
    return _show(request, "works", _("Work handed in"), page=page, everything=everything, query=rest_of(request))


@never_cache
def work_look(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of work: the file, what was said before, accept or return."""
    submission = get_object_or_404(_seen(request), pk=pk)
    form, status = LookForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        act = assignments.accept_work if request.POST.get("verdict") == "accept" else assignments.return_work
        try:
            act(
                submission=submission,
                remark=form.cleaned_data["remark"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("remark", str(refusal))
            status = 409
        else:
            messages.success(request, _("The trainee is told."))
            return redirect("quizzes_admin:works")
    may_look = submission.state == Submission.State.SUBMITTED and signed_in(request).has_role(
        Role.INSTRUCTOR, Role.ADMINISTRATOR
    )
    names = dict(Submission.State.choices)
    history = list(submission.events.select_related("by"))
    for line in history:
        line.state = names.get(line.new, line.new)
    return _show(
        request,
        "work",
        submission.enrolment.person.full_name,
        status,
        submission=submission,
        form=form,
        history=history,
        may_look=may_look,
    )
