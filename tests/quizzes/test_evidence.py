"""Late evidence decided by an examiner; the course of an attempt, folded and exported."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from lms.lib.access import Role
from lms.lib.states import Refused
from people.actions import grant_role
from people.models import Notice, User
from quizzes import actions, queries
from quizzes.actions import hall
from quizzes.actions.evidence import decide_late
from quizzes.models import Answer, Attempt, Grade, LateAnswer
from quizzes.queries import logs
from tests.factories import AT, make_person, make_province
from tests.quizzes.conftest import CANARY, right_fields

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def examiner(db: None) -> User:
    make_province()
    return make_person("Lê Thị Sát Hạch", roles=(Role.EXAMINER,))


def send(attempt: Attempt, position: int, at: Any, revision: int = 1, wrong: bool = False) -> None:
    item = attempt.items.select_related("version__key").get(position=position)
    actions.save_answer(
        attempt=attempt,
        position=position,
        response={} if wrong else right_fields(item),
        revision=revision,
        key=uuid4(),
        by=attempt.sitting.person,
        at=at,
        client_at=AT + 59 * MINUTE,
        device="tab-1",
    )


@pytest.fixture
def late(attempt: Attempt) -> LateAnswer:
    """Everything right but the first question, whose answer came a minute after the end."""
    for position in range(2, 8):
        send(attempt, position, AT + MINUTE)
    with pytest.raises(Refused):
        send(attempt, 1, attempt.deadline + MINUTE)
    actions.close_overdue(at=attempt.deadline + 2 * MINUTE)
    attempt.refresh_from_db()
    return LateAnswer.objects.get()


def code(work: Any) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def test_evidence_that_counts_is_graded_again(late: LateAnswer, attempt: Attempt, examiner: User) -> None:
    assert Grade.objects.get().points == 6
    at = attempt.deadline + timedelta(days=1)
    decide_late(late=late, counts=True, grounds="Mất mạng cả phòng, có biên bản", by=examiner, at=at)
    answer = Answer.objects.get(item=late.item)
    assert (answer.response, answer.received_at, answer.entered_by) == (late.response, late.received_at, examiner)
    assert [grade.points for grade in Grade.objects.order_by("number")] == [6, 7]
    event = attempt.events.get(note="late_decided")
    assert event.data["counts"] is True
    assert Notice.objects.filter(kind="late_answer_decided", person=attempt.sitting.person).exists()
    # Pressed again it is the same decision; another one is refused.
    decide_late(late=late, counts=True, grounds="Mất mạng cả phòng, có biên bản", by=examiner, at=at)
    assert Grade.objects.count() == 2
    assert code(lambda: decide_late(late=late, counts=False, grounds="x", by=examiner, at=at)) == "decided"
    # The browser that sends it once more hears that it is stored.
    assert queries.newest_answers(attempt)[late.item_id].response == late.response


def test_evidence_that_does_not_count_changes_no_grade(late: LateAnswer, attempt: Attempt, examiner: User) -> None:
    decide_late(late=late, counts=False, grounds="Không có lý do", by=examiner, at=AT + timedelta(days=1))
    assert Grade.objects.count() == 1
    assert not Answer.objects.filter(item=late.item).exists()
    late.refresh_from_db()
    assert (late.counted, late.grounds, late.decided_by) == (False, "Không có lý do", examiner)


def test_what_a_decision_refuses(attempt: Attempt, examiner: User) -> None:
    with pytest.raises(Refused):
        item = attempt.items.select_related("version__key").get(position=1)
        actions.save_answer(
            attempt=attempt, position=1, response=right_fields(item), revision=1, key=uuid4(),
            by=attempt.sitting.person, at=AT, device="tab-2",
        )  # fmt: skip
    late = LateAnswer.objects.get()
    assert code(lambda: decide_late(late=late, counts=True, grounds="  ", by=examiner, at=AT)) == "grounds"
    assert code(lambda: decide_late(late=late, counts=True, grounds="x", by=examiner, at=AT)) == "running"
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    taker = attempt.sitting.person
    assert code(lambda: decide_late(late=late, counts=True, grounds="x", by=taker, at=AT)) == "partial"
    hall.void(attempt=attempt, reason="x", by=examiner, at=AT)
    assert code(lambda: decide_late(late=late, counts=True, grounds="x", by=examiner, at=AT)) == "void"


def test_the_result_page_says_what_was_decided(late: LateAnswer, attempt: Attempt, examiner: User) -> None:
    client = Client()
    client.force_login(attempt.sitting.person)
    page = reverse("quizzes:result", args=[attempt.code])
    before = client.get(page).content.decode()
    decide_late(late=late, counts=False, grounds="Không có lý do chính đáng", by=examiner, at=AT + timedelta(days=1))
    after = client.get(page).content.decode()
    assert "Không có lý do chính đáng" not in before
    assert "Không có lý do chính đáng" in after


# --- The course ------------------------------------------------------------------------


def test_answers_folded_from_the_course_are_those_stored(late: LateAnswer, attempt: Attempt, examiner: User) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(network="10.0.0.7")
    decide_late(late=late, counts=True, grounds="x", by=examiner, at=AT + timedelta(days=1))
    course = json.loads(json.dumps([line.plain() for line in logs.lines(attempt, "vi")]))
    stored = {
        item.position: item.answers.order_by("-revision")[0].response
        for item in attempt.items.all()
        if item.answers.exists()
    }
    assert logs.replay(course) == stored
    assert len(stored) == 7
    kinds = [line["kind"] for line in course]
    assert kinds.count("late") == 1
    assert kinds.count("grade") == 2
    assert [line["at"] for line in course] == sorted(line["at"] for line in course)


def test_the_export_names_its_hashes_and_holds_no_key(late: LateAnswer, attempt: Attempt, examiner: User) -> None:
    client = Client()
    client.force_login(examiner)
    answer = client.get(reverse("quizzes_admin:attempt_file", args=[attempt.code]))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    sums: dict[str, str] = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    for name in ("attempt.json", "attempt.pdf"):
        assert sums[name] == hashlib.sha256(files[name]).hexdigest()
    assert files["attempt.pdf"].startswith(b"%PDF")
    facts = json.loads(files["attempt.json"])
    assert len(facts["items"]) == 7
    assert logs.replay(facts["log"])
    assert CANARY not in files["attempt.json"].decode()


def test_staff_pages_and_who_sees_them(late: LateAnswer, attempt: Attempt, examiner: User) -> None:
    client = Client()
    client.force_login(examiner)
    listed = client.get(reverse("quizzes_admin:attempts"), {"late": "1"}).content.decode()
    assert attempt.code in listed
    page = reverse("quizzes_admin:attempt", args=[attempt.code])
    shown = client.get(page).content.decode()
    assert CANARY not in shown
    assert reverse("quizzes_admin:late_decide", args=[attempt.code, late.pk]) in shown
    decide = reverse("quizzes_admin:late_decide", args=[attempt.code, late.pk])
    assert client.post(decide, {"counts": "yes", "grounds": ""}).status_code == 422
    assert client.post(decide, {"counts": "yes", "grounds": "có biên bản"})["Location"] == page
    assert Grade.objects.count() == 2
    inspector = Client()
    inspector.force_login(make_person("Thanh tra", roles=(Role.INSPECTOR,)))
    assert inspector.get(page).status_code == 200
    assert inspector.post(decide, {"counts": "no", "grounds": "x"}).status_code == 403
    # Nobody inspects their own attempt.
    own = Client()
    grant_role(person=attempt.sitting.person, role=Role.EXAMINER, by=None, at=AT)
    own.force_login(User.objects.get(pk=attempt.sitting.person_id))
    assert own.get(page).status_code == 404


def test_the_course_costs_the_same_with_more_answers(
    late: LateAnswer, attempt: Attempt, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        logs.lines(attempt, "vi")
    Answer.objects.filter(item__position__gt=3).update(seconds=5)
    with django_assert_num_queries(6):
        logs.lines(attempt, "vi")


# --- Gone through again ----------------------------------------------------------------------


def test_each_moment_can_be_gone_back_to(late: LateAnswer, attempt: Attempt, examiner: User) -> None:
    course = logs.lines(attempt, "vi")
    for step in range(len(course) + 1):
        folded = logs.replay(line.plain() for line in course[:step])
        assert {one.position for one in logs.stood(course, step)} == set(folded)
    assert logs.agrees(attempt, course)
    client = Client()
    client.force_login(examiner)
    page = reverse("quizzes_admin:attempt", args=[attempt.code])
    first = next(place for place, line in enumerate(course, 1) if line.kind == "answer")
    shown = client.get(page, {"step": first}).content.decode()
    assert shown.count('id="moment"') == 1
    moment = shown[shown.index('id="moment"') : shown.index("</section>", shown.index('id="moment"'))]
    assert moment.count("<tr>") == 2
    for junk in ("0", "x", "-1", "9" * 30, ""):
        assert 'id="moment"' not in client.get(page, {"step": junk}).content.decode()
    assert 'id="moment"' in client.get(page, {"step": "999"}).content.decode()


def test_answers_that_do_not_fit_their_lines_are_said_to(late: LateAnswer, attempt: Attempt) -> None:
    course = logs.lines(attempt, "vi")
    answered = next(line.position for line in course if line.kind == "answer")
    without = [line for line in course if not (line.kind == "answer" and line.position == answered)]
    assert not logs.agrees(attempt, without)


def test_a_changed_line_breaks_the_chain(late: LateAnswer, attempt: Attempt) -> None:
    course = logs.chained(line.plain() for line in logs.lines(attempt, "vi"))
    assert logs.chained(course) == course
    for place in range(len(course)):
        forged = [*course[:place], {**course[place], "by": "Kẻ khác"}, *course[place + 1 :]]
        again = [line["hash"] for line in logs.chained(forged)]
        known = [line["hash"] for line in course]
        assert again[:place] == known[:place]
        assert all(one != other for one, other in zip(again[place:], known[place:], strict=True))
    assert logs.chained(course[:1] + course[2:])[-1]["hash"] != course[-1]["hash"]


def test_no_sign_of_a_taker_keeps_an_attempt_from_being_exported(
    late: LateAnswer, attempt: Attempt, examiner: User
) -> None:
    User.objects.filter(pk=attempt.sitting.person_id).update(full_name="An 🧼 李")
    client = Client()
    client.force_login(examiner)
    answer = client.get(reverse("quizzes_admin:attempt_file", args=[attempt.code]))
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        told = json.loads(packed.read("attempt.json"))
        assert "U+1F9FC" in PdfReader(io.BytesIO(packed.read("attempt.pdf"))).pages[0].extract_text()
    assert told["person"]["name"] == "An 🧼 李"
    assert told["replay_equals_stored"] is True
    assert (told["exported_by"], told["exam"]) == (examiner.full_name, attempt.sitting.exam.code)
    assert logs.chained(told["log"]) == told["log"]
    assert {line["by"] for line in told["log"] if line["kind"] == "answer"} == {"An 🧼 李"}
