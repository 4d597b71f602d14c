"""Enrolling and the lesson player."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Revision

from courses.models import Lesson
from enrolments import actions, queries
from enrolments.models import CourseRun, Enrolment
from lms.lib.states import Refused
from people.visitors import signed_in


def _language() -> str:
    return (get_language() or "vi")[:2]


def _own(request: HttpRequest, run_code: str) -> Enrolment:
    """The reader's own enrolment in a class; 404 without one."""
    return get_object_or_404(
        Enrolment.objects.filter(person=signed_in(request)).select_related("run__course", "run__edition"),
        run__code=run_code,
    )


@never_cache
def enrol(request: HttpRequest, run_code: str) -> HttpResponse:
    """What one enrols in, and the button."""
    now = timezone.now()
    row = _class(run_code, now)
    mine = Enrolment.objects.filter(run=row.run, person=signed_in(request))
    present = mine.exclude(state=Enrolment.State.WITHDRAWN).first()
    if request.method == "POST":
        try:
            actions.enrol(run=row.run, person=signed_in(request), by=signed_in(request), at=now)
        except Refused as refusal:
            # Read again: perhaps the last seat went between the page and the button.
            context = {"row": _class(run_code, now), "run": row.run, "refusal": str(refusal)}
            return render(request, "enrolments/enrol.html", context, status=409)
        if present is None:
            messages.success(request, _("You are enrolled in class %(code)s.") % {"code": row.run.code})
        return redirect("enrolments:run", run_code=row.run.code)
    return render(request, "enrolments/enrol.html", {"row": row, "run": row.run, "present": present})


def _class(run_code: str, at: datetime) -> queries.ClassRow:
    """A class that is not a draft any more, with its seats; 404 without one."""
    announced = CourseRun.objects.exclude(state=CourseRun.State.DRAFT).select_related("course", "edition")
    run = get_object_or_404(announced.with_taken(), code=run_code)
    return queries.ClassRow(run, run.taken, run.enrolling_at(at))  # type: ignore[attr-defined]  # annotated


@never_cache
def run(request: HttpRequest, run_code: str) -> HttpResponse:
    """The outline with one's progress, and what is still missing."""
    enrolment = _own(request, run_code)
    study = queries.study(enrolment, _language())
    return render(request, "enrolments/run.html", {"study": study, "enrolment": enrolment, "run": enrolment.run})


@never_cache
def resume(request: HttpRequest, run_code: str) -> HttpResponse:
    """To where one was."""
    study = queries.study(_own(request, run_code), _language())
    if study.resume is None:
        return redirect("enrolments:run", run_code=run_code)
    return redirect("enrolments:lesson", run_code=run_code, lesson_code=study.resume.lesson.code)


@never_cache
def leave(request: HttpRequest, run_code: str) -> HttpResponse:
    """Give the seat back, after asking."""
    enrolment = _own(request, run_code)
    if request.method == "POST":
        try:
            actions.withdraw(enrolment=enrolment, by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("enrolments:run", run_code=run_code)
        messages.success(request, _("You have left class %(code)s.") % {"code": run_code})
        return redirect("learn")
    return render(request, "enrolments/leave.html", {"enrolment": enrolment, "run": enrolment.run})


@never_cache
def lesson(request: HttpRequest, run_code: str, lesson_code: str) -> HttpResponse:
    """A lesson with the outline, in the language of the address."""
    enrolment = _own(request, run_code)
    study = queries.study(enrolment, _language())
    lessons = study.lessons
    index = next((place for place, item in enumerate(lessons) if item.lesson.code == lesson_code), None)
    if index is None:
        raise Http404
    here = lessons[index]
    return render(
        request,
        "enrolments/lesson.html",
        {
            "study": study,
            "enrolment": enrolment,
            "run": enrolment.run,
            "here": here,
            "page": here.page,
            "previous": lessons[index - 1] if index else None,
            "next": lessons[index + 1] if index + 1 < len(lessons) else None,
        },
    )


def lesson_opened(request: HttpRequest, run_code: str, lesson_code: str) -> HttpResponse:
    """Remember the place; the page's script calls this when a lesson is opened."""
    enrolment = _own(request, run_code)
    opened = get_object_or_404(Lesson.objects.taught(), course=enrolment.run.course_id, code=lesson_code)
    actions.open_lesson(enrolment=enrolment, lesson=opened, at=timezone.now())
    return HttpResponse(status=204)


def lesson_done(request: HttpRequest, run_code: str, lesson_code: str) -> HttpResponse:
    """Mark a lesson as done, as it was read, and go on to the next."""
    enrolment = _own(request, run_code)
    page = queries.lesson_page(enrolment.run.course, lesson_code, _language())
    if page is None:
        raise Http404
    # The revision that was on the screen, if the form names one of this page's.
    shown = request.POST.get("revision", "")
    named = Revision.objects.for_instance(page).filter(pk=shown).first() if shown.isdecimal() else None
    try:
        actions.finish_lesson(
            enrolment=enrolment,
            lesson=page.lesson,
            revision=named or page.live_revision,
            language=page.language,
            by=signed_in(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("enrolments:run", run_code=run_code)
    following = request.POST.get("next", "")
    if following and Lesson.objects.taught().filter(course=enrolment.run.course_id, code=following).exists():
        return redirect("enrolments:lesson", run_code=run_code, lesson_code=following)
    return redirect("enrolments:run", run_code=run_code)
