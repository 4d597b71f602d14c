"""What is said in a class: announcements, questions below lessons, answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.models import Lesson
from enrolments import actions, threads
from enrolments.access import TEACHES_CLASSES
from enrolments.back_office import class_of, show
from enrolments.forms_talk import AnnouncementForm, PostForm
from enrolments.models import Enrolment, LessonPost
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people.models import Job
from people.visitors import signed_in

PAGE = 20


# --- Below a lesson ---------------------------------------------------------------------


@never_cache
def post_add(request: HttpRequest, run_code: str, lesson_code: str) -> HttpResponse:
    """Ask a question below a lesson, or answer one. What was refused is shown again with the text."""
    person, at = signed_in(request), timezone.now()
    mine = Enrolment.objects.filter(person=person).select_related("run__course", "person")
    enrolment = get_object_or_404(mine, run__code=run_code)
    lesson = get_object_or_404(Lesson.objects.taught(), course=enrolment.run.course_id, code=lesson_code)
    form = PostForm(request.POST)
    status = 422
    if form.is_valid():
        text, parent = form.cleaned_data["text"], form.cleaned_data["parent"]
        try:
            if parent is None:
                post = actions.ask_about_lesson(enrolment=enrolment, lesson=lesson, text=text, at=at)
            else:
                asked = get_object_or_404(LessonPost, pk=parent, run=enrolment.run, lesson=lesson)
                post = actions.answer_as_trainee(enrolment=enrolment, post=asked, text=text, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Sent. You will be told of answers.") if parent is None else _("Sent."))
            address = reverse("enrolments:lesson", args=[run_code, lesson_code])
            return redirect(f"{address}#post-{post.parent_id or post.pk}")
    context = {"form": form, "run": enrolment.run, "lesson": lesson}
    return render(request, "enrolments/post_form.html", context, status=status)


# --- The back office ----------------------------------------------------------------------


@never_cache
def announcements(request: HttpRequest, code: str) -> HttpResponse:
    """What was announced to a class, and the way to announce something: written, looked at, sent."""
    run = class_of(request, code)
    may_write = signed_in(request).has_role(*TEACHES_CLASSES)
    form, preview, status = AnnouncementForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if "send" in request.POST:
                try:
                    actions.announce(run=run, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
                except Refused as refusal:
                    form.add_error(None, str(refusal))
                    status = 409
                else:
                    messages.success(request, _("It is on its way to everybody in the class."))
                    return redirect("enrolments_admin:announcements", code=run.code)
            else:
                preview, status = form.cleaned_data, 200
    page = page_of(threads.announcements(run), PAGE, request)
    ids = [row.pk for row in page]
    jobs = {
        job.arguments["announcement"]: job
        for job in Job.objects.filter(kind="announcement", arguments__announcement__in=ids)
    }
    return show(
        request, "announcements", _("Announcements"), status, run,
        form=form if may_write else None,
        preview=preview,
        people=run.enrolments.seated().count(),
        page=page,
        rows=[(row, jobs.get(row.pk)) for row in page],
        query=rest_of(request),
    )  # fmt: skip


@never_cache
def questions(request: HttpRequest, code: str) -> HttpResponse:
    """Questions about lessons of a class: those waiting for an answer, or all."""
    return _questions(request, code)


def _questions(
    request: HttpRequest, code: str, *, form: PostForm | None = None, answering: int = 0, status: int = 200
) -> HttpResponse:
    run = class_of(request, code)
    everything = "all" in request.GET
    found = (
        LessonPost.objects.filter(run=run, parent=None).order_by("-at", "-pk") if everything else threads.waiting(run)
    )
    page = page_of(found.select_related("person", "lesson"), PAGE, request)
    return show(
        request, "questions", _("Questions about lessons"), status, run,
        page=page,
        threads=threads.of_class(run, list(page)),
        everything=everything,
        number=threads.waiting(run).count(),
        may_write=signed_in(request).has_role(*TEACHES_CLASSES),
        form=form,
        answering=answering,
        query=rest_of(request),
    )  # fmt: skip


def post_answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Answer a question as whoever teaches or runs the class."""
    run = class_of(request, code)
    post = get_object_or_404(LessonPost, pk=pk, run=run)
    form = PostForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.answer_post(post=post, text=form.cleaned_data["text"], by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Answered. Whoever asked is told."))
            return redirect("enrolments_admin:questions", code=code)
    return _questions(request, code, form=form, answering=pk, status=status)


def post_hide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take something out of sight, or let it be seen again."""
    post = get_object_or_404(LessonPost, pk=pk, run=class_of(request, code))
    if request.POST.get("hide") == "no":
        actions.restore_post(post=post, by=signed_in(request), at=timezone.now())
        messages.success(request, _("Everybody in the class sees it again."))
    else:
        actions.hide_post(post=post, by=signed_in(request), at=timezone.now())
        messages.success(request, _("Hidden. Its author sees that it was."))
    return redirect(reverse("enrolments_admin:questions", args=[code]) + "?all=1")
