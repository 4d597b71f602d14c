"""The life of a question: written, reviewed by somebody else, approved, edited as the next version, retired."""

from datetime import timedelta
from typing import Any

import pytest

from courses.models import Course
from courses.packs.checks import Checker
from courses.packs.files import PackFiles, Problems
from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import User
from quizzes import actions, authored
from quizzes.drafting import Draft
from quizzes.models import Attempt, Bank, KeySight, Question, QuestionVersion
from tests.factories import AT, make_person
from tests.quizzes.conftest import CANARY, dump, numeric, single, texts

pytestmark = pytest.mark.django_db


def draft_of(question: dict[str, Any], *references: str) -> Draft:
    problems = Problems()
    node = PackFiles({"q.yaml": dump(question)}).yaml("q.yaml", problems)
    check = Checker("q.yaml", problems, ["vi", "en"], one_line=False)
    found = authored.read(node, 1, check, topics=["prp", "ccp"], lessons=["bai-1"])
    assert not problems, problems.found
    return Draft(found, references)


@pytest.fixture
def bank(course: Course) -> Bank:
    return Bank.objects.get(code="HACCP")


def staff(bank: Bank, *roles: Role, keys: bool = True) -> User:
    person = make_person(roles=roles)
    if keys:
        actions.grant_keys(bank=bank, person=person, reason="Soạn đề", by=None, at=AT)
    return person


@pytest.fixture
def author(bank: Bank) -> User:
    return staff(bank, Role.INSTRUCTOR)


@pytest.fixture
def reviewer(bank: Bank) -> User:
    return staff(bank, Role.REVIEWER)


@pytest.fixture
def written(bank: Bank, author: User) -> Question:
    return actions.create_question(bank=bank, draft=draft_of(single("N-1")), by=author, at=AT)


def verbs(question: Question) -> list[str]:
    return [event.data["verb"] for event in question.events.order_by("pk")]


def newest(question: Question) -> QuestionVersion:
    question.refresh_from_db()
    found = question.proposed or question.current
    assert found is not None
    return found


def save(question: Question, by: User, seen: str = "", **changed: Any) -> QuestionVersion:
    base = {"A-1": single, "C-1": numeric, "N-1": single}[question.code](question.code)
    seen = seen or actions.stamp(newest(question))
    return actions.save_question(question=question, draft=draft_of({**base, **changed}), seen=seen, by=by, at=AT)


def approve(question: Question, by: User, seen: str = "") -> Question:
    return actions.approve(question=question, seen=seen or actions.stamp(newest(question)), by=by, at=AT)


def test_from_draft_to_approved(written: Question, author: User, reviewer: User) -> None:
    assert (written.state, written.exposure, written.author) == ("draft", "secure", author)
    assert not Question.objects.drawable(secure=True).filter(pk=written.pk).exists()
    actions.hand_in(question=written, by=author, at=AT)
    actions.return_question(question=written, note="Thiếu nguồn", by=reviewer, at=AT)
    written.refresh_from_db()
    assert (written.state, written.awaits_review) == ("draft", False)
    actions.hand_in(question=written, by=author, at=AT)
    approve(written, reviewer)
    written.refresh_from_db()
    assert (written.state, written.proposed, written.awaits_review) == ("approved", None, False)
    assert written.current.number == 1
    assert Question.objects.drawable(secure=True).filter(pk=written.pk).exists()
    assert verbs(written) == ["create", "hand_in", "return", "hand_in", "approve"]
    assert written.events.get(data__verb="return").note == "Thiếu nguồn"


def test_an_approved_version_is_never_changed(bank: Bank, author: User, reviewer: User) -> None:
    question = Question.objects.get(code="A-1")
    before = QuestionVersion.objects.filter(pk=question.current_id).values().get()
    first = save(question, author, stem=texts("Sửa lần một"))
    question.refresh_from_db()
    assert (question.current.number, question.proposed.number, question.state) == (1, 2, "approved")
    assert Question.objects.drawable(secure=False).get(code="A-1").current.number == 1
    again = save(question, author, stem=texts("Sửa lần hai"))
    assert (again.pk, question.versions.count()) == (first.pk, 2)
    actions.hand_in(question=question, by=author, at=AT)
    question.refresh_from_db()
    assert question.state == "approved"
    approve(question, reviewer)
    question.refresh_from_db()
    assert (question.current_id, question.proposed) == (first.pk, None)
    assert QuestionVersion.objects.filter(question=question, number=1).values().get() == before


def test_a_drawn_version_is_never_changed_even_when_only_proposed(
    written: Question, attempt: Attempt, author: User
) -> None:
    item = attempt.items.first()
    item.version = written.proposed
    item.save()
    version = save(written, author, stem=texts("Khác"))
    assert version.number == 2
    assert item.version.content["stem"] == texts("Stem N-1")


