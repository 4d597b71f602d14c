"""Invigilators' acts: pause, go on, more time, void; and the edges of time around them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import Notice, User
from quizzes import actions
from quizzes.actions import hall, sessions, tickets
from quizzes.actions.holding import GRACE
from quizzes.actions.presence import Beat, see
from quizzes.models import Answer, Attempt, AttemptEvent, Exam, ExamSession, LateAnswer, Presence, Sitting, Ticket
from quizzes.queries import hall as halls
from quizzes.sections import Part, closes_at, ends, moved
from tests.factories import AT, make_person
from tests.quizzes.conftest import right_fields

pytestmark = pytest.mark.django_db

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def session(sitting: Sitting, examiner: User, watcher: User) -> ExamSession:
    """An open hall in which the sitting's person sits, watched by one."""
    planned = sessions.plan_session(
        exam=sitting.exam, starts_at=AT, ends_at=AT + timedelta(hours=2), by=examiner, at=AT, place="Phòng 204"
    )
    sessions.assign_invigilator(session=planned, person=watcher, by=examiner, at=AT)
    sessions.seat_people(session=planned, seats={sitting.pk: ""}, by=examiner, at=AT)
    sitting.refresh_from_db()
    return sessions.open_session(session=planned, by=watcher, at=AT)


@pytest.fixture
def attempt(session: ExamSession, sitting: Sitting) -> Attempt:
    return actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi", device="tab-1")


def save(attempt: Attempt, at: datetime, revision: int = 1, position: int = 1, **more: Any) -> actions.Saved:
    item = attempt.items.select_related("version__key").get(position=position)
    return actions.save_answer(
        attempt=attempt,
        position=position,
        response=right_fields(item),
        revision=revision,
        key=uuid4(),
        by=attempt.sitting.person,
        at=at,
        device="tab-1",
        **more,
    )


def code(work: Any) -> str:
    with pytest.raises(Refused) as refused:
        work()
    assert str(refused.value)
    return refused.value.code


# --- Pause and go on -------------------------------------------------------------------


def test_a_pause_moves_the_deadline_by_itself(attempt: Attempt, watcher: User) -> None:
    before = attempt.deadline
    hall.pause(attempt=attempt, reason="mất điện", by=watcher, at=AT + 10 * MINUTE)
    hall.pause(attempt=attempt, reason="mất điện", by=watcher, at=AT + 11 * MINUTE)
    hall.resume(attempt=attempt, by=watcher, at=AT + 17 * MINUTE)
    hall.resume(attempt=attempt, by=watcher, at=AT + 30 * MINUTE)
    attempt.refresh_from_db()
    assert attempt.deadline == before + 7 * MINUTE
    assert attempt.paused_at is None
    notes = list(attempt.events.exclude(note="").values_list("note", flat=True))
    assert notes == ["paused", "resumed"]
    assert attempt.events.get(note="paused").data["reason"] == "mất điện"
    assert attempt.events.get(note="resumed").data["seconds"] == 420


def test_while_it_is_paused_the_deadline_does_not_come(attempt: Attempt, watcher: User) -> None:
    hall.pause(attempt=attempt, reason="mất mạng", by=watcher, at=attempt.deadline)
    late = attempt.deadline + timedelta(hours=1)
    assert actions.close_overdue(at=late) == 0
    # What the browser still held is taken; nobody hands in.
    assert save(attempt, late).revision == 1
    assert code(lambda: actions.submit(attempt=attempt, by=attempt.sitting.person, at=late)) == "paused"
    again = actions.start(sitting=attempt.sitting, by=attempt.sitting.person, at=late, language="vi")
    assert (again, again.state) == (attempt, "started")
    hall.resume(attempt=attempt, by=watcher, at=late)
    attempt.refresh_from_db()
    assert attempt.deadline == late
    assert save(attempt, late, revision=2).revision == 2
    assert code(lambda: save(attempt, late + GRACE + SECOND, revision=3)) == "late"
    assert actions.close_overdue(at=late + SECOND) == 1
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.closed_by_clock) == (late, True)


