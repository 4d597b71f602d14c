"""Signs of life from the player, and the statement of hours."""

from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache

from courses.models import Lesson
from enrolments import actions, timesheets
from enrolments.hours import clock
from enrolments.models import Enrolment
from lms.lib import papers
from lms.lib.periods import ZONE, local_date
from people.models import Province
from people.visitors import signed_in

DESIGN = Path(__file__).resolve().parent / "typst" / "hours-1.typ"


def lesson_beat(request: HttpRequest, run_code: str, lesson_code: str) -> HttpResponse:
    """A sign of life: the reader is at the lesson. The time between is counted by the server's clock."""
    enrolment = get_object_or_404(Enrolment, person=signed_in(request), run__code=run_code)
    lesson = get_object_or_404(Lesson.objects.taught(), course__runs=enrolment.run_id, code=lesson_code)
    actions.beat(enrolment=enrolment, lesson=lesson, at=timezone.now())
    return HttpResponse(status=204)


def _seen(request: HttpRequest, pk: int) -> Enrolment:
    seen = Enrolment.objects.visible_to(signed_in(request))
    return get_object_or_404(seen.select_related("person", "run__course", "enterprise"), pk=pk)


@never_cache
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement of hours, for its owner, those who teach the class, the employer and the office."""
    enrolment = _seen(request, pk)
    statement = timesheets.statement(enrolment, (get_language() or "vi")[:2])
    return render(
        request,
        "enrolments/hours.html",
        {"statement": statement, "enrolment": enrolment, "run": enrolment.run, "own": enrolment.person == request.user},
    )


@never_cache
def hours_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a paper to sign."""
    now = timezone.now()
    enrolment = _seen(request, pk)
    with override("vi"):  # an official paper
        statement = timesheets.statement(enrolment, "vi")
    made = papers.pdf(DESIGN, printed(statement, now), now)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="hours-{enrolment.run.code}-{enrolment.pk}.pdf"'
    return answer


def printed(statement: timesheets.Statement, at: datetime) -> dict[str, object]:
    """The texts on the paper: the design only places them."""
    enrolment, run = statement.enrolment, statement.enrolment.run
    province = Province.current()
    body = province.body_on(local_date(at))
    kinds = {timesheets.LESSON: "Bài học", timesheets.MEETING: "Buổi học", timesheets.EXAM: "Bài thi"}
    return {
        "body": body.name_vi,
        "title": "Bảng kê thời gian học",
        "holder": enrolment.person.full_name,
        "born": f"{enrolment.person.birth_date:%d/%m/%Y}" if enrolment.person.birth_date else "",
        "enterprise": enrolment.enterprise.name if enrolment.enterprise else "",
        "course": run.course.title_vi,
        "run": run.code,
        "dates": f"{run.starts_on:%d/%m/%Y} – {run.ends_on:%d/%m/%Y}",
        "planned": f"{run.course.hours:g}".replace(".", ","),
        "lines": [
            [f"{line.day:%d/%m/%Y}", kinds.get(line.kind, line.kind), line.what, line.proof, clock(line.seconds)]
            for line in statement.lines
        ],
        "sums": [
            ["Bài học", clock(statement.lessons)],
            ["Buổi học", clock(statement.meetings)],
            ["Bài thi", clock(statement.exams)],
        ],
        "total": clock(statement.total),
        "made": f"{at.astimezone(ZONE):%H:%M ngày %d/%m/%Y}",
    }
