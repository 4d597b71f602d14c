"""Scans of answer sheets, pictures or PDF: kept, read by the worker, settled by people. docs/paper-exams.md."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib import uploads
from lms.lib.codes import random_code
from lms.lib.states import NotAllowed, Refused
from people.actions import ask_job, beat_job, claim_job, end_job
from people.models import Job, User
from quizzes import paper, paper_pdf, paper_reading, paper_scan
from quizzes.actions.paper import delete_files, refuse_early, refuse_outsider
from quizzes.formats.archive import Archive, is_zip
from quizzes.formats.result import BadFile
from quizzes.models import ExamSession, PaperBatch, PaperScan, Sitting
from quizzes.queries import on_paper as queries
from quizzes.scan_words import BAD_PDF

KINDS = ("png", "jpg", "jpeg")
MAX_BYTES = 25 * 1024 * 1024
MAX_PDF = 100 * 1024 * 1024
MOST = 1_000
TASK = "quizzes.tasks.read_scans"


@transaction.atomic
def upload_scans(*, session: ExamSession, files: "Sequence[UploadedFile[bytes]]", by: User, at: datetime) -> PaperBatch:
    """Keep pictures, archives of pictures and PDF files, and have them read.

    Raises Refused before the session and for too many pictures; uploads.BadUpload for
    whatever is no picture, by its name.
    """
    refuse_early(session, by, at)
    pictures: list[tuple[str, uploads.Checked | None]] = []
    documents: list[tuple[uploads.Checked, int, int]] = []
    for file in files:
        if (file.name or "").lower().endswith(".pdf"):
            checked, count = _document(file)
            # Before they are listed: a file may claim a million pages.
            _refuse_many(len(pictures) + count)
            documents.append((checked, len(pictures) + 1, count))
            pictures += [(_("%(name)s, page %(n)s") % {"name": file.name, "n": n + 1}, None) for n in range(count)]
        else:
            pictures += _pictures(file)
    if not pictures:
        raise Refused(_("There is no picture in what was sent. Send PDF, PNG or JPEG, or a ZIP of pictures."), "empty")
    _refuse_many(len(pictures))
    batch = PaperBatch.objects.create(
        session=session, kind=PaperBatch.Kind.SCANS, name=(files[0].name or "")[-200:], created_at=at, created_by=by
    )
    batch.born(by=by, at=at)
    folder = f"paper/{batch.pk}-{random_code(20)}"
    PaperScan.objects.bulk_create(
        PaperScan(
            batch=batch, order=order, name=name[-200:],
            path=_saved(f"{folder}/{order}.{picture.extension}", picture.content) if picture else "",
        )
        for order, (name, picture) in enumerate(pictures, 1)
    )  # fmt: skip
    kept = [[_saved(f"{folder}/{first}.pdf", pdf.content), first, count] for pdf, first, count in documents]
    arguments = {"batch": batch.pk, "documents": kept}
    batch.job = ask_job(kind="paper-scans", task=TASK, arguments=arguments, by=by, at=at, total=len(pictures))
    batch.save(update_fields=["job"])
    return batch


def _refuse_many(count: int) -> None:
    if count > MOST:
        raise Refused(_("At most %(most)s pictures are taken at once.") % {"most": MOST}, "too_many")


def _saved(path: str, content: bytes) -> str:
    return storages["private"].save(path, ContentFile(content))


def _document(file: "UploadedFile[bytes]") -> tuple[uploads.Checked, int]:
    """A PDF with the number of its pages. Raises uploads.BadUpload."""
    checked = uploads.check(file, allowed=("pdf",), max_bytes=MAX_PDF)
    try:
        return checked, paper_pdf.count(checked.content)
    except paper_pdf.BadPdf as bad:
        raise uploads.BadUpload(str(BAD_PDF[bad.code]) % {"name": file.name}) from bad


def _pictures(file: "UploadedFile[bytes]") -> list[tuple[str, uploads.Checked | None]]:
    name = file.name or ""
    if not name.lower().endswith(".zip"):
        return [(name, uploads.check(file, allowed=(*KINDS, "pdf", "zip"), max_bytes=MAX_BYTES))]
    content = file.read()
    if not is_zip(content):
        raise uploads.BadUpload(_("“%(name)s” is no ZIP archive.") % {"name": name})
    try:
        archive = Archive(content)
        if len(archive.names) > MOST:
            raise uploads.BadUpload(_("At most %(most)s pictures are taken at once.") % {"most": MOST})
        return [
            (inner, uploads.check(
                SimpleUploadedFile(inner, archive.read(inner)), allowed=KINDS, max_bytes=MAX_BYTES
            ))
            for inner in archive.names
            if not inner.startswith("__MACOSX/")
        ]  # fmt: skip
    except BadFile as bad:
        raise uploads.BadUpload(
            _("“%(name)s” cannot be unpacked safely. Send the pictures themselves.") % {"name": name}
        ) from bad


# --- Reading -----------------------------------------------------------------------------------------


def read_scans(*, job_id: int, at: datetime) -> int | None:
    """Read the pictures that a job asks for and that are not read yet; how many. None when another worker has it."""
    job = claim_job(job_id=job_id, at=at)
    if job is None:
        return None
    batch = PaperBatch.objects.select_related("session__exam").get(pk=job.arguments["batch"])
    world = _World(batch.session)
    count = 0
    if not _unfold(batch, job):
        return count
    waiting = batch.scans.filter(read_at=None) if batch.state == PaperBatch.State.READ else batch.scans.none()
    for scan in waiting:
        read_scan(scan=scan, world=world, at=timezone.now())
        count += 1
        if not beat_job(job=job, at=timezone.now(), done=count):
            return count
    if PaperBatch.objects.filter(pk=batch.pk, state=PaperBatch.State.DROPPED).exists():
        # Put aside while it was read: what was made since goes too.
        delete_files(batch)
    end_job(job=job, at=timezone.now(), pictures=count)
    return count


def _unfold(batch: PaperBatch, job: Job) -> bool:
    """Make pictures of the pages of PDF files; a file goes once all of its pages are there. False: work taken away."""
    for path, first, count in job.arguments.get("documents", []):
        scans = list(batch.scans.filter(order__range=(first, first + count - 1), path="", read_at=None))
        if not storages["private"].exists(path):
            continue
        with storages["private"].open(path) as file:
            content: bytes = file.read()
        for at_once in range(0, len(scans), paper_pdf.AT_ONCE):
            chunk = scans[at_once : at_once + paper_pdf.AT_ONCE]
            try:
                drawn = paper_pdf.drawn(content, [scan.order - first + 1 for scan in chunk])
            except paper_pdf.BadPdf:
                drawn = [None] * len(chunk)
            for scan, picture in zip(chunk, drawn, strict=True):
                if picture is not None:
                    _keep_page(scan, f"{path.rpartition('/')[0]}/{scan.order}.jpg", picture)
            if not beat_job(job=job, at=timezone.now()):
                return False
        storages["private"].delete(path)
    return True


def _keep_page(scan: PaperScan, path: str, picture: bytes) -> None:
    # Killed between the two it is made again, at the same place.
    storages["private"].delete(path)
    PaperScan.objects.filter(pk=scan.pk, path="").update(path=_saved(path, picture))


class _World:
    """The session's people by sheet, and the exam's printed forms."""

    def __init__(self, session: ExamSession) -> None:
        self.forms = queries.paper_forms(session.exam)
        self.sittings: dict[int, Sitting] = {one.pk: one for one in session.sittings.select_related("form")}


def read_scan(*, scan: PaperScan, world: _World, at: datetime) -> PaperScan:
    """Lay one picture straight and read what stands on it; what is not plain becomes a doubt.

    Read by another worker meanwhile, that one's reading stays, and what a person made of it.
    """
    if not scan.path:
        return _keep(scan, at, fault="undrawn")
    try:
        with storages["private"].open(scan.path) as file:
            image = paper_scan.flatten(file.read())
    except (paper_scan.BadScan, FileNotFoundError) as bad:
        return _keep(scan, at, fault=bad.code if isinstance(bad, paper_scan.BadScan) else "gone")
    path = f"{scan.path.rsplit('.', 1)[0]}-flat.png"
    # Killed between the two it is made again, at the same place.
    storages["private"].delete(path)
    scan.flat = storages["private"].save(path, ContentFile(paper_reading.png(image)))
    _understand(scan, paper_reading.Flat(image), world)
    return _keep(scan, at)


def _keep(scan: PaperScan, at: datetime, fault: str = "") -> PaperScan:
    fields = {name: getattr(scan, name) for name in ("flat", "code", "page", "form", "cells", "doubts")}
    PaperScan.objects.filter(pk=scan.pk, read_at=None).update(read_at=at, fault=fault, **fields)
    scan.refresh_from_db()
    return scan


def _understand(scan: PaperScan, flat: paper_reading.Flat, world: _World) -> None:
    doubts: dict[str, str] = {}
    told = flat.sheet()
    marked, doubt = flat.form()
    sitting = world.sittings.get(told[0]) if told else None
    if told is None or sitting is None:
        doubts["sheet"] = "unreadable" if told is None else "not_here"
    if told is not None:
        scan.code, scan.page = paper.sheet_code(told[0]), told[1]
    given = sitting.form.code if sitting and sitting.form else ""
    if doubt or (marked and given and marked != given) or (marked and marked not in world.forms):
        doubts["form"] = doubt or "other"
    scan.form = marked if marked in world.forms else given
    _read_page(scan, flat, world.forms.get(scan.form), doubts)


def _read_page(
    scan: PaperScan, flat: paper_reading.Flat, form: queries.PaperForm | None, doubts: dict[str, str]
) -> None:
    """The answers of the page as far as its form is known."""
    scan.cells, scan.doubts = {}, doubts
    if form is None:
        scan.doubts.setdefault("form", "none")
    elif not 1 <= scan.page <= len(form.pages):
        scan.doubts.setdefault("sheet", "page")
    else:
        found = paper_reading.read_rows(flat, form.pages[scan.page - 1].rows, form.printed)
        scan.cells, scan.doubts = found.cells, {**doubts, **found.doubts}


# --- Settling ------------------------------------------------------------------------------------------


@transaction.atomic
def settle_scan(
    *, scan: PaperScan, code: str, page: int, form: str, cells: Mapping[str, str], by: User, at: datetime
) -> PaperScan:
    """Write down what a person sees on the page. Where sheet, page or form change, the page is read anew first.

    Raises Refused for a wrong code, form or page, and once the batch is taken in.
    """
    held = _hold(scan, by)
    world = _World(held.batch.session)
    number = paper.number_of(code)
    if number is None or number not in world.sittings:
        raise Refused(_("“%(code)s” is no sheet of this session.") % {"code": code[:20]}, "code")
    known = world.forms.get(form)
    if known is None:
        raise Refused(_("Choose the form that was sat."), "form")
    if not 1 <= page <= len(known.pages):
        raise Refused(_("The sheet of this form has %(count)s pages.") % {"count": len(known.pages)}, "page")
    changed = (held.page, held.form) != (page, form)
    held.code, held.page, held.form = paper.sheet_code(number), page, form
    if changed and held.flat:
        with storages["private"].open(held.flat) as file:
            flat = paper_reading.Flat(paper_reading.grey(file.read()))
        _read_page(held, flat, known, {})
    else:
        numbers = {str(row.line.number) for row in known.pages[page - 1].rows}
        held.cells = {name: text.strip()[:500] for name, text in cells.items() if name in numbers and text.strip()}
        held.doubts = {}
    held.fault = ""
    held.settled_at, held.settled_by = (None, None) if held.doubts else (at, by)
    held.save()
    return held


@transaction.atomic
def drop_scan(*, scan: PaperScan, by: User, at: datetime) -> PaperScan:
    """Leave a picture out: a page sent twice, or no answer sheet at all."""
    held = _hold(scan, by)
    held.dropped, held.settled_at, held.settled_by = True, at, by
    held.save(update_fields=["dropped", "settled_at", "settled_by"])
    return held


def _hold(scan: PaperScan, by: User) -> PaperScan:
    # The batch too: whoever takes it in sees the page as it is settled, or nothing is settled any more.
    found = PaperScan.objects.select_for_update(of=("self", "batch")).select_related("batch__session__exam")
    held = found.get(pk=scan.pk)
    refuse_outsider(held.batch.session.exam, by)
    if held.batch.state != PaperBatch.State.READ:
        raise NotAllowed(_("These answers were taken in or put aside; nothing is changed any more."), "over")
    if held.read_at is None:
        raise Refused(_("This picture is still to be read."), "unread")
    return held