@pytest.mark.parametrize(("seconds", "outcome"), [(-1, "saved"), (0, "saved"), (1, "late")])
def test_edges_of_the_deadline(attempt: Attempt, watcher: User, seconds: int, outcome: str) -> None:
    hall.extend(attempt=attempt, minutes=5, reason="đổi máy", by=watcher, at=AT)
    attempt.refresh_from_db()
    at = attempt.deadline + seconds * SECOND
    if outcome == "saved":
        assert save(attempt, at).saved_at == at
        hall.pause(attempt=attempt, reason="mất điện", by=watcher, at=at)
    else:
        # What was on its way counts, but nobody stops a clock that has run out.
        assert save(attempt, at).saved_at == at
        assert code(lambda: save(attempt, at + GRACE, revision=2)) == "late"
        assert LateAnswer.objects.get().received_at == at + GRACE
        assert code(lambda: hall.pause(attempt=attempt, reason="x", by=watcher, at=at)) == "late"
        assert code(lambda: hall.extend(attempt=attempt, minutes=3, reason="x", by=watcher, at=at)) == "late"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["pause", "resume", "extend"]), st.integers(0, 900)), max_size=6))
def test_time_worked_is_what_was_given(attempt: Attempt, examiner: User, steps: list[tuple[str, int]]) -> None:
    """Whatever is pressed in whatever order: minutes given plus minutes added is the time with the clock running."""
    Attempt.objects.filter(pk=attempt.pk).update(paused_at=None, deadline=AT + 60 * MINUTE)
    AttemptEvent.objects.filter(subject=attempt).exclude(note="").delete()
    attempt.refresh_from_db()
    now, ran, added, running = AT, timedelta(), 0, True
    for act, wait in steps:
        now += wait * SECOND
        ran += wait * SECOND if running else timedelta()
        if act == "pause":
            running = (
                False
                if _allowed(lambda at=now: hall.pause(attempt=attempt, reason="x", by=examiner, at=at))
                else running
            )
        elif act == "resume":
            running = True if _allowed(lambda at=now: hall.resume(attempt=attempt, by=examiner, at=at)) else running
        elif _allowed(lambda at=now: hall.extend(attempt=attempt, minutes=3, reason="x", by=examiner, at=at)):
            added += 3
    attempt.refresh_from_db()
    assert (attempt.paused_at is None) == running
    assert attempt.deadline - (attempt.paused_at or now) == (60 + added) * MINUTE - ran


def _allowed(work: Any) -> bool:
    try:
        work()
    except Refused:
        return False
    return True


def test_more_time_for_one_and_for_the_hall(
    attempt: Attempt, session: ExamSession, watcher: User, examiner: User
) -> None:
    hall.extend(attempt=attempt, minutes=10, reason="máy hỏng", by=watcher, at=AT + MINUTE)
    assert code(lambda: hall.extend(attempt=attempt, minutes=10, reason="x", by=watcher, at=AT + MINUTE)) == "too_much"
    assert hall.extend_session(session=session, minutes=5, reason="báo cháy", by=watcher, at=AT + MINUTE) == 1
    hall.extend(attempt=attempt, minutes=30, reason="quyết định", by=examiner, at=AT + MINUTE)
    attempt.refresh_from_db()
    assert attempt.deadline == AT + 105 * MINUTE
    assert hall.extend_session(session=session, minutes=5, reason="x", by=examiner, at=attempt.deadline + SECOND) == 0


def test_the_whole_hall_stands_and_goes_on(session: ExamSession, examiner: User, watcher: User, exam: Exam) -> None:
    people = [make_person(f"Người {n}") for n in range(3)]
    seats = [Sitting.objects.create(person=person, exam=exam) for person in people]
    sessions.seat_people(session=session, seats={one.pk: "" for one in seats}, by=examiner, at=AT)
    running = [actions.start(sitting=one, by=one.person, at=AT, language="vi") for one in seats[:2]]
    assert hall.pause_session(session=session, reason="báo cháy", by=watcher, at=AT + MINUTE) == 2
    assert hall.pause_session(session=session, reason="báo cháy", by=watcher, at=AT + MINUTE) == 0
    hall.ask_void(attempt=running[0], reason="điện thoại", by=watcher, at=AT + MINUTE)
    # Whoever is proposed to be void waits for the second look.
    assert hall.resume_session(session=session, by=watcher, at=AT + 3 * MINUTE) == 1
    assert Attempt.objects.get(pk=running[1].pk).deadline == AT + 62 * MINUTE
    assert code(lambda: sessions.close_session(session=session, by=watcher, at=AT)) == "inside"


