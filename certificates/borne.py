"""Which certificates an exam's result bears: what certification looks at when a pass is lost."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from certificates.access import TABLE
from certificates.models import Certificate
from people.models import User
from quizzes.issued_papers import Paper
from quizzes.models import Attempt

HOLDING = (Certificate.State.ISSUED, Certificate.State.SUSPENDED)


def papers(attempts: Sequence[Attempt], reader: User) -> dict[int, list[Paper]]:
    """By attempt: the completion certificate of its class, and every consultant certificate of its taker.

    A consultant's file may name any exam as evidence, so each of them is named and a
    person looks; certificates that ended are left out. Accounts that were merged are one taker.
    """
    takers = {one.pk: _account(one.sitting.person) for one in attempts}
    own = Q(person__in=takers.values()) | Q(person__merged_into__in=takers.values())
    rows = Certificate.objects.visible_to(reader).filter(
        Q(enrolment__in=[one.sitting.enrolment_id for one in attempts if one.sitting.enrolment_id])
        | own & Q(enrolment=None),
        state__in=HOLDING,
    )
    opens = reader.has_role(*TABLE["certificates_admin:certificate"].get)
    by_class: dict[int, list[Paper]] = {}
    by_person: dict[int, list[Paper]] = {}
    for row in rows.select_related("person").order_by("issued_at", "pk"):
        address = reverse("certificates_admin:certificate", args=[row.code]) if opens else ""
        paper = Paper(row.number, str(row.get_kind_display()), address)
        if row.enrolment_id is None:
            by_person.setdefault(_account(row.person), []).append(paper)
        else:
            by_class.setdefault(row.enrolment_id, []).append(paper)
    found = {
        one.pk: by_class.get(one.sitting.enrolment_id or 0, []) + by_person.get(takers[one.pk], []) for one in attempts
    }
    return {attempt: held for attempt, held in found.items() if held}


def _account(person: User) -> int:
    """The account that a person has now."""
    return person.merged_into_id or person.pk
