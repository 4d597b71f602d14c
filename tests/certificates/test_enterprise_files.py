"""Files of an enterprise's people: the training file, the ZIP, the workbook."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from certificates import actions, bundles, personal_file, tasks, training_file
from certificates.actions import bundle
from certificates.models import Certificate
from enrolments import actions as enrolments
from people.actions import requeue_jobs
from people.models import Enterprise, Job, Membership, User
from tests.certificates.conftest import make_completion, make_consultant, signed_in
from tests.factories import AT, enrol, join, make_course, make_enterprise, make_person, make_province, make_run

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("http://x/..\\Ý","y")'


@pytest.fixture
def ours(db: None) -> Enterprise:
    make_province()
    return make_enterprise("Công ty TNHH Thủy sản Phước Hưng (mẫu)", tax_code="0100233488")


@pytest.fixture
def contact(ours: Enterprise) -> User:
    person = make_person("Trương Thị Mai Lan")
    join(person, ours, contact=True)
    return person


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Drawing takes a second each: here it is noted, and short."""
    numbers: list[str] = []

    def draw(certificate: Certificate) -> bytes:
        numbers.append(certificate.number)
        return b"%PDF-1.7 " + certificate.number.encode()

    monkeypatch.setattr(bundles.rendering, "pdf", draw)
    return numbers


def worker(name: str, enterprise: Enterprise, job: str = "", **facts: Any) -> User:
    person = make_person(name, **facts)
    membership = join(person, enterprise)
    Membership.objects.filter(pk=membership.pk).update(job=job)
    return person


def ask(contact: User, enterprise: Enterprise) -> Job:
    assert signed_in(contact).post(f"/vi/enterprise/{enterprise.pk}/certificates/zip/").status_code == 302
    return Job.objects.filter(kind=bundle.KIND).latest("pk")


