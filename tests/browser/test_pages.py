"""Every page in both languages and at three widths: nothing scrolls sideways, nothing is broken, all can use it."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import steps, steps_exam as exam
from tests.browser.conftest import DESKTOP, PHONE, AsRole, Server

NARROW = {"width": 320, "height": 640}
KIB = 1000
FIRST_LESSON = 150 * KIB
SLOW_LINE = 400_000 / 8
USABLE_WITHIN = 5.0

WORLD = """
import json
from django.utils import timezone
from allauth.account.models import EmailAddress
from certificates import actions as certification
from certificates.models import Application, Certificate, SchemeVersion
from courses.models import LessonPage
from enrolments import actions
from enrolments.models import CourseRun, Enrolment
from quizzes import actions as quizzes
from quizzes.models import Bank, Exam, Sitting
now = timezone.now()
trainee = EmailAddress.objects.get(email="trainee@nscl.example").user
done = Enrolment.objects.filter(person=trainee, run__course__code="5S", state="completed").first()
run = CourseRun.objects.get(course__code="HACCP", mode="self")
enrolment = actions.enrol(run=run, person=trainee, by=trainee, at=now)
exam = Exam.objects.get(course=run.course)
sitting = Sitting.objects.filter(enrolment=enrolment).first()
sitting = sitting or quizzes.open_sitting(person=trainee, exam=exam, enrolment=enrolment, by=trainee, at=now)
for page in LessonPage.objects.live().filter(lesson__course=run.course, language="vi", lesson__retired=False):
    actions.finish_lesson(
        enrolment=enrolment, lesson=page.lesson, revision=page.live_revision, language="vi", by=trainee, at=now)
