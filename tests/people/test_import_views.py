"""The pages about files of people: for staff in the back office, for a contact about their own enterprise alone."""

import io
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from people import actions, queries_import, tasks
from people.imports import paper, tables
from people.models import Enterprise, Job, PeopleImport, User
from tests.factories import AT, join, make_commune, make_enterprise, make_person, make_province, make_sector
from tests.people.sheets import xlsx

pytestmark = pytest.mark.django_db
HEAD = ["Họ và tên", "Ngày sinh", "Tên doanh nghiệp", "Ngành"]
GOOD = ["Nguyễn Văn An", "04/09/1992", "Công ty TNHH Mẫu", "Thủy sản"]
BAD = ["Trần Thị Bình", "mồng 9", "Công ty TNHH Mẫu", ""]
ADMIN, OWN = "people_admin", "people"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def province() -> None:
    make_province()
    make_sector()
    make_commune()


@pytest.fixture
def officer(province: None) -> User:
    return make_person("Lê Thị Cán Bộ", roles=(Role.PROGRAMME,))


@pytest.fixture
def firm(province: None) -> Enterprise:
    return make_enterprise("Công ty TNHH Mẫu")


@pytest.fixture
def contact(firm: Enterprise) -> User:
    person = make_person("Phạm Thị Đầu Mối")
    join(person, firm, contact=True)
    return person


def send(client: Client, place: str, rows: list[list[Any]], **more: Any) -> Any:
    file = SimpleUploadedFile("ds.xlsx", xlsx([HEAD, *rows]))
    return client.post(reverse(f"{place}:imports"), {"file": file, **more})


def work() -> PeopleImport:
    """The worker does what the newest file waits for."""
    batch = PeopleImport.objects.get(pk=PeopleImport.objects.latest("pk").pk)
    job = Job.objects.get(pk=batch.job_id)
    getattr(tasks, job.task.rpartition(".")[2])(job.pk)
    batch.refresh_from_db()
    return batch


