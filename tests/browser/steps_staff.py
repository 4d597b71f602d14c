"""Applying for certification, deciding, revoking, reporting and editing."""

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from bin.product import Product
from tests.browser import steps

COLUMNS = ("turns", "persons", "completed_turns", "completed_persons", "passed_turns", "hours")
EVIDENCE = ("cv", "education", "work-record", "project-report", "references")


def apply(page: Page) -> str:
    """A complete application for HACCP-TV, handed in; its code."""
    page.goto("/vi/certification/HACCP-TV/")
    page.click("aside button.btn--main")
    page.wait_for_url(re.compile("/certification/applications/"))
    code = page.url.rstrip("/").split("/")[-1]
    expect(page.locator("#why-not")).to_contain_text("Còn thiếu")
    page.fill("#id_education", "Kỹ sư công nghệ chế biến thủy sản, 2019")
    page.fill("#id_experience_years", "4")
    page.fill("#id_statement", "Phụ trách đội HACCP của xưởng cá tra phi lê từ năm 2022.")
    page.locator("form", has=page.locator("#id_statement")).locator("button").click()
    expect(page.locator("#id_experience_years")).to_have_value("4")
    for kind in EVIDENCE:
        page.select_option("#id_kind", kind)
        page.set_input_files("#id_file", files=[steps.paper(f"{kind}-mau")])
        page.locator("form", has=page.locator("#id_file")).locator("button").click()
        expect(page.locator("#evidence")).to_contain_text(f"{kind}-mau.pdf")
    expect(page.locator("#why-not")).to_have_count(0)
    for box in page.locator("input[name=agreed]").all():
        box.check()
    page.locator("form", has=page.locator("input[name=agreed]")).locator("button").click()
    expect(page.locator("input[name=agreed]")).to_have_count(0)
    return code


def propose(page: Page, code: str) -> None:
    """The officer opens the file from the list, looks at a piece of evidence and proposes."""
    page.goto("/admin/certification/applications/")
    page.click(f"text={code}")
    steps.download(page, str(page.locator(".file a").first.get_attribute("href")))
    page.fill("#id_propose-note", "Đủ điều kiện: giấy xác nhận còn hạn, kinh nghiệm bốn năm, báo cáo phù hợp.")
    page.locator("form[action$='/propose/'] button").click()
    expect(page.locator("form[action$='/propose/']")).to_have_count(0)


def grant(page: Page, code: str) -> str:
    """The decider grants; the number of the consultant certificate."""
    page.goto(f"/admin/certification/applications/{code}/")
    page.check("input[name=outcome][value=grant]")
    page.fill("#id_basis", "Hội đồng xem hồ sơ và đề nghị của cán bộ chứng nhận.")
    page.locator("form[action$='/decide/'] button").click()
    made = page.locator(".alert--ok a")
    expect(made).to_have_text(re.compile(r"^TV-2026-\d+$"))
    return made.inner_text()


def may_not_decide(page: Page, product: Product) -> None:
    """The file whose applicant the decider taught: refused on the screen, and by hand past the screen."""
    found = steps.ask(
        product,
        """
import json
from certificates.models import Application
from enrolments.models import RunInstructor
decider = RunInstructor.objects.filter(person__emailaddress__email="decider@nscl.example")
taught = decider.values("run__enrolments__person")
print(json.dumps(list(Application.objects.filter(state="proposed", person__in=taught).values_list("code", flat=True))))
""",
    )
    assert len(found) == 1, found
    address = f"/admin/certification/applications/{found[0]}/"
    page.goto(address)
    refusal = page.locator(".refuse")
    expect(refusal).to_contain_text("Không quyết định được hồ sơ này")
    expect(refusal).to_contain_text("Quy định")
    expect(page.locator("form[action$='/decide/']")).to_have_count(0)
    token = page.evaluate("document.cookie.match(/csrftoken=([^;]+)/)[1]")
    answer = page.request.post(
        f"{address}decide/",
        form={"csrfmiddlewaretoken": token, "outcome": "grant", "basis": "Cứ quyết định."},
        headers={"Referer": page.url},
    )
    assert answer.status == 403
    assert "Không quyết định được hồ sơ này" in answer.text()


def revoke(page: Page, number: str) -> None:
    """The officer revokes a certificate of completion with a reason."""
    page.goto(f"/admin/certification/certificates/?q={number}")
    page.click(f"text={number}")
    page.locator("a[href$='/end/']").click()
    page.fill("#id_reason", "Cấp nhầm: kết quả thi của người trùng tên.")
    page.fill("#id_number", number)
    page.locator("main form button.btn--bad").click()
    expect(page.locator("a[href$='/end/']")).to_have_count(0)


