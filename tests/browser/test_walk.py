"""The main job, end to end: from a visitor to a certified consultant, on the real server, worker and database."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import steps, steps_exam as exam, steps_staff as staff
from tests.browser.conftest import PHONE, AsRole, Server

NAME = "Nguyễn Thị Bông Súng"
NewContext = Callable[..., BrowserContext]


def test_the_whole_job(server: Server, new_context: NewContext, as_role: AsRole) -> None:
    learner = new_context().new_page()
    steps.look_around(learner)
    steps.practise(learner)
    steps.sign_up(learner, NAME)
    run = steps.enrol(learner)
    _with_a_slip(server, new_context, as_role, run)
    steps.study(learner, run, 14)
    _sit(server, learner, run)
    completion = steps.await_certificate(learner, "HT-")
    _look_at(server, learner, completion)
    anyone = new_context().new_page()
    _verify(server, anyone, completion)
    consultant = _certify(server, learner, as_role, completion)
    staff.revoke(as_role("officer"), completion["number"])
    _expect_revoked(anyone, learner, completion, consultant)
    staff.report(as_role("programme"), server.product)
    _change_a_lesson(server, learner, as_role, run)


def _with_a_slip(server: Server, new_context: NewContext, as_role: AsRole, run: str) -> None:
    """Somebody without a mailbox comes in with code and PIN, on a phone."""
    code, pin = steps.print_slip(as_role("programme"), "Trần Văn Chuối")
    phone = new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    steps.use_slip(phone, code, pin, "580412")
    assert steps.enrol(phone) == run
    counted = steps.ask(
        server.product,
        f"""
import json
from enrolments.models import Enrolment
new = Enrolment.objects.filter(run__code={run!r}, person__full_name__in=[{NAME!r}, "Trần Văn Chuối"])
print(json.dumps([new.count(), new.values("person").distinct().count()]))""",
    )
    assert counted == [2, 2]


def _sit(server: Server, page: Page, run: str) -> None:
    """The exam with a slow answer, a lost line, a killed server and a reload; handed in once."""
    bodies = steps.Bodies(page)
    attempt = exam.start(page, run)
    key = steps.answers_of(server.product, attempt)
    right: dict[str, Any] = key["right"]
    assert len(right) == 40
    exam.says_saved_only_when_it_is(page, 1, right["1"])
    for position in range(2, 11):
        exam.turn(page, position)
        exam.fill(page, position, right[str(position)])
    exam.expect_saved(page)
    exam.without_a_line(page, right, [11, 12, 13])
    exam.with_the_server_killed(page, server.running, right, 14)
    assert exam.kept(page) == 14
    for position in range(15, 41):
        exam.turn(page, position)
        exam.fill(page, position, right[str(position)])
    exam.expect_saved(page)
    assert exam.kept(page) == 40
    exam.expect_no_key(page, attempt, bodies, key["explanations"])
    exam.hand_in(page, attempt)
    handed_in = steps.ask(
        server.product,
        f"""
import json
from quizzes.models import Attempt
attempt = Attempt.objects.get(code={attempt!r})
grade = attempt.grades.get()
print(json.dumps([attempt.state, float(grade.points), grade.possible, attempt.sitting.attempts.count()]))""",
    )
    assert handed_in == ["graded", 40.0, 40, 1]


def _look_at(server: Server, page: Page, found: dict[str, str]) -> None:
    """The document as PDF and as a picture, whose QR code leads to the verification page; and the notice of it."""
    root = f"/vi/learn/certificates/{found['code']}/"
    assert steps.download(page, f"{root}pdf").startswith(b"%PDF-")
    picture = Image.open(io.BytesIO(steps.download(page, f"{root}png")))
    read = zxingcpp.read_barcodes(picture)
    assert [code.text.lower() for code in read] == [f"{server.url}/v/{found['code']}".lower()]
    found["qr"] = read[0].text
    page.goto("/vi/account/notices/")
    expect(page.locator("ul.lines li", has_text=found["number"])).to_have_count(1)


def _verify(server: Server, page: Page, found: dict[str, str]) -> None:
    """What anyone sees who scans the code, and what a machine reads."""
    page.goto(found["qr"])
    expect(page.locator(".verdict h1")).to_have_text("Đang có hiệu lực")
    expect(page.locator("main")).to_contain_text(NAME)
    expect(page.locator("main")).to_contain_text("17 giờ")
    expect(page.locator("main")).to_contain_text(f"{date.today():%d/%m/%Y}")
    told = page.request.get(f"/v/{found['code']}.json").json()
    assert not told["reason_class"]
    assert {name: told[name] for name in ("status", "kind", "number", "holder", "expires_on")} == {
        "status": "valid",
        "kind": "completion",
        "number": found["number"],
        "holder": NAME,
        "expires_on": None,
    }
    assert told["issued_on"] == f"{date.today():%Y-%m-%d}"
    assert told["title"] and told["issuer"] and told["checked_at"] and "scope" in told
    for address in ("/v/" + "K7M4PQ29" * 3 + "AB", "/v/khong-co"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 404
        assert not re.search(r"\bgiả\b|giả mạo|forg|fake|counterfeit", page.content(), re.IGNORECASE)
        machine = page.request.get(f"{address}.json")
        assert machine.status == 404
        assert machine.json()["status"] == "unknown"
        assert "register_complete_since" in machine.json()


def _certify(server: Server, learner: Page, as_role: AsRole, completion: dict[str, str]) -> dict[str, str]:
    """From the application to the consultant certificate; and the decision that may not be made."""
    code = staff.apply(learner)
    staff.propose(as_role("officer"), code)
    decider = as_role("decider")
    number = staff.grant(decider, code)
    staff.may_not_decide(decider, server.product)
    found = steps.await_certificate(learner, "TV-")
    assert found["number"] == number
    learner.goto(f"/v/{found['code']}")
    main = learner.locator("main")
    expect(learner.locator(".verdict h1")).to_have_text("Đang có hiệu lực")
    today = date.today()
    # Valid for three years, the last day included. (29 February does not come back.)
    last = today.replace(year=today.year + 3, day=min(today.day, 28 if today.month == 2 else 31)) - timedelta(days=1)
    decision = steps.ask(
        server.product,
        f"""