def test_upload_look_take_in(officer: User, django_capture_on_commit_callbacks: Any) -> None:
    client = signed_in(officer)
    answer = send(client, ADMIN, [GOOD, BAD])
    batch = PeopleImport.objects.get()
    url = reverse("people_admin:import", args=[batch.pk])
    assert (answer.status_code, answer["Location"]) == (302, url)
    waiting = client.get(url).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert f'href="{url}"' in waiting  # without a script: look again
    bar = client.get(url, headers={"HX-Request": "true"})
    assert bar.content.decode().startswith('<div id="import-progress"')
    work()
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = client.get(url)
    assert [row.name for row in page.context["rows"]] == ["Trần Thị Bình"]
    text = page.content.decode()
    assert "B3" in text
    assert [row.name for row in client.get(f"{url}?verdict=").context["rows"]] == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert [row.name for row in client.get(f"{url}?verdict=create").context["rows"]] == ["Nguyễn Văn An"]
    answer = client.post(reverse("people_admin:import_apply", args=[batch.pk]), {"only_good": "no"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    client.post(reverse("people_admin:import_apply", args=[batch.pk]), {"only_good": "yes"})
    assert work().state == "applied"
    assert User.objects.filter(full_name="Nguyễn Văn An").exists()
    assert "Nguyễn Văn An" in client.get(f"{url}?verdict=create").content.decode()


def test_the_same_file_is_named_as_such(officer: User) -> None:
    client = signed_in(officer)
    send(client, ADMIN, [GOOD])
    first = work()
    send(client, ADMIN, [GOOD])
    batch = work()
    page = client.get(reverse("people_admin:import", args=[batch.pk]))
    assert page.context["twin"] == first


def test_drop_and_what_is_over(officer: User) -> None:
    client = signed_in(officer)
    send(client, ADMIN, [GOOD])
    batch = work()
    client.post(reverse("people_admin:import_drop", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "dropped"
    url = reverse("people_admin:import", args=[batch.pk])
    assert client.get(url).status_code == 200
    for name in ("drop", "retry", "apply"):
        answer = client.post(reverse(f"people_admin:import_{name}", args=[batch.pk]), follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"], name


def test_a_file_that_cannot_be_read(officer: User) -> None:
    client = signed_in(officer)
    file = SimpleUploadedFile("ds.xlsx", b"%PDF-1.4 x")
    client.post(reverse("people_admin:imports"), {"file": file})
    batch = work()
    page = client.get(reverse("people_admin:import", args=[batch.pk])).content.decode()
    assert "PDF" in page


def test_upload_refuses_nothing_and_too_much(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(officer)
    assert client.post(reverse("people_admin:imports"), {}).status_code == 422
    monkeypatch.setattr("people.forms.imports.MAX_BYTES", 100)
    answer = send(client, ADMIN, [GOOD])
    assert answer.status_code == 422
    assert not PeopleImport.objects.exists()


def test_work_that_stopped_is_asked_for_again(officer: User) -> None:
    client = signed_in(officer)
    send(client, ADMIN, [GOOD])
    batch = PeopleImport.objects.get()
    Job.objects.filter(pk=batch.job_id).update(state="failed")
    url = reverse("people_admin:import", args=[batch.pk])
    assert reverse("people_admin:import_retry", args=[batch.pk]) in client.get(url).content.decode()
    client.post(reverse("people_admin:import_retry", args=[batch.pk]))
    assert work().state == "read"


# --- A contact --------------------------------------------------------------------------------------


def test_a_contact_uploads_for_their_own_enterprise_only(contact: User, firm: Enterprise) -> None:
    client = signed_in(contact)
    other = make_enterprise("Công ty TNHH Khác")
    assert send(client, OWN, [GOOD], enterprise=other.pk).status_code == 422
    assert send(client, OWN, [GOOD]).status_code == 422
    assert send(client, OWN, [GOOD], enterprise=firm.pk).status_code == 302
    batch = work()
    assert (batch.enterprise, batch.by_contact) == (firm, True)
    client.post(reverse("people:import_apply", args=[batch.pk]), {"only_good": "no"})
    assert work().state == "applied"
    assert firm.memberships.filter(person__full_name="Nguyễn Văn An").exists()


def test_another_contacts_and_the_staffs_files_are_not_there(contact: User, firm: Enterprise, officer: User) -> None:
    stranger = make_person("Võ Thị Lạ")
    join(stranger, make_enterprise("Hợp tác xã Lạ"), contact=True)
    send(signed_in(contact), OWN, [GOOD, BAD], enterprise=firm.pk)
    theirs = work()
    send(signed_in(officer), ADMIN, [GOOD], enterprise=firm.pk)
    staffs = work()
    for viewer, batch in ((stranger, theirs), (contact, staffs)):
        client = signed_in(viewer)
        for name, method in (("import", "get"), ("import_refused", "get"), ("import_apply", "post"),
                             ("import_drop", "post"), ("import_retry", "post")):  # fmt: skip
            answer = getattr(client, method)(reverse(f"people:{name}", args=[batch.pk]))
            assert answer.status_code == 404, (viewer, name)
        assert batch not in list(client.get(reverse("people:imports")).context["page"])
    assert signed_in(contact).get(reverse("people_admin:import", args=[theirs.pk])).status_code == 403
    assert signed_in(officer).get(reverse("people_admin:import", args=[theirs.pk])).status_code == 200


def test_a_contact_no_more_sees_no_more(contact: User, firm: Enterprise) -> None:
    client = signed_in(contact)
    send(client, OWN, [GOOD], enterprise=firm.pk)
    batch = work()
    # Still of one enterprise, and so let through to the pages; but of this one no more.
    join(contact, make_enterprise("Hợp tác xã Khác"), contact=True)
    firm.memberships.update(is_contact=False)
    assert client.get(reverse("people:import", args=[batch.pk])).status_code == 404


# --- Files that go out ----------------------------------------------------------------------------------


def downloaded(client: Client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer) if answer.streaming else answer.content


def test_refused_rows_go_out_harmless_and_come_back_mended(officer: User) -> None:
    client = signed_in(officer)
    evil = ['=HYPERLINK("http://x","y")', "04/09/1992", "@SUM(1)", "+1"]
    head = [*HEAD, "Số định danh cá nhân"]
    file = SimpleUploadedFile("ds.xlsx", xlsx([head, [*GOOD, ""], [*BAD, "093092001234"], [*evil, ""]]))
    client.post(reverse("people_admin:imports"), {"file": file})
    batch = work()
    content = downloaded(client, reverse("people_admin:import_refused", args=[batch.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    heads = [cell.value for cell in sheet[1]]
    lines = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(2, values_only=True)]
    assert len(lines) == 2
    name, firm = paper.heading("full_name"), paper.heading("enterprise")
    assert (lines[1][name], lines[1][firm]) == ("'" + evil[0], "'@SUM(1)")
    assert all(cell.data_type == "s" for row in sheet.iter_rows(2) for cell in row if cell.value is not None)
    assert "B3" in lines[0][paper.REASON]
    assert "093092001234" not in str(lines)
    assert lines[0][paper.heading("identity")] is None
    # The quote comes off again, and the mended row is taken.
    read = tables.read(io.BytesIO(content), "x.xlsx")
    assert "unknown_columns" not in {note.code for _sheet, note in read.notes}
    sheet["A2"], sheet.cell(2, 1 + heads.index(paper.heading("birth"))).value = (
        "Trần Thị Bình", "09/09/1990",
    )  # fmt: skip
    sheet.delete_rows(3)
    buffer = io.BytesIO()
    sheet.parent.save(buffer)
    client.post(reverse("people_admin:imports"), {"file": SimpleUploadedFile("lai.xlsx", buffer.getvalue())})
    again = work()
    assert [row.name for row in queries_import.lines(again, again.rows.all())] == ["Trần Thị Bình"]
    assert queries_import.counts(again)["refuse"] == 1  # the sector stands in a row that is not in this file
    assert [reason["code"] for reason in again.rows.get().reasons] == ["enterprise_lacks"]


def test_no_refused_rows_nothing_to_download(officer: User) -> None:
    client = signed_in(officer)
    send(client, ADMIN, [GOOD])
    batch = work()
    assert client.get(reverse("people_admin:import_refused", args=[batch.pk])).status_code == 302


def test_the_templates_own_examples_are_good_rows(officer: User, contact: User) -> None:
    content = downloaded(signed_in(officer), reverse("people_admin:import_template"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [paper.LIST, paper.EXAMPLES, paper.HELP, paper.WORDS]
    assert "Xã Tân Thạnh" in [cell.value for cell in book[paper.WORDS]["D"]]
    book[paper.EXAMPLES].title = "Danh sách 2"
    buffer = io.BytesIO()
    book.save(buffer)
    make_sector("rau-qua")
    from_examples = actions.import_file(file=io.BytesIO(buffer.getvalue()), name="x.xlsx", by=None, at=AT, dry_run=True)
    assert [one.verdict for one in from_examples.judged[:2]] == ["create", "create"]
    assert {note["code"] for note in from_examples.notes} == {"sheet_for_help"}
    own = openpyxl.load_workbook(io.BytesIO(downloaded(signed_in(contact), reverse("people:import_template"))))
    heads = [cell.value for cell in own[paper.LIST][1]]
    assert paper.heading("full_name") in heads
    assert paper.heading("enterprise") not in heads


# --- Queries ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_page(officer: User, count: int, django_assert_num_queries: Any) -> None:
    client = signed_in(officer)
    names = ["An", "Bình", "Chi"][:count]
    send(client, ADMIN, [[f"Nguyễn Văn {name}", *GOOD[1:]] for name in names] + [BAD] * count)
    batch = work()
    url = reverse("people_admin:import", args=[batch.pk]) + "?verdict="
    client.get(url)
    with django_assert_num_queries(PAGE_QUERIES):
        assert len(client.get(url).context["rows"]) == 2 * count
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("people_admin:imports"))


PAGE_QUERIES = 12
LIST_QUERIES = 10
