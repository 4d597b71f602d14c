"""Files of people: uploaded, read, looked at, taken in. Safe to repeat and to be killed at any moment.

Taking in judges the rows anew against what is registered at that moment, under one lock for
all files: what the preview said may have come true elsewhere meanwhile.
"""

from datetime import datetime, timedelta
from itertools import islice
from typing import IO

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib.codes import random_code
from lms.lib.states import Refused
from people import queries_import
from people.actions.import_reading import CHUNK, Lost, Outcome, Told, digest, is_good, look_at, places_of
from people.actions.import_writing import write_rows
from people.actions.jobs import ask_job
from people.imports import rows as reading
from people.imports.firms import Firms, Hearsay
from people.imports.grid import BadFile
from people.imports.lists import Lists
from people.imports.matching import Judged, Verdict, World
from people.models import Enterprise, ImportRow, Job, PeopleImport, User
from people.models.imports import private_storage

KEPT_FOR = timedelta(days=30)
"""How long the rows of a file stay after it came; then only its name, day and history do."""
State = PeopleImport.State


class _Turned(Exception):
    """A row that was good when looked at is refused now, where all or nothing was asked for."""

    def __init__(self, found: list[tuple[ImportRow, Judged]]) -> None:
        super().__init__()
        self.found = found


# --- Uploading ----------------------------------------------------------------------------


@transaction.atomic
def upload_people(
    *,
    file: IO[bytes],
    name: str,
    by: User,
    at: datetime,
    enterprise: Enterprise | None = None,
    by_contact: bool = False,
) -> PeopleImport:
    """Keep a file until the worker has read it. With `enterprise` every row joins that one.

    A contact's file always names their enterprise and matches only people who belong to it.
    """
    if by_contact and enterprise is None:
        raise ValueError("A contact's file names their enterprise.")
    sha256 = digest(file)
    path = private_storage().save(f"imports/{random_code(20)}", File(file))
    batch = PeopleImport.objects.create(
        name=name[-200:], path=path, sha256=sha256, enterprise=enterprise, by_contact=by_contact,
        uploaded_by=by, uploaded_at=at,
    )  # fmt: skip
    batch.born(by=by, at=at)
    return _ask(batch, "people.tasks.read_people_file", by, at)


def _ask(batch: PeopleImport, task: str, by: User | None, at: datetime, total: int = 0) -> PeopleImport:
    arguments = {"batch": batch.pk}
    batch.job = ask_job(kind="people-file", task=task, arguments=arguments, by=by, at=at, total=total)
    batch.save(update_fields=["job"])
    return batch


# --- Reading ------------------------------------------------------------------------------


def read_people(*, batch: PeopleImport, at: datetime, told: Told) -> PeopleImport:
    """Read an uploaded file and keep its rows for a look, or say why it cannot be read. Then the file goes.

    Raises Lost when the work was given away.
    """
    try:
        with private_storage().open(batch.path, "rb") as file:
            outcome = look_at(
                file=file, name=batch.name, at=at, enterprise=batch.enterprise, by_contact=batch.by_contact, told=told
            )
    except BadFile as bad:
        batch.move(State.FAILED, by=batch.uploaded_by, at=at, faults=[fault.stored() for fault in bad.faults])
        return _without_file(batch)
    with transaction.atomic():
        batch.move(
            State.READ, by=batch.uploaded_by, at=at, notes=outcome.notes, sheets=outcome.sheets,
            firms=outcome.firms[:200],
        )  # fmt: skip
        _keep(batch, outcome)
    return _without_file(batch)


def _without_file(batch: PeopleImport) -> PeopleImport:
    """Delete the file: names, birth dates and numbers lie there no moment longer than they are needed.

    Only then its path is forgotten, so that `forget_people` finds what a worker that died left.
    """
    if batch.path:
        private_storage().delete(batch.path)
        PeopleImport.objects.filter(pk=batch.pk).update(path="")
        batch.path = ""
    return batch