# --- The report -----------------------------------------------------------------------------


def number(text: str) -> float:
    """A figure as the Vietnamese screen writes it."""
    return float(text.strip().replace(".", "").replace(",", "."))


def report(page: Page, product: Product) -> None:
    """Screen, drill-down, XLSX and the command's JSON say the same."""
    page.goto("/admin/programme-reports/")
    screen = _screen(page)
    tiles = [number(text) for text in page.locator(".report__tiles b").all_inner_texts()]
    address = page.url
    with page.expect_navigation():
        page.locator(".report__tiles a").nth(1).click()
    rows = page.locator("main table tbody tr").count()
    while page.locator("a[rel=next]").count():
        with page.expect_navigation():
            page.click("a[rel=next]")
        rows += page.locator("main table tbody tr").count()
    assert rows == tiles[1] > 0
    page.goto(address)
    with page.expect_download() as saved:
        page.click("a[href*='/download/xlsx']")
    book = steps.workbook(saved.value.path().read_bytes())
    period = re.search(r"period=([\w-]+)", str(page.locator("a[href*='/download/xlsx']").get_attribute("href")))
    assert period is not None
    told = json.loads(product.manage("report", period[1], "--format", "json"))
    assert [told["total"][name] for name in ("completed_persons", "turns", "persons", "enterprises")] == tiles[:4]
    assert told["consultants"]["persons"] == tiles[4] >= 1
    assert float(told["total"]["hours"]) == tiles[5]
    assert set(screen) == set(told["dimensions"])
    for code, table in screen.items():
        sheet = _sheet(book, table["title"])
        assert len(sheet) == len(table["rows"]) + 1
        by_name = {row["name_vi"]: row for row in told["dimensions"][code]}
        assert len(by_name) == len(table["rows"])
        for name, figures in table["rows"].items():
            assert figures.items() <= sheet[name].items(), (code, name)
            assert list(figures.values()) == [float(by_name[name][column]) for column in COLUMNS]


def _sheet(book: Any, title: str) -> dict[str, dict[str, float]]:
    """A dimension's sheet: figures by line and column."""
    lines = [list(row) for row in book[re.sub(r"[/:]", "-", title)[:31]].iter_rows(values_only=True)]
    head = next(index for index, row in enumerate(lines) if row[0] == title and row[1] is not None)
    return {str(row[0]): dict(zip(lines[head][1:], row[1:], strict=True)) for row in lines[head + 1 :]}


def _screen(page: Page) -> dict[str, Any]:
    """The report's tables as they stand on the screen."""
    raw: dict[str, Any] = page.evaluate("""() => Object.fromEntries(
      [...document.querySelectorAll("table[data-dimension]")].map((table) => [table.dataset.dimension, {
        head: [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim()),
        rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
      }]))""")
    return {
        code: {
            "title": table["head"][0],
            "rows": {
                row[0]: dict(zip(table["head"][1:], map(number, row[1:]), strict=True))
                for row in table["rows"]
                if len(row) > 1
            },
        }
        for code, table in raw.items()
    }


# --- Editing --------------------------------------------------------------------------------


def edit_lesson(page: Page, pk: int, sentence: str) -> None:
    """The instructor writes a sentence, sees it in the preview and asks for review; nothing is public yet."""
    page.goto(f"/admin/pages/{pk}/edit/")
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(f" {sentence}")
    # The editor hands on what is typed a moment later.
    page.wait_for_function(
        "text => [...document.querySelectorAll('input[name$=-value]')].some((field) => field.value.includes(text))",
        arg=sentence,
    )
    page.click("[data-side-panel-toggle=preview]")
    preview = page.frame_locator("iframe[src*='/edit/preview/']").last
    expect(preview.locator("main")).to_contain_text(sentence, timeout=20_000)
    expect(page.locator("button[name=action-publish]")).to_have_count(0)
    page.locator("footer button", has_text="Thao tác khác").click()
    page.click("button[name=action-submit]")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/$"))


def approve_lesson(page: Page, pk: int) -> None:
    """The administrator finds it among what waits, and publishes it."""
    page.goto("/admin/")
    page.locator(f"main a[href*='/pages/{pk}/']").first.wait_for()
    page.goto(f"/admin/pages/{pk}/edit/")
    page.locator("footer button", has_text="Thao tác khác").click()
    with page.expect_navigation():
        page.locator("button[data-workflow-action-name=approve]").first.click()
