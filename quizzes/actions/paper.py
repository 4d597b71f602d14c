"""Exams on paper: forms pinned as they are printed, forms given to people, answers taken in. docs/paper-exams.md."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import structlog
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.codes import random_code
from lms.lib.states import NotAllowed, Refused
from people.actions import Lost
from people.models import User
from quizzes import paper
from quizzes.actions.attempts import rules_at_start
from quizzes.actions.drawing import Drawn, of_form
from quizzes.actions.keys import require_keys, see_key
from quizzes.actions.results import grade
from quizzes.models import (
    Answer,
    Attempt,
    AttemptItem,
    Exam,
    ExamForm,
    ExamSession,
    ExamSessionEvent,
    PaperBatch,
    QuestionKey,
    Sitting,
)
from quizzes.paper_sheet import FORM_CODES
from quizzes.paper_table import Entry
from quizzes.queries import on_paper as queries
from quizzes.seating import by_seat
from quizzes.types import TYPES, rng

log = structlog.get_logger(__name__)
TOLD_EVERY = 5
"""Sheets between two signs of how far the work is."""


class NotTaken(Refused):
    """Sheets with faults: nothing was taken in. `judged` says what is wrong where."""

    def __init__(self, judged: Sequence[queries.Judged], faults: Sequence[str]) -> None:
        super().__init__(_("Nothing was taken in: correct what is marked first."), "faults")
        self.judged = judged
        self.faults = faults


def refuse_outsider(exam: Exam, person: User) -> None:
    """Raises Refused for whoever has no business with the exam's papers: no role for it, or sits it themselves."""
    if not person.has_role(Role.ADMINISTRATOR, Role.EXAMINER, Role.INSTRUCTOR):
        raise NotAllowed(_("Only administrators, examiners and instructors work with exams on paper."), "role")
    queries.refuse_taker(exam, person)


@transaction.atomic
def pin_form(*, form: ExamForm, by: User, at: datetime) -> queries.PaperForm:
    """The form as it is printed: fixed the first time, the same for ever after, whatever the blueprint becomes.

    Raises Refused for somebody who sits the exam, a retired form never printed, one that
    cannot be marked on a sheet, and one with questions that nobody can answer on paper.
    """
    held = ExamForm.objects.select_for_update(of=("self",)).select_related("exam__bank__course").get(pk=form.pk)
    refuse_outsider(held.exam, by)
    if not held.paper:
        if held.retired_at is not None:
            raise Refused(_("Form %(code)s is retired and was never printed.") % {"code": held.code}, "retired")
        if held.code not in FORM_CODES:
            raise Refused(_("Only forms A to R can be sat on paper."), "form_code")
        held.paper = [
            {
                "version": one.version.pk,
                "section": one.section,
                "scored": one.scored,
                "order": TYPES[one.version.type].shuffle(one.version.content, rng(f"{held.seed}:{one.version.pk}")),
            }
            for one in of_form(held)
        ]
        if off := queries.off_paper(queries.paper_form(held)):
            # Their points could not be reached, and the pass mark counts them.
            raise Refused(
                _(
                    "Form %(code)s cannot be printed: questions %(numbers)s are answered with a file, which paper has "
                    "no place for. Replace them in the blueprint and make new forms."
                )
                % {"code": held.code, "numbers": ", ".join(map(str, off))},
                "off_paper",
            )
        held.save(update_fields=["paper"])
    log.info("exam_form_printed", exam=held.exam.code, form=held.code, by=by.pk)
    found = queries.paper_form(held)
    try:
        assert found.pages
    except ValueError as error:
        raise Refused(_("Form %(code)s does not fit on an answer sheet.") % {"code": held.code}, "pages") from error
    return found


@transaction.atomic
def keys_of(*, form: ExamForm, by: User, at: datetime) -> dict[int, QuestionKey]:
    """By version the keys of a form, each sight logged. Raises Refused without the permission to see keys."""
    found = pin_form(form=form, by=by, at=at)
    require_keys(bank=found.form.exam.bank, by=by)
    return {item.version.pk: see_key(version=item.version, by=by, at=at) for item in found.items}


