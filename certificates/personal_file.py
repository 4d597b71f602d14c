"""What one enterprise sees of one person; the worker reads the very same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from certificates import enterprise as enterprises, matrix, progress
from certificates.enterprise import Paper
from certificates.matrix import Cell, Need
from certificates.models import Certificate
from courses.models import Subject
from enrolments.models import Enrolment, SeatRequest, TrainingNeed
from lms.lib.periods import ZONE, local_date
from lms.lib.text import fold
from people.models import Enterprise, Membership, User


@dataclass(frozen=True)
class File:
    """What one enterprise sees of one person."""

    enterprise: Enterprise
    person: User
    memberships: Sequence[Membership]
    needs: Sequence[tuple[Subject, Cell]]
    trainings: Sequence[progress.Progress]
    papers: Sequence[Paper]
    asking: Sequence[SeatRequest]
    contacts: Sequence[User] = field(default=())

    @property
    def membership(self) -> Membership:
        """The present one, else the last."""
        return self.memberships[0]

    @property
    def present(self) -> bool:
        """Whether the person belongs to the enterprise now."""
        return self.membership.ended_on is None


def file_of(enterprise: Enterprise, person: int, at: datetime) -> File | None:
    """What the enterprise sees of a person who belongs or belonged to it; None for anybody else.

    Of somebody who left: what they completed in its name while they belonged to
    it, no certificates earned elsewhere, nothing that they did since.
    """
    rows = Membership.objects.filter(enterprise=enterprise, person=person, person__merged_into=None)
    memberships = sorted(
        rows.select_related("person"), key=lambda one: (one.ended_on or date.max, one.since), reverse=True
    )
    if not memberships:
        return None
    day, ended = local_date(at), memberships[0].ended_on
    here = ended is None
    theirs = Enrolment.objects.filter(enterprise=enterprise, person=person)
    if ended is not None:
        theirs = theirs.filter(completed_at__lt=datetime.combine(ended, time.min, ZONE))
    trainings = progress.of(progress.readable(theirs).order_by("-enrolled_at", "-pk"), at)
    found: Iterable[Certificate] = ()
    asked: Iterable[SeatRequest] = ()
    if here:
        found = Certificate.objects.filter(person__in=User.objects.same_as(memberships[0].person)).order_by(
            "-issued_at", "-pk"
        )
        asked = enterprises.asking(enterprise).filter(person=person)
    contacts = User.objects.filter(
        pk__in=Membership.objects.filter(enterprise=enterprise, is_contact=True, ended_on=None).values("person")
    )
    return File(
        enterprise=enterprise,
        person=memberships[0].person,
        memberships=memberships,
        needs=_needs(enterprise, memberships[0], day) if here else (),
        trainings=trainings,
        papers=enterprises.papers(found, day),
        asking=list(asked),
        contacts=list(contacts.order_by("sort_key", "pk")),
    )


def _needs(enterprise: Enterprise, membership: Membership, day: date) -> list[tuple[Subject, Cell]]:
    rules = list(TrainingNeed.objects.filter(enterprise=enterprise).select_related("subject"))
    asked = matrix.asked_of((Need(one.job_key, one.subject_id, one.months) for one in rules), fold(membership.job))
    subjects = sorted({one.subject for one in rules if one.subject_id in asked}, key=lambda one: (one.order, one.pk))
    if not subjects:
        return []
    known = enterprises.training(enterprise, Membership.objects.filter(pk=membership.pk), asked, day)
    person = membership.person_id
    cells = matrix.row(
        asked,
        [subject.pk for subject in subjects],
        known.done.get(person, {}),
        on=day,
        learning=known.learning.get(person, {}),
        proposed=known.proposed.get(person, ()),
    )
    return list(zip(subjects, cells, strict=True))
