"""Starting, saving, handing in."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from enrolments.models import Enrolment, Requirement
from lms.lib.states import Refused
from quizzes import actions, queries, tasks
from quizzes.actions.holding import GRACE
from quizzes.models import Answer, Attempt, AttemptEvent, AttemptItem, Exam, Grade, LateAnswer, Question, Sitting
from tests.factories import AT, make_person
from tests.quizzes.conftest import right_fields

pytestmark = pytest.mark.django_db

SECOND, MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)


def save(
    attempt: Attempt,
    position: int = 1,
    revision: int = 1,
    key: UUID | None = None,
    at: datetime = AT,
    device: str = "tab-1",
    wrong: bool = False,
) -> actions.Saved:
    item = attempt.items.select_related("version__key").get(position=position)
    return actions.save_answer(
        attempt=attempt,
        position=position,
        response={} if wrong else right_fields(item),
        revision=revision,
        key=key or uuid4(),
        by=attempt.sitting.person,
        at=at,
        device=device,
    )


def answer_all(attempt: Attempt) -> None:
    for position in range(1, attempt.items.count() + 1):
        save(attempt, position)


def refusal(**options: object) -> str:
    with pytest.raises(Refused) as refused:
        save(**options)
    assert str(refused.value)
    return refused.value.code


# --- Start ---------------------------------------------------------------------------


def test_a_start_pins_questions_rules_and_deadline(attempt: Attempt, exam: Exam) -> None:
    assert attempt.items.count() == 7
    assert attempt.deadline == AT + timedelta(minutes=60)
    assert attempt.rules["pass_percent"] == 70
    assert attempt.rules["minima"] == {"prp": 40}
    assert attempt.rules["possible"] == 7
    Exam.objects.filter(pk=exam.pk).update(pass_percent=1, minutes=1)
    attempt.refresh_from_db()
    assert attempt.rules["pass_percent"] == 70
    assert attempt.events.get().new == "started"


def test_practice_and_retired_questions_are_never_drawn(sitting: Sitting) -> None:
    Question.objects.filter(code="A-1").update(state=Question.State.RETIRED)
    for number in range(8):
        attempt = actions.start(
            sitting=Sitting.objects.create(person=sitting.person, exam=sitting.exam),
            by=sitting.person,
            at=AT + timedelta(minutes=number),
            language="vi",
        )
        codes = set(attempt.items.values_list("version__question__code", flat=True))
        assert not codes & {"P-1", "P-2", "P-3", "A-1"}


def test_a_certification_exam_refuses_open_questions(sitting: Sitting) -> None:
    Exam.objects.update(certifies=True)
    with pytest.raises(Refused) as refused:
        actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    assert refused.value.code == "cannot_serve"
    assert not Attempt.objects.exists()


def test_an_attempt_in_progress_is_returned_instead_of_a_second(attempt: Attempt, sitting: Sitting) -> None:
    again = actions.start(sitting=sitting, by=sitting.person, at=AT + SECOND, language="en")
    assert again == attempt
    assert Attempt.objects.count() == 1


def test_extra_time_and_closing_time(sitting: Sitting) -> None:
    sitting.extra_minutes, sitting.closes_at = 30, AT + timedelta(minutes=80)
    sitting.save()
    attempt = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    assert attempt.deadline == AT + timedelta(minutes=80)


def test_nobody_starts_for_another(sitting: Sitting) -> None:
    with pytest.raises(Sitting.DoesNotExist):
        actions.start(sitting=sitting, by=make_person("Trần Thị Bình"), at=AT, language="vi")


def test_waiting_time_and_attempts_run_out(sitting: Sitting) -> None:
    at = AT
    codes = []
    for _round in range(4):
        try:
            attempt = actions.start(sitting=sitting, by=sitting.person, at=at, language="vi")
        except Refused as refused:
            codes.append(refused.code)
            continue
        actions.submit(attempt=attempt, by=sitting.person, at=at)
        with pytest.raises(Refused) as soon:
            actions.start(sitting=sitting, by=sitting.person, at=at + timedelta(hours=24) - SECOND, language="vi")
        codes.append(soon.value.code)
        at += timedelta(hours=24)
    assert codes == ["waiting", "waiting", "no_attempts", "no_attempts"]


def test_window(sitting: Sitting) -> None:
    sitting.opens_at, sitting.closes_at = AT, AT + timedelta(hours=1)
    sitting.save()
    for at, code in ((AT - SECOND, "not_open"), (AT + timedelta(hours=1), "closed")):
        with pytest.raises(Refused) as refused:
            actions.start(sitting=sitting, by=sitting.person, at=at, language="vi")
        assert refused.value.code == code


def test_an_overdue_attempt_is_closed_by_a_new_start(attempt: Attempt, sitting: Sitting) -> None:
    late = attempt.deadline + timedelta(hours=25)
    second = actions.start(sitting=sitting, by=sitting.person, at=late, language="vi")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at) == ("graded", attempt.deadline)
    assert second.number == 2


def test_opening_a_sitting_twice_gives_one(sitting: Sitting, enrolment: Enrolment, exam: Exam) -> None:
    again = actions.open_sitting(person=enrolment.person, exam=exam, enrolment=enrolment, by=None, at=AT)
    assert again == sitting


# --- Save ------------------------------------------------------------------------------


def test_a_save_is_acknowledged_once_stored(attempt: Attempt) -> None:
    saved = save(attempt, 3)
    stored = Answer.objects.get(item__position=3)
    assert (saved.revision, saved.saved_at) == (stored.revision, stored.received_at) == (1, AT)


def test_the_same_key_twice_is_one_answer(attempt: Attempt) -> None:
    key = uuid4()
    first = save(attempt, key=key)
    assert save(attempt, key=key, at=AT + SECOND) == first
    assert Answer.objects.count() == 1


def test_a_stored_save_is_acknowledged_again_even_after_the_hand_in(attempt: Attempt) -> None:
    key = uuid4()
    first = save(attempt, key=key)
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT + SECOND)
    assert save(attempt, key=key, at=AT + 2 * SECOND) == first


def test_an_older_revision_does_not_replace_a_newer(attempt: Attempt) -> None:
    save(attempt, revision=3)
    for revision in (1, 3):
        with pytest.raises(actions.OutOfOrder) as refused:
            save(attempt, revision=revision, wrong=True)
        assert refused.value.revision == 3
    assert Answer.objects.get().response is not None
    assert LateAnswer.objects.filter(reason="out_of_order").count() == 2


def test_the_deadline_belongs_to_the_taker(attempt: Attempt) -> None:
    save(attempt, revision=1, at=attempt.deadline - SECOND)
    save(attempt, revision=2, at=attempt.deadline)
    save(attempt, revision=3, at=attempt.deadline + GRACE)
    key, at = uuid4(), attempt.deadline + GRACE + MICROSECOND
    for _again in range(2):
        assert refusal(attempt=attempt, revision=4, at=at, key=key) == "late"
    assert Answer.objects.count() == 3
    late = LateAnswer.objects.get()
    assert (late.key, late.reason, late.received_at) == (key, "late", at)


def test_the_sweep_waits_for_what_is_on_its_way(attempt: Attempt) -> None:
    Attempt.objects.update(deadline=timezone.now() - GRACE)
    assert tasks.close_overdue_attempts() == 0
    attempt.refresh_from_db()
    assert save(attempt, at=attempt.deadline + GRACE).revision == 1
    Attempt.objects.update(deadline=attempt.deadline - tasks.SETTLING)
    assert tasks.close_overdue_attempts() == 1
    assert Grade.objects.get().points > 0


def test_late_answers_are_kept_after_the_clock_closed_it_too(attempt: Attempt) -> None:
    late = attempt.deadline + timedelta(hours=3)
    assert actions.close_overdue(at=late) == 1
    assert refusal(attempt=attempt, at=late) == "late"
    assert LateAnswer.objects.count() == 1
    assert Grade.objects.get().points == 0


def test_evidence_does_not_grow_without_bound(attempt: Attempt) -> None:
    for _each in range(actions.answers.MAX_LATE + 5):
        refusal(attempt=attempt, at=attempt.deadline + GRACE + SECOND)
    assert LateAnswer.objects.count() == actions.answers.MAX_LATE


def test_a_handed_in_attempt_takes_nothing(attempt: Attempt) -> None:
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    assert refusal(attempt=attempt) == "handed_in"
    assert not Answer.objects.exists()


def test_another_persons_attempt_is_not_there(attempt: Attempt) -> None:
    with pytest.raises(Attempt.DoesNotExist):
        actions.save_answer(
            attempt=attempt, position=1, response={}, revision=1, key=uuid4(), by=make_person("Trần Bình"), at=AT
        )
    with pytest.raises(AttemptItem.DoesNotExist):
        actions.save_answer(
            attempt=attempt, position=99, response={}, revision=1, key=uuid4(), by=attempt.sitting.person, at=AT
        )


def test_another_device_takes_over(attempt: Attempt) -> None:
    person = attempt.sitting.person
    save(attempt, revision=1)
    actions.take_over(attempt=attempt, by=person, at=AT, device="tab-2")
    assert refusal(attempt=attempt, revision=2) == "superseded"
    save(attempt, revision=2, device="tab-2")
    actions.take_over(attempt=attempt, by=person, at=AT, device="tab-2")
    actions.take_over(attempt=attempt, by=person, at=AT, device="tab-1")
    save(attempt, revision=3)
    assert list(LateAnswer.objects.values_list("reason", flat=True)) == ["superseded"]
    assert AttemptEvent.objects.filter(note="take_over").count() == 2


def test_flag(attempt: Attempt) -> None:
    actions.flag(attempt=attempt, position=2, flagged=True, by=attempt.sitting.person, at=AT)
    assert list(attempt.items.filter(flagged=True).values_list("position", flat=True)) == [2]
    with pytest.raises(Refused):
        actions.flag(
            attempt=attempt, position=2, flagged=False, by=attempt.sitting.person, at=attempt.deadline + SECOND
        )


# --- Hand in -----------------------------------------------------------------------------


def test_all_right_passes_and_meets_the_requirement(attempt: Attempt, enrolment: Enrolment) -> None:
    answer_all(attempt)
    done = actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT + timedelta(minutes=20))
    grade = Grade.objects.get()
    assert (done.state, grade.points, grade.possible, grade.passed) == ("graded", Decimal(7), 7, True)
    requirement = Requirement.objects.get(enrolment=enrolment, kind="exam")
    assert requirement.met_at == AT + timedelta(minutes=20)
    assert requirement.detail["points"] == "7.000"
    with pytest.raises(Refused) as refused:
        actions.start(sitting=attempt.sitting, by=enrolment.person, at=AT + timedelta(days=9), language="vi")
    assert refused.value.code == "passed"


def test_points_that_are_not_shown_yet_are_on_no_paper(attempt: Attempt, enrolment: Enrolment) -> None:
    Exam.objects.update(shows_score=Exam.Shows.RELEASED)
    answer_all(attempt)
    actions.submit(attempt=Attempt.objects.get(), by=attempt.sitting.person, at=AT)
    requirement = Requirement.objects.get(enrolment=enrolment, kind="exam")
    assert requirement.met_at == AT
    assert requirement.detail == {"attempt": attempt.code}


def test_the_newest_answer_counts(attempt: Attempt) -> None:
    answer_all(attempt)
    save(attempt, 1, revision=2, wrong=True)
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    assert Grade.objects.get().points == 6


def test_handing_in_twice_is_one_hand_in(attempt: Attempt) -> None:
    person = attempt.sitting.person
    actions.submit(attempt=attempt, by=person, at=AT)
    again = actions.submit(attempt=attempt, by=person, at=AT + SECOND)
    assert again.submitted_at == AT
    assert Grade.objects.count() == 1
    assert [event.new for event in attempt.events.order_by("pk")] == ["started", "submitted", "graded"]


def test_a_late_hand_in_is_stamped_with_the_deadline(attempt: Attempt) -> None:
    done = actions.submit(attempt=attempt, by=attempt.sitting.person, at=attempt.deadline + SECOND)
    assert (done.submitted_at, done.closed_by_clock) == (attempt.deadline, True)


def test_the_sweep_closes_what_is_over_and_nothing_else(attempt: Attempt) -> None:
    assert actions.close_overdue(at=attempt.deadline) == 0
    assert actions.close_overdue(at=attempt.deadline + SECOND) == 1
    assert actions.close_overdue(at=attempt.deadline + SECOND) == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at, attempt.closed_by_clock) == ("graded", attempt.deadline, True)
    assert Grade.objects.count() == 1


def test_one_attempt_that_cannot_be_graded_does_not_keep_others_open(attempt: Attempt, exam: Exam) -> None:
    other = Sitting.objects.create(person=make_person("Lê Thị Cúc"), exam=exam)
    second = actions.start(sitting=other, by=other.person, at=AT + SECOND, language="vi")
    Attempt.objects.filter(pk=attempt.pk).update(rules={})
    assert actions.close_overdue(at=second.deadline + SECOND) == 1
    second.refresh_from_db()
    assert second.state == "graded"


def test_a_hand_in_killed_before_its_grade_leaves_the_attempt_open(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: object) -> list[object]:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(queries, "sheets", dies)
        with pytest.raises(RuntimeError):
            actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    attempt.refresh_from_db()
    assert attempt.state == "started"
    assert actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT).state == "graded"


def test_tasks_may_run_twice(course: object, enrolment: Enrolment) -> None:
    assert tasks.open_missing_sittings(enrolment.pk) == 1
    assert tasks.open_missing_sittings() == 0
    assert Sitting.objects.count() == 1
    assert tasks.close_overdue_attempts() == 0
