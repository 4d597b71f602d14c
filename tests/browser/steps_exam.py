"""Sitting an exam in the browser, with everything that a hall does to a browser."""

import contextlib
import html
import os
import re
import signal
from typing import Any

from playwright.sync_api import Error as PlaywrightError, Page, Route, expect

from bin.product import Running
from tests.browser.steps import Bodies

SAVED = re.compile(r"^Đã lưu lúc \d\d:\d\d:\d\d$")


def start(page: Page, run: str) -> str:
    """From the class to the first question; the attempt's code."""
    page.goto(f"/vi/learn/{run}/")
    page.locator("aside a[href*='/exams/']").first.click()
    expect(page.locator("main")).to_contain_text("40")
    page.check("input[name=oath]")
    page.click("main form button.btn--main")
    page.wait_for_url(re.compile("/vi/learn/attempts/"))
    return page.url.split("/attempts/")[1].split("/")[0]


def fill(page: Page, position: int, fields: dict[str, list[str]]) -> None:
    """Give an answer to the question that is shown, as hands would."""
    section = page.locator(f"section[data-q='{position}']")
    expect(section).to_be_visible()
    for name, values in fields.items():
        for value in values:
            control = section.locator(f"[name='{name}']").first
            if control.evaluate("field => field.tagName") == "SELECT":
                # By value alone: a place's value is another place's label.
                control.select_option(element=control.locator(f"option[value='{value}']").element_handle())
            elif control.get_attribute("type") == "text":
                control.fill(value)
                control.blur()
            else:
                section.locator(f"[name='{name}'][value='{value}']").check()


def turn(page: Page, position: int) -> None:
    """To another question by the list beside it."""
    page.locator(f"aside [data-navigator] [data-go='{position}']").click()
    expect(page.locator(f"section[data-q='{position}']")).to_be_visible()


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-saved-text]")).to_have_text(SAVED)


def says_saved_only_when_it_is(page: Page, position: int, fields: dict[str, list[str]]) -> None:
    """While the server has not answered, the line does not say “saved”."""
    held: list[Route] = []
    holding = True
    page.route("**/answers/", lambda route: held.append(route) if holding else route.continue_())
    before = page.locator("[data-saved-text]").inner_text()
    assert not SAVED.match(before), before
    fill(page, position, fields)
    page.wait_for_timeout(1200)
    assert held, "no answer was sent"
    shown = page.locator("[data-saved-text]").inner_text()
    assert not SAVED.match(shown), shown
    holding = False
    for route in held:
        route.continue_()
    expect_saved(page)
    page.unroute("**/answers/")


def without_a_line(page: Page, right: dict[str, Any], positions: list[int]) -> None:
    """Go on answering with the connection cut: the page says so, and catches up by itself."""
    page.context.set_offline(True)
    for position in positions:
        turn(page, position)
        fill(page, position, right[str(position)])
    expect(page.locator("[data-lost]")).to_be_visible()
    expect(page.locator("[data-saved-text]")).to_have_text(re.compile(rf"Chưa lưu.*{len(positions)}"))
    page.context.set_offline(False)
    expect_saved(page)
    expect(page.locator("[data-lost]")).to_be_hidden()


def with_the_server_killed(page: Page, running: Running, right: dict[str, Any], position: int) -> None:
    """The server dies without a word and is started again: nothing is lost."""
    os.killpg(running.processes["web"].pid, signal.SIGKILL)
    running.processes["web"].wait()
    turn(page, position)
    fill(page, position, right[str(position)])
    expect(page.locator("[data-lost]")).to_be_visible()
    assert not SAVED.match(page.locator("[data-saved-text]").inner_text())
    running.start_one("web")
    running.wait_until_ready()
    with contextlib.suppress(PlaywrightError):  # it goes by itself once the page has found the server again
        page.locator("[data-retry]").click(timeout=2_000)
    expect_saved(page)


def kept(page: Page) -> int:
    """How many questions the server shows as answered, after a reload."""
    page.reload()
    expect(page.locator("aside [data-navigator]")).to_be_visible()
    return page.locator("aside [data-navigator] .a").count()


def expect_no_key(page: Page, attempt: str, bodies: Bodies, explanations: list[str]) -> None:
    """Nothing that was sent, and nothing that could be asked for, tells the key."""
    root = f"/vi/learn/attempts/{attempt}/"
    for address in (root, f"{root}?all=1", f"{root}?q=40", f"{root}review/", f"{root}submit/", f"{root}result/"):
        answer = page.request.get(address)
        bodies.seen.append((address, answer.text()))
    assert len(bodies.seen) > 40, "too little was listened to"
    for address, text in bodies.seen:
        plain = html.unescape(text)
        assert not re.search(r"\b(correct|explanation|feedback|tolerance)\b", plain, re.IGNORECASE), address
        assert "opt--right" not in plain
        for explanation in explanations:
            assert explanation not in plain, (address, explanation)


def hand_in(page: Page, attempt: str) -> None:
    """Review, hand in with a double press, and try once more by hand."""
    page.locator("aside button[data-review]").click()
    page.wait_for_url(re.compile("/review/"))
    expect(page.locator("main")).to_contain_text("Đã trả lời tất cả các câu.")
    page.click("a[data-hand-in]")
    page.wait_for_url(re.compile("/submit/"))
    page.locator("form[data-final] button").dblclick()
    page.wait_for_url(re.compile("/result/"))
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    again = page.request.post(
        f"/vi/learn/attempts/{attempt}/submit/",
        form={"csrfmiddlewaretoken": cookies["csrftoken"]},
        headers={"Referer": page.url},
    )
    assert again.url.endswith("/result/")
    expect(page.locator(".verdict h1")).to_have_text(re.compile(r"^Đạt, \d+/\d+ điểm$"))
    assert page.locator(".topic").count() >= 3
