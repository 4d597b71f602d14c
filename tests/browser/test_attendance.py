"""Attendance as a hall takes it: scanned from the projector, tapped on a phone whose line is poor."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, AsRole, NewContext, Server
from tests.browser.steps import ask

RUN = "HACCP-2026-04"
OPEN = f"""
import json
from datetime import timedelta
from django.utils import timezone
from enrolments import actions
from enrolments.models import AttendanceEvent, Attendance, CourseRun, Meeting
from enrolments.series import Slot
now = timezone.now()
run = CourseRun.objects.get(code="{RUN}")
slot = Slot(now - timedelta(minutes=5), now + timedelta(hours=2))
for other in run.meetings.filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at):
    AttendanceEvent.objects.filter(subject__meeting=other).delete()
    Attendance.objects.filter(meeting=other).delete()
    other.events.all().delete()
    other.delete()
(meeting,) = actions.plan_meetings(run=run, slots=[slot], topic="Phân tích mối nguy", room="phòng 204", by=None, at=now)
print(json.dumps(meeting.pk))"""


@pytest.fixture
def meeting(server: Server) -> str:
    """The address of a meeting that began five minutes ago, in the trainee's class; nobody is marked."""
    return f"/admin/classes/{RUN}/meetings/{ask(server.product, OPEN)}"


def marks(server: Server, meeting: str) -> list[list[Any]]:
    """Name, status, method of everybody marked at the meeting, and how many lines of history there are of them."""
    pk = meeting.rsplit("/", 1)[-1]
    found: list[list[Any]] = ask(
        server.product,
        f"""
import json
from enrolments.models import Attendance
rows = Attendance.objects.filter(meeting={pk}).order_by("enrolment__person__sort_key")
print(json.dumps([[row.enrolment.person.full_name, row.status, row.method, row.events.count()] for row in rows]))""",
    )
    return found


def scanned(projector: Page) -> str:
    """What a phone reads off the projector."""
    shot = Image.open(io.BytesIO(projector.locator("[data-qr]").screenshot()))
    (found,) = zxingcpp.read_barcodes(shot)
    return found.text


def test_attendance_by_qr(
    server: Server, meeting: str, as_role: AsRole, new_context: NewContext, accessible: Callable[[Page], None]
) -> None:
    projector = as_role("instructor")
    projector.goto(f"{meeting}/screen/")
    expect(projector.locator("h1")).to_have_text("Điểm danh")
    expect(projector.locator("[data-there]")).to_have_text("0")
    accessible(projector)
    first = scanned(projector)
    assert first.startswith(f"{server.url}/vi/learn/attend/")

    # Signing in takes its time and leads back; nothing is marked before the button.
    phone = new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    phone.goto(scanned(projector))
    expect(phone).to_have_url(re.compile("/account/login"))
    phone.fill("input[name=login]", "trainee@nscl.example")
    phone.fill("input[name=password]", "nscl-demo-2026")
    phone.press("input[name=password]", "Enter")
    expect(phone.locator("main form button.btn--main")).to_be_visible()
    assert marks(server, meeting) == []
    accessible(phone)
    phone.click("main form button.btn--main")
    expect(phone.locator(".verdict")).to_be_visible()
    accessible(phone)
    assert [found[1:] for found in marks(server, meeting)] == [["present", "qr", 1]]
    expect(projector.locator("[data-there]")).to_have_text("1", timeout=10_000)

    # The picture has changed meanwhile; the link sent on to somebody at home opens nothing.
    shown = projector.locator("[data-qr] svg").evaluate("one => one.outerHTML")
    projector.wait_for_function(
        "before => document.querySelector('[data-qr] svg').outerHTML !== before", arg=shown, timeout=30_000
    )
    assert scanned(projector) != first
    home = new_context(viewport=PHONE).new_page()
    stale = home.goto(first[: first.rstrip("/").rindex("/") + 1] + "AAAAAAAAAAAA/")
    assert stale is not None
    assert stale.status == 410
    expect(home.locator(".alert")).to_be_visible()


def test_typed_code(server: Server, meeting: str, as_role: AsRole, accessible: Callable[[Page], None]) -> None:
    projector, phone = as_role("instructor"), as_role("trainee", viewport=PHONE)
    projector.goto(f"{meeting}/screen/")
    phone.goto("/vi/learn/attend/")
    accessible(phone)
    phone.fill("#id_code", projector.locator("[data-code]").inner_text().lower())
    phone.press("#id_code", "Enter")
    expect(phone.locator(".verdict")).to_be_visible()
    assert [row[1:] for row in marks(server, meeting)] == [["present", "code", 1]]


def row(page: Page, number: int) -> Any:
    return page.locator("[data-enrolment]").nth(number)


def tap(page: Page, number: int, status: str) -> None:
    row(page, number).locator(f"label:has(input[value={status}])").click()


def test_attendance_offline(server: Server, meeting: str, as_role: AsRole, accessible: Callable[[Page], None]) -> None:
    page = as_role("instructor", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"{meeting}/attendance/")
    accessible(page)
    tap(page, 0, "present")
    expect(row(page, 0).locator(".how")).to_contain_text("tay")
    assert len(marks(server, meeting)) == 1

    # The line is gone: marks wait on the device, in brown, and survive a reload.
    page.route("**/attendance/mark/", lambda route: route.abort())
    tap(page, 1, "late")
    tap(page, 2, "absent")
    tap(page, 2, "excused")
    expect(page.locator("[data-lost]")).to_be_visible()
    expect(page.locator(".att--waiting")).to_have_count(2)
    expect(page.locator("[data-close-meeting]")).to_be_disabled()
    accessible(page)
    page.reload()
    expect(page.locator(".att--waiting")).to_have_count(2)
    expect(row(page, 2).locator("input[value=excused]")).to_be_checked()
    expect(page.locator("[data-marked]")).to_have_text("3")
    assert len(marks(server, meeting)) == 1

    # It comes back, but the first answers are lost on the way: what is sent again is written once.
    lost: list[str] = []

    def swallow(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.request.post_data or "")
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.unroute("**/attendance/mark/")
    page.route("**/attendance/mark/", swallow)
    expect(page.locator(".att--waiting")).to_have_count(0, timeout=30_000)
    expect(page.locator("[data-lost]")).to_be_hidden()
    assert len(lost) == 2
    assert [found[1:] for found in marks(server, meeting)] == [
        ["present", "hand", 1],
        ["late", "hand", 1],
        ["excused", "hand", 1],
    ]
    page.unroute("**/attendance/mark/")

    # Closing: whoever is left was absent.
    page.locator("[data-close-meeting]").click()
    expect(page.locator("[data-count=unmarked]")).to_have_text("0")
    assert {found[1] for found in marks(server, meeting)[3:]} == {"absent"}


def test_attendance_without_a_script(server: Server, meeting: str, as_role: AsRole) -> None:
    page = as_role("instructor", viewport=PHONE, java_script_enabled=False)
    page.goto(f"{meeting}/attendance/")
    row(page, 0).locator("input[value=late]").check(force=True)
    page.locator("#attendance button.btn--main").click()
    assert [found[1:] for found in marks(server, meeting)] == [["late", "hand", 1]]
