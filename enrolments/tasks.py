"""What follows from changed courses, outside the request that changed them."""

import structlog
from celery import shared_task
from django.utils import timezone

from enrolments import actions, places, queries, timetables
from enrolments.models import Announcement, CourseRun
from people import actions as people

log = structlog.get_logger(__name__)


@shared_task
def settle_lessons(course_id: int | None = None) -> None:
    """Meet the requirement of lessons for those who had done all but lessons retired since.

    Each enrolment in its own transaction: stopped half-way, the next run finds the rest.
    """
    settled = 0
    for enrolment in queries.lessons_done_unnoticed(course_id).order_by("pk"):
        settled += actions.settle_lessons(enrolment=enrolment, by=None, at=timezone.now())
    if settled:
        log.info("lessons_settled", course=course_id, enrolments=settled)


@shared_task
def settle_seats() -> None:
    """Note held places whose time is over, call the next in line, end the lines of classes that are over.

    Each step of each class is a transaction of its own under the class's lock:
    stopped half-way or run twice at once, what is left is found by the next run,
    and nobody is called twice.
    """
    at = timezone.now()
    for run in places.to_settle(at):
        lapsed = actions.lapse(run=run, at=at)
        called = actions.promote(run=run, at=at)
        closed = actions.close_line(run=run, by=None, at=at) if places.ended(run, at) else []
        if lapsed or called or closed:
            log.info("seats_settled", run=run.pk, lapsed=len(lapsed), called=len(called), closed=len(closed))


# --- Meetings ------------------------------------------------------------------------


@shared_task
def tell_of_meetings(run_id: int) -> None:
    """Tell everybody in a class what happened to its meetings. Run twice it tells nobody twice."""
    told = actions.tell_of_meetings(run_id=run_id, at=timezone.now())
    if told:
        log.info("meetings_told", run=run_id, notices=told)


@shared_task
def tell_of_all_meetings() -> None:
    """The same for every class with something to tell: what a worker that died, or a broker that forgot, left."""
    for run_id in actions.untold().order_by("pk").values_list("pk", flat=True):
        tell_of_meetings(run_id)


@shared_task
def settle_attendance(enrolment_ids: list[int] | None = None) -> None:
    """Meet the requirement of attendance for those whose share is certain; without ids for everybody.

    Each enrolment in its own transaction: stopped half-way, the next run finds the rest.
    """
    at = timezone.now()
    waiting: dict[int, list[int]] = {}
    asked = timetables.asked_for_attendance(enrolment_ids)
    for run_id, pk in asked.order_by("enrolment").values_list("enrolment__run", "pk"):
        waiting.setdefault(run_id, []).append(pk)
    settled = 0
    for run in CourseRun.objects.filter(pk__in=waiting).select_related("course"):
        due = timetables.settled_now(run, waiting[run.pk], at)
        settled += sum(actions.settle_attendance(enrolment=enrolment, by=None, at=at) for enrolment in due)
    if settled:
        log.info("attendance_settled", enrolments=settled)


# --- Reminders and what is said ------------------------------------------------------------


@shared_task
def remind() -> None:
    """Reminders and weekly reports that are due. Run twice it tells nobody twice."""
    told = actions.remind(at=timezone.now())
    if told:
        log.info("reminded", notices=told)


@shared_task
def tell_completed(enrolment_id: int) -> None:
    """Tell somebody that they have completed a class."""
    actions.tell_completed(enrolment_id=enrolment_id, at=timezone.now())


@shared_task
def send_announcement(job_id: int) -> None:
    """Tell everybody in a class what was announced, in batches.

    Killed half-way, the job is given another try from the beginning: who was told
    is not told again.
    """
    job = people.claim_job(job_id=job_id, at=timezone.now())
    if job is None:
        return
    announcement = Announcement.objects.select_related("run__course", "by").get(pk=job.arguments["announcement"])
    last, told = 0, 0
    while batch := actions.tell_announcement(announcement=announcement, after=last, at=timezone.now()):
        last, told = batch[-1], told + len(batch)
        if not people.beat_job(job=job, at=timezone.now(), done=told):
            return
    actions.close_announcement(announcement=announcement, at=timezone.now())
    people.end_job(job=job, at=timezone.now(), told=told)
    log.info("announced", announcement=announcement.pk, told=told)
