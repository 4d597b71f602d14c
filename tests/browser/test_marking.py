"""A table of marks on a phone and by keys: what was typed outlives a reload, a cut line and a lost session."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, AsRole, Server
from tests.browser.steps import ask

TWO_ESSAYS = """
import json
from uuid import uuid4
from django.utils import timezone
from people.models import User
from quizzes import actions
from quizzes.models import *
now = timezone.now()
exam = Exam.objects.filter(certifies=False, retired=False, course__code="5S").first()
old = QuestionVersion.objects.filter(question__bank=exam.bank).first()
question = Question.objects.create(bank=exam.bank, code="TL-MARKS")
version = QuestionVersion.objects.create(
    question=question, number=1, type="essay", topic=old.topic, difficulty="analyse", points=5,
    content={"stem": {"vi": "Hãy phân tích", "en": "Analyse"}}, fingerprint="marks", created_at=now,
)
levels = [{"text": {"vi": "Đủ", "en": "All"}, "points": 2}, {"text": {"vi": "Thiếu", "en": "Some"}, "points": 1}]
QuestionKey.objects.create(version=version, key={"rubric": [
    {"id": "c0", "text": {"vi": "Nguyên nhân", "en": "Cause"}, "points": 2, "levels": levels},
    {"id": "c1", "text": {"vi": "Biện pháp", "en": "Measure"}, "points": 3},
]})
for name in ("programme", "decider"):
    taker = User.objects.get(email=f"{name}@nscl.example")
    attempt = actions.start(
        sitting=Sitting.objects.create(person=taker, exam=exam), by=taker, at=now, language="vi", device="d"
    )
    item = AttemptItem.objects.create(attempt=attempt, position=90, version=version, order=[])
    Answer.objects.create(item=item, revision=1, key=uuid4(), response={"text": "Trả lời"}, received_at=now)
    actions.submit(attempt=attempt, by=taker, at=now)
print(json.dumps([exam.pk, version.pk]))"""


def test_typed_marks_are_not_lost(server: Server, as_role: AsRole, accessible: Callable[[Page], None]) -> None:
    exam, version = ask(server.product, TWO_ESSAYS)
    page = as_role("examiner", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"/admin/marking/{exam}/{version}/")
    page.locator("button[name=open]").click()
    first, second = (page.locator("[data-points='1']").nth(number) for number in (0, 1))
    first.fill("1,5")
    first.press("Enter")
    expect(second).to_be_focused()
    page.locator("[data-level='2']").nth(1).click()
    expect(second).to_have_value("2")
    page.locator("[data-points='2']").first.fill("3")
    expect(page.locator("[data-sum]").first).to_have_text("4,5")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(first).to_have_value("1,5")
    expect(page.locator("[data-restored]")).to_be_visible()
    _a_cut_line(page)
    page.locator("[data-points='2']").nth(1).fill("0")
    page.get_by_role("button", name=re.compile("Lưu điểm|Save the points")).click()
    page.wait_for_url(f"**/marking/{exam}/{version}/")
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('nscl.marks.')).length") == 0


def _a_cut_line(page: Page) -> None:
    """Sent without a line, and come back to: everything stands where it was."""
    address = page.url
    page.context.set_offline(True)
    page.get_by_role("button", name=re.compile("Lưu điểm|Save the points")).last.click()
    page.context.set_offline(False)
    page.goto(address)
    expect(page.locator("[data-points='1']").first).to_have_value("1,5")
    expect(page.locator("[data-points='2']").first).to_have_value("3")