@transaction.atomic
def give_forms(*, session: ExamSession, codes: Sequence[str], by: User, at: datetime) -> list[Sitting]:
    """Give everybody in the session one of the forms, neighbours different ones; who has one keeps it.

    The people by seat. Raises Refused for a form that is not in use, a sheet whose
    number is too long, and a session that is cancelled or empty.
    """
    held = ExamSession.objects.select_for_update(of=("self",), no_key=True).select_related("exam").get(pk=session.pk)
    refuse_outsider(held.exam, by)
    if held.state == ExamSession.State.CANCELLED:
        raise NotAllowed(_("This session was cancelled."), "cancelled")
    forms = {form.code: form for form in held.exam.forms.filter(code__in=codes, retired_at=None).order_by("code")}
    if not codes or set(forms) != set(codes):
        raise Refused(_("Choose forms of this exam that are in use."), "forms")
    for form in forms.values():
        pin_form(form=form, by=by, at=at)
    # By where they sit: among a hundred and more, seat 100 is not the neighbour of seat 10.
    sittings = by_seat(held.sittings.filter(ended_at=None).select_related("person", "form"))
    if not sittings:
        raise Refused(_("Nobody sits in this session yet. Give people their seats first."), "nobody")
    if max(sitting.pk for sitting in sittings) > paper.LAST_NUMBER:
        raise Refused(_("The numbers of this exam's sheets are used up."), "numbers")
    names = list(forms)
    new = []
    for place, sitting in enumerate(sittings):
        if sitting.form is None:
            sitting.form = forms[names[place % len(names)]]
            new.append(sitting)
        elif not sitting.form.paper:
            pin_form(form=sitting.form, by=by, at=at)
            sitting.form.refresh_from_db()
    Sitting.objects.bulk_update(new, ["form"], batch_size=200)
    ExamSessionEvent.objects.create(
        subject=held, old=held.state, new=held.state, at=at, by=by, note="sheets_printed",
        data={"forms": names, "sheets": len(sittings)},
    )  # fmt: skip
    return sittings


# --- Taking answers in -------------------------------------------------------------------------


@transaction.atomic
def upload_answers(
    *, session: ExamSession, entries: Sequence[Entry], name: str, sha256: str, by: User, at: datetime
) -> PaperBatch:
    """Keep a table of answers to be looked at. Raises Refused before the session, and for an empty table."""
    refuse_early(session, by, at)
    if not entries:
        raise Refused(_("There is no row with answers in this file."), "empty")
    batch = PaperBatch.objects.create(
        session=session, kind=PaperBatch.Kind.TABLE, name=name[-200:], sha256=sha256,
        rows=[entry.stored() for entry in entries], created_at=at, created_by=by,
    )  # fmt: skip
    batch.born(by=by, at=at)
    return batch


def refuse_early(session: ExamSession, by: User, at: datetime) -> None:
    """Raises Refused for somebody without the right, a cancelled session, and one that has not begun."""
    refuse_outsider(session.exam, by)
    if session.state == ExamSession.State.CANCELLED:
        raise NotAllowed(_("This session was cancelled."), "cancelled")
    if at < session.starts_at:
        raise Refused(_("The session has not begun yet: there can be no answers."), "early")


@transaction.atomic
def take_in(*, batch: PaperBatch, by: User, at: datetime, told: Callable[[int, int], bool] | None = None) -> PaperBatch:
    """Make attempts of all sheets of a batch, handed in and graded; all or none. Done twice it is done once.

    Judged anew under the session's lock. `told` hears how many of how many are done. Raises
    NotTaken with every fault, Conflict or NotAllowed when the batch was put aside, Lost when
    `told` says that another worker has the work.
    """
    session = _hold(batch.session)
    refuse_early(session, by, at)
    held = PaperBatch.objects.select_for_update(of=("self",)).select_related("session__exam").get(pk=batch.pk)
    if held.state == PaperBatch.State.DONE:
        return held
    entries, faults = queries.entries_of(held)
    judged = queries.judge(session, entries, by)
    if faults or not judged or any(one.faults for one in judged):
        raise NotTaken(judged, faults or ([] if judged else [_("There is no sheet to take in.")]))
    made = []
    for number, one in enumerate(judged, 1):
        if not one.same:
            made.append(_record(one, session, held, by, at))
        if told is not None and number % TOLD_EVERY == 0 and not told(number, len(judged)):
            raise Lost
    held.move(PaperBatch.State.DONE, by=by, at=at, data={"attempts": [attempt.code for attempt in made]})
    return held


