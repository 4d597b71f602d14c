"""Corrections after an exam: compared first, applied once, carried out to the end however often it is stopped."""

import re
from typing import Any

import pytest
from django.test import Client

from certificates.models import Certificate
from enrolments.models import Requirement
from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import Notice, User
from quizzes import actions, grading, tasks
from quizzes.actions import appeals, corrections, results
from quizzes.models import (
    Attempt,
    AttemptItem,
    Correction,
    Exam,
    Grade,
    KeySight,
    QuestionKey,
    QuestionVersion,
)
from quizzes.queries import corrections as compared
from quizzes.queries.grading import sheets
from tests.factories import AT, enrol, make_person, make_run
from tests.quizzes.conftest import right_fields
from tests.quizzes.test_marking import add_essay, essay_in


def examiner(name: str = "Trần Thị Chấm") -> User:
    return make_person(name, roles=(Role.EXAMINER,))


def sat(exam: Exam, run: Any, wrong: int, name: str = "Nguyễn Văn An") -> Attempt:
    """A graded attempt in which the questions at the first `wrong` places are left open; all are one point's."""
    person = make_person(name)
    sitting = actions.open_sitting(person=person, exam=exam, enrolment=enrol(person, run), by=None, at=AT)
    attempt = actions.start(sitting=sitting, by=person, at=AT, language="vi")
    for item in attempt.items.select_related("version__key"):
        if item.position > wrong:
            actions.save_answer(
                attempt=attempt,
                position=item.position,
                response=right_fields(item),
                revision=1,
                key=f"00000000-0000-4000-8000-{attempt.pk:06d}{item.position:06d}",
                by=person,
                at=AT,
                device="",
            )
    actions.submit(attempt=attempt, by=person, at=AT)
    attempt.refresh_from_db()
    return attempt


@pytest.fixture
def run(exam: Exam) -> Any:
    return make_run(exam.course)


def shared(attempts: list[Attempt]) -> QuestionVersion:
    """A version that all of them had: those of the topic of which everything is drawn."""
    found = QuestionVersion.objects.filter(topic__code="ccp", question__use="exam").order_by("question__code")[0]
    assert AttemptItem.objects.filter(version=found).count() == len(attempts)
    return found


def propose(exam: Exam, version: QuestionVersion, kind: str = "all", by: User | None = None, **more: Any) -> Correction:
    return corrections.propose_correction(
        exam=exam, version=version, kind=kind, reason="Đề in sai", by=by or examiner(), at=AT, **more
    )


def test_what_would_change_is_shown_and_nothing_is_written(exam: Exam, run: Any) -> None:
    weak, strong = sat(exam, run, 7), sat(exam, run, 0)
    made = propose(exam, shared([weak, strong]))
    lines = compared.preview(made)
    assert [(line.attempt.pk, int(line.old.points), int(line.new.points)) for line in lines] == [
        (weak.pk, 0, 1),
        (strong.pk, 7, 7),
    ]
    assert [line.changed for line in lines] == [True, False]
    assert Grade.objects.count() == 2
    assert made.state == "proposed"


def test_applied_it_keeps_both_results_and_tells_whom_it_concerns(exam: Exam, run: Any) -> None:
    weak, strong = sat(exam, run, 7), sat(exam, run, 0)
    by = examiner()
    made = corrections.apply_correction(correction=propose(exam, shared([weak, strong]), by=by), by=by, at=AT)
    assert corrections.carry_out(correction=made, at=AT) == 2
    assert [int(grade.points) for grade in weak.grades.all()] == [0, 1]
    assert weak.grades.last().reason == "Đề in sai"
    assert strong.grades.count() == 2
    told = Notice.objects.filter(kind="grade_changed", channel="screen")
    assert [notice.person_id for notice in told] == [weak.sitting.person_id]
    assert compared.done(made)[0].attempt == weak
    assert weak.events.get(note__startswith="regraded").data["points_before"] == "0.000"


def test_a_pass_gained_meets_the_requirement(exam: Exam, run: Any) -> None:
    # 7 points, pass at 70%: 4 of 7 fail, 5 pass; the first place is left open.
    attempt = sat(exam, run, 3)
    assert not attempt.grades.get().passed
    missed = attempt.items.get(position=1).version
    made = propose(exam, missed)
    assert compared.preview(made)[0].gained
    corrections.apply_correction(correction=made, by=examiner("Khác"), at=AT)
    tasks.carry_out_corrections()
    assert attempt.grades.last().passed
    requirement = Requirement.objects.get(enrolment=attempt.sitting.enrolment, kind=Requirement.Kind.EXAM)
    assert requirement.met_at is not None