def content(response: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


# --- The training file -----------------------------------------------------------------------


def paper(response: Any) -> str:
    pages = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def test_the_training_file_says_what_an_auditor_asks(ours: Enterprise, contact: User) -> None:
    person = worker("Huỳnh Kim Chi", ours, "Tổ trưởng chế biến")
    certificate = make_completion(person, course_code="HACCP")
    consultant = make_consultant(person)
    running = enrol(person, make_run(make_course("ISO")))
    assert certificate.enrolment is not None
    subject = certificate.enrolment.run.course.subject
    enrolments.set_need(enterprise=ours, subject=subject, job="", months=12, by=contact, at=AT)
    response = signed_in(contact).get(f"/vi/enterprise/{ours.pk}/people/{person.pk}/file.pdf")
    assert response["Content-Type"] == "application/pdf"
    text = paper(response)
    for fact in (
        "Hồ sơ đào tạo", "Huỳnh Kim Chi", "Tổ trưởng chế biến", ours.name, "0100233488",
        "Khóa học HACCP", certificate.enrolment.run.code, certificate.number, certificate.code,
        f"Hoàn thành {certificate.issued_on:%d/%m/%Y}", "kế hoạch 24 giờ",
        running.run.code, "Đang học", consultant.number, "Đại diện doanh nghiệp", "Người lao động",
    ):  # fmt: skip
        assert fact in text, fact
    # In English too the paper is Vietnamese.
    english = paper(signed_in(contact).get(f"/en/enterprise/{ours.pk}/people/{person.pk}/file.pdf"))
    assert "Hồ sơ đào tạo" in english and "Hoàn thành" in english


def test_a_long_file_runs_over_pages_and_a_hostile_name_is_only_a_name(ours: Enterprise, contact: User) -> None:
    person = worker('#panic("x") $ \\ [Ý] *', ours, '#image("/etc/passwd")')
    for number in range(14):
        make_completion(person, course_code=f"K-{number}")
    file = personal_file.file_of(ours, person.pk, AT)
    assert file is not None
    pages = PdfReader(io.BytesIO(training_file.pdf(file, AT))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert len(pages) > 1
    assert '#panic("x")' in text and "/etc/passwd" in text  # set as letters, not run


def test_somebody_without_any_training_has_a_file_too(ours: Enterprise) -> None:
    person = worker("Trần Văn Bảo", ours)
    file = personal_file.file_of(ours, person.pk, AT)
    assert file is not None and training_file.pdf(file, AT).startswith(b"%PDF")


# --- All certificates ----------------------------------------------------------------------------


def test_the_zip_holds_own_peoples_papers_and_their_list(ours: Enterprise, contact: User) -> None:
    mine, other = worker(EVIL, ours), worker("Đông", make_enterprise("Nơi khác (mẫu)"))
    good, foreign = make_completion(mine), make_completion(other)
    wrong = make_completion(mine)
    Certificate.objects.filter(pk=wrong.pk).update(state="revoked", ended_on=AT.date())
    job = ask(contact, ours)
    assert actions.make_bundle(job_id=job.pk, at=timezone.now())
    response = signed_in(contact).get(f"/vi/enterprise/{ours.pk}/certificates/zip/{job.pk}/")
    archive = content(response)
    names = archive.namelist()
    assert len(names) == 2 and "index.csv" in names
    [name] = [one for one in names if one != "index.csv"]
    assert good.number.encode() in archive.read(name)
    assert "/" not in name and "\\" not in name and ".." not in name and name.isascii()
    lines = list(csv.reader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
    assert {line[4] for line in lines[1:]} == {good.number, wrong.number}
    assert foreign.number not in archive.read("index.csv").decode()
    by_number = {line[4]: line for line in lines[1:]}
    assert by_number[good.number][1] == "'" + EVIL
    assert by_number[wrong.number][0] == "" and by_number[wrong.number][7] == "revoked"


def test_only_who_asked_and_still_speaks_gets_the_file(ours: Enterprise, contact: User) -> None:
    make_completion(worker("An", ours))
    second = make_person("Liên hệ thứ hai")
    join(second, ours, contact=True)
    job = ask(contact, ours)
    address = f"/vi/enterprise/{ours.pk}/certificates/zip/{job.pk}/"
    assert signed_in(contact).get(address).status_code == 404  # not made yet
    actions.make_bundle(job_id=job.pk, at=timezone.now())
    assert content(signed_in(contact).get(address)).namelist()
    assert signed_in(second).get(address).status_code == 404
    Membership.objects.filter(person=contact).update(is_contact=False)
    assert signed_in(contact).get(address).status_code == 403


def test_nothing_is_made_for_somebody_who_speaks_no_more(ours: Enterprise, contact: User) -> None:
    job = ask(contact, ours)
    Membership.objects.filter(person=contact).update(is_contact=False)
    actions.make_bundle(job_id=job.pk, at=timezone.now())
    job.refresh_from_db()
    assert job.state == Job.State.FAILED and not storages["private"].exists(job.arguments["path"])


def test_asked_twice_it_is_one_job_and_run_twice_one_file(ours: Enterprise, contact: User, drawn: list[str]) -> None:
    certificate = make_completion(worker("An", ours))
    job = ask(contact, ours)
    assert ask(contact, ours).pk == job.pk
    tasks.make_bundle(job.pk)
    tasks.make_bundle(job.pk)
    assert drawn == [certificate.number]
    folder = job.arguments["path"].split("/")[0]
    assert len(storages["private"].listdir(folder)[1]) == 1


def test_killed_half_way_the_next_worker_goes_on(
    ours: Enterprise, contact: User, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("An", "Bình", "Chi"):
        make_completion(worker(name, ours))
    job = ask(contact, ours)

    def die(*args: Any, **kwargs: Any) -> bool:
        if len(drawn) == 2:
            raise KeyboardInterrupt
        return True

    with monkeypatch.context() as patch:
        patch.setattr(bundle, "beat_job", die)
        with pytest.raises(KeyboardInterrupt):
            actions.make_bundle(job_id=job.pk, at=timezone.now())
    assert not storages["private"].exists(job.arguments["path"])
    later = timezone.now() + timedelta(minutes=10)
    requeue_jobs(at=later, silent_for=timedelta(minutes=5))
    assert actions.make_bundle(job_id=job.pk, at=later)
    assert len(drawn) == 3  # what was drawn before is not drawn again
    job.refresh_from_db()
    assert job.state == Job.State.DONE and job.result["papers"] == 3


def test_a_worker_who_lost_the_job_writes_nothing(
    ours: Enterprise, contact: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_completion(worker("An", ours))
    job = ask(contact, ours)
    monkeypatch.setattr(bundle, "beat_job", lambda **_: False)
    assert not actions.make_bundle(job_id=job.pk, at=timezone.now())
    assert not storages["private"].exists(job.arguments["path"])


def test_after_a_day_the_file_is_gone(ours: Enterprise, contact: User) -> None:
    make_completion(worker("An", ours))
    job = ask(contact, ours)
    actions.make_bundle(job_id=job.pk, at=timezone.now())
    assert actions.drop_old_bundles(at=timezone.now()) == 0
    later = timezone.now() + timedelta(hours=25)
    assert actions.drop_old_bundles(at=later) == 1
    assert actions.drop_old_bundles(at=later) == 0
    assert not storages["private"].exists(job.arguments["path"])
    Job.objects.filter(pk=job.pk).update(ended_at=timezone.now() - timedelta(hours=25))
    assert signed_in(contact).get(f"/vi/enterprise/{ours.pk}/certificates/zip/{job.pk}/").status_code == 404


# --- The workbook ------------------------------------------------------------------------------


def test_the_workbook_has_own_people_and_no_formulas(ours: Enterprise, contact: User) -> None:
    mine = worker(EVIL, ours, "+84 KCS")
    other = worker("Đông", make_enterprise("Nơi khác (mẫu)"))
    certificate, foreign = make_completion(mine), make_completion(other)
    assert certificate.enrolment is not None
    subject = certificate.enrolment.run.course.subject
    enrolments.set_need(enterprise=ours, subject=subject, job="", months=12, by=contact, at=AT)
    response = signed_in(contact).get(f"/vi/enterprise/{ours.pk}/training.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    assert len(book.sheetnames) == 3
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    values = {str(cell.value) for cell in cells}
    assert EVIL in values and "+84 KCS" in values and certificate.number in values
    assert "Đông" not in values and foreign.number not in values
