"""Who holds a place in a class."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrolments import prerequisites, signals
from enrolments.actions.study import complete
from enrolments.models import CourseRun, Enrolment, Requirement
from lms.lib import publiccache
from lms.lib.periods import ZONE, local_date
from lms.lib.states import Refused
from people.actions import notify
from people.models import User


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
        complete(enrolment, by=by, at=at)
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
