"""An exam under an invigilator's eyes: hours without a line and a reload, a pause, more time, larger text."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import steps_exam as exam
from tests.browser.conftest import PHONE, AsRole, Server
from tests.browser.steps import answers_of, ask

HALL = """
import json
from datetime import timedelta
from django.utils import timezone
from lms.lib.access import Role
from people.actions import grant_role
from people.models import User
from quizzes import actions
from quizzes.actions import sessions
from quizzes.models import Exam, Sitting
now = timezone.now()
boss, watcher = (User.objects.get(email=f"{name}@nscl.example") for name in ("admin", "instructor"))
taker = User.objects.get(email="trainee@nscl.example")
grant_role(person=watcher, role=Role.INVIGILATOR, by=boss, at=now)
watcher = User.objects.get(pk=watcher.pk)
exam = Exam.objects.filter(certifies=False, retired=False, course__code="5S").first()
sitting = Sitting.objects.create(person=taker, exam=exam)
session = sessions.plan_session(exam=exam, starts_at=now, ends_at=now + timedelta(hours=2), by=boss, at=now)
sessions.assign_invigilator(session=session, person=watcher, by=boss, at=now)
sessions.seat_people(session=session, seats={sitting.pk: ""}, by=boss, at=now)
sessions.open_session(session=session, by=watcher, at=now)
sitting.refresh_from_db()
attempt = actions.start(sitting=sitting, by=taker, at=now, language="vi")
print(json.dumps([attempt.code, session.code, sitting.pk]))"""
UNSAVED = re.compile("Chưa lưu.*2")
PATIENCE = 30_000
"""A beat comes every 15 seconds; a busy machine is slow, not wrong."""


def band(page: Page) -> str:
    """What the band below the bar says."""
    expect(page.locator("[data-lost]")).to_be_visible(timeout=PATIENCE)
    return page.locator("[data-lost]").inner_text()


def test_under_an_invigilators_eyes(server: Server, as_role: AsRole, accessible: Callable[[Page], None]) -> None:
    attempt, session, sitting = ask(server.product, HALL)
    taker, watcher = as_role("trainee"), as_role("instructor", viewport=PHONE, has_touch=True, is_mobile=True)
    right = answers_of(server.product, attempt)["right"]
    taker.goto(f"/vi/learn/attempts/{attempt}/?q=1")
    exam.fill(taker, 1, right["1"])
    expect(taker.locator("[data-saved-text]")).to_have_text(exam.SAVED, timeout=PATIENCE)
    _hours_without_a_line(taker, right)
    watcher.goto(f"/vi/hall/{session}/?p={sitting}")
    accessible(watcher)
    expect(watcher.locator("#takers")).to_contain_text("3/40", timeout=PATIENCE)
    _pause_and_go_on(taker, watcher)
    _larger(taker, accessible)
    _honest_about_itself(watcher)


def _hours_without_a_line(page: Page, right: dict[str, dict[str, list[str]]]) -> None:
    """Two answers wait on the device: through a reload and two hours, and never called saved before they are."""
    page.wait_for_function("document.querySelectorAll('[data-q]').length === 40")
    page.route("**/answers/", lambda route: route.abort())
    for position in (2, 3):
        exam.turn(page, position)
        exam.fill(page, position, right[str(position)])
    expect(page.locator("[data-saved-text]")).to_have_text(UNSAVED, timeout=PATIENCE)
    page.clock.install()
    page.reload()
    expect(page.locator("[data-saved-text]")).to_have_text(UNSAVED, timeout=PATIENCE)
    page.context.set_offline(True)
    page.clock.fast_forward("02:00:00")
    # By its own reckoning time is over; nothing says saved, and the server has the last word.
    expect(page.locator("[data-saved-text]")).to_have_text(UNSAVED, timeout=PATIENCE)
    page.unroute("**/answers/")
    page.context.set_offline(False)
    page.clock.fast_forward("00:31")
    expect(page.locator("[data-saved-text]")).to_have_text(exam.SAVED, timeout=PATIENCE)
    expect(page.locator("section:not([hidden]) fieldset").first).to_be_enabled(timeout=PATIENCE)
    page.reload()
    assert exam.kept(page) == 3


def _pause_and_go_on(taker: Page, watcher: Page) -> None:
    watcher.check("input[name=act][value=pause]")
    watcher.locator("aside form:has(input[name=act]) button.btn--wide").click()
    expect(watcher.locator("button[name=act][value=resume]")).to_be_visible(timeout=PATIENCE)
    # Whoever answers hears of it at once.
    band(taker)
    expect(taker.locator("main")).to_be_hidden()
    stands = taker.locator("[data-left]").inner_text()
    watcher.click("button[name=act][value=resume]")
    expect(taker.locator("main")).to_be_visible(timeout=PATIENCE)
    assert taker.locator("[data-left]").inner_text()[:2] == stands[:2]


def _larger(page: Page, accessible: Callable[[Page], None]) -> None:
    """Large text and high contrast stay over a reload; the exam goes by keyboard alone."""
    for look in ("large", "contrast"):
        page.locator(f"[data-look={look}]").first.press("Enter")
    page.reload()
    expect(page.locator("body")).to_have_class(re.compile("look-large look-contrast"))
    accessible(page)
    heading = page.locator("section[data-q]:not([hidden]) h1")
    before = heading.inner_text()
    page.locator("section[data-q]:not([hidden]) form button.btn--main").press("Enter")
    expect(heading).not_to_have_text(before, timeout=PATIENCE)


def _honest_about_itself(watcher: Page) -> None:
    """The hall says that its picture is old, and keeps it where a sign-in page comes instead."""
    line, words = watcher.locator("[data-line]"), watcher.locator("[data-line-text]")
    said = {name: line.get_attribute(f"data-t-{name}") or "" for name in ("live", "stale", "out")}
    watcher.context.set_offline(True)
    expect(words).to_have_text(said["stale"], timeout=PATIENCE)
    watcher.context.set_offline(False)
    expect(words).to_have_text(said["live"], timeout=PATIENCE)
    watcher.context.clear_cookies()
    expect(words).to_have_text(said["out"], timeout=PATIENCE)
    expect(watcher.locator("#takers")).to_contain_text("3/40")