def test_a_pass_lost_takes_nothing_away_and_certification_is_told(exam: Exam, run: Any) -> None:
    attempt = sat(exam, run, 2)
    assert attempt.grades.get().passed
    officer = make_person("Cán bộ", roles=(Role.OFFICER,))
    right = attempt.items.get(position=7).version
    made = propose(exam, right, "drop")
    assert compared.preview(made)[0].lost
    corrections.apply_correction(correction=made, by=examiner("Khác"), at=AT)
    tasks.carry_out_corrections()
    assert [grade.passed for grade in attempt.grades.all()] == [True, False]
    requirement = Requirement.objects.get(enrolment=attempt.sitting.enrolment, kind=Requirement.Kind.EXAM)
    assert requirement.met_at is not None
    assert attempt.events.get(note__startswith="regraded").data["requirement_stays_met"] is True
    told = Notice.objects.get(kind="passes_lost", channel="screen")
    assert (told.person, told.facts["lost"]) == (officer, "1")


def test_another_key(exam: Exam, run: Any) -> None:
    attempt = sat(exam, run, 0)
    choice = next(item for item in attempt.items.all() if item.version.type == "single")
    made = propose(exam, choice.version, "key", key=corrections.key_of(choice.version, ["a"]))
    line = compared.preview(made)[0]
    assert (int(line.old.points), int(line.new.points)) == (7, 6)
    with pytest.raises(Conflict):
        propose(exam, choice.version)


def test_a_key_that_does_not_fit_is_refused(exam: Exam, run: Any) -> None:
    attempt = sat(exam, run, 0)
    choice = next(item for item in attempt.items.all() if item.version.type == "single")
    for key in ({"formula": "1"}, None, {}):
        with pytest.raises(Refused):
            propose(exam, choice.version, "key", key=key)
    assert not Correction.objects.exists()


