"""Marks by hand: whose turn it is, and what the marks of several examiners come to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from quizzes.types import Json
from quizzes.types.base import Criterion

FIRST, SECOND, THIRD = 1, 2, 3


@dataclass(frozen=True)
class Given:
    """One mark as it stands in the record, in points of the rubric."""

    turn: int
    number: int
    marker: int
    points: Fraction
    appeal: bool = False


@dataclass(frozen=True)
class Rule:
    """How an exam is marked: by one, or by two apart from each other."""

    double: bool = False
    disagree_percent: int = 10

    @classmethod
    def of(cls, frozen: Json) -> "Rule":
        """Out of an attempt's `rules`; those of before marking are for one examiner."""
        return cls(frozen.get("double_marking", False), frozen.get("disagree_percent", 10))


@dataclass(frozen=True)
class Standing:
    """Where the marking of one answer stands. `points` is the result; None while a turn is open."""

    points: Fraction | None
    open_turns: tuple[int, ...]
    newest: dict[int, Given]


def total_of(rubric: Iterable[Criterion]) -> int:
    """The points that the criteria add up to."""
    return sum(criterion.points for criterion in rubric)


def stand(marks: Iterable[Given], total: int, rule: Rule) -> Standing:
    """Where an answer stands.

    One marker: their mark. Two: the mean, unless they differ by more than the exam
    allows (percent of `total`); then a third marks, and the result is the mean of the
    third mark and the one of the first two that lies nearer to it. Where both lie
    equally near, the higher one, which favours the taker. What was marked in deciding an
    appeal stands alone.
    """
    newest: dict[int, Given] = {}
    decided = None
    for mark in sorted(marks, key=lambda mark: mark.number):
        if mark.appeal:
            decided = mark
        else:
            newest[mark.turn] = mark
    if decided is not None:
        return Standing(decided.points, (), newest)
    wanted = (FIRST, SECOND) if rule.double else (FIRST,)
    missing = tuple(turn for turn in wanted if turn not in newest)
    if missing:
        return Standing(None, missing, newest)
    if not rule.double:
        return Standing(newest[FIRST].points, (), newest)
    one, other = newest[FIRST].points, newest[SECOND].points
    if abs(one - other) * 100 <= rule.disagree_percent * total:
        return Standing((one + other) / 2, (), newest)
    if THIRD not in newest:
        return Standing(None, (THIRD,), newest)
    third = newest[THIRD].points
    nearer = min((one, other), key=lambda points: (abs(points - third), -points))
    return Standing((third + nearer) / 2, (), newest)


def turn_for(standing: Standing, marker: int) -> int | None:
    """The turn that `marker` may take; None where they had theirs already, or none is open."""
    if any(mark.marker == marker for mark in standing.newest.values()):
        return None
    return min(standing.open_turns, default=None)


def may_change(standing: Standing, marker: int, rule: Rule) -> int | None:
    """The turn in which `marker` may put another mark in place of their own.

    Where two mark apart from each other, only until the other's mark is in: later each
    could go by what the other gave.
    """
    mine = next((mark.turn for mark in standing.newest.values() if mark.marker == marker), None)
    return mine if mine is not None and not (rule.double and len(standing.newest) > 1) else None


class BadScores(ValueError):
    """Points that do not fit the rubric; `criterion` is the id of the one that does not, if one alone."""

    def __init__(self, criterion: str = "") -> None:
        super().__init__(criterion)
        self.criterion = criterion


def add_up(rubric: Sequence[Criterion], scores: Mapping[str, Any]) -> tuple[Fraction, dict[str, str]]:
    """The sum of `scores` and how they are kept. Raises BadScores where one is missing, unknown or out of range."""
    if not rubric or set(scores) != {criterion.id for criterion in rubric}:
        raise BadScores
    kept = {}
    for criterion in rubric:
        try:
            points = Fraction(Decimal(str(scores[criterion.id]).strip().replace(",", ".")))
        except (ArithmeticError, ValueError):
            raise BadScores(criterion.id) from None
        # Quarters are as fine as anybody can judge, and three decimals hold them exactly.
        if not 0 <= points <= criterion.points or points * 4 % 1:
            raise BadScores(criterion.id)
        kept[criterion.id] = f"{float(points):g}"
    return sum((Fraction(value) for value in kept.values()), Fraction(0)), kept


def share(points: Fraction, total: int) -> Fraction:
    """Points of the rubric as a share of the question."""
    return min(max(points / total, Fraction(0)), Fraction(1)) if total else Fraction(0)
