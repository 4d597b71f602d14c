"""Two who take the same answers in at once; a start on screen meanwhile."""

import json
from datetime import timedelta

import pytest

from lms.lib.access import Role
from lms.lib.states import Refused
from quizzes import actions, paper
from quizzes.actions import paper as work, sessions
from quizzes.models import Attempt, Exam, ExamForm, ExamSession, PaperBatch, Sitting
from quizzes.paper_table import Entry
from tests.factories import AT, enrol, make_course, make_person, make_run
from tests.quizzes.conftest import bank_files, load
from tests.quizzes.test_races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
LATER = AT + timedelta(hours=1)


@pytest.fixture
def session(transactional_db: None) -> ExamSession:
    course = make_course("HACCP")
    load(bank_files(), course)
    enrolment = enrol(make_person(), make_run(course))
    exam, examiner = Exam.objects.get(code="HACCP-FINAL"), make_person("Lê Thị Sát Hạch", roles=(Role.EXAMINER,))
    sitting = actions.open_sitting(person=enrolment.person, exam=exam, enrolment=enrolment, by=None, at=AT)
    planned = sessions.plan_session(
        exam=exam, starts_at=AT, ends_at=AT + timedelta(hours=2), by=examiner, at=AT, place="Phòng 204"
    )
    watcher = make_person("Hồ Văn Sang", roles=(Role.INVIGILATOR,))
    sessions.assign_invigilator(session=planned, person=watcher, by=examiner, at=AT)
    sessions.seat_people(session=planned, seats={sitting.pk: "01"}, by=examiner, at=AT)
    actions.make_forms(exam=exam, count=1, by=examiner, at=AT)
    work.give_forms(session=planned, codes=["A"], by=examiner, at=AT)
    return sessions.open_session(session=planned, by=watcher, at=AT)


def batch_of(session: ExamSession) -> PaperBatch:
    sitting = Sitting.objects.get(session=session)
    entry = Entry("2", paper.sheet_code(sitting.pk), "A", {})
    by = session.events.earliest("pk").by
    assert by is not None
    return work.upload_answers(session=session, entries=[entry], name="a.csv", sha256="", by=by, at=LATER)


def test_the_same_answers_taken_in_at_once_are_one_attempt(session: ExamSession) -> None:
    first, second = batch_of(session), batch_of(session)
    by = first.created_by
    done = at_once(
        *[lambda one=one: work.take_in(batch=one, by=by, at=LATER) for one in (first, first, second, second)]
    )
    assert {one.state for one in done} == {"done"}
    assert Attempt.objects.count() == 1


def test_on_screen_or_from_paper_but_not_both(session: ExamSession) -> None:
    batch, sitting = batch_of(session), Sitting.objects.get(session=session)
    results = at_once(
        lambda: work.take_in(batch=batch, by=batch.created_by, at=LATER),
        lambda: actions.start(sitting=sitting, by=sitting.person, at=LATER, language="vi"),
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    assert Attempt.objects.count() == 1


def test_a_form_printed_twice_at_once_is_fixed_once(session: ExamSession) -> None:
    by = session.events.earliest("pk").by
    assert by is not None
    form = ExamForm.objects.get()
    ExamForm.objects.update(paper=[])
    printed = at_once(*[lambda: work.pin_form(form=form, by=by, at=LATER)] * 4)
    assert len({json.dumps(one.form.paper, sort_keys=True) for one in printed}) == 1
