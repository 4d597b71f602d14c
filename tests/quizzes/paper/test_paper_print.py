"""Exams on paper, printed: forms pinned, booklets without keys, sheets that carry their code, keys logged."""

import io
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from lms.lib import papers
from lms.lib.states import Refused
from people.models import User
from quizzes import actions, paper, paper_prints
from quizzes.actions import paper as work, sessions
from quizzes.models import BlueprintLine, Exam, ExamForm, ExamSession, KeySight, Sitting
from quizzes.queries.on_paper import PaperForm, paper_forms
from tests.factories import AT, make_person
from tests.quizzes.conftest import CANARY, right_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def forms(exam: Exam, examiner: User) -> list[ExamForm]:
    return actions.make_forms(exam=exam, count=2, by=examiner, at=AT)


@pytest.fixture
def session(sitting: Sitting, examiner: User) -> ExamSession:
    planned = sessions.plan_session(
        exam=sitting.exam, starts_at=AT, ends_at=AT + timedelta(hours=2), by=examiner, at=AT, place="Phòng 204"
    )
    sessions.seat_people(session=planned, seats={sitting.pk: "07"}, by=examiner, at=AT)
    return planned


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_form_is_printed_the_same_for_ever(forms: list[ExamForm], examiner: User, exam: Exam) -> None:
    first = work.pin_form(form=forms[0], by=examiner, at=AT)
    told = paper_prints.booklet_texts(first, "vi")
    BlueprintLine.objects.filter(exam=exam).delete()
    again = paper_prints.booklet_texts(work.pin_form(form=forms[0], by=examiner, at=AT), "vi")
    assert told == again
    assert sorted(item.version.pk for item in first.items) == sorted(forms[0].versions)


def test_a_booklet_has_the_questions_and_no_key(forms: list[ExamForm], examiner: User) -> None:
    found = work.pin_form(form=forms[0], by=examiner, at=AT)
    for language, page, form in (("vi", "Trang 1/", "A"), ("en", "Page 1/", "Form A")):
        pdf = paper_prints.booklet(found, language, AT)
        text = words(pdf)
        assert page in text and form in text
        assert all(f"Stem {item.version.question.code} ({language})" in text for item in found.items)
        assert CANARY not in text and "48151" not in text and "0.62" not in text
        assert CANARY.encode() not in pdf
    assert KeySight.objects.count() == 0


def test_options_stand_in_the_forms_own_order(forms: list[ExamForm], examiner: User) -> None:
    orders = []
    for form in forms:
        found = work.pin_form(form=form, by=examiner, at=AT)
        for item, told in zip(found.items, paper_prints.booklet_texts(found, "en")["questions"], strict=True):
            if item.version.type == "single":
                code = item.version.question.code
                assert [text for _letter, text in told["options"]] == [
                    f"Option {code} {one} (en)" for one in item.order
                ]
                orders.append((code, tuple(item.order)))
    assert orders


def test_sheets_carry_code_seat_and_form(session: ExamSession, forms: list[ExamForm], examiner: User) -> None:
    sittings = work.give_forms(session=session, codes=["A", "B"], by=examiner, at=AT)
    known = paper_forms(session.exam)
    pdf = paper_prints.answer_sheets(session, sittings, known, examiner, AT)
    text = words(pdf)
    code = paper.sheet_code(sittings[0].pk)
    assert code in text and "Nguyễn Văn An" in text and "07" in text
    texts = paper_prints.sheet_texts(session, sittings, known, examiner, AT)
    picture = papers.render(paper_prints.SHEET, texts, AT, "png", ppi=150)
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    assert [one.text for one in read] == [f"NSCL {code} 1"]


def test_neighbours_get_different_forms_and_keep_them(
    session: ExamSession, forms: list[ExamForm], examiner: User, exam: Exam
) -> None:
    others = [
        actions.open_sitting(person=make_person(f"Người {n}"), exam=exam, enrolment=None, by=None, at=AT)
        for n in range(3)
    ]
    seats = {one.pk: f"1{n}" for n, one in enumerate(others)}
    sessions.seat_people(session=session, seats=seats, by=examiner, at=AT)
    given = work.give_forms(session=session, codes=["A", "B"], by=examiner, at=AT)
    assert [one.form.code for one in given if one.form] == ["A", "B", "A", "B"]
    again = work.give_forms(session=session, codes=["A"], by=examiner, at=AT)
    assert [one.form.code for one in again if one.form] == ["A", "B", "A", "B"]
    assert session.events.filter(note="sheets_printed").count() == 2


def test_keys_only_with_the_permission_and_each_sight_is_logged(
    forms: list[ExamForm], examiner: User, exam: Exam
) -> None:
    with pytest.raises(Refused) as refused:
        work.keys_of(form=forms[0], by=examiner, at=AT)
    assert refused.value.code == "no_key_grant"
    assert KeySight.objects.count() == 0
    actions.grant_keys(bank=exam.bank, person=examiner, reason="chấm giấy", by=None, at=AT)
    keys = work.keys_of(form=forms[0], by=examiner, at=AT)
    assert KeySight.objects.filter(person=examiner).count() == len(forms[0].versions) == len(keys)
    found = work.pin_form(form=forms[0], by=examiner, at=AT)
    rows = {int(row[0]): row for row in paper_prints.key_texts(found, keys, examiner, AT)["rows"]}
    for item in found.items:
        if item.version.type == "single":
            letter = "ABCD"[item.order.index(keys[item.version.pk].key["correct"][0])]
            assert rows[item.number][1] == letter
        if item.version.type in ("matching", "ordering"):
            written = paper.write_cell(found.printed[item.number], right_fields(item))
            assert rows[item.number][1] == written
    assert "48151,5" in words(paper_prints.key_sheet(found, keys, examiner, AT))


def test_whoever_sits_the_exam_prints_nothing_of_it(exam: Exam, forms: list[ExamForm], examiner: User) -> None:
    actions.open_sitting(person=examiner, exam=exam, enrolment=None, by=None, at=AT)
    with pytest.raises(Refused) as refused:
        work.pin_form(form=forms[0], by=examiner, at=AT)
    assert refused.value.code == "own"
    trainee: Any = make_person("Người học")
    with pytest.raises(Refused):
        work.pin_form(form=forms[0], by=trainee, at=AT)


def test_pages_are_the_same_from_the_same_form(forms: list[ExamForm], examiner: User) -> None:
    found: PaperForm = work.pin_form(form=forms[0], by=examiner, at=AT)
    lines = [row.line for page in found.pages for row in page.rows]
    assert {line.number for line in lines} == {item.number for item in found.items}
    assert len(found.pages) == 1