certificates = Certificate.objects
attempt = sitting.attempts.filter(state="started").first()
attempt = attempt or quizzes.start(sitting=sitting, by=trainee, at=now, language="vi")
scheme = SchemeVersion.objects.get(scheme__code="HACCP-TV")
own = Application.objects.filter(person=trainee).first()
own = own or certification.apply(person=trainee, version=scheme, by=trainee, at=now)
print(json.dumps({
    "attempt": attempt.code, "own": own.code,
    "run": run.code,
    "open": CourseRun.objects.exclude(enrolments__person=trainee).filter(mode="self").first().code,
    "lessons": list(LessonPage.objects.live().filter(lesson__course=run.course, language="vi")
                    .order_by("lesson__order").values_list("lesson__code", flat=True)),
    "sitting": sitting.pk,
    "result": done.sittings.get().attempts.order_by("-number").first().code,
    "revoked": certificates.filter(state="revoked").first().code,
    "valid": certificates.filter(state="issued", person=trainee).first().code,
    "application": Application.objects.filter(state="proposed").first().code,
    "bank": Bank.objects.filter(course__code="HACCP").first().code,
}))"""


@pytest.fixture(scope="module")
def world(server: Server) -> dict[str, Any]:
    """What the addresses of the pages hold; the trainee has read all of HACCP in the self-paced class."""
    found: dict[str, Any] = steps.ask(server.product, WORLD)
    found["first"] = found["lessons"][0]
    return found


# --- Nothing sideways, nothing broken, nothing for axe -------------------------------------

PUBLIC = {
    "home": "/{language}/",
    "catalogue": "/{language}/{courses}/",
    "course": "/{language}/{courses}/haccp/",
    "open lesson": "{lesson}",
    "verification form": "/v/?lang={language}",
    "verified": "/v/{valid}?lang={language}",
    "revoked": "/v/{revoked}?lang={language}",
    "unknown": "/v/KHONGCOTRONGSOGOC?lang={language}",
    "schemes": "/{language}/certification/",
    "scheme": "/{language}/certification/HACCP-TV/",
    "register": "/{language}/register/",
    "sign in": "/{language}/account/login/",
    "sign up": "/{language}/account/signup/",
}
LEARNING = {
    "home": "/{language}/learn/",
    "enrol": "/{language}/learn/enrol/{open}/",
    "class": "/{language}/learn/{run}/",
    "lesson": "/{language}/learn/{run}/{first}/",
    "exam, before": "/{language}/learn/exams/{sitting}/",
    "exam, question": "/{language}/learn/attempts/{attempt}/",
    "exam, review": "/{language}/learn/attempts/{attempt}/review/",
    "exam, hand in": "/{language}/learn/attempts/{attempt}/submit/",
    "result": "/{language}/learn/attempts/{result}/result/",
    "profile": "/{language}/account/profile/",
    "notices": "/{language}/account/notices/",
    "application": "/{language}/certification/applications/{own}/",
}
STAFF = {
    "programme": ("/admin/programme-reports/", "/admin/people/", "/admin/people/slip/", "/admin/classes/",
                  "/admin/classes/{run}/", "/admin/people/enterprises/"),
    "officer": ("/admin/certification/applications/{application}/", "/admin/certification/applications/",
                "/admin/certification/certificates/{valid}/", "/admin/certification/certificates/"),
    "instructor": ("/admin/banks/", "/admin/banks/{bank}/"),
}  # fmt: skip


class Fault(NamedTuple):
    """What is wrong with a page."""

    page: str
    width: int
    what: str


class Looker:
    """Looks at pages at their widths and gathers what is wrong with each."""

    def __init__(self, axe: Callable[..., list[Any]]) -> None:
        self.axe = axe
        self.faults: list[Fault] = []

    def look(
        self, page: Page, name: str, address: str, *, within: str | None = None, statuses: tuple[int, ...] = (200,)
    ) -> None:
        """Open the page, wide; then narrow."""
        page.set_viewport_size(DESKTOP)
        answer = page.goto(address)
        if answer is None or answer.status not in statuses:
            self.faults.append(Fault(name, 0, f"answers {answer and answer.status} at {page.url}"))
            return
        for size in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size(size)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                self.faults.append(Fault(name, size["width"], f"scrolls sideways by {over}"))
            if size != NARROW:
                self.faults += [Fault(name, size["width"], what) for what in self.axe(page, within)]


def _addresses(table: dict[str, str], world: dict[str, Any], language: str) -> Iterator[tuple[str, str]]:
    words = {"vi": "khoa-hoc", "en": "courses"}
    for name, pattern in table.items():
        yield name, pattern.format(language=language, courses=words[language], **world)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_public_pages(
    language: str,
    world: dict[str, Any],
    new_context: Callable[..., BrowserContext],
    violations: Callable[..., list[str]],
) -> None:
    page = new_context(locale=f"{language}-{language.upper()}").new_page()
    page.goto(f"/{language}/{'courses' if language == 'en' else 'khoa-hoc'}/haccp/")
    lesson = page.locator("a", has_text=re.compile("Đọc bài đầu tiên|Read the first lesson")).get_attribute("href")
    looker = Looker(violations)
    for name, address in _addresses(PUBLIC, {**world, "lesson": lesson}, language):
        looker.look(page, name, address, statuses=(404,) if name == "unknown" else (200,))
    assert looker.faults == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_a_trainee(
    language: str, server: Server, world: dict[str, Any], as_role: AsRole, violations: Callable[..., list[str]]
) -> None:
    page = as_role("trainee")
    looker = Looker(violations)
    for name, address in _addresses(LEARNING, world, language):
        looker.look(page, name, address)
    assert looker.faults == []


@pytest.mark.parametrize("role", list(STAFF))
def test_pages_of_staff(
    role: str, world: dict[str, Any], as_role: AsRole, violations: Callable[..., list[str]]
) -> None:
    """Wagtail's own frame is its makers' business: ours is what stands inside."""
    page = as_role(role)
    looker = Looker(violations)
    for pattern in STAFF[role]:
        address = pattern.format(**world)
        looker.look(page, address, address, within="#main")
    assert looker.faults == []


# --- A thin line and no script ---------------------------------------------------------------


def test_a_first_lesson_is_light_and_soon_usable(
    world: dict[str, Any], new_context: Callable[..., BrowserContext]
) -> None:
    """HTML, styles, scripts and fonts, as they come over the line; pictures are media and do not count."""
    page = new_context(viewport=PHONE).new_page()
    page.goto("/vi/khoa-hoc/haccp/")
    lesson = str(page.locator("a", has_text="Đọc bài đầu tiên").get_attribute("href"))
    fresh = new_context(viewport=PHONE).new_page()
    line = fresh.context.new_cdp_session(fresh)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 100, "downloadThroughput": SLOW_LINE, "uploadThroughput": SLOW_LINE},
    )
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    line.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    line.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    fresh.goto(lesson, wait_until="domcontentloaded")
    expect(fresh.locator("h1")).to_be_visible()
    usable = fresh.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000")
    painted = fresh.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000")
    fresh.wait_for_load_state("networkidle")
    by_kind: dict[str, float] = {}
    for request, size in sizes.items():
        by_kind[kinds.get(request, "?")] = by_kind.get(kinds.get(request, "?"), 0) + size
    heavy = sum(size for kind, size in by_kind.items() if kind not in {"Image", "Media"})
    assert heavy <= FIRST_LESSON, by_kind
    assert max(usable, painted) <= USABLE_WITHIN, (usable, painted, by_kind)


def test_the_job_without_javascript(
    server: Server, world: dict[str, Any], new_context: Callable[..., BrowserContext]
) -> None:
    """Search, practice, enrolment, a lesson done, an exam answered and handed in: plain forms all through."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/vi/khoa-hoc/")
    page.fill("#q", "thuy san")
    page.press("#q", "Enter")
    page.click("article.course h3 a")
    page.click("text=Đọc bài đầu tiên")
    page.locator("[data-practice] label.opt").first.click()
    page.locator("[data-practice] button").first.click()
    expect(page.locator("[data-practice] .alert[role=status]").first).to_be_visible()
    steps.sign_up(page, "Lê Thị Không Mã")
    page.goto(f"/vi/learn/enrol/{world['run']}/")
    page.click("main form button.btn--main")
    page.goto(f"/vi/learn/{world['run']}/{world['first']}/")
    page.click(".turn button.btn--main")
    expect(page).to_have_url(re.compile(world["lessons"][1]))
    for _try in range(20):
        page.goto(f"/vi/learn/{world['run']}/")
        if page.locator("aside a[href*='/exams/']").count():
            break
        page.wait_for_timeout(500)
    attempt = exam.start(page, world["run"])
    right = steps.answers_of(server.product, attempt)["right"]
    for position in (1, 2, 3):
        exam.fill(page, position, right[str(position)])
        page.locator(f"section[data-q='{position}'] .only-wide button.btn--main").click()
        expect(page).to_have_url(re.compile(f"q={position + 1}$"))
        expect(page.locator("[data-saved-text]")).to_have_text(exam.SAVED)
    page.locator("aside button[data-review]").click()
    expect(page.locator("main")).to_contain_text("37 câu chưa trả lời")
    page.click("a[data-hand-in]")
    page.click("form[data-final] button")
    expect(page.locator(".verdict h1")).to_have_text(re.compile("^Không đạt|^Chưa đạt"))
