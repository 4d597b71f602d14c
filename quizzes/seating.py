"""Seats in the order in which they stand: 9 before 10, A2 before A10. No database."""

import re
from collections.abc import Iterable

from quizzes.models import Sitting


def seat_key(seat: str) -> tuple[int | str, ...]:
    """What seats are sorted by: words as words, numbers as numbers; those without a seat first."""
    # Words stand at even places and numbers at odd ones, so like is compared with like.
    return tuple(int(part) if place % 2 else part.casefold() for place, part in enumerate(re.split(r"(\d+)", seat)))


def by_seat(sittings: Iterable[Sitting]) -> list[Sitting]:
    """Sittings, each with its person, by seat and then by name."""
    return sorted(sittings, key=lambda one: (seat_key(one.seat), one.person.sort_key, one.pk))
