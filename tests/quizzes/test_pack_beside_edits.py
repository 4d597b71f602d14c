"""Course packs beside questions that were edited, written or retired here: nothing is overwritten silently."""

from typing import Any

import pytest

from courses.models import Course
from people.models import User
from quizzes import actions, authored
from quizzes.models import Bank, Question, QuestionEvent
from quizzes.pack import QuestionSection
from tests.factories import AT, make_course
from tests.quizzes.conftest import bank_files, dump, load, matching, numeric, read, single
from tests.quizzes.test_questions import approve, author, bank, draft_of, reviewer, save, verbs, written

__all__ = ["author", "bank", "reviewer", "written"]  # fixtures

pytestmark = pytest.mark.django_db


def with_c1(answer: int) -> dict[str, bytes]:
    changed = numeric("C-1") | {"answer": answer}
    return bank_files() | {"questions/ccp.yaml": dump([changed, matching("C-2"), numeric("C-4")])}


def local(code: str, author: User, reviewer: User | None = None, **changed: Any) -> Question:
    question = Question.objects.get(code=code)
    save(question, author, **changed)
    if reviewer is not None:
        actions.hand_in(question=question, by=author, at=AT)
        approve(question, reviewer)
    return Question.objects.get(code=code)


def test_the_same_pack_leaves_an_approved_edit_alone(course: Course, author: User, reviewer: User) -> None:
    local("C-1", author, reviewer, answer=7)
    load(bank_files(), course)
    question = Question.objects.get(code="C-1")
    assert (question.current.key.key["answer"], question.proposed, question.versions.count()) == (7, None, 2)


def test_a_new_pack_proposes_beside_an_approved_edit(course: Course, author: User, reviewer: User) -> None:
    local("C-1", author, reviewer, answer=7)
    for _twice in range(2):
        load(with_c1(9), course)
        question = Question.objects.get(code="C-1")
        assert question.current.key.key["answer"] == 7
        assert question.proposed.key.key["answer"] == 9
        assert question.awaits_review
        assert question.versions.count() == 3
    assert verbs(question)[-1] == "pack_proposes"


def test_a_new_pack_becomes_current_below_a_proposal(course: Course, author: User) -> None:
    proposal = local("C-1", author, answer=7).proposed
    load(with_c1(9), course)
    question = Question.objects.get(code="C-1")
    assert question.current.key.key["answer"] == 9
    assert question.proposed.pk == proposal.pk
    assert (question.current.number, question.proposed.number) == (3, 4)
    load(with_c1(9), course)
    assert question.versions.count() == 3


def test_a_new_pack_beside_an_edit_and_a_proposal(course: Course, author: User, reviewer: User) -> None:
    local("C-1", author, reviewer, answer=7)
    local("C-1", author, answer=8)
    for _twice in range(2):
        load(with_c1(9), course)
        question = Question.objects.get(code="C-1")
        assert question.current.key.key["answer"] == 7
        assert question.proposed.key.key["answer"] == 8
        assert question.versions.count() == 4
    assert verbs(question)[-1] == "pack_beside"


def test_a_pack_keeps_what_was_written_or_retired_here(
    course: Course, bank: Bank, written: Question, author: User, reviewer: User
) -> None:
    own = bank.topics.create(code="own", name_vi="Riêng", name_en="Own", local=True)
    actions.retire(question=Question.objects.get(code="A-2"), by=author, at=AT)
    load(with_c1(1), course)
    assert Question.objects.get(code="C-3").state == "retired"
    load(bank_files(), course)
    assert Question.objects.get(code="C-3").state == "approved"
    assert Question.objects.get(code="A-2").state == "retired"
    assert Question.objects.get(code="N-1").state == "draft"
    own.refresh_from_db()
    assert not own.retired
    assert [event.data["verb"] for event in QuestionEvent.objects.filter(subject__code="C-3")] == [
        "gone_from_pack",
        "in_pack_again",
    ]


def test_a_pack_does_not_take_the_code_of_a_question_written_here(course: Course, written: Question) -> None:
    data, _problems = read(bank_files() | {"questions/extra.yaml": dump([single("N-1")])})
    with pytest.raises(Exception, match=r"questions/extra\.yaml:1"):
        QuestionSection().load(data, course, by=None, at=AT)


def test_a_bank_written_here_only_is_not_in_the_pack(course: Course, written: Question) -> None:
    assert QuestionSection().dump(course) == bank_files()
    assert authored.export(draft_of(single("N-1")).authored)["code"] == "N-1"


def test_another_course_is_untouched(course: Course, written: Question) -> None:
    assert not Bank.objects.filter(course=make_course("5S")).exists()
