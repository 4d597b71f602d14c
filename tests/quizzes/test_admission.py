"""The rules at the door, at each of their bounds: a second before, on it, a second after. No database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from lms.lib.states import Refused
from quizzes.admission import Standing, deadline, network_refusal, refusal, window, within
from quizzes.networks import parse
from quizzes.tickets import hashed, new_code
from tests.factories import AT

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
STEPS = (-SECOND, timedelta(), SECOND)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are compared by their words."""
    with override("en"):
        yield


def standing(**facts: Any) -> Standing:
    plain: dict[str, Any] = {
        "opens_at": None,
        "closes_at": None,
        "used": 0,
        "allowed": 3,
        "last_ended_at": None,
        "wait": timedelta(),
        "passed": False,
    }
    return Standing(**{**plain, **facts})


def code(facts: dict[str, Any], at: datetime = AT) -> str:
    refused = refusal(standing(**facts), at)
    return refused.code if refused else ""


@pytest.mark.parametrize(("step", "expected"), list(zip(STEPS, ("not_open", "", ""), strict=True)))
def test_it_opens_on_the_second(step: timedelta, expected: str) -> None:
    assert code({"opens_at": AT}, AT + step) == expected


@pytest.mark.parametrize(("step", "expected"), list(zip(STEPS, ("", "closed", "closed"), strict=True)))
def test_it_closes_on_the_second(step: timedelta, expected: str) -> None:
    assert code({"closes_at": AT}, AT + step) == expected


@pytest.mark.parametrize(("step", "expected"), list(zip(STEPS, ("waiting", "", ""), strict=True)))
def test_the_wait_ends_on_the_second(step: timedelta, expected: str) -> None:
    facts = {"used": 1, "last_ended_at": AT - 24 * HOUR, "wait": 24 * HOUR}
    assert code(facts, AT + step) == expected


@pytest.mark.parametrize(("used", "expected"), [(2, ""), (3, "no_attempts"), (4, "no_attempts")])
def test_attempts_are_counted(used: int, expected: str) -> None:
    assert code({"used": used}) == expected


@pytest.mark.parametrize(
    ("facts", "expected", "words"),
    [
        ({"passed": True}, "passed", "nothing more to sit"),
        ({"retired": True}, "retired", "no longer held"),
        ({"left": True}, "left", "Enrol again"),
        ({"session": "planned", "session_at": AT}, "session_planned", "09:00, 23/11/2026"),
        ({"session": "closed", "session_at": AT}, "session_closed", "new session"),
        ({"session": "cancelled", "session_at": AT}, "session_cancelled", "new date"),
        ({"session": "open", "session_at": AT + HOUR}, "", ""),
        ({"unmet": ("Attendance", "All lessons read")}, "before", "Attendance; All lessons read"),
        ({"exam_before": "Trial exam"}, "exam_before", "“Trial exam”"),
    ],
)
def test_every_refusal_says_why(facts: dict[str, Any], expected: str, words: str) -> None:
    refused = refusal(standing(**facts), AT)
    assert (refused.code if refused else "") == expected
    assert words in str(refused or "")


def test_own_bounds_stand_instead_of_everybodys() -> None:
    exam = (AT, AT + HOUR)
    assert window(exam, (None, None)) == exam
    assert window(exam, (None, AT + 2 * HOUR)) == (AT, AT + 2 * HOUR)
    assert window(exam, (AT - HOUR, None)) == (AT - HOUR, AT + HOUR)
    assert window((None, None), (None, None)) == (None, None)


def until(closes_in: timedelta | None, *, extra: int = 0, own_end: bool = False, cut: bool = True) -> timedelta:
    closes_at = None if closes_in is None else AT + closes_in
    return deadline(AT, minutes=60, extra=extra, closes_at=closes_at, own_end=own_end, cut=cut) - AT


@pytest.mark.parametrize("step", STEPS)
def test_the_window_cuts_the_time_on_the_second(step: timedelta) -> None:
    assert until(HOUR + step) == min(HOUR, HOUR + step)


def test_the_window_leaves_the_time_whole() -> None:
    assert until(SECOND, cut=False) == HOUR
    assert until(SECOND, extra=30, cut=False) == HOUR * 1.5
    assert until(None) == HOUR


def test_extra_minutes_reach_beyond_everybodys_end_but_not_beyond_ones_own() -> None:
    quarter = timedelta(minutes=15)
    assert until(HOUR, extra=15) == HOUR + quarter
    assert until(HOUR - SECOND, extra=15) == HOUR + quarter - SECOND
    assert until(HOUR, extra=15, own_end=True) == HOUR


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.168.10.0", True),
        ("192.168.10.255", True),
        ("192.168.9.255", False),
        ("192.168.11.0", False),
        ("::ffff:192.168.10.7", True),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_networks(address: str, inside: bool) -> None:
    networks = ["192.168.10.0/24", "2001:db8::/32"]
    assert within(networks, address) is inside
    refused = network_refusal(networks, address or None)
    assert (refused is None) is inside
    assert network_refusal([], address) is None


def test_networks_as_staff_write_them() -> None:
    assert parse("192.168.10.7/24, 10.0.0.1\n\n2001:db8::/32 10.0.0.1/32") == [
        "192.168.10.0/24",
        "10.0.0.1/32",
        "2001:db8::/32",
    ]
    for wrong in ("192.168.10.0/33", "room 204", "300.1.1.1"):
        with pytest.raises(Refused, match=r"is not a network"):
            parse(wrong)
    with pytest.raises(Refused, match="50"):
        parse("\n".join(f"10.0.{number}.0/24" for number in range(51)))


def test_tickets_are_known_by_a_keyed_hash_alone(settings: Any) -> None:
    ticket = new_code()
    assert len(ticket) == 8
    stored = hashed(ticket, 7)
    assert len(stored) == 64
    assert ticket not in stored
    assert hashed(f" {ticket[:4].lower()}-{ticket[4:]} ", 7) == stored
    assert hashed("".join(chr(ord(letter) + 0xFEE0) for letter in ticket), 7) == stored
    assert hashed(ticket, 8) != stored
    settings.SECRET_KEY = "another"
    assert hashed(ticket, 7) != stored
