"""A full class: who waits is called in turn, by the class itself or by the office, and a place let go goes on."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, AsRole, Server
from tests.browser.steps import ask

FULL = """
import json
from datetime import timedelta
from django.utils import timezone
from courses.models import Course
from enrolments import actions
from enrolments.models import CourseRun
from people.models import User
now = timezone.now()
run = actions.start_run(
    course=Course.objects.get(code="KAIZEN"), starts_on=timezone.localdate() + timedelta(days=20),
    by=User.objects.get(email="admin@nscl.example"), at=now,
)
CourseRun.objects.filter(pk=run.pk).update(
    seats=1, waiting="{policy}", open_to="anyone", enrols_from=None, quota=None, mode="room"
)
run.refresh_from_db()
holder = User.objects.get(email="enterprise@nscl.example")
actions.enrol(run=run, person=holder, by=holder, at=now)
print(json.dumps(run.code))"""


def full_class(server: Server, policy: str) -> str:
    """A class whose only place the enterprise's contact holds."""
    code: str = ask(server.product, FULL.format(policy=policy))
    return code


def in_line(page: Page, code: str, number: str) -> None:
    """Join the line of a full class; `number` is what the page says then."""
    page.goto(f"/c/{code}")
    expect(page.locator("#standing")).to_contain_text("đủ chỗ")
    page.locator("main form button.btn--main").click()
    expect(page.locator("#standing")).to_contain_text(number)


def leave(page: Page, code: str) -> None:
    """Give the place back."""
    page.goto(f"/vi/learn/{code}/leave/")
    page.click("main form .btn--bad")
    expect(page).not_to_have_url(re.compile("/leave/"))


def test_a_free_place_goes_down_the_line_by_itself(
    server: Server, as_role: AsRole, accessible: Callable[[Page], None]
) -> None:
    code = full_class(server, "auto")
    first, second = as_role("trainee", viewport=PHONE, has_touch=True, is_mobile=True), as_role("examiner")
    in_line(first, code, "đứng thứ 1")
    in_line(second, code, "đứng thứ 2")
    accessible(first)
    bar = first.locator("aside.buybar")
    expect(bar).to_contain_text("1")
    expect(bar).to_be_in_viewport()

    leave(as_role("enterprise"), code)

    # The first is told, and the place is held for them; the second is first in line now.
    first.goto("/vi/account/notices/")
    expect(first.locator("ul.lines li").first).to_contain_text("giữ")
    expect(first.locator("ul.lines li").first).to_contain_text(code)
    first.locator("ul.lines li").first.locator("button").click()
    expect(first).to_have_url(re.compile(f"/enrol/{code}/"))
    expect(first.locator("section.offer")).to_be_visible()
    expect(first.locator("aside.buybar button[value=accept]")).to_be_in_viewport()
    accessible(first)
    second.reload()
    expect(second.locator("#standing")).to_contain_text("đứng thứ 1")

    # Let go, it is held for the next at once, who takes it from the bar's button or the card's.
    first.click("main button[value=decline]")
    expect(first.locator("#standing")).to_contain_text("đủ chỗ")
    second.reload()
    expect(second.locator("section.offer")).to_be_visible()
    second.click("main button[value=accept]")
    expect(second).to_have_url(re.compile(f"/vi/learn/{code}/$"))
    again = second.request.get(f"/c/{code}").text()
    assert "buybar" not in again


def test_the_office_calls_by_hand(server: Server, as_role: AsRole, accessible: Callable[[Page], None]) -> None:
    code = full_class(server, "hand")
    person = as_role("trainee", viewport=PHONE, has_touch=True, is_mobile=True)
    in_line(person, code, "đứng thứ 1")
    leave(as_role("enterprise"), code)
    person.reload()
    expect(person.locator("#standing")).to_contain_text("đứng thứ 1")  # nobody is called by itself

    office = as_role("programme")
    office.goto(f"/admin/classes/{code}/requests/")
    office.locator("button[value=offer]").click()
    expect(office.locator("main table.listing:not(.facts-list)")).to_contain_text("Đang giữ chỗ")
    person.reload()
    person.locator("aside.buybar button[value=accept]").click()
    expect(person).to_have_url(re.compile(f"/vi/learn/{code}/$"))
    office.reload()
    expect(office.locator("table.facts-list")).to_contain_text("1 / 1")