@transaction.atomic
def put_aside(*, batch: PaperBatch, by: User, at: datetime) -> PaperBatch:
    """Take nothing of a batch in; its pictures go. Raises NotAllowed once it was taken in."""
    held = PaperBatch.objects.select_for_update(of=("self",)).select_related("session__exam").get(pk=batch.pk)
    refuse_outsider(held.session.exam, by)
    if held.state != PaperBatch.State.DROPPED:
        held.move(PaperBatch.State.DROPPED, by=by, at=at)
    # Once that is certain. Killed before, the pictures go when it is put aside again.
    transaction.on_commit(lambda: delete_files(held))
    return held


def delete_files(batch: PaperBatch) -> None:
    """Delete the pictures of a batch, and the PDF files that they come from."""
    paths = [path for row in batch.scans.values_list("path", "flat") for path in row if path]
    paths += [document[0] for document in (batch.job.arguments.get("documents", []) if batch.job else [])]
    for path in paths:
        storages["private"].delete(path)


@transaction.atomic
def type_in(*, session: ExamSession, entry: Entry, by: User, at: datetime) -> PaperBatch:
    """Take in one sheet typed by hand. Raises NotTaken with its faults."""
    batch = PaperBatch(
        session=session, kind=PaperBatch.Kind.TYPED, name=entry.code, rows=[entry.stored()], created_at=at,
        created_by=by,
    )  # fmt: skip
    batch.save(force_insert=True)
    batch.born(by=by, at=at)
    return take_in(batch=batch, by=by, at=at)


def _hold(session: ExamSession) -> ExamSession:
    # Of two who take in at once the second judges what the first has made.
    found = ExamSession.objects.select_for_update(of=("self",), no_key=True).select_related("exam__bank")
    return found.get(pk=session.pk)


def _record(judged: queries.Judged, session: ExamSession, batch: PaperBatch, by: User, at: datetime) -> Attempt:
    """The attempt of one sheet, as if it had been sat from the session's beginning to its end."""
    assert judged.sitting is not None and judged.form is not None
    # The lock that a start on screen takes too: after it there is either that attempt or this one.
    sitting = Sitting.objects.select_for_update(of=("self",)).select_related("exam").get(pk=judged.sitting.pk)
    # What was sat in an earlier session stays there.
    if queries.of_session(sitting.attempts.exclude(state=Attempt.State.VOID), session).exists():
        judged.faults.append(_("Has sat the exam meanwhile."))
        raise NotTaken([judged], [])
    form = judged.form
    drawn = [Drawn(item.version, item.section, item.scored) for item in form.items]
    ended_at = max(min(session.ends_at, at), session.starts_at + timedelta(seconds=1))
    attempt = Attempt.objects.create(
        sitting=sitting,
        number=(sitting.attempts.aggregate(number=Max("number"))["number"] or 0) + 1,
        code=random_code(12),
        language="vi",
        seed=form.form.seed or secrets.token_hex(16),
        rules=rules_at_start(
            session.exam,
            drawn,
            extra_minutes=sitting.extra_minutes,
            extra_attempts=sitting.extra_attempts,
            seat=sitting.seat,
        ),
        started_at=session.starts_at,
        deadline=ended_at,
        form=form.form,
        on_paper=True,
        session=session,
    )
    items = AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt, position=item.number, version=item.version, order=item.order, section_id=item.section,
            scored=item.scored,
        )
        for item in form.items
    )  # fmt: skip
    attempt.born(by=by, at=at, note="paper", data={"batch": batch.pk, "deadline": ended_at.isoformat()})
    Answer.objects.bulk_create(
        Answer(
            item=item, revision=1, key=uuid5(NAMESPACE_URL, f"paper:{attempt.code}:{item.position}"),
            response=judged.answers[item.position], received_at=at, entered_by=by,
        )
        for item in items
        if judged.answers.get(item.position) is not None
    )  # fmt: skip
    attempt.move(Attempt.State.SUBMITTED, by=by, at=at, note="paper", submitted_at=ended_at)
    grade(attempt, by, at)
    return attempt
