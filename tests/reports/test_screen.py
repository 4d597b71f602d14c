"""The report in the back office: who reads it, what it shows, where its figures lead."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from lms.lib.periods import parse
from reports import access, wagtail_hooks
from reports.queries import programme_to_date
from reports.reading import read
from tests.factories import make_person
from tests.reports.conftest import NOW, populate

pytestmark = pytest.mark.django_db
SCREEN = "reports:half_year"
ROW = '<tr><th scope="row">'


@pytest.fixture
def officer(world, client):
    person = make_person("Lê Thị Chương Trình", roles=(Role.PROGRAMME,), language="vi")
    client.force_login(person)
    return person


@pytest.fixture
def november(monkeypatch):
    """Everybody's clock stands at NOW."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def get(client, name=SCREEN, *args, **query):
    return client.get(reverse(name, args=args), query)


def figures_on(page: str, dimension: str) -> list[tuple[str, list[str]]]:
    table = page.split(f'data-dimension="{dimension}"')[1].split("</tbody>")[0].split("<tbody>")[1]
    return [
        (unescape(name), [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<td class="num".*?>(.*?)</td>', row)])
        for name, row in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    ]


def test_every_address_has_its_line(world):
    names = {f"reports:{pattern.name}" for pattern in wagtail_hooks.addresses()[0].url_patterns}
    assert names == set(access.TABLE)
    for rule in access.TABLE.values():
        assert rule.get == {Role.PROGRAMME, Role.ADMINISTRATOR, Role.INSPECTOR}
        assert rule.post == frozenset(), "reports are read only"


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.PROGRAMME, True), (Role.INSPECTOR, True), (Role.ADMINISTRATOR, True), (Role.OFFICER, False)],
)
def test_the_menu_shows_it_to_its_readers(world, rf, role, shown):
    request = rf.get("/admin/")
    request.user = make_person(roles=(role,))
    assert wagtail_hooks.menu_item().is_shown(request) is shown


def test_the_present_half_year_with_the_figures_of_the_json(world, client, officer, november):
    populate(world, 2)
    report = read(None, parse("2026-H2"), {}, at=NOW)
    page = get(client).content.decode()
    for table in report.tables:
        shown = figures_on(page, table.code)
        assert len(shown) == len(table.rows)
        for (_name, cells), row in zip(shown, table.rows, strict=True):
            ours = row.figures
            hours = f"{ours.hours:f}".rstrip("0").rstrip(".") if ours.hours % 1 else f"{ours.hours:.0f}"
            assert cells == [
                str(ours.turns),
                str(ours.persons),
                str(ours.completed_turns),
                str(ours.completed_persons),
                str(ours.passed_turns),
                hours.replace(".", ","),
            ]
    assert "15/06/2026–14/12/2026" in page
    told = json.loads(get(client, "reports:download", "json", period="2026-H2").content)
    assert told["total"]["persons"] == report.total.persons


def test_numbers_and_days_are_vietnamese(world, client, officer, november):
    course = world.course(hours="999.5")
    for _ in range(2):
        world.enrol(world.run(course), completed="2026-09-01")
    page = get(client).content.decode()
    assert "1.999" in page and "1,999" not in page


@pytest.mark.parametrize("text", ["2026-H3", "x", "2026-02-30..2026-03-01", "0001-01-01..9999-12-31", "<script>"])
def test_a_period_that_does_not_parse_is_said_clearly(world, client, officer, text):
    answer = get(client, period=text)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page and "<script>”" not in page and "data-dimension" not in page


def test_a_free_period_by_its_days(world, client, officer):
    answer = get(client, first="01/03/2026", last="2026-05-31")
    assert answer.status_code == 302 and answer["Location"].endswith("?period=2026-03-01..2026-05-31")
    for first, last in (("31/02/2026", "01/03/2026"), ("2026-05-31", "2026-03-01"), ("", "2026-03-01")):
        answer = get(client, first=first, last=last)
        assert answer.status_code == 422 and 'class="error"' in answer.content.decode()


