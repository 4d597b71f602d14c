"""Hints about integrity, on data made with and without copying; and the examiner's page. Mostly without a database."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from time import process_time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.lib.access import Role
from quizzes import actions, integrity
from quizzes.integrity import Given, Sheet, agreement, at_least, hints, oddities, pairs, similarities
from quizzes.models import Answer, Attempt, Exam, ExamSession, Presence, Sitting
from quizzes.types import TYPES, rng
from tests.factories import AT, make_person

QUESTIONS = 40


def hall(takers: int, seed: int, *, seats: bool = True) -> list[Sheet]:
    """People of different ability who answer on their own; some wrong answers are more popular than others."""
    chance = Random(seed)
    weights = {question: [chance.random() ** 2 + 0.05 for _wrong in "bcd"] for question in range(QUESTIONS)}
    hard = {question: chance.uniform(-0.2, 0.2) for question in range(QUESTIONS)}
    found = []
    for number in range(takers):
        ability = chance.uniform(0.45, 0.85)
        given = {}
        for question in range(QUESTIONS):
            right = chance.random() < ability + hard[question]
            value = "a" if right else chance.choices("bcd", weights[question])[0]
            given[question] = Given(value, right, 40, chance.randint(20, 90))
        found.append(sheet(number + 1, given, seat=f"A{number + 1}" if seats else ""))
    return found


def sheet(number: int, given: dict[int, Given], **facts: Any) -> Sheet:
    started = AT + timedelta(seconds=number)
    plain: dict[str, Any] = {"started_at": started, "ended_at": started + timedelta(hours=1), "room": 1}
    return Sheet(attempt=number, person=number, given=given, **{**plain, **facts})


def copied(sheets: list[Sheet], source: int, by: int, share: float, seed: int = 5) -> list[Sheet]:
    chance = Random(seed)
    theirs = sheets[source].given
    mixed = {q: theirs[q] if chance.random() < share else given for q, given in sheets[by].given.items()}
    place = sheets[by]
    return [*sheets[:by], sheet(place.attempt, mixed, seat=place.seat), *sheets[by + 1 :]]


# --- Alike -----------------------------------------------------------------------------


def test_who_answers_alone_is_hardly_ever_named() -> None:
    named = sum(len(similarities(hall(30, seed))[0]) for seed in range(12))
    assert named <= 1


@pytest.mark.parametrize("apart", [1, 12])
def test_who_copies_is_named_beside_and_across_the_room(apart: int) -> None:
    for seed in (1, 2, 3):
        sheets = hall(30, seed)
        # The one who knew least: where everything is right, copying shows nowhere.
        source = min(range(30 - apart), key=lambda n: sum(given.right for given in sheets[n].given.values()))
        found, looked_at = similarities(copied(sheets, source, source + apart, 0.9))
        assert looked_at == 435
        assert (found[0].one, found[0].other) == (source + 1, source + apart + 1)
        assert found[0].same > found[0].expected
        assert found[0].neighbours is (apart == 1)


def test_right_answers_alike_say_nothing() -> None:
    perfect = {question: Given("a", True) for question in range(QUESTIONS)}
    assert hints([sheet(number, perfect, seat=f"A{number}") for number in range(1, 21)]).alike == []


def test_a_mistake_that_everybody_makes_says_nothing() -> None:
    common = {question: Given("b" if question < 10 else "a", question >= 10) for question in range(QUESTIONS)}
    assert hints([sheet(number, common, seat=f"A{number}") for number in range(1, 21)]).alike == []


def test_of_a_few_nothing_is_said() -> None:
    few = hints(copied(hall(7, 1), 0, 1, 1.0))
    assert few.too_few
    assert few.alike == []


def test_two_attempts_of_one_person_are_no_pair() -> None:
    sheets = hall(10, 1)
    again = Sheet(99, sheets[0].person, sheets[0].given, sheets[0].started_at, sheets[0].ended_at, "A1", 1)
    assert all({one.person, other.person} != {1} for one, other, _near in pairs([*sheets, again]))


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("A1", "A2", True), ("A2", "A4", False), ("A1", "B1", True), ("A1", "B2", False), ("7", "8", True),
     ("07", "08", True), ("7", "9", False), ("", "", False), ("cửa sổ", "8", False)],
)  # fmt: skip
def test_neighbours(one: str, other: str, near: bool) -> None:
    both = [sheet(1, {}, seat=one), sheet(2, {}, seat=other)]
    assert [near for _one, _other, near in pairs(both)] == [near]
    apart = [sheet(1, {}, seat=one), sheet(2, {}, seat=other, room=2)]
    assert [near for _one, _other, near in pairs(apart)] == [False]


def test_the_chance_of_agreement_is_that_of_all_others() -> None:
    # Ten others: six gave b, four gave c. Pairs among them that agree: 15 + 6 of 45.
    counts = Counter({"b": 6 + 2, "c": 4})
    assert agreement(counts, "b", "b") == pytest.approx((21 + 1) / (45 + 2))
    assert agreement(Counter({"b": 7, "c": 5}), "b", "c") == pytest.approx((21 + 1) / (45 + 2))
    assert agreement(Counter({"b": 2}), "b", "b") == 0.5


def test_the_sum_of_chances_is_exact() -> None:
    assert at_least(0, [0.3, 0.9]) == pytest.approx(1)
    assert at_least(1, [0.3, 0.9]) == pytest.approx(1 - 0.7 * 0.1)
    assert at_least(2, [0.3, 0.9]) == pytest.approx(0.27)
    assert at_least(10, [0.5] * 10) == pytest.approx(0.5**10)


def test_the_work_is_bounded_and_neighbours_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "MOST_PAIRS", 2_000)
    sheets = hall(300, 1)
    before = process_time()
    _found, looked_at = similarities(sheets)
    assert looked_at == 2_000
    assert process_time() - before < 2
    first = list(pairs(sheets))[:299]
    assert all(near for _one, _other, near in first)


# --- Times and focus ----------------------------------------------------------------------


def timed(seconds: int, count: int, **facts: Any) -> dict[int, Given]:
    return {question: Given("a", True, 60, seconds, **facts) for question in range(count)}


def test_faster_than_reading() -> None:
    # 60 syllables take five seconds at the fastest.
    assert oddities(sheet(1, timed(5, 10))) is None
    odd = oddities(sheet(1, timed(4, 10)))
    assert odd is not None
    assert (odd.fast, odd.timed) == (10, 10)
    assert oddities(sheet(1, timed(4, 4))) is None
    mostly_slow = {**timed(30, 30), **{100 + n: Given("a", True, 60, 1) for n in range(5)}}
    assert oddities(sheet(1, mostly_slow)) is None
    assert oddities(sheet(1, {n: Given("a", True, 60) for n in range(10)})) is None


@pytest.mark.parametrize(("before", "named"), [(0, 15), (60, 15), (61, 0)])
def test_a_burst_before_the_end(before: int, named: int) -> None:
    ends = AT + timedelta(hours=1)
    given = timed(30, 15, at=ends - timedelta(seconds=before))
    odd = oddities(sheet(1, given, ended_at=ends))
    assert (odd.late if odd else 0) == named


def test_a_short_exam_may_be_answered_in_its_last_minute() -> None:
    ends = AT + timedelta(hours=1)
    assert oddities(sheet(1, timed(5, 12, at=ends), ended_at=ends)) is None


@pytest.mark.parametrize(("times", "told"), [(2, 0), (3, 3)])
def test_windows_left(times: int, told: int) -> None:
    odd = oddities(sheet(1, {}, focus_lost=times))
    assert (odd.left if odd else 0) == told


# --- Seeded shuffles -----------------------------------------------------------------------


def test_a_shuffle_is_repeated_from_its_seed_and_every_order_is_as_likely() -> None:
    content = {"options": [{"id": letter} for letter in "abcd"]}
    single = TYPES["single"]
    assert all(single.shuffle(content, rng(f"s:{n}")) == single.shuffle(content, rng(f"s:{n}")) for n in range(50))
    draws = 4_800
    orders = Counter(tuple(single.shuffle(content, rng(f"seed:{number}"))) for number in range(draws))
    expected = draws / 24
    assert len(orders) == 24
    # 23 degrees of freedom: the 99.9% point is 49.7.
    assert sum((count - expected) ** 2 / expected for count in orders.values()) < 49.7


# --- The examiner's page ---------------------------------------------------------------------


@pytest.fixture
def group(exam: Exam) -> Iterator[list[Attempt]]:
    """Nine people of one session; the second copies the first, who got everything wrong."""
    session = ExamSession.objects.create(
        code="S-1", exam=exam, state="open", starts_at=AT, ends_at=AT + timedelta(hours=3)
    )
    attempts = []
    for number in range(9):
        person = make_person(f"Người thi {number}")
        sitting = Sitting.objects.create(person=person, exam=exam, session=session, seat=f"A{number + 1}")
        attempt = actions.start(sitting=sitting, by=person, at=AT, language="vi")
        for item in attempt.items.all():
            Answer.objects.create(
                item=item, revision=1, key=f"{item.pk:032x}", response={"choice": "d"}, received_at=AT, seconds=0
            )
        actions.submit(attempt=attempt, by=person, at=AT + timedelta(hours=1))
        attempts.append(attempt)
    yield attempts


@pytest.mark.django_db
def test_the_page_speaks_of_hints_and_changes_nothing(client: Client, exam: Exam, group: list[Attempt]) -> None:
    Presence.objects.update_or_create(attempt=group[0], defaults={"seen_at": AT, "focus_lost": 7})
    client.force_login(make_person(roles=(Role.EXAMINER,)))
    address = f"/admin/exams/{exam.pk}/integrity/"
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert "7" in text
    assert group[0].code in text
    assert client.get(address, {"session": "S-1"}).status_code == 200
    assert client.get(address, {"session": "missing"}).status_code == 404
    assert client.post(address).status_code == 405


@pytest.mark.django_db
def test_the_page_costs_the_same_for_more_takers(client: Client, exam: Exam, group: list[Attempt]) -> None:
    client.force_login(make_person(roles=(Role.EXAMINER,)))
    address = reverse("quizzes_admin:integrity", args=[exam.pk])
    client.get(address)
    counts = []
    for keep in (9, 3):
        Attempt.objects.filter(pk__in=[one.pk for one in group[keep:]]).update(state="void")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.INVIGILATOR, Role.OFFICER, Role.REVIEWER])
def test_only_examiners_see_hints(client: Client, exam: Exam, role: Role) -> None:
    client.force_login(make_person(roles=(role,)))
    assert client.get(reverse("quizzes_admin:integrity", args=[exam.pk])).status_code == 403
