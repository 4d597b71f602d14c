"""Appeals: asked in time, decided by somebody apart, answered; in the copy, and gone with erasure."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from certificates.models import Certificate
from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import Notice, User
from quizzes import actions, personal_data
from quizzes.actions import appeals
from quizzes.models import Appeal, Attempt, AttemptItem, KeySight, Mark, QuestionVersion, SittingExaminer
from quizzes.queries import appeals as appealed
from tests.factories import AT, make_person
from tests.quizzes.test_marking import add_essay, essay_in, examiner, give

TEXT = "Câu 3 hiểu được hai cách"


@pytest.fixture
def graded(attempt: Attempt) -> Attempt:
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    attempt.refresh_from_db()
    return attempt


def ask(attempt: Attempt, at: Any = AT) -> Appeal:
    return appeals.appeal(attempt=attempt, text=TEXT, by=attempt.sitting.person, at=at)


@pytest.fixture
def marked(attempt: Attempt) -> tuple[Attempt, AttemptItem, User]:
    """Graded on one examiner's marks."""
    item = add_essay(attempt, essay_in(attempt.sitting.exam))
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    one = examiner()
    give(item, one, 1, 1)
    attempt.refresh_from_db()
    return attempt, item, one


def test_within_the_exams_days(graded: Attempt) -> None:
    last = AT + timedelta(days=7)
    with pytest.raises(Refused) as refused:
        ask(graded, last + timedelta(seconds=1))
    assert refused.value.code == "late"
    assert ask(graded, last).state == "open"
    with pytest.raises(Refused):
        ask(graded, last)
    assert Appeal.objects.count() == 1


def test_only_ones_own_and_with_a_text(graded: Attempt) -> None:
    with pytest.raises(Attempt.DoesNotExist):
        appeals.appeal(attempt=graded, text=TEXT, by=make_person(), at=AT)
    with pytest.raises(Refused):
        appeals.appeal(attempt=graded, text="  ", by=graded.sitting.person, at=AT)


def test_dismissed_with_an_answer(graded: Attempt) -> None:
    asked, one = ask(graded), examiner()
    with pytest.raises(Refused):
        appeals.dismiss_appeal(appeal=asked, answer=" ", by=one, at=AT)
    appeals.dismiss_appeal(appeal=asked, answer="Đáp án đúng", by=one, at=AT)
    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.decided_by) == ("dismissed", "Đáp án đúng", one)
    assert SittingExaminer.objects.filter(sitting=graded.sitting, examiner=one).exists()
    assert Notice.objects.filter(kind="appeal_decided", person=graded.sitting.person, channel="screen").count() == 1
    assert graded.grades.count() == 1
    with pytest.raises(Refused) as refused:
        ask(graded)
    assert refused.value.code == "decided"


def test_whoever_marked_does_not_decide(marked: tuple[Attempt, AttemptItem, User]) -> None:
    attempt, _item, marker = marked
    asked = ask(attempt)
    assert list(appealed.appeals_for(marker, AT)) == []
    with pytest.raises(NotAllowed):
        appeals.dismiss_appeal(appeal=asked, answer="Không", by=marker, at=AT)
    assert list(appealed.appeals_for(examiner("Khác"), AT)) == [asked]


def test_upheld_with_new_marks_it_is_graded_again(marked: tuple[Attempt, AttemptItem, User]) -> None:
    attempt, item, _marker = marked
    asked, other = ask(attempt), examiner("Khác")
    with pytest.raises(Refused):
        appeals.uphold_appeal(appeal=asked, answer="Đúng", by=other, at=AT)
    asked.refresh_from_db()
    appeals.uphold_appeal(appeal=asked, answer="Đúng", by=other, at=AT, marks={item.position: {"c0": "4", "c1": "5"}})
    assert [int(grade.points) for grade in attempt.grades.all()] == [2, 9]
    assert Mark.objects.filter(item=item).count() == 2
    assert Mark.objects.get(appeal=asked).marker == other


def test_what_does_not_fit_undoes_the_decision(marked: tuple[Attempt, AttemptItem, User]) -> None:
    attempt, _item, _marker = marked
    asked = ask(attempt)
    with pytest.raises(Refused):
        appeals.uphold_appeal(
            appeal=asked, answer="Đúng", by=examiner("Khác"), at=AT, marks={1: {"c0": "4", "c1": "5"}}
        )
    asked.refresh_from_db()
    assert asked.state == "open"
    assert attempt.grades.count() == 1


def test_decided_twice_is_a_conflict(graded: Attempt) -> None:
    asked = ask(graded)
    other = Appeal.objects.get(pk=asked.pk)
    appeals.dismiss_appeal(appeal=asked, answer="Không", by=examiner(), at=AT)
    with pytest.raises(Conflict):
        appeals.dismiss_appeal(appeal=other, answer="Không", by=examiner("Khác"), at=AT)


def test_taken_back(graded: Attempt) -> None:
    asked = ask(graded)
    with pytest.raises(NotAllowed):
        appeals.withdraw_appeal(appeal=asked, by=make_person(), at=AT)
    appeals.withdraw_appeal(appeal=asked, by=graded.sitting.person, at=AT)
    assert ask(graded).state == "open"


