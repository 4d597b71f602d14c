"""Questions and exam in a course pack: read with every fault named, loaded, dumped byte for byte."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from courses.models import Course
from courses.packs.files import PackRefused
from enrolments.models import CompletionRule
from quizzes.models import Exam, Question, QuestionVersion, Topic
from quizzes.pack import QuestionSection
from tests.factories import AT, make_course
from tests.quizzes.conftest import EXAM, bank_files, dump, load, matching, numeric, read, single


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Faults are compared by their words."""
    with override("en"):
        yield


def faults(files: dict[str, bytes], **course: Any) -> list[str]:
    return [str(problem) for problem in read(files, **course)[1].found]


def with_questions(*questions: Any) -> dict[str, bytes]:
    return bank_files() | {"questions/extra.yaml": dump(list(questions))}


def test_a_bank_comes_back_byte_for_byte(course: Course) -> None:
    assert QuestionSection().dump(course) == bank_files()


def test_loading_the_same_again_changes_nothing(course: Course) -> None:
    before = list(Question.objects.order_by("pk").values())
    data, _problems = read(bank_files())
    with CaptureQueriesContext(connection) as queries:
        QuestionSection().load(data, course, by=None, at=AT + timedelta(days=1))
    assert list(Question.objects.order_by("pk").values()) == before
    assert QuestionVersion.objects.count() == Question.objects.count()
    assert not [row for row in queries.captured_queries if row["sql"].startswith("DELETE")]


def test_the_exam_becomes_a_requirement_of_the_course(course: Course) -> None:
    assert CompletionRule.objects.get(course=course).key == "HACCP-FINAL"


def test_a_changed_question_gets_a_version_and_a_missing_one_is_retired(course: Course) -> None:
    changed = numeric("C-1") | {"answer": 1}
    files = bank_files() | {"questions/ccp.yaml": dump([changed, matching("C-2"), numeric("C-4")])}
    load(files, course)
    question = Question.objects.get(code="C-1")
    assert question.current is not None
    assert question.current.number == 2
    assert question.versions.count() == 2
    assert Question.objects.get(code="C-3").state == "retired"
    assert QuestionSection().dump(course) == files
    load(bank_files(), course)
    assert Question.objects.get(code="C-3").state == "approved"
    assert Question.objects.get(code="C-3").versions.count() == 1
    assert QuestionSection().dump(course) == bank_files()


def test_a_topic_that_is_gone_is_retired(course: Course) -> None:
    extra = {"code": "new", "vi": "Mới", "en": "New"}
    load(bank_files() | {"exam.yaml": dump({**EXAM, "topics": [*EXAM["topics"], extra]})}, course)
    load(bank_files(), course)
    assert Topic.objects.get(code="new").retired
    assert QuestionSection().dump(course) == bank_files()


def test_another_exam_code_retires_the_old_exam(course: Course) -> None:
    files = bank_files() | {"exam.yaml": dump({**EXAM, "code": "HACCP-NEW"})}
    load(files, course)
    assert Exam.objects.get(code="HACCP-FINAL").retired
    assert QuestionSection().dump(course) == files


def test_codes_of_another_bank_are_refused(course: Course) -> None:
    data, _problems = read(bank_files())
    with pytest.raises(PackRefused) as refused:
        QuestionSection().load(data, make_course("5S"), by=None, at=AT)
    assert "questions/prp.yaml:1" in str(refused.value)
    assert "exam.yaml" in str(refused.value)


def test_a_pack_without_questions() -> None:
    assert read({})[0] is None
    assert not faults({})
    assert faults({"questions/prp.yaml": dump([single("A-1")])}) != []


