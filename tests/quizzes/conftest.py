"""A small course pack's bank, made by the product's own reader, and attempts at it."""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import settings

from courses.models import Course
from courses.packs.files import PackFiles, Problems
from enrolments.models import Enrolment
from lms.lib.access import Role
from people.models import User
from quizzes import actions
from quizzes.models import Attempt, Exam, Sitting
from quizzes.pack import QuestionSection
from tests.factories import AT, enrol, make_course, make_person, make_run

CANARY = "CANARY"

# A busy machine is slow, not wrong.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


def texts(word: str) -> dict[str, str]:
    return {"vi": f"{word} (vi)", "en": f"{word} (en)"}


def _common(code: str, kind: str, use: str, topic: str, difficulty: str) -> dict[str, Any]:
    return {
        "code": code,
        "type": kind,
        "use": use,
        "topic": topic,
        "lesson": "bai-1",
        "difficulty": difficulty,
        "stem": texts(f"Stem {code}"),
    }


def _end(code: str) -> dict[str, Any]:
    return {"explanation": texts(f"{CANARY}-explanation-{code}")}


def single(code: str, use: str = "exam", topic: str = "prp", difficulty: str = "recall") -> dict[str, Any]:
    options: list[dict[str, Any]] = [{"id": letter, **texts(f"Option {code} {letter}")} for letter in "abcd"]
    options[1] |= {"correct": True, "feedback": texts(f"{CANARY}-feedback-{code}-b")}
    options[2] |= {"feedback": texts(f"{CANARY}-feedback-{code}-c")}
    return {**_common(code, "single", use, topic, difficulty), "options": options, **_end(code)}


def multiple(code: str, use: str = "exam", topic: str = "prp", difficulty: str = "apply") -> dict[str, Any]:
    options: list[dict[str, Any]] = [{"id": letter, **texts(f"Option {code} {letter}")} for letter in "abcd"]
    options[0]["correct"] = options[2]["correct"] = True
    return {**_common(code, "multiple", use, topic, difficulty), "options": options, "scoring": "partial", **_end(code)}


def truefalse(code: str, use: str = "exam", topic: str = "prp", difficulty: str = "apply") -> dict[str, Any]:
    return {**_common(code, "truefalse", use, topic, difficulty), "answer": False, **_end(code)}


def numeric(code: str, use: str = "exam", topic: str = "ccp", difficulty: str = "apply") -> dict[str, Any]:
    return {
        **_common(code, "numeric", use, topic, difficulty),
        "answer": 48151.5,
        "tolerance": 0.62342,
        "unit": texts("kg"),
        "decimals": 1,
        **_end(code),
    }


def matching(code: str, use: str = "exam", topic: str = "ccp", difficulty: str = "apply") -> dict[str, Any]:
    pairs = [{"left": texts(f"Left {code} {n}"), "right": texts(f"Right {code} {n}")} for n in (1, 2, 3)]
    return {
        **_common(code, "matching", use, topic, difficulty),
        "pairs": pairs,
        "extra": [texts(f"Extra {code}")],
        **_end(code),
    }


def ordering(code: str, use: str = "exam", topic: str = "ccp", difficulty: str = "apply") -> dict[str, Any]:
    items = [texts(f"Item {code} {n}") for n in (1, 2, 3, 4)]
    return {**_common(code, "ordering", use, topic, difficulty), "items": items, **_end(code)}


EXAM = {
    "code": "HACCP-FINAL",
    "title": {"vi": "Bài thi HACCP", "en": "HACCP exam"},
    "minutes": 60,
    "pass": 70,
    "attempts": 3,
    "wait_hours": 24,
    "topics": [
        {"code": "prp", "vi": "Chương trình tiên quyết", "en": "Prerequisite programmes", "minimum": 40},
        {"code": "ccp", "vi": "CCP", "en": "CCP"},
    ],
    "draw": [
        {"topic": "prp", "difficulty": "recall", "count": 2},
        {"topic": "prp", "difficulty": "apply", "count": 2},
        {"topic": "ccp", "difficulty": "apply", "count": 3},
    ],
}


def dump(data: Any) -> bytes:
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10**9, default_flow_style=False)
    return text.encode()


def bank_files() -> dict[str, bytes]:
    """Two files of exam questions of every type, one of practice, and the exam."""
    return dict(_bank_files())


@cache
def _bank_files() -> dict[str, bytes]:
    return {
        "exam.yaml": dump(EXAM),
        "questions/ccp.yaml": dump([numeric("C-1"), matching("C-2"), ordering("C-3")]),
        "questions/practice.yaml": dump(
            [single("P-1", "practice"), numeric("P-2", "practice"), matching("P-3", "practice")]
        ),
        "questions/prp.yaml": dump(
            [single("A-1"), single("A-2"), single("A-3"), multiple("A-4"), truefalse("A-5"), multiple("A-6")]
        ),
    }


def read(files: dict[str, bytes], **course: Any) -> tuple[Any, Problems]:
    problems = Problems()
    about = {"languages": ["vi", "en"], "lessons": ["bai-1", "bai-2"], **course}
    return QuestionSection().read(PackFiles(files), about, problems), problems


def load(files: dict[str, bytes], course: Course, at: datetime = AT) -> None:
    QuestionSection().load(deepcopy(_parsed(frozenset(files.items()))), course, by=None, at=at)


@cache
def _parsed(files: frozenset[tuple[str, bytes]]) -> Any:
    """Reading YAML is what would take longest in a thousand tests; most of them read the same."""
    data, problems = read(dict(files))
    assert not problems, problems.found
    return data


@pytest.fixture
def course(db: None) -> Course:
    """A course with the small bank."""
    course = make_course("HACCP")
    load(bank_files(), course)
    return course


@pytest.fixture
def exam(course: Course) -> Exam:
    return Exam.objects.get(code="HACCP-FINAL")


@pytest.fixture
def enrolment(course: Course) -> Enrolment:
    return enrol(make_person(), make_run(course))


@pytest.fixture
def sitting(exam: Exam, enrolment: Enrolment) -> Sitting:
    return actions.open_sitting(person=enrolment.person, exam=exam, enrolment=enrolment, by=None, at=AT)


@pytest.fixture
def examiner(db: None) -> User:
    return make_person("Lê Thị Sát Hạch", roles=(Role.EXAMINER,))


@pytest.fixture
def watcher(db: None) -> User:
    return make_person("Hồ Văn Sang", roles=(Role.INVIGILATOR,))


@pytest.fixture
def attempt(sitting: Sitting) -> Attempt:
    return actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi", device="tab-1")


@pytest.fixture
def right() -> Callable[[Any], dict[str, list[str]]]:
    """The fields that answer an item rightly."""
    return right_fields


def right_fields(item: Any) -> dict[str, list[str]]:
    key, order = item.version.key.key, item.order
    match item.version.type:
        case "single" | "multiple":
            return {"r": [str(order.index(name)) for name in key["correct"]]}
        case "truefalse":
            return {"r": ["0" if key["answer"] else "1"]}
        case "numeric":
            return {"r": [str(key["answer"]).replace(".", ",")]}
        case "matching":
            return {f"r{n}": [str(order["rights"].index(key["pairs"][left]))] for n, left in enumerate(order["lefts"])}
        case "ordering":
            return {f"r{n}": [str(key["order"].index(name))] for n, name in enumerate(order)}
        case _:
            raise AssertionError(item.version.type)
