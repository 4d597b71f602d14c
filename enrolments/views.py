"""The lesson player."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from wagtail.models import Revision

from courses.models import Lesson
from enrolments import actions, queries
from enrolments.models import Enrolment
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
