"""Many sheets by the worker; scans as PDF; papers with signs that no face has."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter

from lms.lib import glyphs
from lms.lib.states import Refused
from lms.lib.uploads import BadUpload
from people.actions import claim_job, requeue_jobs
from people.models import Job, User
from quizzes import paper, paper_pdf, paper_prints
from quizzes.actions import paper as work, paper_taking, scans
from quizzes.models import Attempt, ExamSession, PaperBatch, QuestionVersion, Sitting
from quizzes.queries import on_paper
from quizzes.queries.on_paper import PaperForm
from tests.factories import AT
from tests.quizzes.paper.conftest import LATER, at, entry, right_cells, seated, sheet_of, upload

pytestmark = pytest.mark.django_db


# --- Taken in by the worker --------------------------------------------------------------------


@pytest.fixture
def many(session: ExamSession, examiner: User, monkeypatch: pytest.MonkeyPatch) -> PaperBatch:
    """Two sheets, more than are taken in while somebody waits."""
    monkeypatch.setattr(paper_taking, "AT_ONCE", 1)
    monkeypatch.setattr(work, "TOLD_EVERY", 1)
    return upload(session, [entry(one, {}, str(line)) for line, one in enumerate(seated(session), 2)], examiner)


def test_many_sheets_are_taken_in_by_the_worker(many: PaperBatch, examiner: User, desk: Client) -> None:
    assert desk.post(at("paper_batch", many.pk), {"act": "take"}).status_code == 302
    assert desk.post(at("paper_batch", many.pk), {"act": "take"}).status_code == 302
    job = Job.objects.get(kind=paper_taking.KIND)
    many.refresh_from_db()
    assert (many.state, many.job, job.total, Attempt.objects.count()) == (PaperBatch.State.READ, job, 2, 0)
    page = desk.get(at("paper_batch", many.pk)).content.decode()
    assert "paper-progress" in page and 'value="take"' not in page and 'value="drop"' not in page
    part = desk.get(at("paper_batch", many.pk), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="paper-progress"')
    done = paper_taking.take_in_asked(job_id=job.pk, at=LATER)
    assert done is not None and done.state == PaperBatch.State.DONE and Attempt.objects.count() == 2
    assert paper_taking.take_in_asked(job_id=job.pk, at=LATER) is None
    after = desk.get(at("paper_batch", many.pk), headers={"HX-Request": "true"})
    assert after.headers["HX-Refresh"] == "true"


def test_what_changed_meanwhile_takes_nothing_in_and_is_said(
    many: PaperBatch, session: ExamSession, forms: dict[str, PaperForm], examiner: User, desk: Client
) -> None:
    paper_taking.ask_take_in(batch=many, by=examiner, at=LATER)
    first = seated(session)[0]
    work.type_in(session=session, entry=entry(first, right_cells(forms["A"])), by=examiner, at=LATER)
    job = Job.objects.get(kind=paper_taking.KIND)
    paper_taking.take_in_asked(job_id=job.pk, at=LATER)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"refused": "faults"})
    assert Attempt.objects.count() == 1
    page = desk.get(at("paper_batch", many.pk)).content.decode()
    assert 'value="drop"' in page and Attempt.objects.get().code in page and "help-critical" in page


def test_a_worker_that_lost_the_work_takes_nothing_in(many: PaperBatch, examiner: User) -> None:
    paper_taking.ask_take_in(batch=many, by=examiner, at=LATER)
    job = Job.objects.get(kind=paper_taking.KIND)
    claim_job(job_id=job.pk, at=LATER)
    requeue_jobs(at=timezone.now() + timedelta(hours=1), silent_for=timedelta(minutes=5))
    with pytest.raises(paper_taking.Lost):
        work.take_in(batch=many, by=examiner, at=LATER, told=lambda _done, _total: False)
    assert Attempt.objects.count() == 0
    assert paper_taking.take_in_asked(job_id=job.pk, at=LATER) is not None
    assert Attempt.objects.count() == 2


# --- Scans as PDF ---------------------------------------------------------------------------------


def scanned(*sheets: bytes) -> bytes:
    pages = [Image.open(io.BytesIO(sheet)).convert("L") for sheet in sheets]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


def kept(batch: PaperBatch) -> list[str]:
    assert batch.job is not None
    return [path for path, _first, _count in batch.job.arguments["documents"]]


@pytest.fixture
def pdf(session: ExamSession, forms: dict[str, PaperForm], examiner: User) -> bytes:
    """The sheets of both, one page each, one upside down."""
    first, second = seated(session)
    upright = sheet_of(session, first, forms, right_cells(forms["A"]), examiner)
    turned = Image.open(io.BytesIO(sheet_of(session, second, forms, right_cells(forms["B"]), examiner))).rotate(180)
    out = io.BytesIO()
    turned.save(out, "PNG")
    return scanned(upright, out.getvalue())


def test_a_scanned_pdf_is_read_page_by_page(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User, pdf: bytes
) -> None:
    first, second = seated(session)
    file = SimpleUploadedFile("quét.pdf", pdf)
    batch = scans.upload_scans(session=session, files=[file], by=examiner, at=LATER)
    assert [scan.path for scan in batch.scans.all()] == ["", ""]
    assert storages["private"].exists(kept(batch)[0])
    assert scans.read_scans(job_id=batch.job_id or 0, at=LATER) == 2
    assert not storages["private"].exists(kept(batch)[0])
    read = list(batch.scans.all())
    assert [(scan.code, scan.form) for scan in read] == [
        (paper.sheet_code(first.pk), "A"),
        (paper.sheet_code(second.pk), "B"),
    ]
    for scan, form in zip(read, ("A", "B"), strict=True):
        right = {str(number): text for number, text in right_cells(forms[form]).items()}
        assert scan.cells and all(right[number] == text for number, text in scan.cells.items())
        assert storages["private"].exists(scan.path) and "2" in read[1].name


def test_a_pdf_that_cannot_be_drawn_is_refused_by_name(session: ExamSession, examiner: User, pdf: bytes) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt("khóa")
    locked = io.BytesIO()
    writer.write(locked)
    for name, content in (("khoa.pdf", locked.getvalue()), ("hong.pdf", b"%PDF-1.7 nothing %%EOF")):
        with pytest.raises(BadUpload, match=name):
            scans.upload_scans(session=session, files=[SimpleUploadedFile(name, content)], by=examiner, at=LATER)
    assert not PaperBatch.objects.exists()


def test_a_pdf_that_claims_too_many_pages_is_refused_before_they_are_listed(
    session: ExamSession, examiner: User, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_pdf, "count", lambda content: 10**12)
    with pytest.raises(Refused) as refused:
        scans.upload_scans(session=session, files=[SimpleUploadedFile("a.pdf", pdf)], by=examiner, at=LATER)
    assert refused.value.code == "too_many"


def test_a_page_that_cannot_be_drawn_goes_to_a_person(
    session: ExamSession, examiner: User, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(content: bytes, pages: list[int]) -> list[bytes | None]:
        raise paper_pdf.BadPdf("too_much")

    batch = scans.upload_scans(session=session, files=[SimpleUploadedFile("a.pdf", pdf)], by=examiner, at=LATER)
    monkeypatch.setattr(paper_pdf, "drawn", drawn)
    scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    assert [scan.fault for scan in batch.scans.all()] == ["undrawn", "undrawn"]
    assert all(on_paper.is_open(scan) for scan in batch.scans.all())


def test_pages_drawn_before_the_worker_died_are_not_drawn_again(
    session: ExamSession, examiner: User, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = scans.upload_scans(session=session, files=[SimpleUploadedFile("a.pdf", pdf)], by=examiner, at=LATER)
    asked: list[Any] = []
    real = paper_pdf.drawn

    def dying(content: bytes, pages: list[int]) -> list[bytes | None]:
        asked.append(list(pages))
        if pages == [2]:
            raise KeyboardInterrupt
        return real(content, pages)

    monkeypatch.setattr(paper_pdf, "AT_ONCE", 1)
    monkeypatch.setattr(paper_pdf, "drawn", dying)
    with pytest.raises(KeyboardInterrupt):
        scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    monkeypatch.setattr(paper_pdf, "drawn", real)
    requeue_jobs(at=timezone.now() + timedelta(hours=1), silent_for=timedelta(minutes=5))
    assert scans.read_scans(job_id=batch.job_id or 0, at=LATER) == 2
    assert asked == [[1], [2]]
    assert all(scan.code and scan.path for scan in batch.scans.all())


def test_a_page_sent_twice_is_named(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User, pdf: bytes
) -> None:
    files = [SimpleUploadedFile("a.pdf", pdf), SimpleUploadedFile("b.pdf", pdf)]
    batch = scans.upload_scans(session=session, files=files, by=examiner, at=LATER)
    scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    _entries, faults = on_paper.entries_of(batch)
    code = paper.sheet_code(seated(session)[0].pk)
    assert any(code in fault and "a.pdf" in fault and "b.pdf" in fault for fault in faults)


def test_a_pdf_put_aside_is_gone(
    session: ExamSession, examiner: User, pdf: bytes, django_capture_on_commit_callbacks: Any
) -> None:
    batch = scans.upload_scans(session=session, files=[SimpleUploadedFile("a.pdf", pdf)], by=examiner, at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        work.put_aside(batch=batch, by=examiner, at=LATER)
    assert not storages["private"].exists(kept(batch)[0])


# --- Signs and types that paper cannot carry ----------------------------------------------------------


def write(form: PaperForm, stem: str) -> str:
    """Another text for the first question of a form; its number."""
    version = QuestionVersion.objects.get(pk=form.items[0].version.pk)
    content = {**version.content, "stem": {"vi": stem, "en": stem}}
    QuestionVersion.objects.filter(pk=version.pk).update(content=content)
    return str(form.items[0].number)


def test_signs_of_statistics_and_logic_are_printed(session: ExamSession, forms: dict[str, PaperForm]) -> None:
    write(forms["A"], "X̿ = 3, R̅ = 1, σ ⇒ √2, ☐ có")
    pdf = paper_prints.booklet(on_paper.paper_forms(session.exam)["A"], "vi", AT)
    assert "σ ⇒ √2, ☐ có" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_question_with_other_signs_is_refused_by_number(
    session: ExamSession, forms: dict[str, PaperForm], desk: Client
) -> None:
    number = write(forms["A"], "Vệ sinh tay 🧼 thế nào?")
    with pytest.raises(Refused, match=rf"{number}.*U\+1F9FC"):
        paper_prints.booklet(on_paper.paper_forms(session.exam)["A"], "vi", AT)
    sent = desk.post(at("paper_print", forms["A"].form.pk), {"language": "vi"}, follow=True)
    assert "U+1F9FC" in sent.content.decode()


def test_names_are_printed_with_their_strange_signs_named(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User
) -> None:
    first = Sitting.objects.select_related("person", "form").get(pk=seated(session)[0].pk)
    first.person.full_name = "Trần 李 An"
    pdf = paper_prints.answer_sheets(session, [first], forms, examiner, AT)
    assert "[U+674E]" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert glyphs.unprintable("Nguyễn Thị Ánh Nguyệt, 94 °C ≥ µg · X̿") == []


def test_a_form_that_asks_for_a_file_is_not_printed(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User
) -> None:
    item = forms["A"].items[0]
    content = {"stem": {"vi": "Nộp sơ đồ.", "en": "Hand in a chart."}, "kinds": ["pdf"], "megabytes": 5}
    form = forms["A"].form
    type(form).objects.filter(pk=form.pk).update(paper=[])
    QuestionVersion.objects.filter(pk=item.version.pk).update(type="file", content=content)
    with pytest.raises(Refused, match=str(item.number)) as refused:
        work.pin_form(form=form, by=examiner, at=AT)
    assert refused.value.code == "off_paper"
    form.refresh_from_db()
    assert form.paper == []