def test_reasons_rights_and_ones_own_exam(
    attempt: Attempt, session: ExamSession, watcher: User, examiner: User
) -> None:
    other = make_person("Giám thị khác", roles=(Role.INVIGILATOR,))
    assert code(lambda: hall.pause(attempt=attempt, reason=" ", by=watcher, at=AT)) == "reason"
    assert code(lambda: hall.pause(attempt=attempt, reason="x", by=other, at=AT)) == "not_yours"
    assert code(lambda: hall.extend(attempt=attempt, minutes=0, reason="x", by=watcher, at=AT)) == "minutes"
    taker = attempt.sitting.person
    Attempt.objects.filter(pk=attempt.pk).update(paused_at=None)
    from_role = make_person("Người thi", roles=(Role.EXAMINER,))
    Sitting.objects.filter(pk=attempt.sitting_id).update(person=from_role)
    assert code(lambda: hall.extend(attempt=attempt, minutes=3, reason="x", by=from_role, at=AT)) == "own"
    Sitting.objects.filter(pk=attempt.sitting_id).update(person=taker)
    assert not AttemptEvent.objects.exclude(note="").exists()


def test_void_asks_a_second_one(attempt: Attempt, session: ExamSession, watcher: User, examiner: User) -> None:
    assert code(lambda: hall.void(attempt=attempt, reason="x", by=watcher, at=AT)) == "second"
    hall.ask_void(attempt=attempt, reason="dùng điện thoại", by=watcher, at=AT)
    assert code(lambda: hall.void(attempt=attempt, reason="x", by=watcher, at=AT)) == "second"
    second = make_person("Võ Thị Ngân", roles=(Role.INVIGILATOR,))
    sessions.assign_invigilator(session=session, person=second, by=examiner, at=AT)
    held = hall.void(attempt=attempt, reason="dùng điện thoại", by=second, at=AT + MINUTE)
    assert (held.state, held.paused_at) == ("void", None)
    assert code(lambda: save(attempt, AT + MINUTE)) == "void"
    told = Notice.objects.filter(person=attempt.sitting.person, kind="attempt_void")
    assert told.count() >= 1
    # It was not one of those allowed: another one may start.
    again = actions.start(sitting=attempt.sitting, by=attempt.sitting.person, at=AT + MINUTE, language="vi")
    assert again.number == 2


def test_a_passed_exam_that_counts_is_not_declared_void(attempt: Attempt, examiner: User) -> None:
    for position in range(1, 8):
        save(attempt, AT, position=position)
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    assert code(lambda: hall.void(attempt=attempt, reason="x", by=examiner, at=AT)) == "counts"


# --- Sessions --------------------------------------------------------------------------


def test_a_session_from_plan_to_close(session: ExamSession, sitting: Sitting, examiner: User, watcher: User) -> None:
    assert sitting.seat == "01"
    assert Notice.objects.filter(kind="exam_session", person=sitting.person).exists()
    sessions.change_session(session=session, by=examiner, at=AT, place="Phòng 301")
    assert Notice.objects.filter(kind="exam_session_changed").exists()
    assert code(lambda: sessions.release_invigilator(session=session, person=watcher, by=examiner, at=AT)) == "last"
    sessions.close_session(session=session, by=watcher, at=AT)
    assert code(lambda: sessions.change_session(session=session, by=examiner, at=AT, place="x")) == "over"
    notes = list(session.events.values_list("note", "new"))
    assert [new for note, new in notes if not note] == ["planned", "open", "closed"]
    assert {"invigilator_assigned", "seated", "changed"} <= {note for note, _new in notes}


