"""What a line, a session and a second tab do to an exam in the browser: nothing is lost, and the page says so."""

import contextlib
import json
import re

from playwright.sync_api import Error, Page, Route, expect

from tests.browser import steps_exam as exam
from tests.browser.conftest import AsRole, Server
from tests.browser.steps import answers_of, ask

ALONE = """
import json
from django.utils import timezone
from people.models import User
from quizzes import actions
from quizzes.models import Exam, Sitting
taker = User.objects.get(email="trainee@nscl.example")
exam = Exam.objects.filter(certifies=False, retired=False, course__code="5S").first()
sitting = Sitting.objects.create(person=taker, exam=exam)
attempt = actions.start(sitting=sitting, by=taker, at=timezone.now(), language="vi")
print(json.dumps(attempt.code))"""
UNSAVED = re.compile("Chưa lưu.*1")
PATIENCE = 40_000
"""A beat comes every 15 seconds; a busy machine is slow, not wrong."""


def test_whatever_becomes_of_the_line(server: Server, as_role: AsRole) -> None:
    attempt = ask(server.product, ALONE)
    right, page = answers_of(server.product, attempt)["right"], as_role("trainee")
    address = f"/vi/learn/attempts/{attempt}/?q=1"
    _the_line_is_back_with_nothing_to_send(page, address)
    _one_question_does_not_hold_up_the_others(page, right)
    _signed_out_is_heard_before_the_next_answer(page)
    _handed_in_elsewhere_is_said(page, attempt, right)
    _the_list_of_exams_leads_to_it(page, attempt)


def _the_line_is_back_with_nothing_to_send(page: Page, address: str) -> None:
    page.route("**/device/", lambda route: route.abort())
    page.goto(address)
    expect(page.locator("[data-lost]")).to_be_visible(timeout=PATIENCE)
    page.unroute("**/device/")
    # The device's own clock, wrong or set back meanwhile, decides nothing.
    page.evaluate("() => { Date.now = () => 0; }")
    expect(page.locator("[data-lost]")).to_be_hidden(timeout=PATIENCE)


def _one_question_does_not_hold_up_the_others(page: Page, right: dict[str, dict[str, list[str]]]) -> None:
    """The server stumbles over the first answer: the second is stored, and the first is not called saved."""

    def stumble(route: Route) -> None:
        if json.loads(route.request.post_data or "{}").get("position") == 1:
            route.fulfill(status=500)
        else:
            route.continue_()

    page.route("**/answers/", stumble)
    page.wait_for_function("document.querySelectorAll('[data-q]').length === 40")
    exam.fill(page, 1, right["1"])
    expect(page.locator("[data-saved-text]")).to_have_text(UNSAVED, timeout=PATIENCE)
    exam.turn(page, 2)
    with page.expect_response(lambda answer: answer.url.endswith("/answers/") and answer.ok, timeout=PATIENCE):
        exam.fill(page, 2, right["2"])
    expect(page.locator("[data-saved-text]")).to_have_text(UNSAVED, timeout=PATIENCE)
    _by_colours_of_the_system(page)
    page.unroute("**/answers/")
    expect(page.locator("[data-saved-text]")).to_have_text(exam.SAVED, timeout=PATIENCE)
    assert exam.kept(page) == 2


def _by_colours_of_the_system(page: Page) -> None:
    """Answered and not answered stay apart where the system takes fills away."""
    page.emulate_media(forced_colors="active")
    fill = "mark => getComputedStyle(mark).backgroundColor"
    fills = {page.locator(f"aside [data-go='{position}']").evaluate(fill) for position in (2, 3)}
    assert len(fills) == 2
    page.emulate_media(forced_colors="none")


def _signed_out_is_heard_before_the_next_answer(page: Page) -> None:
    kept = page.context.cookies()
    page.context.clear_cookies()
    expect(page.locator("[data-lost]")).to_contain_text("Phiên đăng nhập đã hết", timeout=PATIENCE)
    # Signed in again, in another tab: this one goes on by itself.
    page.context.add_cookies(kept)
    expect(page.locator("[data-lost]")).to_be_hidden(timeout=PATIENCE)


def _handed_in_elsewhere_is_said(page: Page, attempt: str, right: dict[str, dict[str, list[str]]]) -> None:
    other = page.context.new_page()
    other.goto(f"/vi/learn/attempts/{attempt}/?q=3")
    page.bring_to_front()
    exam.turn(page, 4)
    other_holds = page.locator("[data-retry]")
    exam.fill(page, 4, right["4"])
    expect(other_holds).to_be_visible(timeout=PATIENCE)
    other.goto(f"/vi/learn/attempts/{attempt}/submit/")
    other.locator("form[data-final] button").click()
    other.wait_for_url(re.compile("/result/"))
    other_holds.click()
    expect(page.locator("[data-lost]")).to_contain_text("đã nộp", timeout=PATIENCE)
    page.locator("[data-lost-link]").click()
    page.wait_for_url(re.compile("/result/"))


def _the_list_of_exams_leads_to_it(page: Page, attempt: str) -> None:
    page.goto("/vi/learn/exams/")
    page.locator(f"main a[href$='/{attempt}/result/']").click()
    expect(page.locator(".verdict")).to_be_visible()


ENDING = """
import json
from datetime import timedelta
from django.utils import timezone
from people.models import User
from quizzes import actions
from quizzes.models import Attempt, Exam, Sitting
taker = User.objects.get(email="trainee@nscl.example")
sitting = Sitting.objects.create(person=taker, exam=Exam.objects.get(code="DEMO-QT-EXAM"))
attempt = actions.start(sitting=sitting, by=taker, at=timezone.now(), language="vi")
Attempt.objects.filter(pk=attempt.pk).update(deadline=timezone.now() + timedelta(seconds=20))
print(json.dumps([attempt.code, attempt.items.get(version__type="essay").position]))"""
HELD = """
import json
from quizzes.models import Answer, LateAnswer
held = [Answer.objects.filter(item__attempt__code={0!r}), LateAnswer.objects.filter(item__attempt__code={0!r})]
print(json.dumps([[str(row.response or "") for row in rows] for rows in held]))"""


def test_what_is_being_written_when_time_is_over(server: Server, as_role: AsRole) -> None:
    """It is on its way in time, and counts whole; a question that closes is never read as an empty one."""
    page = as_role("trainee")
    attempt, position = ask(server.product, ENDING)
    page.goto(f"/vi/learn/attempts/{attempt}/?q={position}")
    box = page.locator("section:not([hidden]) textarea")
    box.fill("Bài viết đến phút chót")
    with contextlib.suppress(Error):  # it closes while a key is pressed
        while "/result/" not in page.url:
            box.press("x", timeout=2000)
    page.wait_for_url(re.compile("/result/"), timeout=PATIENCE)
    expect(page.locator(".verdict")).to_be_visible()
    answers, late = ask(server.product, HELD.format(attempt))
    assert answers
    assert all("phút chót" in text for text in answers)
    assert late == []