def _keep(batch: PeopleImport, outcome: Outcome) -> None:
    pairs = zip(outcome.lines, outcome.judged, strict=True)
    while chunk := list(islice(pairs, CHUNK)):
        ImportRow.objects.bulk_create(
            ImportRow(
                batch=batch,
                sheet=line.sheet,
                number=line.number,
                facts=line.given.stored(),
                verdict=one.verdict,
                reasons=[fault.stored() for fault in one.faults],
                person_id=one.person.pk if one.person and is_good(one) else None,
            )
            for line, one in chunk
        )


# --- Taking in ----------------------------------------------------------------------------


@transaction.atomic
def apply_people(*, batch: PeopleImport, only_good: bool, by: User, at: datetime) -> PeopleImport:
    """Ask the worker to take the rows in: all or nothing, or the good ones only.

    Raises Refused when rows are refused and all were asked for, or nothing is left to do.
    """
    counts = queries_import.counts(batch)
    if counts[Verdict.REFUSE] and not only_good:
        raise Refused(
            _("%(count)s rows are refused. Correct them and upload the file again, or take in the good rows only.")
            % {"count": counts[Verdict.REFUSE]},
            code="refused_rows",
        )
    if not counts[Verdict.CREATE] + counts[Verdict.MATCH]:
        raise Refused(_("No row brings anything new: there is nothing to take in."), code="nothing")
    batch.move(State.APPLYING, by=by, at=at, only_good=only_good)
    return _ask(batch, "people.tasks.apply_people_file", by, at, total=sum(counts.values()) - counts[Verdict.REFUSE])


@transaction.atomic
def drop_people(*, batch: PeopleImport, by: User | None, at: datetime) -> PeopleImport:
    """Drop a file that was looked at: its rows are deleted."""
    batch.move(State.DROPPED, by=by, at=at, forgotten_at=at)
    batch.rows.all().delete()
    return batch


@transaction.atomic
def retry_people(*, batch: PeopleImport, by: User, at: datetime) -> PeopleImport:
    """Ask the worker once more, after the work failed for good. Raises Refused while it goes on."""
    locked = PeopleImport.objects.select_for_update().get(pk=batch.pk)
    unfinished = locked.state in (State.READING, State.APPLYING)
    going_on = locked.job is not None and locked.job.state != Job.State.FAILED
    if going_on or not unfinished:
        raise Refused(_("The work on this file is going on or over. Load the page again."), code="going_on")
    task = "read_people_file" if locked.state == State.READING else "apply_people_file"
    return _ask(locked, f"people.tasks.{task}", by, at, total=locked.job.total if locked.job else 0)


def take_in(*, batch: PeopleImport, by: User | None, at: datetime, told: Told) -> PeopleImport:
    """Write what the rows bring, in portions; each row is marked done together with what it made.

    Killed and started again it goes on where it stood. Where all or nothing was asked for
    everything is one transaction; a row refused only now sends the file back for another
    look, nothing written. Raises Lost when the work was given away.
    """
    if batch.only_good:
        _take_in(batch, by, at, told)
        return batch
    try:
        with transaction.atomic():
            _take_in(batch, by, at, told)
    except _Turned as turned:
        with transaction.atomic():
            for row, one in turned.found:
                row.verdict, row.reasons = one.verdict, [fault.stored() for fault in one.faults]
                row.save(update_fields=["verdict", "reasons"])
            batch.state = State.APPLYING
            batch.move(State.READ, by=by, at=at)
    return batch


def _take_in(batch: PeopleImport, by: User | None, at: datetime, told: Told) -> None:
    known = queries_import.lists(on=timezone.localdate(at))
    rows = batch.rows.order_by("pk")
    places = _places(batch, rows)
    heard = Hearsay(
        (places[row.pk], reading.understand(reading.Given.load(row.facts), known)[0])
        for row in (rows.iterator(chunk_size=CHUNK) if batch.enterprise_id is None else ())
    )
    good = rows.exclude(verdict=Verdict.REFUSE)
    waiting = list(good.filter(done_at=None).values_list("pk", flat=True))
    total = good.count()
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        _take_in_chunk(batch, chunk, places, heard, known, by, at)
        if not told(total - len(waiting) + start + len(chunk), total):
            raise Lost
    batch.move(State.APPLIED, by=by, at=at, data=queries_import.counts(batch))


