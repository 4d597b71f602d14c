"""Warnings that the figures raise about questions, and what is said about them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import Conflict, Refused
from people.models import User
from quizzes import queries
from quizzes.models import Exam, ItemFlag

CORRECTED = frozenset({"drop", "all"})
RAISED = frozenset({"negative", "rival", "hard", "easy", "weak", "omitted", "groups"})
"""Warnings that call for a look; others stand in the table only."""


@transaction.atomic
def flag_questions(*, exam: Exam, at: datetime) -> list[ItemFlag]:
    """Raise what the figures of the exam warn of, each once while it is open; which are new.

    A warning that was settled is raised again only once as many attempts again have come.
    """
    Exam.objects.select_for_update().get(pk=exam.pk)
    found = queries.measured(exam, queries.graded_attempts(exam))
    known = {(flag.version_id, flag.kind): flag for flag in ItemFlag.objects.filter(exam=exam).order_by("pk")}
    new = []
    for item in found.items:
        # What a correction took out of the score was found wrong already.
        if found.aside.get(item.version) in CORRECTED:
            continue
        for kind in sorted(RAISED & set(item.warnings)):
            last = known.get((item.version, kind))
            if last is not None and (last.settled_at is None or item.count < 2 * last.figures.get("count", 0)):
                continue
            figures = {
                "count": item.count,
                "facility": round(item.facility, 4),
                "discrimination": None if item.discrimination is None else round(item.discrimination, 4),
            }
            new.append(ItemFlag(version_id=item.version, exam=exam, kind=kind, figures=figures, raised_at=at))
    return ItemFlag.objects.bulk_create(new)


@transaction.atomic
def settle_flag(*, flag: ItemFlag, note: str, by: User, at: datetime) -> ItemFlag:
    """Say what was done about a warning. Raises Refused without words, Conflict when somebody else has."""
    note = note.strip()
    if not note:
        raise Refused(_("Say what was done, or why nothing has to be."), code="note")
    rows = ItemFlag.objects.filter(pk=flag.pk, settled_at=None)
    if rows.update(settled_at=at, settled_by=by, note=note[:500]) != 1:
        raise Conflict(_("Somebody else has just changed this. Look at it again before going on."), code="conflict")
    flag.refresh_from_db()
    return flag
