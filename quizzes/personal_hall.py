"""What invigilators wrote of somebody, and who is one: for the copy of their data, for erasure, for a merge."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from people.models import User
from people.personal_data import Section
from quizzes.models import ExamSession, ExamSessionEvent, Invigilator, Sitting
from quizzes.personal_appeals import ERASED


def _notes(ids: Sequence[int]) -> QuerySet[ExamSessionEvent]:
    """Incidents written down about these people. Those of the whole hall are nobody's."""
    sittings = list(Sitting.objects.filter(person__in=ids).values_list("pk", flat=True))
    found = ExamSessionEvent.objects.filter(note="incident", data__sitting__in=sittings)
    return found.select_related("subject").order_by("at", "pk")


def sections(ids: Sequence[int]) -> Iterator[Section]:
    """The incidents, where there are any."""
    if notes := list(_notes(ids)):
        yield Section(
            "incidents",
            _("Written down in the hall"),
            [("session", _("Exam session")), ("text", _("What happened")), ("at", _("When"))],
            [[one.subject.code, one.data.get("text", ""), one.at] for one in notes],
        )


def erase(ids: Sequence[int]) -> None:
    """What was written goes; that something was stays in the minutes."""
    for one in _notes(ids):
        one.data = {**one.data, "text": ERASED}
        one.save(update_fields=["data"])


def merge(source: User, into: User, *, at: datetime) -> None:
    """The watch over sessions goes on under the account that stays, except where it watches already, or sits itself."""
    running = Invigilator.objects.filter(person=source, until=None)
    there = ExamSession.objects.filter(
        Q(invigilators__in=Invigilator.objects.filter(person=into, until=None))
        | Q(sittings__person=into)
        | Q(attempts__sitting__person=into)
    )
    running.filter(session__in=list(there.values_list("pk", flat=True))).update(until=at)
    running.update(person=into)
