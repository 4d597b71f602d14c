"""Invigilator, taker and sweep at one attempt at once; a ticket typed twice. PostgreSQL shows what locks are for."""

from datetime import timedelta

import pytest

from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import User
from quizzes import actions
from quizzes.actions import hall, sessions, tickets
from quizzes.actions.attempts import Shown
from quizzes.actions.evidence import decide_late
from quizzes.actions.presence import Beat, see
from quizzes.models import Answer, Attempt, Exam, Grade, LateAnswer, Presence, Sitting, Ticket
from tests.factories import AT, make_person
from tests.quizzes.test_races import at_once, save, sitting, start

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
__all__ = ["sitting"]
SECOND = timedelta(seconds=1)


@pytest.fixture
def examiner(transactional_db: None) -> User:
    return make_person("Lê Thị Sát Hạch", roles=(Role.EXAMINER,))


def test_pause_and_hand_in_come_one_after_the_other(sitting: Sitting, examiner: User) -> None:
    attempt = start(sitting)
    results = at_once(
        *[lambda: hall.pause(attempt=attempt, reason="x", by=examiner, at=AT + SECOND)] * 3,
        *[lambda: actions.submit(attempt=attempt, by=sitting.person, at=AT + SECOND)] * 3,
    )
    attempt.refresh_from_db()
    refused = {result.code for result in results if isinstance(result, Refused)}
    if attempt.paused_at:
        assert (attempt.state, refused, Grade.objects.count()) == ("started", {"paused"}, 0)
    else:
        assert (attempt.state, refused, Grade.objects.count()) == ("graded", {"handed_in"}, 1)


def test_more_time_and_the_sweep(sitting: Sitting, examiner: User) -> None:
    attempt = start(sitting)
    late = attempt.deadline + SECOND
    at_once(
        lambda: hall.extend(attempt=attempt, minutes=5, reason="x", by=examiner, at=attempt.deadline),
        lambda: actions.close_overdue(at=late),
        lambda: actions.close_overdue(at=late),
    )
    attempt.refresh_from_db()
    added = attempt.events.filter(note="extended").count()
    # Either the minutes were added and nothing was closed, or the other way round.
    if added:
        assert (attempt.state, attempt.deadline) == ("started", AT + timedelta(minutes=65))
    else:
        assert (attempt.state, attempt.submitted_at) == ("graded", AT + timedelta(minutes=60))


def test_minutes_given_at_once_are_all_counted(sitting: Sitting, examiner: User) -> None:
    attempt = start(sitting)
    at_once(*[lambda: hall.extend(attempt=attempt, minutes=3, reason="x", by=examiner, at=AT)] * 6)
    attempt.refresh_from_db()
    assert attempt.deadline == AT + timedelta(minutes=78)
    assert attempt.events.filter(note="extended").count() == 6


def test_a_pause_beside_saves_loses_none(sitting: Sitting, examiner: User) -> None:
    attempt = start(sitting)
    saves = [lambda position=position: save(attempt, position, 1) for position in range(1, 8)]
    results = at_once(*saves, lambda: hall.pause(attempt=attempt, reason="x", by=examiner, at=AT))
    acknowledged = {result.position for result in results if isinstance(result, actions.Saved)}
    assert set(Answer.objects.values_list("item__position", flat=True)) == acknowledged == set(range(1, 8))


def test_a_ticket_typed_twice_starts_one_attempt(sitting: Sitting, examiner: User) -> None:
    Exam.objects.update(needs_ticket=True)
    issued = tickets.issue_tickets(sittings=[sitting], by=examiner, at=AT)[0]
    results = at_once(*[lambda: tickets.use_ticket(sitting=sitting, typed=issued.code, at=AT)] * 6)
    assert sum(isinstance(result, Ticket) for result in results) == 1
    assert sum(isinstance(result, Refused) for result in results) == 5
    again = tickets.issue_tickets(sittings=[sitting], by=examiner, at=AT)[0]

    def begin() -> Attempt:
        shown = Shown(ticket=again.code)
        return actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi", shown=shown)

    attempts = at_once(*[begin] * 5)
    assert len({attempt.pk for attempt in attempts}) == 1
    assert Attempt.objects.count() == 1


def test_two_tickets_at_once_leave_one_to_use(sitting: Sitting, examiner: User) -> None:
    at_once(*[lambda: tickets.issue_tickets(sittings=[sitting], by=examiner, at=AT)] * 5)
    assert Ticket.objects.filter(used_at=None, ended_at=None).count() == 1
    assert Ticket.objects.count() == 5


def test_first_beats_at_once_are_one_row(sitting: Sitting) -> None:
    attempt = start(sitting)
    at_once(*[lambda: see(attempt=attempt, beat=Beat(1, 0, 0), at=AT)] * 6)
    assert Presence.objects.count() == 1


def test_a_decision_pressed_twice_at_once_counts_once(sitting: Sitting, examiner: User) -> None:
    attempt = start(sitting)
    late = attempt.deadline + SECOND
    actions.close_overdue(at=late)
    item = attempt.items.get(position=1)
    row = LateAnswer.objects.create(
        item=item, key="00000000-0000-4000-8000-000000000001", response=None, received_at=late
    )
    at_once(*[lambda: decide_late(late=row, counts=True, grounds="x", by=examiner, at=late)] * 5)
    assert Answer.objects.count() == 1
    assert Grade.objects.count() == 2


def test_two_who_seat_the_same_people(sitting: Sitting, examiner: User) -> None:
    one = sessions.plan_session(exam=sitting.exam, starts_at=AT, ends_at=AT + timedelta(hours=1), by=examiner, at=AT)
    other = Sitting.objects.create(person=make_person("Người khác"), exam=sitting.exam)
    at_once(
        lambda: sessions.seat_people(session=one, seats={sitting.pk: ""}, by=examiner, at=AT),
        lambda: sessions.seat_people(session=one, seats={other.pk: ""}, by=examiner, at=AT),
    )
    assert sorted(one.sittings.values_list("seat", flat=True)) == ["01", "02"]
