"""What enterprises need: rules of who must know what, and classes asked for in their own house."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _, override

from courses.models import Course, Subject
from enrolments.models import CourseRun, InHouseRequest, TrainingNeed
from lms.lib.states import Refused
from lms.lib.text import fold, nfc
from people.actions import notify
from people.models import Enterprise, EnterpriseEvent, User


@transaction.atomic
def set_need(
    *, enterprise: Enterprise, subject: Subject, job: str, months: int | None, by: User | None, at: datetime
) -> TrainingNeed:
    """People of `job` (empty: everybody) must be trained in `subject`, again after `months` where given.

    Set again for the same job, however its name is typed, the rule changes.
    """
    job = nfc(job)
    need, created = TrainingNeed.objects.select_for_update().get_or_create(
        enterprise=enterprise, job_key=fold(job)[:120], subject=subject, defaults={"job": job, "months": months}
    )
    if not created and need.months == months:
        return need
    before = None if created else need.months
    if not created:
        need.months = months
        need.save(update_fields=["months"])
    _note(need, "need_set", by, at, before=before)
    return need


@transaction.atomic
def drop_need(*, need: TrainingNeed, by: User | None, at: datetime) -> None:
    """End a rule. Dropped twice, it is gone all the same."""
    gone, _kinds = TrainingNeed.objects.filter(pk=need.pk).delete()
    if gone:
        _note(need, "need_dropped", by, at)


def _note(need: TrainingNeed, what: str, by: User | None, at: datetime, **more: object) -> None:
    text = " · ".join(filter(None, (need.subject.name_vi, need.job, str(need.months or ""))))
    data = {"job": need.job, "subject": need.subject.code, "months": need.months, "text": text, **more}
    EnterpriseEvent.objects.create(subject=need.enterprise, new=what, by=by, at=at, data=data)


# --- Classes in an enterprise's own house ----------------------------------------------------


@transaction.atomic
def ask_in_house(
    *,
    enterprise: Enterprise,
    course: Course,
    people: int,
    when: str,
    place: str,
    by: User,
    at: datetime,
    note: str = "",
) -> InHouseRequest:
    """Ask for a class of `course` for an enterprise's own `people`.

    Raises Refused while a request for the same course waits for its answer.
    """
    # The lock that makes two requests sent at once one after the other.
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if InHouseRequest.objects.filter(enterprise=enterprise, course=course, state=InHouseRequest.State.ASKED).exists():
        raise Refused(
            _("A class of this course is asked for already. Wait for the answer, or take that request back first."),
            code="twice",
        )
    asked = InHouseRequest.objects.create(
        enterprise=enterprise,
        course=course,
        people=people,
        when=when.strip(),
        place=place.strip(),
        note=note.strip(),
        asked_by=by,
        asked_at=at,
    )
    asked.born(by=by, at=at)
    return asked


@transaction.atomic
def take_back_in_house(*, asked: InHouseRequest, by: User, at: datetime) -> InHouseRequest:
    """The enterprise needs the class no more. Raises NotAllowed once it was answered."""
    asked.move(InHouseRequest.State.TAKEN_BACK, by=by, at=at)
    return asked


@transaction.atomic
def plan_in_house(
    *, asked: InHouseRequest, run: CourseRun, by: User | None, at: datetime, answer: str = ""
) -> InHouseRequest:
    """Answer a request with a class, and tell the enterprise's contacts.

    Raises NotAllowed once it was answered, Refused for a class of another course or
    one that is over.
    """
    if run.course_id != asked.course_id:
        raise Refused(
            _("Class %(code)s is of another course than the one asked for. Choose a class of that course.")
            % {"code": run.code},
            code="course",
        )
    if run.state in (CourseRun.State.FINISHED, CourseRun.State.CANCELLED):
        raise Refused(
            _("Class %(code)s is over or was cancelled. Choose another class.") % {"code": run.code}, code="over"
        )
    answer = answer.strip()
    asked.move(InHouseRequest.State.PLANNED, by=by, at=at, note=answer, data={"run": run.code}, run=run, answer=answer)
    _tell(asked, at, lambda: _facts_of(run, answer))
    return asked


def _facts_of(run: CourseRun, answer: str) -> str:
    planned = _("Class %(code)s, %(starts)s to %(ends)s.") % {
        "code": run.code,
        "starts": f"{run.starts_on:%d/%m/%Y}",
        "ends": f"{run.ends_on:%d/%m/%Y}",
    }
    return f"{planned} {answer}".strip()


@transaction.atomic
def decline_in_house(*, asked: InHouseRequest, answer: str, by: User | None, at: datetime) -> InHouseRequest:
    """Answer a request with a no, and tell the enterprise's contacts why.

    Raises Refused without a reason, NotAllowed once it was answered.
    """
    answer = answer.strip()
    if not answer:
        raise Refused(_("Say why: the enterprise will read it."), code="reason")
    asked.move(InHouseRequest.State.DECLINED, by=by, at=at, note=answer, answer=answer)
    _tell(asked, at, lambda: answer)
    return asked


def _tell(asked: InHouseRequest, at: datetime, answer: Callable[[], str]) -> None:
    """Whoever speaks for the enterprise now, and who asked if they still do."""
    course = asked.course
    facts = {
        "course": {"vi": course.title_vi, "en": course.title_en},
        "enterprise": asked.enterprise.name,
        "state": _both(asked.state_name),
        "answer": _both(answer),
        "url": f"/vi/enterprise/{asked.enterprise_id}/requests/",
    }
    contacts = User.objects.filter(
        memberships__enterprise=asked.enterprise_id, memberships__is_contact=True, memberships__ended_on=None
    )
    for person in contacts.filter(is_active=True).distinct().order_by("pk"):
        notify(person=person, kind="in_house_answered", key=f"in-house:{asked.pk}", at=at, facts=facts)


def _both(text: Callable[[], str]) -> dict[str, str]:
    """A text in every language of the product."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = text()
    return found
