"""What is said in a class, on pages about other things."""

from typing import Any

from django import template
from django.utils import timezone

from courses.models import Lesson
from enrolments import pastes, threads
from enrolments.forms_talk import PostForm
from enrolments.models import CourseRun, Enrolment, Meeting

register = template.Library()


@register.inclusion_tag("enrolments/announce_list.html")
def class_announcements(run: CourseRun) -> dict[str, Any]:
    """What was announced to a class, for its trainees; nothing where nothing was."""
    return {"announcements": list(threads.announcements(run)[: threads.HEARD])}


@register.inclusion_tag("enrolments/post_list.html", takes_context=True)
def lesson_posts(context: template.Context, enrolment: Enrolment, lesson: Lesson) -> dict[str, Any]:
    """Questions below a lesson with their answers, and the way to ask."""
    return {
        "threads": threads.below_lesson(enrolment.run, lesson, context["request"].user),
        "form": PostForm(auto_id="ask-%s"),
        "run": enrolment.run,
        "lesson": lesson,
        "may_write": enrolment.state != Enrolment.State.WITHDRAWN,
    }


@register.inclusion_tag("enrolments/admin/_pastes.html")
def class_pastes(run: CourseRun) -> dict[str, Any]:
    """Texts to paste into the class's group chat."""
    meetings = Meeting.objects.filter(run=run).select_related("run__course").order_by("starts_at", "pk")
    reason = ""
    if run.state == CourseRun.State.CANCELLED:
        event = run.events.filter(new=CourseRun.State.CANCELLED).order_by("-at").first()
        reason = event.note if event else ""
    return {"pastes": pastes.pastes(run, list(meetings), reason, timezone.now()), "run": run}


@register.simple_tag
def questions_waiting(run: CourseRun) -> int:
    """How many questions nobody who teaches has answered."""
    return threads.waiting(run).count()
