"""What people do on the pages, one function per act. The Vietnamese words are those of the screen."""

import contextlib
import json
import re
import secrets
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import typst
from openpyxl import load_workbook
from playwright.sync_api import Error, Page, Response, expect

from bin.product import Product

PASSWORD = "trang-thu-nghiem-58"
HACCP = "/vi/khoa-hoc/haccp/"


# --- Beside the browser ---------------------------------------------------------------------


def ask(product: Product, code: str) -> Any:
    """What `print(json.dumps(…))`, the last line of `code`, tells of the database."""
    return json.loads(product.manage("shell", "--verbosity", "0", "-c", code).strip().splitlines()[-1])


def answers_of(product: Product, attempt: str) -> dict[str, Any]:
    """The right answers of an attempt as its form takes them, and every explanation that must not be seen."""
    code = f"""
import json
from random import Random
from cms.demo.study import answer
from quizzes.models import AttemptItem
items = AttemptItem.objects.filter(attempt__code={attempt!r}).select_related("version__key").order_by("position")
right = {{item.position: answer(item, right=True, chance=Random(1)) for item in items}}
secrets = [text for item in items for text in item.version.key.explanation.values() if text]
print(json.dumps({{"right": right, "explanations": secrets}}))"""
    found: dict[str, Any] = ask(product, code)
    return found


def paper(title: str) -> dict[str, Any]:
    """A small PDF as a file field takes it."""
    source = f'#set page(paper: "a6")\n#set document(title: "{title}")\n= {title}\n\nTài liệu mẫu.'
    return {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": typst.compile(source.encode())}


class Bodies:
    """Keeps what the server sends to a page, as text."""

    def __init__(self, page: Page) -> None:
        self.seen: list[tuple[str, str]] = []
        page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if ("html" in kind or "json" in kind) and response.status == 200:
            # The browser forgets what it left before it was asked; those pages are fetched again at the end.
            with contextlib.suppress(Error):
                self.seen.append((response.url, response.text()))


# --- Looking around -------------------------------------------------------------------------


def look_around(page: Page) -> None:
    """Home, catalogue, course page and its first lesson, without an account."""
    page.goto("/")
    expect(page).to_have_url(re.compile("/vi/$"))
    page.fill("main #q", "haccp")
    page.press("main #q", "Enter")
    expect(page.locator("article.course h3")).to_have_text(["HACCP cho nhà máy chế biến thủy sản và rau quả"])
    for words in ("thuy san", "thuỷ sản", "THỦY SẢN"):
        page.fill("#q", words)
        page.press("#q", "Enter")
        expect(page.locator(".chip--on")).to_contain_text(words)
        expect(page.locator("article.course h3")).to_contain_text(["thủy sản"])
    page.goto("/vi/khoa-hoc/")
    expect(page.locator("article.course")).to_have_count(5)
    page.check("#family-cc")
    expect(page.locator("article.course")).to_have_count(3)
    expect(page.locator("article.course h3").filter(has_text="5S")).to_have_count(1)
    expect(page).to_have_url(re.compile("family=cc"))
    page.uncheck("#family-cc")
    page.check("#family-tp")
    expect(page.locator("article.course h3")).to_have_text([re.compile("HACCP")])
    page.click("article.course h3 a")
    expect(page).to_have_url(re.compile(f"{HACCP}$"))
    expect(page.locator("h1")).to_contain_text("HACCP")
    main = page.locator("main")
    for fact in ("Học xong làm được gì", "5 phần · 14 bài", "Codex CXC 1-1969, sửa đổi 2022", "17 giờ"):
        expect(main).to_contain_text(fact)
    expect(main).to_contain_text("Giấy xác nhận hoàn thành khóa học")
    # Three of the demo world; other tests may have opened more.
    expect(page.locator("#classes tbody tr").nth(2)).to_be_visible()
    page.click("text=Đọc bài đầu tiên")
    expect(page.locator("h1")).to_have_text("HACCP bảo vệ điều gì")
    for part in ("figure img", "table", ".callout, .alert"):
        expect(page.locator(f"main {part}").first).to_be_attached()


def practise(page: Page) -> None:
    """Answer the lesson's practice question, wrong or right: the feedback comes at once."""
    question = page.locator("[data-practice]").first
    question.scroll_into_view_if_needed()
    question.locator("button").click()
    expect(page.locator("[data-practice] [role=alert]").first).to_be_visible()
    page.locator("[data-practice] label.opt").first.click()
    page.locator("[data-practice] button").first.click()
    verdict = page.locator("[data-practice] .alert[role=status]").first
    expect(verdict).to_contain_text(re.compile("Đúng|Chưa đúng|Đúng một phần"))
    assert len(verdict.inner_text()) > 60


# --- Coming in ------------------------------------------------------------------------------


def sign_up(page: Page, name: str) -> str:
    """A new account with a fresh address, confirmed by the letter that the demo's banner leads to."""
    address = f"{secrets.token_hex(4)}@nha-may.example"
    page.goto("/vi/account/signup/")
    page.fill("#id_full_name", name)
    page.fill("#id_email", address)
    page.fill("#id_password1", PASSWORD)
    page.check("#id_terms")
    page.click("main button.btn--main")
    page.wait_for_url(re.compile("confirm"))
    page.click(".demo a")
    page.locator("ul.lines li", has_text=address).first.locator("a").click()
    page.locator(".card a[href*='confirm']").first.click()
    if page.locator("main form button.btn--main").count():
        page.click("main form button.btn--main")
    page.wait_for_url(lambda url: "confirm" not in url)
    if "/account/login" in page.url:
        page.fill("input[name=login]", address)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/account/login" not in url)
    return address


def print_slip(page: Page, name: str) -> tuple[str, str]:
    """Staff enter a person without a mailbox; the code and first PIN on the slip."""
    page.goto("/admin/people/slip/")
    page.fill("#id_full_name", name)
    page.fill("#id_birth_date", "12/05/1990")
    page.select_option("#id_sex", "female")
    page.fill("#id_job", "Công nhân")
    page.click("main form button.button")
    expect(page.locator(".slip__name")).to_have_text(name)
    code, pin = page.locator(".slip__code").all_inner_texts()
    return code, pin


def use_slip(page: Page, code: str, pin: str, own: str) -> None:
    """First sign-in by code and PIN; a PIN of one's own is chosen."""
    page.goto("/vi/account/login/")
    page.fill("input[name=login]", code)
    page.fill("input[name=password]", pin)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("first-use"))
    page.fill("#id_birth_date", "12/05/1990")
    page.fill("#id_secret", own)
    page.check("#id_terms")
    page.fill("#id_again", own)
    page.click("main button.btn--main")
    page.wait_for_url(lambda url: "first-use" not in url)


