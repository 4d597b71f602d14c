"""Files as answers: only what was taken here, for this question of this attempt."""

from copy import deepcopy
from random import Random
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from quizzes import actions, personal_files
from quizzes.models import Answer, AttemptItem, LateAnswer, Question, Sitting
from quizzes.types import BadResponse
from quizzes.types.file import signed
from tests.factories import AT, make_person
from tests.quizzes import conftest as bank
from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
FACTS = {"path": "answers/x/y.pdf", "name": "sơ đồ.pdf", "sha256": "0" * 64, "size": 10}


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["rubric"][0]["points"], other["rubric"][1]["points"] = 1, 4
    return other


class TestFile(Contract):
    node = QUESTIONS["QT-FILE"]
    other = changed(QUESTIONS["QT-FILE"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r": [signed(order, FACTS)]}

    def test_a_file_of_another_slot_or_of_ones_own_making_is_refused(self) -> None:
        question = parse(self.node)
        mine, theirs = (self.kind.shuffle(question.content, Random(seed)) for seed in (1, 2))
        assert mine != theirs
        assert self.kind.read(question.content, mine, {"r": [signed(mine, FACTS)]}) == {"file": FACTS}
        for token in (signed(theirs, FACTS), signed(mine, FACTS)[:-1], "answers/x/y.pdf", '{"path": "/etc/passwd"}'):
            with pytest.raises(BadResponse):
                self.kind.read(question.content, mine, {"r": [token]})

    def test_it_cannot_be_practised(self) -> None:
        assert "use" in faults(self.node, use="practice")


@pytest.fixture
def item(course: Any, sitting: Sitting) -> AttemptItem:
    """An attempt with a question that takes a file."""
    node = {**QUESTIONS["QT-FILE"], "topic": "prp", "lesson": "bai-1"}
    files = bank.bank_files() | {"questions/files.yaml": bank.dump([node])}
    bank.load(files, course)
    attempt = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi", device="tab-1")
    version = Question.objects.get(code="QT-FILE").current
    assert version is not None
    return AttemptItem.objects.create(
        attempt=attempt, position=99, version=version, order={"slot": "0123456789abcdef" * 2}
    )


def send(client: Client, item: AttemptItem, content: bytes = PDF, name: str = "so-do.pdf", **more: Any) -> Any:
    address = reverse("quizzes:answer_file", args=[item.attempt.code, item.position])
    data = {"file": SimpleUploadedFile(name, content), "key": "00000000-0000-4000-8000-000000000001", **more}
    return client.post(address, data, headers={"X-Requested-With": "fetch"})


@pytest.fixture
def taker(item: AttemptItem, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("quizzes.views_files.timezone.now", lambda: AT)
    client.force_login(item.attempt.sitting.person)
    return client


def test_a_file_is_kept_and_saved_as_the_answer_once(taker: Client, item: AttemptItem) -> None:
    assert [send(taker, item).status_code for _time in range(2)] == [200, 200]
    answer = Answer.objects.get(item=item)
    assert (answer.revision, answer.response["file"]["name"]) == (1, "so-do.pdf")
    back = taker.get(reverse("quizzes:answer_file", args=[item.attempt.code, 99]))
    assert b"".join(back.streaming_content) == PDF
    assert back["Content-Disposition"].startswith("attachment")
    back.close()


def test_another_file_takes_its_place_and_both_are_kept(taker: Client, item: AttemptItem) -> None:
    send(taker, item)
    send(taker, item, PDF + b"%%EOF", key="00000000-0000-4000-8000-000000000002")
    rows = list(Answer.objects.filter(item=item))
    assert [row.revision for row in rows] == [1, 2]
    assert rows[0].response["file"]["path"] != rows[1].response["file"]["path"]


@pytest.mark.parametrize(
    ("content", "name"), [(b"MZ", "so-do.pdf"), (PDF, "so-do.exe"), (b"", "so-do.pdf"), (PDF, "so-do.docx")]
)
def test_what_is_not_taken(taker: Client, item: AttemptItem, content: bytes, name: str) -> None:
    answer = send(taker, item, content, name)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not Answer.objects.filter(item=item).exists()


def test_a_late_file_is_evidence(taker: Client, item: AttemptItem, monkeypatch: pytest.MonkeyPatch) -> None:
    late = item.attempt.deadline.replace(year=item.attempt.deadline.year + 1)
    monkeypatch.setattr("quizzes.views_files.timezone.now", lambda: late)
    assert send(taker, item).status_code == 410
    assert LateAnswer.objects.get(item=item).response["file"]["name"] == "so-do.pdf"


def test_nobody_else_sends_or_gets_it(taker: Client, item: AttemptItem) -> None:
    send(taker, item)
    taker.force_login(make_person("Người khác"))
    assert send(taker, item).status_code == 404
    assert taker.get(reverse("quizzes:answer_file", args=[item.attempt.code, 99])).status_code == 404


def test_other_questions_take_no_file(taker: Client, item: AttemptItem) -> None:
    item.position = 1
    assert send(taker, item).status_code == 404


def test_without_a_script_the_page_comes_back_to_the_question(taker: Client, item: AttemptItem) -> None:
    address = reverse("quizzes:answer_file", args=[item.attempt.code, 99])
    data = {"file": SimpleUploadedFile("a.pdf", PDF), "key": "00000000-0000-4000-8000-000000000003"}
    answer = taker.post(address, data)
    assert answer.status_code == 302
    assert answer["Location"].endswith("?q=99")


def test_the_files_are_in_the_copy_and_go_with_the_person(taker: Client, item: AttemptItem) -> None:
    send(taker, item)
    person = item.attempt.sitting.person
    (kept,) = personal_files.stored([person.pk])
    assert storages["private"].exists(kept.path) and kept.name.startswith("01.")
    personal_files.erase([person.pk])
    assert not storages["private"].exists(kept.path)
    facts = item.answers.get().response["file"]
    assert facts["path"] == "" and facts["sha256"] and facts["name"] == personal_files.ERASED_NAME
    assert personal_files.stored([person.pk]) == []
