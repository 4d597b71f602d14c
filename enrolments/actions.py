"""Everything that is done to classes and enrolments."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _, ngettext
from wagtail.models import Revision

from courses.models import Course, Lesson
from enrolments import completion, prerequisites, signals
from enrolments.models import (
    CompletionRule,
    CourseRun,
    Enrolment,
    LessonProgress,
    Requirement,
    RunEvent,
    RunFunding,
    RunInstructor,
)
from lms.lib import publiccache
from lms.lib.periods import ZONE, local_date
from lms.lib.states import NotAllowed, Refused
from people.actions import notify
from people.models import FundingSource, User

CHANGEABLE = (
    "code",
    "course_id",
    "edition_id",
    "mode",
    "starts_on",
    "ends_on",
    "enrols_from",
    "enrols_until",
    "seats",
    "place",
    "timetable",
    "language",
    "programme_id",
    "plan_year",
)
"""What of a class is edited; its state moves by `move_run` alone."""

# --- Classes ---------------------------------------------------------------------


@transaction.atomic
def plan_run(
    *, run: CourseRun, by: User | None, at: datetime, funding: dict[FundingSource, int], instructors: Iterable[User]
) -> CourseRun:
    """Store a new class as a draft, with its money and its instructors.

    `funding` gives each source's share in percent. Raises Refused when the
    shares do not make 100 or the code belongs to another class.
    """
    _refuse_shares(funding)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError as error:
        if not CourseRun.objects.filter(code=run.code).exists():
            raise
        raise Refused(
            _("There is a class %(code)s already. Choose another code.") % {"code": run.code}, code="code"
        ) from error
    run.born(by=by, at=at)
    RunFunding.objects.bulk_create(
        RunFunding(run=run, source=source, percent=percent) for source, percent in funding.items()
    )
    for person in instructors:
        assign_instructor(run=run, person=person, by=by, at=at)
    return run


@transaction.atomic
def open_run(
    *, run: CourseRun, by: User | None, at: datetime, funding: dict[FundingSource, int], instructors: Iterable[User]
) -> CourseRun:
    """Store a new class and open it for enrolment. Raises Refused as `plan_run` does."""
    plan_run(run=run, by=by, at=at, funding=funding, instructors=instructors)
    run.move(CourseRun.State.OPEN, by=by, at=at)
    publiccache.forget()
    return run


@transaction.atomic
def change_run(
    *, run: CourseRun, by: User | None, at: datetime, funding: dict[FundingSource, int], instructors: Iterable[User]
) -> CourseRun:
    """Store what was changed of a class, its money and its instructors, with a line of history.

    Its state stays. Raises Refused for fewer seats than are taken, shares that do
    not make 100, another code once it was announced, another course once somebody
    enrolled; NotAllowed for a cancelled class.
    """
    _refuse_shares(funding)
    # The lock that `enrol` takes: nobody takes a seat while seats are counted here.
    stored = CourseRun.objects.select_for_update().get(pk=run.pk)
    _refuse_change(stored, run)
    changed = {
        name: [str(getattr(stored, name)), str(getattr(run, name))]
        for name in CHANGEABLE
        if getattr(stored, name) != getattr(run, name)
    }
    if changed:
        run.save(update_fields=list(changed))
    if money := _fund(run, funding):
        changed["funding"] = money
    wanted = {person.pk: person for person in instructors}
    teaching = {post.person_id: post.person for post in run.instructors.filter(until=None).select_related("person")}
    for pk in wanted.keys() - teaching.keys():
        assign_instructor(run=run, person=wanted[pk], by=by, at=at)
    for pk in teaching.keys() - wanted.keys():
        end_instructor(run=run, person=teaching[pk], by=by, at=at)
    if wanted.keys() != teaching.keys():
        changed["instructors"] = [", ".join(map(str, sorted(ids))) for ids in (teaching, wanted)]
    if changed:
        RunEvent.objects.create(
            subject=run, old=stored.state, new=stored.state, at=at, by=by, note="changed", data={"changed": changed}
        )
        publiccache.forget()
    run.state = stored.state
    return run


def _refuse_shares(funding: dict[FundingSource, int]) -> None:
    if funding and sum(funding.values()) != 100:
        raise Refused(_("The shares of the funding sources must make 100%."), code="funding")


def _refuse_change(stored: CourseRun, run: CourseRun) -> None:
    if stored.state == CourseRun.State.CANCELLED:
        raise NotAllowed(
            _("Class %(code)s was cancelled and is kept as it was. Make a new class.") % {"code": stored.code},
            code="cancelled",
        )
    if run.code != stored.code:
        if stored.state != CourseRun.State.DRAFT:
            raise Refused(
                _("Class %(code)s was announced under this code, and links to it exist. Keep the code.")
                % {"code": stored.code},
                code="code",
            )
        if CourseRun.objects.filter(code=run.code).exists():
            raise Refused(
                _("There is a class %(code)s already. Choose another code.") % {"code": run.code}, code="code"
            )
    if run.course_id != stored.course_id and stored.enrolments.exists():
        raise Refused(
            _("People are enrolled in this class: its course cannot change. Make a new class."), code="course"
        )
    taken = stored.enrolments.seated().count()
    if run.seats is not None and run.seats < taken:
        raise Refused(
            ngettext(
                "%(taken)s person holds a place in this class. It cannot have fewer places.",
                "%(taken)s people hold a place in this class. It cannot have fewer places.",
                taken,
            )
            % {"taken": taken},
            code="seats",
        )


def _fund(run: CourseRun, funding: dict[FundingSource, int]) -> list[str]:
    """Make the shares those of `funding`; what they were and are, or nothing when they stay."""
    before = {row.source_id: row for row in run.funding.select_related("source")}
    old = {row.source: row.percent for row in before.values()}
    if old == funding:
        return []
    run.funding.exclude(source__in=funding).delete()
    for source, percent in funding.items():
        RunFunding.objects.update_or_create(run=run, source=source, defaults={"percent": percent})
    return [", ".join(f"{source.code} {percent}%" for source, percent in shares.items()) for shares in (old, funding)]


@transaction.atomic
def move_run(*, run: CourseRun, to: str, by: User | None, at: datetime, note: str = "") -> CourseRun:
    """Take a class to another state.

    Raises NotAllowed when it cannot go there from its present one, Refused when
    it is cancelled without a reason in `note`.
    """
    note = note.strip()
    if to == CourseRun.State.CANCELLED and not note:
        raise Refused(_("Say why the class is cancelled: people who are enrolled will ask."), code="reason")
    run.move(to, by=by, at=at, note=note)
    publiccache.forget()
    return run


@transaction.atomic
def assign_instructor(*, run: CourseRun, person: User, by: User | None, at: datetime) -> RunInstructor:
    """Let `person` teach the class from now on; teaching it already changes nothing."""
    teaching, _created = RunInstructor.objects.get_or_create(run=run, person=person, until=None, defaults={"since": at})
    run.course.instructors.add(person)
    return teaching


@transaction.atomic
def end_instructor(*, run: CourseRun, person: User, by: User | None, at: datetime) -> None:
    """End a teaching post. The row stays: whom one taught is not forgotten."""
    RunInstructor.objects.filter(run=run, person=person, until=None).update(until=at)


def require(*, course: Course, kind: str, key: str) -> CompletionRule:
    """Ask `kind` with `key` of every later enrolment in the course."""
    rule, _created = CompletionRule.objects.get_or_create(course=course, kind=kind, key=key)
    return rule


# --- Enrolments --------------------------------------------------------------------


@transaction.atomic
def enrol(*, run: CourseRun, person: User, by: User | None, at: datetime) -> Enrolment:
    """Give `person` a seat. Asked twice, the same enrolment comes back.

    Raises Refused when the class is full, closed, cancelled or over, or when
    the person lacks what it asks for.
    """
    # The lock on the class: whoever counts its seats does so alone until the
    # seat is written, so the last one is sold once.
    # Only the class, not the course joined to it: its other classes go on.
    run = CourseRun.objects.select_for_update(of=("self",)).select_related("course").get(pk=run.pk)
    enrolment = Enrolment.objects.select_for_update().filter(run=run, person=person).first()
    if enrolment is not None and enrolment.state != Enrolment.State.WITHDRAWN:
        return enrolment
    _refuse_unless_open(run, at)
    if lacking := prerequisites.missing(person, run):
        raise Refused(" ".join(lacking), code="prerequisites")
    if run.seats is not None and run.enrolments.seated().count() >= run.seats:
        raise Refused(
            _("Class %(code)s is full. Choose another class of this course.") % {"code": run.code}, code="full"
        )
    if enrolment is not None:
        enrolment.move(Enrolment.State.ACTIVE, by=by, at=at, note="rejoined")
        # What was missing may have been met meanwhile, such as an exam graded after they left.
        _complete(enrolment, by=by, at=at)
    else:
        enrolment = _create(run, person, by, at)
    notify(
        person=person,
        kind="enrolled",
        key=f"enrolment:{enrolment.pk}",
        at=at,
        facts={
            "course": {"vi": run.course.title_vi, "en": run.course.title_en},
            "run": run.code,
            "url": f"/vi/learn/{run.code}/",
        },
    )
    signals.person_enrolled.send(Enrolment, enrolment=enrolment)
    publiccache.forget()
    return enrolment


def _refuse_unless_open(run: CourseRun, at: datetime) -> None:
    if run.state == CourseRun.State.CANCELLED:
        raise Refused(_("Class %(code)s was cancelled. Choose another class.") % {"code": run.code}, code="cancelled")
    if run.over_on(local_date(at)):
        raise Refused(
            _("Class %(code)s ended on %(day)s. Choose another class.")
            % {"code": run.code, "day": f"{run.ends_on:%d/%m/%Y}"},
            code="over",
        )
    if run.state == CourseRun.State.FINISHED:
        raise Refused(_("Class %(code)s is over. Choose another class.") % {"code": run.code}, code="over")
    if run.state == CourseRun.State.DRAFT:
        raise Refused(_("Enrolment in class %(code)s has not opened yet.") % {"code": run.code}, code="early")
    if run.enrols_from is not None and at < run.enrols_from:
        raise Refused(
            _("Enrolment in class %(code)s opens at %(moment)s.")
            % {"code": run.code, "moment": f"{run.enrols_from.astimezone(ZONE):%H:%M %d/%m/%Y}"},
            code="early",
        )
    if not run.enrolling_at(at):
        raise Refused(
            _("Enrolment in class %(code)s is closed. Choose another class of this course.") % {"code": run.code},
            code="closed",
        )


def _create(run: CourseRun, person: User, by: User | None, at: datetime) -> Enrolment:
    enterprise = person.enterprise_on(local_date(at))
    enrolment = Enrolment.objects.create(
        run=run,
        person=person,
        enrolled_at=at,
        enterprise=enterprise,
        sector=enterprise.sector if enterprise else None,
        size=enterprise.size if enterprise else "",
        commune=person.commune or (enterprise.commune if enterprise else None),
    )
    enrolment.born(by=by, at=at)
    Requirement.objects.create(enrolment=enrolment, kind=Requirement.Kind.LESSONS)
    for rule in run.course.completion_rules.all():
        Requirement.objects.create(enrolment=enrolment, kind=rule.kind, key=rule.key)
    return enrolment


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, at: datetime, note: str = "") -> Enrolment:
    """Give the seat back. What was done in the class stays on record."""
    enrolment.move(Enrolment.State.WITHDRAWN, by=by, at=at, note=note)
    publiccache.forget()
    return enrolment


@transaction.atomic
def open_lesson(*, enrolment: Enrolment, lesson: Lesson, at: datetime) -> None:
    """Remember which lesson was opened last."""
    progress, created = LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"opened_at": at, "last_opened_at": at}
    )
    if not created:
        LessonProgress.objects.filter(pk=progress.pk).update(last_opened_at=at)
    Enrolment.objects.filter(pk=enrolment.pk).update(last_lesson=lesson)


@transaction.atomic
def finish_lesson(
    *, enrolment: Enrolment, lesson: Lesson, revision: Revision | None, language: str, by: User | None, at: datetime
) -> LessonProgress:
    """Mark a lesson as done, pinning the revision that was read; done once stays done.

    The last lesson meets the requirement of lessons. Raises Refused for someone
    who has left the class, and for a page that was never published.
    """
    if revision is None:
        raise Refused(_("This lesson was never published properly. Tell the instructor."), code="revision")
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.state == Enrolment.State.WITHDRAWN:
        raise Refused(_("You have left this class. Enrol again to go on."), code="withdrawn")
    progress, _created = LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"opened_at": at, "last_opened_at": at}
    )
    if progress.done_at is None:
        progress.done_at, progress.revision, progress.language = at, revision, language
        progress.last_opened_at = at
        progress.save(update_fields=["done_at", "revision", "language", "last_opened_at"])
    Enrolment.objects.filter(pk=enrolment.pk).update(last_lesson=lesson)
    settle_lessons(enrolment=enrolment, by=by, at=at)
    return progress


@transaction.atomic
def settle_lessons(*, enrolment: Enrolment, by: User | None, at: datetime) -> bool:
    """Meet the requirement of lessons if every lesson taught at present is done; whether it is so."""
    taught = Lesson.objects.taught().filter(course__runs=enrolment.run_id)
    done = LessonProgress.objects.filter(enrolment=enrolment, done_at__isnull=False).values("lesson")
    if not taught.exists() or taught.exclude(pk__in=done).exists():
        return False
    meet(enrolment=enrolment, kind=Requirement.Kind.LESSONS, at=at, by=by)
    return True


@transaction.atomic
def meet(
    *,
    enrolment: Enrolment,
    kind: str,
    key: str = "",
    at: datetime,
    by: User | None,
    detail: dict[str, Any] | None = None,
) -> Requirement | None:
    """Record that a requirement is met; with the last one the enrolment is completed.

    Met already changes nothing; None when the enrolment does not ask for it.
    """
    # The lock on the enrolment: of two requirements met at once the second sees the first.
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    requirement = Requirement.objects.filter(enrolment=enrolment, kind=kind, key=key).first()
    if requirement is None:
        return None
    if requirement.met_at is None:
        requirement.met_at, requirement.met_by, requirement.detail = at, by, detail or {}
        requirement.save(update_fields=["met_at", "met_by", "detail"])
    _complete(enrolment, by=by, at=at)
    return requirement


def _complete(enrolment: Enrolment, *, by: User | None, at: datetime) -> None:
    """Complete the enrolment, whose row is locked, if nothing is missing."""
    if enrolment.state == Enrolment.State.ACTIVE and completion.complete(enrolment.requirements.all()):
        enrolment.move(Enrolment.State.COMPLETED, by=by, at=at, completed_at=at)
        signals.enrolment_completed.send(Enrolment, enrolment=enrolment)