def test_run_twice_and_killed_half_way(exam: Exam, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = [sat(exam, run, 7) for _number in range(5)]
    made = corrections.apply_correction(correction=propose(exam, shared(attempts)), by=examiner("Khác"), at=AT)
    monkeypatch.setattr(corrections, "BATCH", 2)
    real, calls = results.regrade_all, []

    def dies_in_the_second_batch(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        found = real(*args, **kwargs)
        if len(calls) == 2:
            raise RuntimeError
        return found

    with monkeypatch.context() as patched:
        patched.setattr(corrections, "regrade_all", dies_in_the_second_batch)
        with pytest.raises(RuntimeError):
            tasks.carry_out_corrections()
    assert Grade.objects.filter(number=2).count() == 2
    assert tasks.carry_out_corrections() == 3
    assert tasks.carry_out_corrections() == 0
    made.refresh_from_db()
    Correction.objects.filter(pk=made.pk).update(finished_at=None)
    assert tasks.carry_out_corrections() == 0
    assert Grade.objects.filter(number=2).count() == 5
    assert not Grade.objects.filter(number=3).exists()
    assert Notice.objects.filter(kind="grade_changed", channel="screen").count() == 5


def test_graded_after_it_applied_takes_it_in_at_once(exam: Exam, run: Any) -> None:
    first = sat(exam, run, 7)
    made = corrections.apply_correction(correction=propose(exam, shared([first])), by=examiner("Khác"), at=AT)
    later = sat(exam, run, 7)
    assert int(later.grades.get().points) == 1
    assert later.grades.get().detail["corrections"] == [made.pk]
    assert corrections.carry_out(correction=made, at=AT) == 1
    assert later.grades.count() == 1


def test_dropping_what_waits_for_marks_grades_it(exam: Exam, run: Any, attempt: Attempt) -> None:
    version = essay_in(exam)
    add_essay(attempt, version)
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    made = corrections.apply_correction(correction=propose(exam, version, "drop"), by=examiner("Khác"), at=AT)
    assert corrections.carry_out(correction=made, at=AT) == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.grades.get().possible) == ("graded", 7)
    assert Notice.objects.filter(kind="attempt_graded", channel="screen").count() == 1


def test_nobody_applies_what_changes_their_own_result(exam: Exam, run: Any) -> None:
    attempt = sat(exam, run, 7)
    from_taker = attempt.sitting.person
    made = propose(exam, shared([attempt]))
    with pytest.raises(NotAllowed):
        corrections.apply_correction(correction=made, by=from_taker, at=AT)
    with pytest.raises(NotAllowed):
        propose(exam, attempt.items.get(position=1).version, by=from_taker)


def test_a_regrade_costs_the_same_however_many_there_are(
    exam: Exam, run: Any, django_assert_max_num_queries: Any
) -> None:
    attempts = [sat(exam, run, 7) for _number in range(4)]
    made = corrections.apply_correction(correction=propose(exam, shared(attempts)), by=examiner("Khác"), at=AT)
    with django_assert_max_num_queries(8):
        compared.preview(made)
    with django_assert_max_num_queries(40):
        corrections.carry_out(correction=made, at=AT)


def seen_on(page: str) -> str:
    """The digest of the comparison that a page shows."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_applied_only_as_it_was_compared(exam: Exam, run: Any) -> None:
    weak = sat(exam, run, 7)
    by = examiner("Khác")
    made = propose(exam, shared([weak]))
    seen = compared.digest(compared.preview(made))
    assert compared.without_result(made) == 0
    later = sat(exam, run, 7)
    with pytest.raises(Conflict) as refused:
        corrections.apply_correction(correction=made, by=by, at=AT, seen=seen)
    assert refused.value.code == "changed"
    assert Correction.objects.get().state == "proposed"
    seen = compared.digest(compared.preview(made))
    applied = corrections.apply_correction(correction=made, by=by, at=AT, seen=seen)
    assert applied.state == "applied"
    assert corrections.apply_correction(correction=made, by=by, at=AT, seen="pressed twice").state == "applied"
    assert corrections.carry_out(correction=applied, at=AT) == 2
    assert later.grades.count() == 2


def test_who_certifies_reads_what_a_lost_pass_bears(exam: Exam, run: Any, client: Client, settings: Any) -> None:
    attempt = sat(exam, run, 2, "Lê Thị Mất Điểm")
    certificate = Certificate.objects.create(
        kind="completion",
        code="ABCDEFGHJKMNPQRSTVWXYZ0123",
        number="NSCL-2026-000001",
        number_key="NSCL2026000001",
        person=attempt.sitting.person,
        enrolment=attempt.sitting.enrolment,
        holder="Lê Thị Mất Điểm",
        holder_key="le thi mat diem",
        facts={},
        issued_at=AT,
        issued_on=AT.date(),
    )
    made = propose(exam, attempt.items.get(position=7).version, "drop")
    corrections.apply_correction(correction=made, by=examiner("Khác"), at=AT)
    tasks.carry_out_corrections()
    officer, one = make_person("Cán bộ", roles=(Role.OFFICER,)), examiner()
    pages = {}
    for person in (officer, one):
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        pages[person] = client.get(f"/admin/exam-corrections/{made.pk}/").content.decode()
    link = f'href="/admin/certification/certificates/{certificate.code}/">{certificate.number}</a>'
    assert "Lê Thị Mất Điểm" in pages[officer]
    assert link in pages[officer]
    assert certificate.number not in pages[one]
    assert "Lê Thị Mất Điểm" not in pages[one]
    Certificate.objects.update(state="revoked", ended_on=AT.date())
    client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert certificate.number not in client.get(f"/admin/exam-corrections/{made.pk}/").content.decode()


def test_another_attempt_that_still_passes_is_said(exam: Exam, run: Any) -> None:
    attempt = sat(exam, run, 2)
    made = propose(exam, attempt.items.get(position=7).version, "drop")
    lines = compared.preview(made)
    assert compared.still_pass(lines) == set()
    other = Attempt.objects.create(
        sitting=attempt.sitting, number=2, code="ZZZZ-OTHER", state="graded", seed="s", language="vi",
        rules=attempt.rules, started_at=AT, deadline=AT, submitted_at=AT,
    )  # fmt: skip
    Grade.objects.create(attempt=other, number=1, points=7, possible=7, passed=True, detail={}, graded_at=AT)
    assert compared.still_pass(lines) == {attempt.pk}


def test_what_an_appeal_was_upheld_by_is_not_put_aside(exam: Exam, run: Any) -> None:
    attempt = sat(exam, run, 7)
    made = propose(exam, shared([attempt]))
    asked = appeals.appeal(attempt=attempt, text="Câu này sai", by=attempt.sitting.person, at=AT)
    appeals.uphold_appeal(appeal=asked, answer="Đúng là sai", by=examiner("Khác"), at=AT, correction=made)
    with pytest.raises(Conflict) as refused:
        corrections.drop_correction(correction=made, by=examiner("Nữa"), at=AT)
    assert refused.value.code == "promised"
    assert Correction.objects.get().state == "proposed"


def test_no_appeal_is_upheld_by_what_was_put_aside_meanwhile(exam: Exam, run: Any) -> None:
    attempt = sat(exam, run, 7)
    made = propose(exam, shared([attempt]))
    asked = appeals.appeal(attempt=attempt, text="Câu này sai", by=attempt.sitting.person, at=AT)
    corrections.drop_correction(correction=Correction.objects.get(), by=examiner("Nữa"), at=AT)
    with pytest.raises(Conflict) as refused:
        appeals.uphold_appeal(appeal=asked, answer="Đúng là sai", by=examiner("Khác"), at=AT, correction=made)
    assert refused.value.code == "dropped"
    asked.refresh_from_db()
    assert asked.state == "open"


def test_every_grade_is_what_the_answers_and_versions_say(exam: Exam, run: Any) -> None:
    """Recomputed from nothing but what is stored, after corrections of every kind, each newest grade is the same."""
    attempts = [sat(exam, run, wrong) for wrong in (0, 2, 5)]
    for kind, version in zip(("drop", "all"), [item.version for item in attempts[0].items.all()[:2]], strict=True):
        corrections.apply_correction(correction=propose(exam, version, kind), by=examiner("Khác"), at=AT)
    choice = next(item.version for item in attempts[0].items.all()[2:] if item.version.type == "single")
    made = propose(exam, choice, "key", key=corrections.key_of(choice, ["a", "b"]))
    corrections.apply_correction(correction=made, by=examiner("Khác"), at=AT)
    tasks.carry_out_corrections()
    graded = list(Attempt.objects.select_related("sitting"))
    papers = sheets(graded)
    for attempt in graded:
        newest = attempt.grades.last()
        result = grading.grade(papers[attempt.pk].items, grading.Rules.of(attempt.rules))
        assert (grading.rounded(result.points), result.possible, result.passed) == (
            newest.points,
            newest.possible,
            newest.passed,
        )
        assert result.detail() == {name: newest.detail[name] for name in ("topics", "domains", "items")}


def test_the_screens(exam: Exam, run: Any, client: Client, settings: Any) -> None:
    weak = sat(exam, run, 7, "Phạm Thị Được Điểm")
    version = shared([weak])
    one = examiner()
    client.force_login(one, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/admin/exam-corrections/").status_code == 200
    assert version.question.code in client.get(f"/admin/exam-corrections/exams/{exam.pk}/").content.decode()
    form = f"/admin/exam-corrections/exams/{exam.pk}/{version.pk}/"
    assert client.get(form).status_code == 200
    assert client.post(form, {"kind": "all", "reason": ""}).status_code == 422
    made = client.post(form, {"kind": "all", "reason": "Đề in sai"})
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "0/7" in page
    assert "1/7" in page
    assert "Phạm Thị Được Điểm" not in page
    seen = seen_on(page)
    sat(exam, run, 6)
    stale = client.post(made["Location"], {"do": "apply", "seen": seen})
    assert stale.status_code == 409
    assert Correction.objects.get().state == "proposed"
    seen = seen_on(stale.content.decode())
    assert client.post(made["Location"], {"do": "apply", "seen": seen}).status_code == 302
    assert client.post(made["Location"], {"do": "apply", "seen": seen}).status_code == 302
    assert Correction.objects.get().events.filter(new="applied").count() == 1
    officer = make_person("Cán bộ", roles=(Role.OFFICER,))
    client.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[0])
    tasks.carry_out_corrections()
    assert "Phạm Thị Được Điểm" in client.get(made["Location"]).content.decode()
    assert client.post(made["Location"], {"do": "apply"}).status_code == 403


def test_a_key_taken_from_a_newer_version_is_a_logged_look(exam: Exam, run: Any, client: Client, settings: Any) -> None:
    choice = sat(exam, run, 7).items.filter(version__type="ordering").first()
    version = choice.version
    newer = QuestionVersion.objects.create(
        question=version.question, number=9, type=version.type, topic=version.topic, difficulty=version.difficulty,
        content=version.content, fingerprint="9", created_at=AT,
    )  # fmt: skip
    QuestionKey.objects.create(version=newer, key=version.key.key)
    one = examiner()
    client.force_login(one, backend=settings.AUTHENTICATION_BACKENDS[0])
    form = f"/admin/exam-corrections/exams/{exam.pk}/{version.pk}/"
    sent = {"kind": "key", "reason": "Khóa sai", "source": str(newer.pk)}
    page = client.post(form, sent)
    assert page.status_code == 422
    assert "Who sees keys" in page.content.decode() or "Ai xem được đáp án" in page.content.decode()
    assert not Correction.objects.exists() and not KeySight.objects.exists()
    actions.grant_keys(bank=exam.bank, person=one, reason="Sửa đáp án", by=None, at=AT)
    assert client.post(form, sent).status_code == 302
    assert KeySight.objects.get().version == newer