def test_the_takers_page(graded: Attempt, client: Client, settings: Any) -> None:
    # The clock of the view is the real one: the grade must be of now.
    graded.grades.update(graded_at=AT + timedelta(days=36500))
    client.force_login(graded.sitting.person, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = f"/vi/learn/attempts/{graded.code}/"
    assert f'action="{address}appeal/"' in client.get(f"{address}result/").content.decode()
    assert client.post(f"{address}appeal/", {"text": TEXT}).status_code == 302
    page = client.get(f"{address}result/").content.decode()
    assert TEXT in page
    assert 'name="withdraw"' in page
    client.post(f"{address}appeal/", {"withdraw": "1"})
    assert Appeal.objects.get().state == "withdrawn"


def test_the_examiners_pages_name_nobody(
    marked: tuple[Attempt, AttemptItem, User], client: Client, settings: Any
) -> None:
    attempt, item, _marker = marked
    asked, other = ask(attempt), examiner("Khác")
    client.force_login(other, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = f"/admin/appeals/{asked.pk}/"
    assert address in client.get("/admin/appeals/").content.decode()
    page = client.get(address).content.decode()
    assert TEXT in page
    assert "Nêu mối nguy" not in page
    assert attempt.sitting.person.full_name not in page
    assert attempt.code not in page
    client.post(address, {"open": "1"})
    assert "Nêu mối nguy" in client.get(address).content.decode()
    assert client.post(address, {"do": "uphold", "answer": "Đúng"}).status_code == 409
    given = {f"points-{item.position}-c0": "4", f"points-{item.position}-c1": "6"}
    # Enter in a field presses no button that decides.
    assert client.post(address, {"answer": "Đúng", **given}).status_code == 409
    assert client.post(address, {"do": "uphold", "answer": "Đúng", **given}).status_code == 302
    assert int(attempt.grades.last().points) == 10


def test_in_the_copy_and_gone_with_erasure(marked: tuple[Attempt, AttemptItem, User]) -> None:
    attempt, item, _marker = marked
    Mark.objects.filter(item=item).update(comment="Anh viết rõ")
    asked, person = ask(attempt), attempt.sitting.person
    sections = {section.code: section for section in personal_data.export(person, [person.pk])}
    assert TEXT in str(sections["appeals"].rows)
    # Comments follow the exam's rule of what is shown; keys never leave.
    assert "Anh viết rõ" not in str([section.rows for section in sections.values()])
    attempt.sitting.exam.shows_feedback = "at_once"
    attempt.sitting.exam.save()
    sections = {section.code: section for section in personal_data.export(person, [person.pk])}
    assert "Anh viết rõ" in str(sections["marks"].rows)
    assert "Nêu mối nguy" not in str([section.rows for section in sections.values()])
    personal_data.erase(person, [person.pk], by=make_person("Quản trị"), at=AT)
    asked.refresh_from_db()
    assert (asked.state, asked.text) == ("withdrawn", "…")
    assert Mark.objects.get(item=item).comment == ""
    assert QuestionVersion.objects.filter(pk=item.version_id).exists()


def test_whoever_decides_may_look_at_the_key_if_they_have_the_permission(
    graded: Attempt, client: Client, settings: Any
) -> None:
    asked, one = ask(graded), examiner()
    item = next(item for item in graded.items.all() if item.version.type == "single")
    client.force_login(one, backend=settings.AUTHENTICATION_BACKENDS[0])
    address = f"/admin/appeals/{asked.pk}/"
    typed = {"key": str(item.position), "answer": "Đang viết dở"}
    refused = client.post(address, typed).content.decode()
    right = f'id="key-{item.position}"'
    assert right not in refused
    assert "Đang viết dở" in refused
    assert not KeySight.objects.exists()
    item.version.question.bank.key_grants.create(person=one, since=AT)
    shown = client.post(address, typed).content.decode()
    code = item.version.question.code
    assert right in shown
    assert f"Option {code} b (vi)" in shown.split(right)[1].split("</p>")[0]
    assert "Đang viết dở" in shown
    assert KeySight.objects.get().person == one
    assert right not in client.get(address).content.decode()
    assert client.post(address, {"key": "999"}).status_code == 404


def test_one_that_was_taken_back_is_not_called_revoked(graded: Attempt, client: Client, settings: Any) -> None:
    asked = ask(graded)
    appeals.withdraw_appeal(appeal=asked, by=graded.sitting.person, at=AT)
    client.force_login(examiner(), backend=settings.AUTHENTICATION_BACKENDS[0])
    page = client.get(f"/admin/appeals/{asked.pk}/").content.decode()
    assert "đã rút" in page
    assert "thu hồi" not in page


def test_certification_hears_of_a_pass_that_an_appeal_took_away(
    marked: tuple[Attempt, AttemptItem, User],
) -> None:
    attempt, item, _marker = marked
    attempt.grades.update(passed=True)
    officer = make_person("Cán bộ", roles=(Role.OFFICER,))
    certificate = Certificate.objects.create(
        kind="completion", code="ABCDEFGHJKMNPQRSTVWXYZ0123", number="NSCL-2026-000001", number_key="NSCL2026000001",
        person=attempt.sitting.person, enrolment=attempt.sitting.enrolment, holder="An", holder_key="an", facts={},
        issued_at=AT, issued_on=AT.date(),
    )  # fmt: skip
    appeals.uphold_appeal(
        appeal=ask(attempt), answer="Đúng", by=examiner("Khác"), at=AT, marks={item.position: {"c0": "0", "c1": "1"}}
    )
    assert not attempt.grades.last().passed
    told = Notice.objects.get(kind="pass_lost", channel="screen")
    assert (told.person, told.facts["papers"]) == (officer, certificate.number)
    assert told.facts["url"] == f"/admin/certification/certificates/{certificate.code}/"
    assert attempt.sitting.person.full_name not in str(told.facts)