def test_what_a_session_refuses(sitting: Sitting, examiner: User, watcher: User) -> None:
    exam = sitting.exam
    assert code(lambda: sessions.plan_session(exam=exam, starts_at=AT, ends_at=AT, by=examiner, at=AT)) == "times"
    one = sessions.plan_session(exam=exam, starts_at=AT, ends_at=AT + MINUTE, by=examiner, at=AT)
    two = sessions.plan_session(exam=exam, starts_at=AT, ends_at=AT + MINUTE, by=examiner, at=AT)
    assert code(lambda: sessions.open_session(session=one, by=examiner, at=AT)) == "invigilator"
    assert code(lambda: sessions.assign_invigilator(session=one, person=sitting.person, by=examiner, at=AT)) == "role"
    sessions.seat_people(session=one, seats={sitting.pk: "A1"}, by=examiner, at=AT)
    assert code(lambda: sessions.seat_people(session=two, seats={sitting.pk: "A1"}, by=examiner, at=AT)) == "elsewhere"
    other = Sitting.objects.create(person=make_person("Người khác"), exam=exam)
    assert code(lambda: sessions.seat_people(session=one, seats={other.pk: "A1"}, by=examiner, at=AT)) == "seat"
    own = Sitting.objects.create(person=watcher, exam=exam)
    sessions.assign_invigilator(session=two, person=watcher, by=examiner, at=AT)
    assert code(lambda: sessions.seat_people(session=two, seats={own.pk: ""}, by=examiner, at=AT)) == "watches"
    assert code(lambda: sessions.cancel_session(session=one, reason="", by=examiner, at=AT)) == "reason"
    sessions.cancel_session(session=one, reason="mưa lũ", by=examiner, at=AT)
    sitting.refresh_from_db()
    assert (sitting.session, sitting.seat) == (None, "")
    assert Notice.objects.filter(kind="exam_session_cancelled", person=sitting.person).exists()


# --- Tickets ---------------------------------------------------------------------------


def test_a_ticket_opens_once_and_only_its_hash_is_kept(sitting: Sitting, examiner: User) -> None:
    first = tickets.issue_tickets(sittings=[sitting], by=examiner, at=AT)[0]
    second = tickets.issue_tickets(sittings=[sitting], by=examiner, at=AT + SECOND)[0]
    assert first.code != second.code
    assert second.code not in str(Ticket.objects.values())
    assert code(lambda: tickets.use_ticket(sitting=sitting, typed=first.code, at=AT)) == "ticket"
    typed = f"{second.code[:4].lower()} - {second.code[4:]}"
    assert tickets.use_ticket(sitting=sitting, typed=typed, at=AT).used_at == AT
    assert code(lambda: tickets.use_ticket(sitting=sitting, typed=second.code, at=AT)) == "ticket"


def test_a_ticket_of_another_seat_is_of_no_use(sitting: Sitting, exam: Exam, examiner: User) -> None:
    other = Sitting.objects.create(person=make_person("Người khác"), exam=exam)
    issued = tickets.issue_tickets(sittings=[sitting, other], by=examiner, at=AT)
    assert code(lambda: tickets.use_ticket(sitting=other, typed=issued[0].code, at=AT)) == "ticket"


def test_who_is_in_gets_no_ticket(attempt: Attempt, examiner: User) -> None:
    assert tickets.issue_tickets(sittings=[attempt.sitting], by=examiner, at=AT) == []


# --- Presence --------------------------------------------------------------------------


def test_presence_writes_no_more_than_itself(attempt: Attempt) -> None:
    see(attempt=attempt, beat=Beat(3, 2, 4), at=AT)
    row = Presence.objects.get()
    assert (row.position, row.queued, row.seen_at) == (3, 2, AT)
    # The exam does not watch the window, so nobody is told on.
    assert row.focus_lost == 0
    assert not attempt.events.filter(note="focus_lost").exists()


def test_leaving_the_window_is_logged_throttled(attempt: Attempt) -> None:
    attempt.rules["watches_focus"] = True
    for seconds, lost in ((0, 1), (5, 2), (10, 3), (25, 3), (60, 3)):
        see(attempt=attempt, beat=Beat(1, 0, lost, away=4), at=AT + seconds * SECOND)
    events = attempt.events.filter(note="focus_lost")
    assert [event.data["times"] for event in events] == [1, 2]
    assert Presence.objects.get().focus_lost == 3


# --- Sections --------------------------------------------------------------------------


