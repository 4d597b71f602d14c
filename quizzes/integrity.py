"""Hints that an examiner may want to look at: answers alike, answers too fast, windows left. Pure; never a verdict.

**Alike.** Only wrong answers speak: right ones are alike because they are right.
Of the questions that two takers both got wrong, how many got the same wrong
answer? For each question the chance that two wrong answers agree is taken from
all others who got it wrong, drawn half-way to even odds where few did; a popular
wrong answer is thus expected to agree. The chance of as many agreements or more
is that of a sum of independent questions (Poisson binomial), and is told only
when, over all pairs looked at, less than a hundredth of such a pair would be
expected: for neighbours, who are few, less than a twentieth.

What it cannot know: people who learnt together make the same mistakes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from re import fullmatch

FEWEST_TAKERS = 8
"""Of a smaller group nothing can be said about what chance gives."""
FEWEST_BOTH_WRONG = 5
FEWEST_SAME = 4
MOST_PAIRS = 20_000
"""Pairs looked at in a group; of a larger one those that sat or started closest together."""
EXPECTED = 0.01
EXPECTED_NEIGHBOURS = 0.05

FASTEST = 12.0
"""Syllables a second: three times as fast as people read to understand."""
FEWEST_FAST = 5
FAST_SHARE = 0.25
LAST = timedelta(seconds=60)
FEWEST_LAST = 5
FEWEST_LEFT = 3


@dataclass(frozen=True)
class Given:
    """An answer as far as it matters here. `value` is the same for the same answer."""

    value: str
    right: bool
    syllables: int = 0
    """Of the question with what is chosen from."""
    seconds: int | None = None
    at: datetime | None = None
    """When it was first given."""


@dataclass(frozen=True)
class Sheet:
    """One attempt: answers by question; a blank is not there."""

    attempt: int
    person: int
    given: Mapping[int, Given]
    started_at: datetime
    ended_at: datetime
    seat: str = ""
    room: int | None = None
    focus_lost: int = 0


@dataclass(frozen=True)
class Alike:
    """Two attempts with more of the same wrong answers than chance gives."""

    one: int
    other: int
    same: int
    both_wrong: int
    expected: float
    """How many agreements chance gives."""
    chance: float
    """Of as many or more, for this pair alone."""
    neighbours: bool


@dataclass(frozen=True)
class Odd:
    """What is unusual about one attempt's times and focus; 0 and empty where nothing is."""

    attempt: int
    fast: int = 0
    timed: int = 0
    """Answers whose time is known."""
    late: int = 0
    """Answers first given within the last minute."""
    left: int = 0


@dataclass
class Hints:
    """All hints of a group."""

    alike: list[Alike] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    pairs: int = 0
    too_few: bool = False


def hints(sheets: Sequence[Sheet]) -> Hints:
    """What an examiner may want to look at in one group: an exam, or a session of it."""
    found = Hints(odd=[odd for sheet in sheets if (odd := oddities(sheet)) is not None])
    found.too_few = len({sheet.person for sheet in sheets}) < FEWEST_TAKERS
    if not found.too_few:
        found.alike, found.pairs = similarities(sheets)
    return found


# --- Alike ------------------------------------------------------------------------------


def similarities(sheets: Sequence[Sheet]) -> tuple[list[Alike], int]:
    """Pairs with improbably many wrong answers in common, the least probable first; and how many were looked at."""
    wrong = {sheet.attempt: _wrong(sheet) for sheet in sheets}
    spread = _spread(wrong.values())
    chosen = list(islice(pairs(sheets), MOST_PAIRS))
    together = sum(near for _one, _other, near in chosen)
    found = []
    for one, other, near in chosen:
        pair = _compare(one, other, wrong, spread, near=near)
        if pair is None:
            continue
        by_chance = pair.chance * len(chosen) <= EXPECTED
        if by_chance or (near and pair.chance * together <= EXPECTED_NEIGHBOURS):
            found.append(pair)
    return sorted(found, key=lambda pair: (pair.chance, pair.one, pair.other)), len(chosen)