def enrol(page: Page) -> str:
    """Enrol in the open self-paced HACCP class with a double press; the class's code."""
    page.goto(HACCP)
    link = page.locator(".enrol a.btn--main")
    address = str(link.get_attribute("href"))
    page.goto(address)
    page.locator("main form button.btn--main").dblclick()
    page.wait_for_url(re.compile(r"/vi/learn/HACCP-[\d-]+/$"))
    code = urlsplit(page.url).path.strip("/").split("/")[-1]
    # Pressed again on a page that was left open: still one enrolment, and no refusal.
    page.goto(address)
    expect(page.locator("main")).to_contain_text("đã ghi danh")
    return code


# --- Studying -------------------------------------------------------------------------------


def study(page: Page, run: str, lessons: int) -> None:
    """All lessons, one after the other, with a break after the third."""
    page.goto(f"/vi/learn/{run}/")
    page.click("aside a.btn--main")
    for number in range(1, lessons + 1):
        expect(page.locator("main h1").first).to_be_visible()
        if number == 1:
            practise(page)
        if number == 4:
            leave_and_return(page)
        with page.expect_navigation():
            page.locator(".turn button.btn--main").click()
    expect(page).to_have_url(re.compile(f"/vi/learn/{run}/$"))
    expect(page.locator("main")).to_contain_text(f"{lessons}/{lessons}")


def leave_and_return(page: Page) -> None:
    """Where the reader was, down to the place on the page."""
    here, title = page.url, page.locator("main h1").first.inner_text()
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo(0, 900)")
    page.goto("/vi/")
    page.goto("/vi/learn/")
    expect(page.locator("#resume-title")).to_contain_text(title)
    page.click(".resume a.btn--main")
    expect(page).to_have_url(here)
    page.wait_for_function("window.scrollY > 600")


# --- The certificate ------------------------------------------------------------------------


def await_certificate(page: Page, number_starts: str, seconds: int = 30) -> dict[str, str]:
    """Reload the trainee's home until the certificate is there; its number and code."""
    for _try in range(seconds):
        page.goto("/vi/learn/")
        found = page.locator("#certificates li", has_text=number_starts)
        if found.count():
            href = str(found.first.locator("b a").get_attribute("href"))
            text = found.first.locator("span.small").inner_text()
            number = next(part.strip() for part in text.split("·") if number_starts in part)
            return {"code": href.split("/")[-1].split("?")[0], "number": number}
        page.wait_for_timeout(1000)
    raise AssertionError(f"no certificate {number_starts} within {seconds} s")


def download(page: Page, address: str) -> bytes:
    """A file as the signed-in person gets it."""
    answer = page.request.get(address)
    assert answer.status == 200, (address, answer.status)
    return answer.body()


def workbook(data: bytes) -> Any:
    """An XLSX file, opened."""
    return load_workbook(BytesIO(data))
