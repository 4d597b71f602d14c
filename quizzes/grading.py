"""Grading: a pure function of the questions as drawn, the newest answers, the keys and the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from quizzes.types import TYPES, Json


@dataclass(frozen=True)
class Item:
    """A question as drawn, with its key and the newest answer."""

    position: int
    version: int
    type: str
    topic: str
    points: int
    content: Json
    key: Json
    response: Any = None


@dataclass(frozen=True)
class Rules:
    """What it takes to pass, as it stood at the start: percent of the points, overall and per topic."""

    pass_percent: int
    minima: Mapping[str, Any]


@dataclass(frozen=True)
class TopicResult:
    """A topic's points. `met` is whether its minimum, if any, is reached."""

    topic: str
    points: Fraction
    possible: int
    minimum: int | None
    met: bool


@dataclass(frozen=True)
class Result:
    """A graded attempt. Points are exact; `rounded` writes them down."""

    points: Fraction
    possible: int
    topics: tuple[TopicResult, ...]
    items: tuple[tuple[Item, Fraction], ...]
    passed: bool

    def detail(self) -> Json:
        """What a grade's row keeps beside the sum."""
        return {
            "topics": [
                {
                    "code": topic.topic,
                    "points": str(rounded(topic.points)),
                    "possible": topic.possible,
                    "minimum": topic.minimum,
                    "met": topic.met,
                }
                for topic in self.topics
            ],
            "items": [
                {
                    "position": item.position,
                    "version": item.version,
                    "points": str(rounded(earned)),
                    "possible": item.points,
                    "share": str(earned / item.points),
                    "answered": item.response is not None,
                }
                for item, earned in self.items
            ],
        }


def grade(items: Sequence[Item], rules: Rules) -> Result:
    """The result of `items`. An unanswered question earns 0; no question earns less.

    Passed means: the overall percent is reached and so is every topic's minimum.
    A topic with a minimum of which nothing was drawn is not held against anyone.
    """
    earned = [(item, item.points * _share(item)) for item in items]
    points = sum((share for _item, share in earned), Fraction(0))
    possible = sum(item.points for item in items)
    topics = []
    for code in dict.fromkeys(item.topic for item in items):
        theirs = [(item, share) for item, share in earned if item.topic == code]
        topic_points = sum((share for _item, share in theirs), Fraction(0))
        topic_possible = sum(item.points for item, _share in theirs)
        minimum = rules.minima.get(code)
        met = minimum is None or reaches(topic_points, topic_possible, minimum)
        topics.append(TopicResult(code, topic_points, topic_possible, minimum, met))
    passed = bool(items) and reaches(points, possible, rules.pass_percent) and all(topic.met for topic in topics)
    return Result(points, possible, tuple(topics), tuple(earned), passed)


def _share(item: Item) -> Fraction:
    if item.response is None:
        return Fraction(0)
    share = TYPES[item.type].grade(item.content, item.key, item.response)
    return min(max(share, Fraction(0)), Fraction(1))


def reaches(points: Fraction, possible: int, percent: int) -> bool:
    """Whether `points` are at least `percent` of `possible`, exactly: no rounding decides a pass."""
    return points * 100 >= percent * possible


def rounded(points: Fraction) -> Decimal:
    """`points` with three decimals, half up, for the record and the screen."""
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return exact.quantize(Decimal("0.001"), ROUND_HALF_UP)