def _places(batch: PeopleImport, rows: QuerySet[ImportRow]) -> dict[int, str]:
    """How sentences name each row, by its key."""
    told = list(rows.values_list("pk", "sheet", "number"))
    return dict(zip((pk for pk, *_place in told), places_of([place for _pk, *place in told]), strict=True))


def _take_in_chunk(
    batch: PeopleImport,
    chunk: list[int],
    places: dict[int, str],
    heard: Hearsay,
    known: Lists,
    by: User | None,
    at: datetime,
) -> None:
    """One portion, judged and written in one transaction. Somebody else's sign-up in between: judged once more."""
    for attempt in range(3):
        try:
            with transaction.atomic():
                _one_at_a_time()
                # Asked again behind the lock: another worker, thought dead, may have been here meanwhile.
                rows = list(batch.rows.filter(pk__in=chunk, done_at=None).order_by("pk"))
                lines = [(row, *reading.understand(reading.Given.load(row.facts), known)) for row in rows]
                world = World(Firms(heard), known.today, batch.by_contact)
                queries_import.Loader(world, batch.enterprise).load(facts for _row, facts, _faults in lines)
                judged = [(row, world.judge(places[row.pk], facts, faults)) for row, facts, faults in lines]
                turned = [pair for pair in judged if not is_good(pair[1])]
                if turned and not batch.only_good:
                    raise _Turned(turned)
                write_rows(judged=judged, batch=batch, by=by, at=at)
            return
        except IntegrityError:
            if attempt == 2:
                raise


def _one_at_a_time() -> None:
    """Wait for whoever takes in another file: two files with the same new person must see each other.

    The oldest file's row stands for all. Rows that refer to it go on meanwhile.
    """
    list(PeopleImport.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])


def import_file(
    *,
    file: IO[bytes],
    name: str,
    by: User | None,
    at: datetime,
    only_good: bool = False,
    dry_run: bool = False,
    told: Told = lambda _done, _total: True,
) -> Outcome:
    """Read a file and take it in at once, as `manage.py import_people` does.

    Nothing is written when `dry_run`, or when rows are refused and not `only_good`. Raises BadFile.
    """
    outcome = look_at(file=file, name=name, at=at, enterprise=None, by_contact=False, told=told)
    refused = outcome.count(Verdict.REFUSE)
    if dry_run or (refused and not only_good) or not outcome.count(Verdict.CREATE) + outcome.count(Verdict.MATCH):
        return outcome
    with transaction.atomic():
        batch = PeopleImport.objects.create(
            state=State.READ, name=name[-200:], sha256=outcome.sha256, uploaded_by=by, uploaded_at=at,
            notes=outcome.notes, sheets=outcome.sheets, firms=outcome.firms[:200],
        )  # fmt: skip
        batch.born(by=by, at=at)
        _keep(batch, outcome)
        outcome.lighten()
        batch.move(State.APPLYING, by=by, at=at, only_good=only_good)
        if not only_good:
            take_in(batch=batch, by=by, at=at, told=told)
    if only_good:
        take_in(batch=batch, by=by, at=at, told=told)
    if batch.state != State.APPLIED:
        turned = batch.rows.filter(verdict=Verdict.REFUSE).count()
        raise Refused(
            _("%(count)s rows were good a moment ago and are refused now. Run the import again.") % {"count": turned},
            code="turned",
        )
    return outcome


# --- Forgetting ---------------------------------------------------------------------------


def forget_people(*, at: datetime) -> int:
    """Delete the rows of files that came long ago; one that nobody decided about is dropped. How many files.

    Uploaded files that outlived their reading go too.
    """
    for batch in PeopleImport.objects.exclude(path="").exclude(state=State.READING)[:100]:
        _without_file(batch)
    old = PeopleImport.objects.filter(uploaded_at__lt=at - KEPT_FOR, forgotten_at=None)
    return sum(_forget(batch, at) for batch in old[:100])


@transaction.atomic
def _forget(batch: PeopleImport, at: datetime) -> bool:
    if batch.state == State.READ:
        drop_people(batch=batch, by=None, at=at)
        return True
    batch.rows.all().delete()
    return bool(PeopleImport.objects.filter(pk=batch.pk, forgotten_at=None).update(forgotten_at=at))