def test_timed_sections_follow_one_another() -> None:
    parts = [Part(1, 10), Part(2, None), Part(3, 20)]
    found = ends(parts, started_at=AT, deadline=AT + 90 * MINUTE, minutes=60, extra_minutes=30)
    assert {pk: datetime.fromisoformat(end) for pk, end in found.items()} == {
        "1": AT + 15 * MINUTE,
        "3": AT + 45 * MINUTE,
    }
    assert closes_at(found, 2) is None
    assert closes_at(found, None) is None


def test_what_was_closed_stays_closed() -> None:
    found = ends([Part(1, 10), Part(2, 10)], started_at=AT, deadline=AT + 60 * MINUTE, minutes=60, extra_minutes=0)
    later = moved(found, 5 * MINUTE, AT + 12 * MINUTE)
    assert closes_at(later, 1) == AT + 10 * MINUTE
    assert closes_at(later, 2) == AT + 25 * MINUTE


def test_a_section_closes_for_good(sitting: Sitting, exam: Exam, examiner: User) -> None:
    section = exam.sections.create(title_vi="Phần 1", title_en="Part 1", minutes=10)
    exam.sections.create(title_vi="Phần 2", title_en="Part 2", order=1)
    running = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi", device="tab-1")
    running.items.filter(position__lte=3).update(section=section)
    end = AT + 10 * MINUTE
    assert save(running, end + GRACE).revision == 1
    assert code(lambda: save(running, end + GRACE + SECOND, revision=2)) == "section_over"
    assert LateAnswer.objects.get().reason == "late"
    assert save(running, AT + 30 * MINUTE, position=5).revision == 1
    hall.extend(attempt=running, minutes=5, reason="x", by=examiner, at=AT + 11 * MINUTE)
    running.refresh_from_db()
    assert code(lambda: save(running, AT + 12 * MINUTE, revision=2)) == "section_over"


def test_a_pause_takes_no_grace_from_a_section_that_has_just_closed(
    session: ExamSession, sitting: Sitting, exam: Exam, watcher: User
) -> None:
    section = exam.sections.create(title_vi="Phần 1", title_en="Part 1", minutes=10)
    running = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi", device="tab-1")
    running.items.filter(position=1).update(section=section)
    running.section_ends = {str(section.pk): (AT + 10 * MINUTE).isoformat()}
    running.save(update_fields=["section_ends"])
    hall.pause(attempt=running, reason="x", by=watcher, at=AT + 10 * MINUTE + 5 * SECOND)
    assert save(running, AT + 10 * MINUTE + 7 * SECOND).revision == 1
    assert code(lambda: save(running, AT + 20 * MINUTE, revision=2)) == "section_over"


def test_seconds_are_stored_with_the_answer(attempt: Attempt) -> None:
    save(attempt, AT, seconds=73)
    assert Answer.objects.get().seconds == 73


def test_the_next_attempt_is_sat_in_another_session(
    attempt: Attempt, session: ExamSession, exam: Exam, examiner: User, watcher: User
) -> None:
    sitting, later = attempt.sitting, AT + timedelta(days=3)
    following = sessions.plan_session(exam=exam, starts_at=later, ends_at=later + MINUTE, by=examiner, at=AT)
    sessions.assign_invigilator(session=following, person=watcher, by=examiner, at=AT)

    def seated() -> list[Sitting]:
        return sessions.seat_people(session=following, seats={sitting.pk: "B2"}, by=examiner, at=AT)

    assert code(seated) == "elsewhere"
    actions.submit(attempt=attempt, by=sitting.person, at=AT)
    sessions.close_session(session=session, by=watcher, at=AT)
    assert list(halls.free_sittings(following)) == [sitting]
    seated()
    sessions.open_session(session=following, by=watcher, at=later)
    second = actions.start(sitting=Sitting.objects.get(), by=sitting.person, at=later, language="vi")
    # Each hall keeps what was sat in it, at the seat of then.
    for hall_, one, seat in ((session, attempt, "01"), (following, second, "B2")):
        (row,) = halls.hall(hall_, later).seats
        assert (row.attempt, row.sitting.seat) == (one, seat)
    counted = {row.pk: (row.people, row.inside) for row in halls.sessions(examiner)}
    assert counted == {session.pk: (1, 0), following.pk: (1, 1)}
    assert not halls.free_sittings(following).exists()
