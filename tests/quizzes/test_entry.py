"""Starting an attempt by the exam's rules: password, ticket, network, what comes before, and the deadline."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enrolments.actions import meet
from enrolments.models import Requirement
from lms.lib.access import Role
from lms.lib.states import Refused
from quizzes import actions, tries
from quizzes.actions.exams import set_password
from quizzes.actions.tickets import issue_tickets
from quizzes.models import Attempt, Exam, Sitting, Ticket
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def change(exam: Exam, **fields: Any) -> None:
    Exam.objects.filter(pk=exam.pk).update(**fields)


def start(sitting: Sitting, at: Any = AT, **shown: Any) -> Attempt:
    return actions.start(
        sitting=sitting, by=sitting.person, at=at, language="vi", device="tab-1", shown=actions.Shown(**shown)
    )


def refused(sitting: Sitting, at: Any = AT, **shown: Any) -> str:
    with pytest.raises(Refused) as found:
        start(sitting, at, **shown)
    assert not Attempt.objects.exists()
    assert str(found.value)
    return found.value.code


def ticket(sitting: Sitting) -> str:
    [issued] = issue_tickets(sittings=[sitting], by=make_person(roles=(Role.INVIGILATOR,)), at=AT)
    return issued.code


# --- Password ------------------------------------------------------------------------


def test_password(sitting: Sitting, exam: Exam) -> None:
    set_password(exam=exam, password=" phòng-204 ", by=make_person(roles=(Role.EXAMINER,)), at=AT)
    stored = Exam.objects.get().password
    assert "204" not in stored
    assert refused(sitting) == "password"
    assert refused(sitting, password="phòng-205") == "password"
    attempt = start(sitting, password="phòng-204")
    # Whoever is in needs it no more: a reload or another device leads back in.
    assert start(sitting) == attempt


def test_guessing_ends_after_ten_tries_and_not_for_others(sitting: Sitting, exam: Exam) -> None:
    set_password(exam=exam, password="phòng-204", by=make_person(roles=(Role.EXAMINER,)), at=AT)
    codes = [refused(sitting, password=f"guess {number}") for number in range(tries.MOST)]
    assert set(codes) == {"password"}
    assert refused(sitting, password="phòng-204") == "too_many_tries"
    other = Sitting.objects.create(person=make_person(), exam=exam)
    assert start(other, password="phòng-204").number == 1


def test_the_right_one_wipes_out_what_was_mistyped(sitting: Sitting, exam: Exam) -> None:
    set_password(exam=exam, password="phòng-204", by=make_person(roles=(Role.EXAMINER,)), at=AT)
    for _again in range(tries.MOST - 1):
        refused(sitting, password="x")
    start(sitting, password="phòng-204")
    assert all(tries.taken(sitting.pk) for _again in range(tries.MOST))
    assert not tries.taken(sitting.pk)


# --- Ticket ----------------------------------------------------------------------------


def test_a_ticket_lets_its_holder_in_once(sitting: Sitting, exam: Exam) -> None:
    change(exam, needs_ticket=True, wait_hours=0)
    written = ticket(sitting)
    stranger = Sitting.objects.create(person=make_person(), exam=exam)
    assert refused(sitting) == "ticket"
    assert refused(stranger, ticket=written) == "ticket"
    attempt = start(sitting, ticket=written.lower())
    used = Ticket.objects.get()
    assert used.used_at == AT
    assert written not in used.hash
    assert start(sitting) == attempt
    actions.submit(attempt=attempt, by=sitting.person, at=AT + HOUR)
    with pytest.raises(Refused) as again:
        start(sitting, AT + HOUR, ticket=written)
    assert again.value.code == "ticket"
    assert start(sitting, AT + HOUR, ticket=ticket(sitting)).number == 2


def test_a_ticket_is_not_used_up_by_a_start_that_fails(
    sitting: Sitting, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(exam, needs_ticket=True)
    written = ticket(sitting)
    exam.bank.questions.update(state="retired")
    assert refused(sitting, ticket=written) == "cannot_serve"
    assert Ticket.objects.get().used_at is None


def test_a_newer_ticket_ends_the_one_before(sitting: Sitting, exam: Exam) -> None:
    change(exam, needs_ticket=True)
    first = ticket(sitting)
    second = ticket(sitting)
    assert refused(sitting, ticket=first) == "ticket"
    assert start(sitting, ticket=second).number == 1


# --- Network -----------------------------------------------------------------------------


def test_only_from_the_networks_of_the_exam(sitting: Sitting, exam: Exam) -> None:
    change(exam, networks=["192.168.10.0/24"])
    assert refused(sitting) == "network"
    assert refused(sitting, address="192.168.11.1") == "network"
    attempt = start(sitting, address="192.168.10.20")
    assert attempt.network == "192.168.10.20"


def test_the_address_is_the_one_that_trusted_proxies_tell(
    client: Client, sitting: Sitting, exam: Exam, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    change(exam, networks=["192.168.10.0/24"])
    client.force_login(sitting.person)
    page = reverse("quizzes:before", args=[sitting.pk])
    forged = {"X-Forwarded-For": "192.168.10.20, 203.0.113.9"}
    assert client.post(page, {"oath": "on"}, headers=forged).status_code == 409
    assert not Attempt.objects.exists()
    inside = {"X-Forwarded-For": "203.0.113.9, 192.168.10.20"}
    started = client.post(page, {"oath": "on"}, headers=inside)
    assert started.status_code == 302
    # The questions are shown in the room alone; what is saved is taken from anywhere.
    assert client.get(started["Location"], headers=inside).status_code == 200
    outside = client.get(started["Location"], headers=forged)
    assert outside.status_code == 403
    assert "Stem" not in outside.content.decode()


# --- What comes before ----------------------------------------------------------------------


def test_requirements_that_must_be_met_before(sitting: Sitting, exam: Exam) -> None:
    change(exam, after=["lessons", "attendance"])
    assert refused(sitting) == "before"
    meet(enrolment=sitting.enrolment, kind=Requirement.Kind.LESSONS, key="", at=AT, by=None)
    # Attendance is not asked for by this class and cannot be missing.
    assert start(sitting).number == 1


def test_without_a_class_there_is_nothing_to_meet(exam: Exam) -> None:
    change(exam, after=["lessons"])
    assert start(Sitting.objects.create(person=make_person(), exam=exam)).number == 1


def test_an_exam_that_must_be_passed_before(sitting: Sitting, exam: Exam, right: Any) -> None:
    first = Exam.objects.create(
        code="TRIAL", bank=exam.bank, title_vi="Thi thử", title_en="Trial", minutes=30, pass_percent=50
    )
    change(exam, after_exam=first)
    assert refused(sitting) == "exam_before"
    before = Sitting.objects.create(person=sitting.person, exam=first)
    first.blueprint.create(topic=exam.blueprint.all()[0].topic, count=2)
    attempt = start(before)
    for item in attempt.items.select_related("version__key"):
        actions.save_answer(
            attempt=attempt, position=item.position, response=right(item), revision=1,
            key="0" * 31 + str(item.position), by=sitting.person, at=AT,
        )  # fmt: skip
    actions.submit(attempt=attempt, by=sitting.person, at=AT)
    assert attempt.grades.get().passed
    assert start(sitting).sitting == sitting


# --- Windows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window_end", "extra", "own", "expected"),
    [
        ("cut", 0, False, timedelta(minutes=10)),
        ("full", 0, False, timedelta(minutes=60)),
        ("cut", 15, False, timedelta(minutes=25)),
        ("cut", 15, True, timedelta(minutes=10)),
        ("full", 15, True, timedelta(minutes=75)),
    ],
)
def test_the_deadline_by_window_and_extra_minutes(
    sitting: Sitting, exam: Exam, window_end: str, extra: int, own: bool, expected: timedelta
) -> None:
    ends = AT + timedelta(minutes=10)
    change(exam, window_end=window_end, closes_at=AT - HOUR if own else ends)
    Sitting.objects.filter(pk=sitting.pk).update(extra_minutes=extra, closes_at=ends if own else None)
    assert start(sitting).deadline == AT + expected


def test_the_exams_window_holds_for_everybody(sitting: Sitting, exam: Exam) -> None:
    change(exam, opens_at=AT, closes_at=AT + HOUR)
    assert refused(sitting, AT - SECOND) == "not_open"
    assert refused(sitting, AT + HOUR) == "closed"
    assert start(sitting, AT + HOUR - SECOND).deadline == AT + HOUR


# --- The page before the exam ------------------------------------------------------------------


def test_the_page_says_all_that_applies(client: Client, sitting: Sitting, exam: Exam) -> None:
    now = timezone.now()
    change(
        exam, opens_at=now - HOUR, closes_at=now + HOUR / 2, window_end="cut", needs_ticket=True, password="x",
        networks=["127.0.0.0/8"], watches_focus=True, wrong_percent=25, partial=False, pilots=2,
        shows_score="released", shows_answers="closed",
    )  # fmt: skip
    Sitting.objects.update(extra_minutes=5, extra_attempts=1, accommodations=["large_print"])
    exam.sections.create(title_vi="Phần một", title_en="Part one", minutes=20)
    client.force_login(sitting.person)
    page = client.get(f"/en/learn/exams/{sitting.pk}/").content.decode()
    for words in (
        "With your extra minutes your time ends at",
        "Whoever starts now has only 34 minutes left",
        "5 extra minutes",
        "1 extra attempt",
        "Arranged for you: large print",
        "started with a password",
        "ticket from the invigilator",
        "only in the network of the exam room",
        "Leaving the exam",
        "takes away 25%",
        "Only a fully right answer",
        "2 questions are on trial",
        "“Part one” closes for good after 20 minutes",
        "Points are shown when the examiner releases them",
        "once the exam is over for everybody, not before",
        "taken for 7 days",
        'name="password"',
        'name="ticket"',
    ):
        assert words in page.replace("&#x27;", "'"), words


def test_wrong_ones_are_told_at_their_field(client: Client, sitting: Sitting, exam: Exam) -> None:
    change(exam, needs_ticket=True)
    client.force_login(sitting.person)
    address = f"/en/learn/exams/{sitting.pk}/"
    empty = client.post(address, {"oath": "on"})
    assert empty.status_code == 422
    wrong = client.post(address, {"oath": "on", "ticket": "ABCD-EFGH"})
    assert wrong.status_code == 422
    assert 'id="ticket-error"' in wrong.content.decode()
    for _again in range(tries.MOST):
        client.post(address, {"oath": "on", "ticket": "ABCD-EFGH"})
    assert client.post(address, {"oath": "on", "ticket": "ABCD-EFGH"}).status_code == 429
    assert not Attempt.objects.exists()


def test_the_page_costs_the_same_for_a_long_history(client: Client, sitting: Sitting, exam: Exam) -> None:
    change(exam, wait_hours=0, attempts=9)
    client.force_login(sitting.person)
    address = reverse("quizzes:before", args=[sitting.pk])
    client.get(address)
    counts = []
    for number in range(3):
        attempt = start(sitting, AT + number * HOUR)
        actions.submit(attempt=attempt, by=sitting.person, at=AT + number * HOUR)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]
