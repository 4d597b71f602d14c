"""Pictures of answer sheets: kept, read, settled, taken in; gone with the person."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from lms.lib.states import Refused
from lms.lib.uploads import BadUpload
from people.actions import requeue_jobs
from people.models import Job, User
from quizzes import paper, personal_paper
from quizzes.actions import paper as work, scans
from quizzes.models import Attempt, ExamSession, PaperBatch, PaperScan
from quizzes.queries.on_paper import PaperForm
from tests.quizzes.paper.conftest import LATER, at, right_cells, seated, sheet_of

pytestmark = pytest.mark.django_db


def test_pictures_are_read_settled_and_taken_in(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User
) -> None:
    first, _second = seated(session)
    cells = right_cells(forms["A"])
    good = SimpleUploadedFile("a.png", sheet_of(session, first, forms, cells, examiner))
    white = io.BytesIO()
    Image.new("L", (1240, 1754), 255).save(white, "PNG")
    batch = scans.upload_scans(
        session=session, files=[good, SimpleUploadedFile("b.png", white.getvalue())], by=examiner, at=LATER
    )
    assert batch.job is not None
    with pytest.raises(work.NotTaken):
        work.take_in(batch=batch, by=examiner, at=LATER)
    assert scans.read_scans(job_id=batch.job_id or 0, at=LATER) == 2
    assert scans.read_scans(job_id=batch.job_id or 0, at=LATER) is None
    read, empty = batch.scans.all()
    numeric = {str(item.number) for item in forms["A"].items if item.version.type == "numeric"}
    assert (read.code, read.page, read.form, set(read.doubts)) == (paper.sheet_code(first.pk), 1, "A", numeric)
    assert read.cells == {str(number): text for number, text in cells.items() if str(number) not in numeric}
    assert empty.fault == "no_marks"
    with pytest.raises(work.NotTaken) as refused:
        work.take_in(batch=batch, by=examiner, at=LATER)
    assert refused.value.faults and Attempt.objects.count() == 0
    scans.drop_scan(scan=empty, by=examiner, at=LATER)
    seen = {**read.cells, **dict.fromkeys(numeric, "48151,5")}
    scans.settle_scan(scan=read, code=read.code, page=1, form="A", cells=seen, by=examiner, at=LATER)
    work.take_in(batch=batch, by=examiner, at=LATER)
    grade = Attempt.objects.get().grades.get()
    assert grade.points == grade.possible
    with pytest.raises(Refused):
        scans.settle_scan(scan=read, code=read.code, page=1, form="A", cells={}, by=examiner, at=LATER)


def test_another_form_is_read_anew(session: ExamSession, forms: dict[str, PaperForm], examiner: User) -> None:
    first, second = seated(session)
    file = SimpleUploadedFile("a.png", sheet_of(session, first, forms, right_cells(forms["A"]), examiner))
    batch = scans.upload_scans(session=session, files=[file], by=examiner, at=LATER)
    scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    scan = batch.scans.get()
    with pytest.raises(Refused) as refused:
        scans.settle_scan(scan=scan, code="1", page=1, form="A", cells={}, by=examiner, at=LATER)
    assert refused.value.code == "code"
    code = paper.sheet_code(second.pk)
    done = scans.settle_scan(scan=scan, code=code, page=1, form="B", cells={}, by=examiner, at=LATER)
    assert (done.code, done.form) == (code, "B")
    assert done.cells


@pytest.mark.parametrize("name", ["a.gif", "a.pdf", "a.png", "a.zip"])
def test_hostile_files_are_refused(session: ExamSession, examiner: User, name: str) -> None:
    file = SimpleUploadedFile(name, b"PK\x03\x04 nothing" if name == "a.zip" else b"GIF89a nothing")
    with pytest.raises((BadUpload, Refused)):
        scans.upload_scans(session=session, files=[file], by=examiner, at=LATER)
    assert not PaperBatch.objects.exists() and not Job.objects.filter(kind="paper-scans").exists()


def test_a_picture_on_the_screen(
    desk: Client, session: ExamSession, forms: dict[str, PaperForm], examiner: User
) -> None:
    first, _second = seated(session)
    file = SimpleUploadedFile("a.png", sheet_of(session, first, forms, right_cells(forms["A"]), examiner))
    desk.post(at("paper_upload", session.pk), {"kind": "scans", "pictures": [file]})
    batch = PaperBatch.objects.get()
    if batch.scans.filter(read_at=None).exists():
        scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    page = desk.get(at("paper_scan", batch.pk, 1))
    assert page.status_code == 200 and at("paper_cut", batch.pk, 1, 1) in page.content.decode()
    for number in (0, 1, 999):
        assert desk.get(at("paper_cut", batch.pk, 1, number))["Content-Type"] == "image/png"
    numbers = {f"q{number}": text for number, text in right_cells(forms["A"]).items()}
    done = desk.post(
        at("paper_scan", batch.pk, 1), {"code": paper.sheet_code(first.pk), "page": "1", "form": "A", **numbers}
    )
    assert done["Location"] == at("paper_batch", batch.pk)
    assert desk.post(at("paper_batch", batch.pk), {"act": "take"}).status_code == 302
    assert Attempt.objects.get().grades.get().passed


def test_pictures_go_with_the_person(session: ExamSession, forms: dict[str, PaperForm], examiner: User) -> None:
    first, second = seated(session)
    files = [
        SimpleUploadedFile(f"{one.seat}.png", sheet_of(session, one, forms, {}, examiner)) for one in (first, second)
    ]
    batch = scans.upload_scans(session=session, files=files, by=examiner, at=LATER)
    scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    mine, others = batch.scans.all()
    assert [len(section.files) for section in personal_paper.sections([first.person_id])] == [1]
    personal_paper.erase([first.person_id])
    private = storages["private"]
    assert not private.exists(mine.path) and not private.exists(mine.flat)
    assert private.exists(others.path)
    mine.refresh_from_db()
    assert (mine.path, mine.name) == ("", "…")
    assert list(personal_paper.sections([first.person_id])) == []


def test_a_worker_killed_half_way_is_followed_by_another(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = seated(session)
    files = [
        SimpleUploadedFile(f"{one.seat}.png", sheet_of(session, one, forms, {}, examiner)) for one in (first, second)
    ]
    batch = scans.upload_scans(session=session, files=files, by=examiner, at=LATER)
    real = scans.read_scan

    def dies(**given: Any) -> PaperScan:
        if given["scan"].order == 2:
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(scans, "read_scan", dies)
    with pytest.raises(KeyboardInterrupt):
        scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    monkeypatch.setattr(scans, "read_scan", real)
    requeue_jobs(at=timezone.now() + timedelta(hours=1), silent_for=timedelta(minutes=5))
    assert scans.read_scans(job_id=batch.job_id or 0, at=LATER) == 1
    assert batch.scans.filter(read_at=None).count() == 0
    scan = scans.settle_scan(
        scan=batch.scans.all()[0], code=paper.sheet_code(first.pk), page=1, form="A", cells={"1": "x"}, by=examiner,
        at=LATER,
    )  # fmt: skip
    late = PaperScan.objects.get(pk=scan.pk)
    late.read_at = None
    assert scans.read_scan(scan=late, world=scans._World(session), at=LATER).cells == {"1": "x"}


def test_pictures_put_aside_are_gone(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User, django_capture_on_commit_callbacks: Any
) -> None:
    first, _second = seated(session)
    file = SimpleUploadedFile("a.png", sheet_of(session, first, forms, {}, examiner))
    batch = scans.upload_scans(session=session, files=[file], by=examiner, at=LATER)
    scans.read_scans(job_id=batch.job_id or 0, at=LATER)
    scan = batch.scans.get()
    with django_capture_on_commit_callbacks(execute=True):
        work.put_aside(batch=batch, by=examiner, at=LATER)
    assert not storages["private"].exists(scan.path) and not storages["private"].exists(scan.flat)