def pairs(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Sheet, bool]]:
    """Pairs of different people, those first that sat or started closest together; each with whether they sat so.

    Lazy: the caller takes as many as it can afford.
    """
    order = sorted(sheets, key=lambda sheet: (sheet.room or 0, sheet.started_at, sheet.attempt))
    seen = set()
    by_place: dict[tuple[int, str, int], list[Sheet]] = {}
    for sheet in order:
        if (place := _place(sheet)) is not None:
            by_place.setdefault(place, []).append(sheet)
    for room, row, number in sorted(by_place):
        beside = [by_place.get((room, row, number + 1), ()), by_place.get((room, _next(row), number), ())]
        for one in by_place[room, row, number]:
            for other in (sheet for several in beside for sheet in several):
                if one.person != other.person:
                    seen.add(_key(one, other))
                    yield one, other, True
    for distance in range(1, len(order)):
        for one, other in zip(order, order[distance:], strict=False):
            if one.person != other.person and _key(one, other) not in seen:
                yield one, other, False


def _key(one: Sheet, other: Sheet) -> tuple[int, int]:
    return min(one.attempt, other.attempt), max(one.attempt, other.attempt)


def _place(sheet: Sheet) -> tuple[int, str, int] | None:
    """Room, row and number of a seat such as A12 or 12; None for anything else."""
    match = fullmatch(r"([A-Za-z]?)[\s.-]?(\d{1,4})", sheet.seat.strip())
    if match is None or sheet.room is None:
        return None
    return sheet.room, match[1].upper(), int(match[2])


def _next(row: str) -> str:
    """The row behind; none for seats that are only numbered."""
    return chr(ord(row) + 1) if row else "-"


def _wrong(sheet: Sheet) -> dict[int, str]:
    return {question: given.value for question, given in sheet.given.items() if not given.right}


def _spread(wrong: Iterable[Mapping[int, str]]) -> dict[int, Counter[str]]:
    """By question, how often each wrong answer was given."""
    found: dict[int, Counter[str]] = {}
    for answers in wrong:
        for question, value in answers.items():
            found.setdefault(question, Counter())[value] += 1
    return found


def _compare(
    one: Sheet, other: Sheet, wrong: Mapping[int, dict[int, str]], spread: Mapping[int, Counter[str]], *, near: bool
) -> Alike | None:
    mine, theirs = wrong[one.attempt], wrong[other.attempt]
    shared = mine.keys() & theirs.keys()
    if len(shared) < FEWEST_BOTH_WRONG:
        return None
    same = sum(mine[question] == theirs[question] for question in shared)
    if same < FEWEST_SAME:
        return None
    odds = [agreement(spread[question], mine[question], theirs[question]) for question in sorted(shared)]
    first, second = _key(one, other)
    return Alike(first, second, same, len(shared), sum(odds), at_least(same, odds), near)


def agreement(counts: Counter[str], mine: str, theirs: str) -> float:
    """The chance that two wrong answers to a question agree, by everybody else's; half where nobody else tells."""
    others = counts.total() - 2
    agreeing = sum(count * (count - 1) for count in counts.values())
    # The two themselves are taken out, one after the other.
    left = counts[theirs] - (mine == theirs)
    agreeing -= 2 * (counts[mine] - 1) + 2 * (left - 1)
    return (agreeing / 2 + 1) / (others * (others - 1) / 2 + 2) if others > 1 else 0.5


def at_least(count: int, odds: Sequence[float]) -> float:
    """The chance of `count` or more of independent events with these `odds`, exactly."""
    chances = [1.0]
    for odd in odds:
        more = [0.0] * (len(chances) + 1)
        for number, chance in enumerate(chances):
            more[number] += chance * (1 - odd)
            more[number + 1] += chance * odd
        chances = more
    return min(1.0, sum(chances[count:]))


# --- Times and focus ---------------------------------------------------------------------


def oddities(sheet: Sheet) -> Odd | None:
    """What is unusual about one attempt; None where nothing is."""
    timed = [given for given in sheet.given.values() if given.seconds is not None and given.syllables]
    fast = sum((given.seconds or 0) * FASTEST < given.syllables for given in timed)
    if fast < FEWEST_FAST or fast < FAST_SHARE * len(timed):
        fast = 0
    left = sheet.focus_lost if sheet.focus_lost >= FEWEST_LEFT else 0
    found = Odd(sheet.attempt, fast, len(timed), _late(sheet), left)
    return found if found.fast or found.late or found.left else None


def _late(sheet: Sheet) -> int:
    """How many answers were first given within the last minute, where that is less than it takes to read them."""
    last = [given for given in sheet.given.values() if given.at and sheet.ended_at - LAST <= given.at <= sheet.ended_at]
    reading = sum(given.syllables for given in last) / FASTEST
    return len(last) if len(last) >= FEWEST_LAST and reading > LAST.total_seconds() else 0
