"""The exam on the page of a class: what this app brings to the port of `enrolments`."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from enrolments.models import Requirement
from quizzes.models import Attempt, Sitting, Submission


def exam_card(requirement: Requirement, request: HttpRequest) -> str:
    """The exam that a requirement asks for, with the way in or the way to the result."""
    sitting = (
        Sitting.objects.select_related("exam")
        .filter(enrolment=requirement.enrolment_id, exam__code=requirement.key)
        .first()
    )
    attempt = sitting.attempts.exclude(state=Attempt.State.VOID).order_by("-number").first() if sitting else None
    return render_to_string(
        "quizzes/_exam_card.html", {"requirement": requirement, "sitting": sitting, "attempt": attempt}, request
    )


def work_card(requirement: Requirement, request: HttpRequest) -> str:
    """The work that a requirement asks for, how it stands and the way to hand it in."""
    submission = Submission.objects.filter(enrolment=requirement.enrolment_id, key=requirement.key).first()
    return render_to_string("quizzes/_work_card.html", {"requirement": requirement, "submission": submission}, request)