def test_a_save_without_a_change_leaves_no_line(written: Question, author: User) -> None:
    save(written, author)
    assert verbs(written) == ["create"]
    assert written.versions.count() == 1


def test_references_make_a_version_of_their_own(bank: Bank, author: User) -> None:
    question = Question.objects.get(code="A-1")
    seen = actions.stamp(newest(question))
    version = actions.save_question(
        question=question, draft=draft_of(single("A-1"), "TCVN 5603:2023, 8.3"), seen=seen, by=author, at=AT
    )
    assert version.number == 2
    assert version.key.references == ["TCVN 5603:2023, 8.3"]


def test_an_edit_takes_a_version_back_from_review(written: Question, author: User, reviewer: User) -> None:
    actions.hand_in(question=written, by=author, at=AT)
    seen = actions.stamp(newest(written))
    save(written, author, stem=texts("Sửa thêm"))
    written.refresh_from_db()
    assert (written.state, written.awaits_review) == ("draft", False)
    actions.hand_in(question=written, by=author, at=AT)
    with pytest.raises(Conflict):
        approve(written, reviewer, seen)


def test_two_editors_with_the_same_page(written: Question, author: User, reviewer: User) -> None:
    seen = actions.stamp(newest(written))
    save(written, author, seen, stem=texts("Một"))
    with pytest.raises(Conflict):
        save(written, reviewer, seen, stem=texts("Hai"))
    assert newest(written).content["stem"] == texts("Một")


def test_nobody_approves_what_they_had_a_hand_in(bank: Bank, written: Question, author: User) -> None:
    both = staff(bank, Role.REVIEWER, Role.ADMINISTRATOR)
    save(written, both, stem=texts("Người duyệt sửa"))
    writer = staff(bank, Role.REVIEWER)
    actions.hand_in(question=written, by=author, at=AT)
    for person in (both, author):
        with pytest.raises(NotAllowed):
            approve(written, person)
    approve(written, writer)


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.EXAMINER, Role.PROGRAMME])
def test_who_may_not_approve(bank: Bank, written: Question, author: User, role: Role) -> None:
    actions.hand_in(question=written, by=author, at=AT)
    with pytest.raises(NotAllowed):
        approve(written, staff(bank, role))
    with pytest.raises(Refused):
        approve(written, staff(bank, Role.REVIEWER, keys=False))


def test_steps_that_are_not_possible(written: Question, author: User, reviewer: User) -> None:
    with pytest.raises(NotAllowed):
        approve(written, reviewer)
    with pytest.raises(NotAllowed):
        actions.return_question(question=written, note="x", by=reviewer, at=AT)
    actions.hand_in(question=written, by=author, at=AT)
    with pytest.raises(NotAllowed):
        actions.hand_in(question=written, by=author, at=AT)
    with pytest.raises(Refused):
        actions.return_question(question=written, note="  ", by=reviewer, at=AT)
    with pytest.raises(NotAllowed):
        actions.take_up(question=written, by=reviewer, at=AT)
    actions.retire(question=written, by=author, at=AT)
    for step in (actions.hand_in, actions.retire):
        with pytest.raises(NotAllowed):
            step(question=written, by=author, at=AT)
    with pytest.raises(NotAllowed):
        save(written, author, stem=texts("x"))


def test_retired_and_taken_up_again(bank: Bank, written: Question, author: User, reviewer: User) -> None:
    approved = Question.objects.get(code="A-1")
    for question, state in ((approved, "approved"), (written, "draft")):
        actions.retire(question=question, by=author, at=AT, note="Tiêu chuẩn đổi")
        assert not Question.objects.drawable(secure=False).filter(pk=question.pk).exists()
        actions.take_up(question=question, by=reviewer, at=AT)
        question.refresh_from_db()
        assert question.state == state


def test_a_proposal_put_aside(bank: Bank, author: User) -> None:
    question = Question.objects.get(code="A-1")
    version = save(question, author, stem=texts("Sửa"))
    actions.drop_version(question=question, seen=actions.stamp(version), by=author, at=AT)
    question.refresh_from_db()
    assert (question.proposed, question.current.number, question.versions.count()) == (None, 1, 2)
    assert save(question, author, stem=texts("Sửa nữa")).number == 3


def test_a_code_is_taken_once(bank: Bank, author: User) -> None:
    actions.create_question(bank=bank, draft=draft_of(single("N-1")), by=author, at=AT)
    with pytest.raises(Refused):
        actions.create_question(bank=bank, draft=draft_of(single("N-1")), by=author, at=AT)
    assert Question.objects.filter(code="N-1").count() == 1


def test_use_is_kept_once_approved(written: Question, author: User) -> None:
    save(written, author, use="practice")
    written.refresh_from_db()
    assert (written.use, written.exposure) == ("practice", "open")
    with pytest.raises(Refused):
        save(Question.objects.get(code="A-1"), author, use="practice")