def test_points_figure_and_its_files(course: Course) -> None:
    pictured = single("A-9") | {"points": 3, "figure": "media/flow", "alt": {"vi": "Sơ đồ", "en": "Flow"}}
    order = ["code", "type", "use", "topic", "lesson", "difficulty", "points", "stem", "figure", "alt", "options"]
    pictured = {key: pictured[key] for key in [*order, "explanation"]}
    files = with_questions(pictured)
    assert faults(files) == [
        "questions/extra.yaml:1: The figure media/flow.vi.svg is missing.",
        "questions/extra.yaml:1: The figure media/flow.en.svg is missing.",
    ]
    assert faults(files | {"media/flow.svg": b"<svg/>"}) == []
    load(files | {"media/flow.svg": b"<svg/>"}, course)
    assert QuestionSection().dump(course) == files


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        ({"colour": "red"}, 43, "colour"),
        ({"type": "riddle"}, 2, "type"),
        ({"topic": "nothing"}, 4, "topic"),
        ({"lesson": "bai-9"}, 5, "lesson"),
        ({"difficulty": "hard"}, 6, "difficulty"),
        ({"use": "both"}, 3, "use"),
        ({"points": 0}, 43, "points"),
        ({"code": "a b"}, 1, "code"),
        ({"stem": {"vi": "Chỉ tiếng Việt"}}, 8, "en"),
        ({"stem": {"vi": "", "en": "x"}}, 8, "empty"),
        ({"stem": {"vi": 3, "en": "x"}}, 8, "quotes"),
        ({"options": []}, 10, "options"),
        ({"options": "a"}, 10, "list"),
        ({"figure": "../secret"}, 43, "figure"),
        ({"alt": {"vi": "a", "en": "b"}}, 43, "alt"),
    ],
)
def test_faults_name_their_line(change: dict[str, Any], line: int, words: str) -> None:
    base = single("A-9")
    found = faults(with_questions({**base, **change}))
    assert found
    place = [fault for fault in found if words in fault]
    assert place, found
    numbers = {int(fault.split(":")[1]) for fault in place}
    if "figure" not in change and "alt" not in change and "colour" not in change and "points" not in change:
        assert numbers & {line, line + 1}, (found, line)
    else:
        assert min(numbers) > 20


def test_no_right_answer_and_twin_options() -> None:
    wrong = single("A-9")
    del wrong["options"][1]["correct"]
    wrong["options"][3] |= {"vi": wrong["options"][0]["vi"]}
    found = faults(with_questions(wrong))
    assert any("Exactly one option" in fault for fault in found)
    assert any("twice" in fault for fault in found)


def test_a_code_stands_once_in_all_files() -> None:
    assert any("C-1" in fault and "questions/ccp.yaml" in fault for fault in faults(with_questions(numeric("C-1"))))


def test_a_blueprint_that_cannot_be_served() -> None:
    lines = [dict(line) for line in EXAM["draw"]]
    lines[2]["count"] = 4
    found = faults(bank_files() | {"exam.yaml": dump({**EXAM, "draw": lines})})
    assert found == ["exam.yaml:24: 4 questions are to be drawn here, but the pack holds 3."]


def test_lessons_may_only_practise_what_is_there() -> None:
    found = faults(bank_files(), practice={"P-9": ("lessons/bai-1.vi.md", 12), "P-1": ("lessons/bai-1.vi.md", 3)})
    assert found == ["lessons/bai-1.vi.md:12: The pack has no practice question “P-9”."]


@pytest.mark.parametrize(
    "change",
    [
        {"pass": 0},
        {"pass": 101},
        {"minutes": 0},
        {"attempts": "3"},
        {"topics": []},
        {"draw": [{"topic": "prp", "difficulty": "recall", "count": 1}] * 2},
        {"extra": 1},
        {"code": "x y"},
        {"title": {"vi": "a"}},
    ],
)
def test_faults_of_the_exam(change: dict[str, Any]) -> None:
    found = faults(bank_files() | {"exam.yaml": dump({**EXAM, **change})})
    assert found
    assert any(fault.startswith("exam.yaml:") for fault in found)


def test_a_blueprint_of_any_difficulty_and_a_minimum_in_points_come_back(course: Course) -> None:
    files = bank_files()
    exam = yaml.safe_load(files["exam.yaml"])
    exam["draw"] = [{"topic": "prp", "count": 2}, {"topic": "ccp", "difficulty": "apply", "count": 3}]
    exam["topics"][1] = {**exam["topics"][1], "minimum_points": 2}
    exam["topics"][1].pop("minimum", None)
    files["exam.yaml"] = dump(exam)
    assert faults(files) == []
    load(files, course)
    made = Exam.objects.get(course=course)
    assert list(made.blueprint.values_list("difficulty", "count")) == [("", 2), ("apply", 3)]
    assert (2,) in set(made.minima.values_list("points"))
    assert yaml.safe_load(QuestionSection().dump(course)["exam.yaml"]) == exam
    exam["topics"][1]["minimum"] = 30
    (fault,) = faults(files | {"exam.yaml": dump(exam)})
    assert "percent or in points" in fault
