"""What is done to classes: planned, changed, moved, taught."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _, ngettext

from courses.models import Course
from enrolments.models import CompletionRule, CourseRun, RunEvent, RunFunding, RunInstructor
from lms.lib import publiccache
from lms.lib.states import NotAllowed, Refused
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