def test_what_is_set_without_the_editor(bank: Bank, author: User, reviewer: User) -> None:
    question = Question.objects.get(code="A-1")
    actions.set_tags(question=question, tags=["Kim loại ", "kim  loại", "CCP"], by=author, at=AT)
    actions.add_tags(question=question, tags=["2026"], by=author, at=AT)
    actions.set_pilot(question=question, pilot=True, by=author, at=AT)
    actions.set_exposure(question=question, exposure="secure", limit=40, by=author, at=AT)
    actions.assign_reviewer(question=question, reviewer=reviewer, by=author, at=AT)
    question.refresh_from_db()
    assert question.tags == ["2026", "ccp", "kim loại"]
    assert (question.pilot, question.exposure, question.exposure_limit) == (True, "secure", 40)
    assert question.reviewer == reviewer
    assert verbs(question) == ["tags", "tags", "pilot", "exposure", "reviewer"]
    actions.set_pilot(question=question, pilot=True, by=author, at=AT)
    assert question.events.count() == 5
    with pytest.raises(Refused):
        actions.assign_reviewer(question=question, reviewer=author, by=author, at=AT)
    with pytest.raises(Refused):
        actions.set_tags(question=question, tags=["x" * 41], by=author, at=AT)
    with pytest.raises(Refused):
        actions.set_exposure(question=Question.objects.get(code="P-1"), exposure="secure", limit=None, by=author, at=AT)


def test_a_reviewer_is_not_the_writer(bank: Bank, written: Question) -> None:
    writer = staff(bank, Role.REVIEWER)
    save(written, writer, stem=texts("x"))
    with pytest.raises(Refused):
        actions.assign_reviewer(question=written, reviewer=writer, by=writer, at=AT)


def test_another_topic_is_another_version(bank: Bank, written: Question, author: User, reviewer: User) -> None:
    question, ccp = Question.objects.get(code="A-1"), bank.topics.get(code="ccp")
    version = actions.move_topic(question=question, topic=ccp, by=author, at=AT)
    question.refresh_from_db()
    assert (version.number, version.topic, question.current.topic.code) == (2, ccp, "prp")
    assert question.awaits_review
    assert version.key.explanation == question.current.key.explanation
    same = actions.set_difficulty(question=question, difficulty="analyse", by=author, at=AT)
    assert (same.pk, same.difficulty) == (version.pk, "analyse")
    approve(question, reviewer)
    assert actions.move_topic(question=written, topic=ccp, by=author, at=AT).number == 1
    assert not KeySight.objects.exists()
    with pytest.raises(Refused):
        elsewhere = Bank.objects.create(code="5S").topics.create(code="x", name_vi="x", name_en="x")
        actions.move_topic(question=question, topic=elsewhere, by=author, at=AT)


# --- The permission to see keys ------------------------------------------------------------


def test_a_key_is_refused_without_the_permission(bank: Bank) -> None:
    administrator = staff(bank, Role.ADMINISTRATOR, keys=False)
    version = Question.objects.get(code="A-1").current
    with pytest.raises(Refused):
        actions.see_key(version=version, by=administrator, at=AT)
    assert not KeySight.objects.exists()
    grant = actions.grant_keys(bank=bank, person=administrator, reason="Rà đề", by=administrator, at=AT)
    assert actions.see_key(version=version, by=administrator, at=AT).explanation == texts(f"{CANARY}-explanation-A-1")
    assert KeySight.objects.get().person == administrator
    again = actions.grant_keys(bank=bank, person=administrator, reason="Lại", by=administrator, at=AT)
    assert again.pk == grant.pk
    actions.end_keys(grant=grant, reason="Đã rà xong", by=administrator, at=AT + timedelta(days=1))
    with pytest.raises(Refused):
        actions.see_key(version=version, by=administrator, at=AT)
    with pytest.raises(Refused):
        actions.end_keys(grant=grant, reason="x", by=administrator, at=AT)
    assert (grant.reason, bank.key_grants.get(pk=grant.pk).end_reason) == ("Rà đề", "Đã rà xong")


def test_only_administrators_give_it_with_a_reason(bank: Bank) -> None:
    instructor = staff(bank, Role.INSTRUCTOR, keys=False)
    with pytest.raises(Refused):
        actions.grant_keys(bank=bank, person=instructor, reason="Muốn xem", by=instructor, at=AT)
    with pytest.raises(Refused):
        actions.grant_keys(bank=bank, person=instructor, reason=" ", by=None, at=AT)
    with pytest.raises(Refused):
        actions.create_question(bank=bank, draft=draft_of(single("N-1")), by=instructor, at=AT)
    other = actions.grant_keys(
        bank=Bank.objects.create(code="5S"), person=instructor, reason="Bài khác", by=None, at=AT
    )
    assert other.bank.code == "5S"
    with pytest.raises(Refused):
        save(Question.objects.get(code="A-1"), instructor, stem=texts("x"))