def test_a_figure_leads_to_its_rows(world, client, officer, november):
    person = world.person("Phạm Văn Thử <b>")
    run = world.run(code="LOP-1")
    firm = world.enterprise("Hợp tác xã Thử (mẫu)")
    world.enrol(run, person, completed="2026-09-01", enterprise=firm, sector=firm.sector)
    world.enrol(world.run(world.course(world.subjects[2])))
    page = get(client).content.decode()
    leads = re.search(r'<a href="([^"]+measure=completed_turns[^"]+subject=iso-9001[^"]*)"', page)
    rows = client.get(unescape(leads[1])).content.decode()
    assert "Phạm Văn Thử &lt;b&gt;" in rows and "LOP-1" in rows and "Hợp tác xã Thử (mẫu)" in rows
    assert "01/09/2026" in rows and rows.count(ROW) == 1


def test_consultants_lead_to_their_certificates(world, client, officer, november):
    certificate = world.consultant(world.person("Đỗ Chuyên Gia"), "2026-09-01")
    rows = get(client, "reports:rows", period="2026-H2", measure="consultants", scheme="s-iso-9001").content.decode()
    assert certificate.number in rows and "Đỗ Chuyên Gia" in rows
    none = get(client, "reports:rows", period="2026-H2", measure="consultants", scheme="s-other").content.decode()
    assert certificate.number not in none


def test_rows_come_in_pages(world, client, officer, november):
    run = world.run()
    for _ in range(51):
        world.enrol(run)
    first = get(client, "reports:rows", period="2026-H2", measure="turns").content.decode()
    second = get(client, "reports:rows", period="2026-H2", measure="turns", page="2").content.decode()
    assert (first.count(ROW), second.count(ROW)) == (50, 1)
    assert get(client, "reports:rows", period="2026-H2", measure="turns", page="x").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"measure": "turns"},
        {"period": "2026-H2"},
        {"period": "2026-H2", "measure": "password"},
        {"period": "x", "measure": "turns"},
    ],
)
def test_rows_of_what_does_not_exist_are_not_found(world, client, officer, query):
    assert get(client, "reports:rows", **query).status_code == 404
    assert get(client, "reports:download", "docx", period="2026-H2").status_code == 404
    assert get(client, "reports:download", "csv", period="x").status_code == 404


def test_an_unknown_key_has_no_rows(world, client, officer, november):
    world.enrol()
    for narrowed in ({"commune": "x"}, {"subject": "nothing"}, {"commune": "1@2"}, {"sex": "x"}):
        answer = get(client, "reports:rows", period="2026-H2", measure="turns", **narrowed)
        assert answer.status_code == 200 and "<tbody>" not in answer.content.decode()


def test_files_are_named_and_not_kept(world, client, officer):
    answer = get(client, "reports:download", "xlsx", period="2026-03-01..2026-05-31")
    assert answer["Content-Disposition"] == 'attachment; filename="bao-cao-2026-03-01_2026-05-31.xlsx"'
    assert "no-store" in answer["Cache-Control"] and answer.content[:2] == b"PK"


def test_the_page_asks_few_queries_at_any_size(world, client, officer, november):
    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as caught:
            assert get(client).status_code == 200
        return [query["sql"] for query in caught if "SAVEPOINT" not in query["sql"]]

    world.enrol(commune=world.communes[0])
    queries()
    few = queries()
    populate(world, 3)
    many = queries()
    assert len(many) == len(few), [one for one in many if one not in few]


def test_the_programme_to_date(world):
    first, second = world.person(), world.person()
    firm = world.enterprise()
    world.enrol(world.run(starts="2025-01-05"), first, enrolled="2025-01-05", completed="2025-02-01", enterprise=firm)
    world.enrol(world.run(starts="2025-01-05"), second, enrolled="2025-01-05", completed="2025-02-01", enterprise=firm)
    world.enrol(world.run(starts="2025-01-05"), state="withdrawn", enterprise=world.enterprise())
    world.consultant(first, "2025-06-01")
    world.consultant(second, "2025-06-01", subject=world.subjects[1])
    world.consultant(world.person(), "2025-06-01", state="withdrawn")
    before = {figure.code: figure.value for figure in programme_to_date().items}
    assert before == {"completed": 2, "consultants": 2, "enterprises": 1, "courses": 0}
    world.merge(second, first)
    after = {figure.code: figure.value for figure in programme_to_date().items}
    assert (after["completed"], after["consultants"]) == (1, 1)
    with CaptureQueriesContext(connection) as caught:
        programme_to_date()
    assert len(caught) <= 8