import json
from certificates.models import Decision
print(json.dumps(Decision.objects.get(application__code={code!r}).number))""",
    )
    for fact in ("HACCP-TV, phiên bản 1", decision, f"{last:%d/%m/%Y}"):
        expect(main).to_contain_text(fact)
    told = learner.request.get(f"/v/{found['code']}.json").json()
    assert (told["status"], told["kind"], told["number"]) == ("valid", "consultant", number)
    assert told["expires_on"] == f"{last:%Y-%m-%d}"
    own = steps.download(learner, f"/vi/learn/certificates/{found['code']}/png")
    assert own != steps.download(learner, f"/vi/learn/certificates/{completion['code']}/png")
    learner.goto("/vi/register/")
    expect(learner.locator("main")).to_contain_text(number)
    return found


def _expect_revoked(anyone: Page, learner: Page, found: dict[str, str], other: dict[str, str]) -> None:
    """Page and JSON say it at once; the other certificate stands."""
    answer = anyone.goto(f"/v/{found['code']}")
    assert answer is not None and answer.status == 200
    expect(anyone.locator(".verdict h1")).to_have_text("Đã hủy bỏ, không có giá trị")
    expect(anyone.locator(".verdict")).to_contain_text(f"{date.today():%d/%m/%Y}")
    assert "trùng tên" not in anyone.content()
    told = anyone.request.get(f"/v/{found['code']}.json").json()
    assert told["status"] == "revoked"
    assert told["reason_class"]
    assert "trùng tên" not in str(told)
    assert learner.request.get(f"/vi/learn/certificates/{found['code']}/pdf").status == 410
    assert anyone.request.get(f"/v/{other['code']}.json").json()["status"] == "valid"


def _change_a_lesson(server: Server, learner: Page, as_role: AsRole, run: str) -> None:
    """Edited, previewed, reviewed, published: the new text is read, and what was studied stays recorded."""
    sentence = "Câu này giảng viên vừa thêm."
    read = f"""
import json
from enrolments.models import LessonProgress
done = LessonProgress.objects.get(
    enrolment__run__code={run!r}, enrolment__person__full_name={NAME!r}, lesson__code="prerequisites")
page = done.revision.content_object
print(json.dumps([page.pk, done.revision_id, page.live_revision_id, {sentence!r} in json.dumps(
    done.revision.content, ensure_ascii=False)]))"""
    pk, revision, live, _told = steps.ask(server.product, read)
    assert revision == live
    lesson = f"/vi/learn/{run}/prerequisites/"
    staff.edit_lesson(as_role("instructor"), pk, sentence)
    learner.goto(lesson)
    expect(learner.locator("main")).not_to_contain_text(sentence)
    staff.approve_lesson(as_role("admin"), pk)
    learner.goto(lesson)
    expect(learner.locator("main")).to_contain_text(sentence)
    expect(learner.locator("main")).to_contain_text("Đã học xong bài này.")
    same, still, new, told = steps.ask(server.product, read)
    assert (same, still, told) == (pk, revision, False)
    assert new != revision
