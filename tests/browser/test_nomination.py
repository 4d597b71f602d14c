"""An enterprise sends its people to a class: chosen in the matrix, proposed, confirmed."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, AsRole, Server
from tests.browser.steps import ask, use_slip


def enterprise_of(server: Server) -> int:
    """The enterprise for which the demo's contact speaks."""
    code = """
import json
from people.models import Membership
row = Membership.objects.get(person__email="enterprise@nscl.example", is_contact=True, ended_on=None)
print(json.dumps(row.enterprise_id))"""
    found: int = ask(server.product, code)
    return found


def open_class(server: Server) -> str:
    """A class that enrols, with places, in a room of its own."""
    code = """
import json
from datetime import timedelta
from django.utils import timezone
from courses.models import Course
from enrolments import actions
from people.models import User
day = timezone.localdate() + timedelta(days=10)
by = User.objects.get(email="instructor@nscl.example")
run = actions.start_run(course=Course.objects.get(code="HACCP"), starts_on=day, by=by, at=timezone.now())
print(json.dumps(run.code))"""
    found: str = ask(server.product, code)
    return found


def test_people_are_chosen_in_the_matrix_proposed_and_one_without_e_mail_is_brought_in(
    server: Server, as_role: AsRole, page: Page, accessible: Callable[[Page], None]
) -> None:
    code, base = open_class(server), f"/vi/enterprise/{enterprise_of(server)}/"
    desk = as_role("enterprise")
    desk.goto("/vi/enterprise/")
    expect(desk).to_have_url(re.compile(f"{base}$"))
    accessible(desk)

    # Somebody new, without a mailbox: a slip.
    desk.click("text=Thêm nhân sự")
    desk.fill("#id_full_name", "Danh Thị Sa Ly")
    desk.fill("#id_birth_date", "12/05/1990")
    desk.fill("#id_job", "Tổ hấp")
    accessible(desk)
    desk.click("main form button.btn--main")
    expect(desk.locator(".slip__name")).to_have_text("Danh Thị Sa Ly")
    login, pin = desk.locator(".slip__code").all_inner_texts()

    # Chosen in the matrix; the bar counts.
    desk.goto(f"{base}?q=sa+ly")
    desk.check("input[name=person]")
    expect(desk.locator(".pickbar")).to_contain_text("Đã chọn 1")
    desk.click(".pickbar .btn--gold")
    expect(desk.locator(".reqs li")).to_have_count(1)
    desk.locator(f"input[type=radio][name=run][value={code}]").click()  # sent at once, with what stands in the way
    expect(desk).to_have_url(re.compile(f"run={code}"))
    expect(desk.locator("h1")).to_contain_text("Cử 1 người")
    accessible(desk)
    desk.click("main form[method=post] .btn--main")
    expect(desk.locator(".reqs li")).to_contain_text(["Danh Thị Sa Ly"])
    expect(desk.locator(".reqs")).to_contain_text("Giữ chỗ đến")

    # Confirmed for somebody without e-mail; the place is theirs.
    desk.goto(f"{base}classes/")
    held = desk.locator("li", has_text="Danh Thị Sa Ly")
    held.get_by_role("button", name=re.compile("Xác nhận thay")).click()
    expect(desk.locator("tr", has_text="Danh Thị Sa Ly")).to_contain_text(code)
    accessible(desk)

    # The worker comes in by the slip, finds the class, and reads what the enterprise reads.
    use_slip(page, login, pin, "482913")
    page.goto("/vi/enterprise/me/")
    expect(page.locator("main")).to_contain_text(code)
    accessible(page)


def test_on_a_phone_those_to_be_sent_come_first(
    server: Server, as_role: AsRole, accessible: Callable[[Page], None]
) -> None:
    base = f"/vi/enterprise/{enterprise_of(server)}/"
    phone = as_role("enterprise", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"{base}needs/")
    phone.select_option("#id_subject", index=1)
    phone.fill("#id_months", "12")
    phone.click("main form button.btn--main")
    phone.goto(base)
    wanted = phone.locator("section.only-phone")
    expect(wanted).to_be_visible()
    box, matrix = wanted.bounding_box(), phone.locator("table.mx").bounding_box()
    assert box is not None and matrix is not None and box["y"] < matrix["y"]
    # The first column stays while the rest scrolls, and the page itself does not widen.
    name = phone.locator("table.mx tbody th[scope=row]").first
    before = name.bounding_box()
    phone.locator(".scroll-x").evaluate("element => element.scrollTo(400, 0)")
    after = name.bounding_box()
    assert before is not None and after is not None and abs(before["x"] - after["x"]) < 1
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    accessible(phone)
    wanted.locator("a.btn").first.click()
    expect(phone.locator("h1")).to_contain_text("Cử")


def test_an_instructor_finds_the_page_in_the_menu(as_role: AsRole, accessible: Callable[[Page], None]) -> None:
    teacher = as_role("instructor")
    teacher.goto("/vi/learn/")
    teacher.click("nav.nav >> text=Việc dạy")
    expect(teacher.locator("h1")).to_have_text("Việc dạy")
    accessible(teacher)
    teacher.locator("section[aria-labelledby=classes-title] li b a").first.click()
    expect(teacher.locator("table.tbl")).to_be_visible()
    accessible(teacher)
