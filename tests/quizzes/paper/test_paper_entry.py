"""Answers from paper on their way to attempts: judged, taken in all or none, twice is once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enrolments.models import Requirement
from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import User
from quizzes import actions, paper
from quizzes.actions import paper as work, sessions
from quizzes.models import Answer, Attempt, Exam, ExamForm, ExamSession, KeySight, PaperBatch, Sitting
from quizzes.paper_table import Entry
from quizzes.queries import on_paper
from quizzes.queries.on_paper import PaperForm
from tests.factories import AT, make_person
from tests.quizzes.conftest import CANARY
from tests.quizzes.paper.conftest import LATER, at, entry, right_cells, seated, upload

pytestmark = pytest.mark.django_db


def test_a_sheet_becomes_an_attempt_that_is_graded(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User
) -> None:
    first, second = seated(session)
    entries = [entry(first, right_cells(forms["A"])), entry(second, {}, "3", "B")]
    batch = upload(session, entries, examiner)
    assert Attempt.objects.count() == 0
    done = work.take_in(batch=batch, by=examiner, at=LATER)
    assert done.state == PaperBatch.State.DONE
    attempt = Attempt.objects.get(sitting=first)
    assert (attempt.on_paper, attempt.state, attempt.form) == (True, "graded", forms["A"].form)
    assert (attempt.started_at, attempt.submitted_at) == (session.starts_at, session.ends_at)
    grade = attempt.grades.get()
    assert grade.passed and grade.points == grade.possible == attempt.rules["possible"]
    assert {one.entered_by for one in Answer.objects.filter(item__attempt=attempt)} == {examiner}
    assert [item.order for item in attempt.items.order_by("position")] == [item.order for item in forms["A"].items]
    empty = Attempt.objects.get(sitting=second)
    assert empty.grades.get().points == 0
    assert not Answer.objects.filter(item__attempt=empty).exists()
    assert first.enrolment is not None
    met = first.enrolment.requirements.filter(kind=Requirement.Kind.EXAM).exclude(met_at=None)
    assert met.count() == first.enrolment.requirements.filter(kind=Requirement.Kind.EXAM).count()


def test_twice_is_once(session: ExamSession, forms: dict[str, PaperForm], examiner: User) -> None:
    first, _second = seated(session)
    cells = right_cells(forms["A"])
    batch = upload(session, [entry(first, cells)], examiner)
    work.take_in(batch=batch, by=examiner, at=LATER)
    work.take_in(batch=batch, by=examiner, at=LATER)
    again = upload(session, [entry(first, cells)], examiner)
    judged = on_paper.judge(session, on_paper.entries_of(again)[0], examiner)
    assert [(one.same, one.faults) for one in judged] == [(True, [])]
    work.take_in(batch=again, by=examiner, at=LATER)
    assert Attempt.objects.count() == 1
    other = upload(session, [entry(first, {**cells, 1: ""})], examiner)
    with pytest.raises(work.NotTaken) as refused:
        work.take_in(batch=other, by=examiner, at=LATER)
    assert Attempt.objects.get().code in refused.value.judged[0].faults[0]
    assert Attempt.objects.count() == 1


def test_all_or_none_with_every_fault_by_row(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User, exam: Exam
) -> None:
    first, second = seated(session)
    stranger = actions.open_sitting(person=make_person("Khách"), exam=exam, enrolment=None, by=None, at=AT)
    code = paper.sheet_code(first.pk)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    entries = [
        entry(first, right_cells(forms["A"]), "2"),
        entry(first, {}, "3"),
        Entry("4", wrong, "A", {}),
        Entry("5", "", "A", {}),
        entry(stranger, {}, "6", "A"),
        entry(second, {1: "Z", 99: "A"}, "7", "B"),
        entry(second, {}, "8", "C"),
    ]
    judged = on_paper.judge(session, entries, examiner)
    found = {one.entry.line: len(one.faults) for one in judged}
    assert found == {"2": 0, "3": 1, "4": 1, "5": 1, "6": 1, "7": 2, "8": 2}
    assert judged[5].by_cell.keys() == {1, 99}
    with pytest.raises(work.NotTaken):
        work.take_in(batch=upload(session, entries, examiner), by=examiner, at=LATER)
    assert Attempt.objects.count() == 0
    assert PaperBatch.objects.get().state == PaperBatch.State.READ


def test_who_sat_on_screen_is_a_fault(session: ExamSession, forms: dict[str, PaperForm], examiner: User) -> None:
    first, _second = seated(session)
    sessions.assign_invigilator(
        session=session, person=make_person("Giám thị", roles=(Role.INVIGILATOR,)), by=examiner, at=AT
    )
    sessions.open_session(session=session, by=examiner, at=AT)
    started = actions.start(sitting=first, by=first.person, at=AT, language="vi")
    with pytest.raises(work.NotTaken) as refused:
        work.take_in(batch=upload(session, [entry(first, {})], examiner), by=examiner, at=LATER)
    assert started.code in refused.value.judged[0].faults[0]


def too_early(session: ExamSession, examiner: User) -> None:
    ExamSession.objects.update(starts_at=LATER + timedelta(hours=1), ends_at=LATER + timedelta(hours=2))


def sits_in_it(session: ExamSession, examiner: User) -> None:
    Sitting.objects.filter(session=session).update(person=examiner)


def cancelled(session: ExamSession, examiner: User) -> None:
    ExamSession.objects.update(state=ExamSession.State.CANCELLED)


@pytest.mark.parametrize(("change", "code"), [(too_early, "early"), (sits_in_it, "own"), (cancelled, "cancelled")])
def test_when_nothing_is_taken(
    session: ExamSession, examiner: User, change: Callable[[ExamSession, User], None], code: str
) -> None:
    first, _second = seated(session)
    change(session, examiner)
    session.refresh_from_db()
    with pytest.raises(Refused) as refused:
        upload(session, [entry(first, {1: "A"})], examiner)
    assert refused.value.code == code


def test_put_aside_is_not_taken_in(session: ExamSession, examiner: User) -> None:
    first, _second = seated(session)
    batch = work.put_aside(batch=upload(session, [entry(first, {})], examiner), by=examiner, at=LATER)
    with pytest.raises(Refused):
        work.take_in(batch=batch, by=examiner, at=LATER)
    assert Attempt.objects.count() == 0


# --- Screens ------------------------------------------------------------------------------------------


def test_the_way_over_the_screens(desk: Client, session: ExamSession, forms: dict[str, PaperForm], exam: Exam) -> None:
    first, second = seated(session)
    assert session.code in desk.get(at("papers")).content.decode()
    page = desk.get(at("paper_session", session.pk)).content.decode()
    assert first.person.full_name in page and CANARY not in page
    printed = desk.post(at("paper_session", session.pk), {"forms": ["A", "B"]})
    assert printed["Content-Type"] == "application/pdf"
    assert "no-store" in printed["Cache-Control"]
    form = ExamForm.objects.get(exam=exam, code="A")
    assert desk.post(at("paper_print", form.pk), {"language": "en"}).content.startswith(b"%PDF")
    refused = desk.post(at("paper_print", form.pk), {"what": "key"})
    assert refused.status_code == 302 and KeySight.objects.count() == 0
    template = desk.get(at("paper_template", session.pk)).content
    assert template.startswith(b"PK")
    text = f"Mã phiếu;Đề;1;2\n{paper.sheet_code(first.pk)};A;Z;\n".encode()
    sent = desk.post(at("paper_upload", session.pk), {"kind": "table", "table": SimpleUploadedFile("t.csv", text)})
    batch = PaperBatch.objects.get()
    assert sent["Location"] == at("paper_batch", batch.pk)
    assert first.person.full_name in desk.get(at("paper_batch", batch.pk)).content.decode()
    assert desk.post(at("paper_batch", batch.pk), {"act": "take"}).status_code == 409
    assert desk.post(at("paper_batch", batch.pk), {"act": "drop"}).status_code == 302
    empty = desk.post(at("paper_upload", session.pk), {"kind": "table", "table": SimpleUploadedFile("t.csv", b"x")})
    assert empty.status_code == 422
    typed = at("paper_type", session.pk, second.pk)
    assert desk.get(typed).status_code == 200
    assert desk.post(typed, {"form": "B", "q1": "@@"}).status_code == 422
    cells = {f"q{number}": text for number, text in right_cells(forms["B"]).items()}
    second_time = desk.post(typed, {"form": "B", "act": "twice", **cells})
    assert second_time.status_code == 200 and Attempt.objects.count() == 0
    first_time = second_time.context["first"]
    assert desk.post(typed, {"form": "B", "first": first_time, **cells, "q1": ""}).status_code == 422
    assert Attempt.objects.count() == 0
    assert desk.post(typed, {"form": "B", "first": first_time, **cells}).status_code == 302
    assert Attempt.objects.get().grades.get().passed


def test_somebody_elses_session_is_not_there(session: ExamSession, client: Client) -> None:
    teacher = make_person("Giảng viên", roles=(Role.INSTRUCTOR, Role.INVIGILATOR))
    client.force_login(teacher, backend=settings.AUTHENTICATION_BACKENDS[0])
    first, _second = seated(session)
    form = ExamForm.objects.filter(exam=session.exam)[0]
    assert client.get(at("paper_session", session.pk)).status_code == 404
    assert client.get(at("paper_type", session.pk, first.pk)).status_code == 404
    assert client.post(at("paper_print", form.pk), {"what": "key"}).status_code == 404
    assert session.code not in client.get(at("papers")).content.decode()


def test_the_dry_run_takes_as_many_queries_for_two_as_for_one(
    session: ExamSession, forms: dict[str, PaperForm], examiner: User
) -> None:
    first, second = seated(session)
    counts = []
    for entries in ([entry(first, {1: "A"})], [entry(first, {1: "A"}), entry(second, {1: "A"}, "3")]):
        with CaptureQueriesContext(connection) as found:
            on_paper.judge(session, entries, examiner)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 6


def test_the_screens_take_as_many_queries_for_many_people(
    desk: Client, session: ExamSession, forms: dict[str, PaperForm], examiner: User, exam: Exam
) -> None:
    counts = []
    for more in range(2):
        for number in range(3 * more):
            one = actions.open_sitting(person=make_person(f"Người {number}"), exam=exam, enrolment=None, by=None, at=AT)
            Sitting.objects.filter(pk=one.pk).update(session=session, seat=f"9{number}", form=forms["A"].form)
        batch = upload(session, [entry(one, {}, one.seat) for one in seated(session)], examiner)
        with CaptureQueriesContext(connection) as found:
            assert desk.get(at("paper_session", session.pk)).status_code == 200
            assert desk.get(at("paper_batch", batch.pk)).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
