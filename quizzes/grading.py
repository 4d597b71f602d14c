"""Grading: a pure function of the questions as drawn, the newest answers, the keys, the marks and the rules.

docs/grading.md says in words what stands here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from quizzes.types import TYPES, Json

Minimum = Any
"""Of a topic: whole percent, or `{"points": …}`."""


@dataclass(frozen=True)
class Item:
    """A question as drawn, with its key and the newest answer.

    `scored` is False for one on trial: it is measured and does not count. `treatment`
    is what a correction says of it: "" nothing, "drop" it does not count, "all"
    everybody earns its points. `mark` is the share that examiners gave to an answer
    that nobody but a person can judge; None until all of them have.
    """

    position: int
    version: int
    type: str
    topic: str
    points: int
    content: Json
    key: Json
    response: Any = None
    scored: bool = True
    treatment: str = ""
    mark: Fraction | None = None

    @property
    def counts(self) -> bool:
        """Whether it goes into the sum."""
        return self.scored and self.treatment != "drop"

    @property
    def waits(self) -> bool:
        """Whether a grade needs a mark that is missing."""
        asked = self.counts and self.treatment != "all" and self.response is not None
        return asked and self.mark is None and by_hand(self.type)


@dataclass(frozen=True)
class Rules:
    """What it takes to pass, as it stood at the start.

    `pass_points` decides where it is set, else the percent. `minima` hold for a
    topic with those below it; `within` names, for each topic, those above it.
    `wrong_percent` of a question's points is what a wrong answer costs.
    """

    pass_percent: int
    minima: Mapping[str, Minimum]
    pass_points: int | None = None
    wrong_percent: int = 0
    partial: bool = True
    within: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, frozen: Mapping[str, Any]) -> "Rules":
        """Out of an attempt's `rules`; those of before a rule existed are without it."""
        return cls(
            pass_percent=frozen["pass_percent"],
            minima=frozen["minima"],
            pass_points=frozen.get("pass_points"),
            wrong_percent=frozen.get("wrong_percent", 0),
            partial=frozen.get("partial", True),
            within={topic["code"]: topic.get("within", ()) for topic in frozen.get("topics", ())},
        )


@dataclass(frozen=True)
class Earned:
    """What one answer is worth: `share` is how right it is, `points` what that earns or costs."""

    item: Item
    share: Fraction
    points: Fraction


@dataclass(frozen=True)
class TopicResult:
    """Points of a topic, or of a domain. `met` is whether its minimum, if any, is reached."""

    topic: str
    points: Fraction
    possible: int
    minimum: Minimum
    needed: Fraction | None
    """The minimum in points of what counts."""
    met: bool

    def detail(self) -> Json:
        """As a grade's row keeps it."""
        return {
            "code": self.topic,
            "points": str(rounded(self.points)),
            "possible": self.possible,
            "minimum": self.minimum,
            "needed": None if self.needed is None else str(self.needed),
            "met": self.met,
        }


@dataclass(frozen=True)
class Result:
    """A graded attempt. Points are exact; `rounded` writes them down.

    `topics` part the points among the topics of the questions; `domains` are the
    minima that hold for a topic together with those below it.
    """

    points: Fraction
    possible: int
    topics: tuple[TopicResult, ...]
    domains: tuple[TopicResult, ...]
    items: tuple[Earned, ...]
    passed: bool

    def detail(self) -> Json:
        """What a grade's row keeps beside the sum."""
        return {
            "topics": [topic.detail() for topic in self.topics],
            "domains": [domain.detail() for domain in self.domains],
            "items": [_line(earned) for earned in self.items],
        }


def _line(earned: Earned) -> Json:
    item = earned.item
    line = {
        "position": item.position,
        "version": item.version,
        "points": str(rounded(earned.points)),
        "possible": item.points,
        "share": str(earned.share),
        "answered": item.response is not None,
    }
    # Said only where it is so: most questions of most exams count, and rows are many.
    if not item.scored:
        line["scored"] = False
    if item.treatment:
        line["treatment"] = item.treatment
    return line


def by_hand(kind: str) -> bool:
    """Whether answers of the type `kind` are judged by people."""
    return bool(getattr(TYPES[kind], "manual", False))


def waiting(items: Iterable[Item]) -> list[int]:
    """Positions whose marks are missing; with any of them there is no grade yet."""
    return [item.position for item in items if item.waits]


def grade(items: Sequence[Item], rules: Rules) -> Result:
    """The result of `items`. A blank earns 0 and costs nothing; a wrong answer costs what the rules say.

    The whole is never below 0. Passed means: the pass mark is reached and so is every
    minimum. Where a question does not count any more, marks in points shrink with what
    is left, as those in percent do by themselves. A minimum of which nothing counts is
    not held against anyone.
    """
    earned = tuple(_earned(item, rules) for item in items)
    counted = [one for one in earned if one.item.counts]
    points = max(_sum(counted), Fraction(0))
    possible = _possible(counted)
    asked = _asked(earned)
    wanted = {"points": rules.pass_points} if rules.pass_points else rules.pass_percent
    topics, domains = _topics(earned, rules), _domains(earned, rules)
    enough = points >= needed(wanted, possible, asked)
    passed = bool(counted) and enough and all(one.met for one in (*topics, *domains))
    return Result(points, possible, topics, domains, earned, passed)


def needed(minimum: Minimum, possible: int, asked: int) -> Fraction:
    """A mark in points of `possible`, exactly: no rounding decides a pass.

    `minimum` is percent, or `{"points": …}` of the `asked` points of which `possible`
    still count.
    """
    if isinstance(minimum, Mapping):
        return Fraction(minimum["points"] * possible, asked) if asked else Fraction(0)
    return Fraction(minimum * possible, 100)


def reaches(points: Fraction, possible: int, percent: int) -> bool:
    """Whether `points` are at least `percent` of `possible`, exactly."""
    return points >= needed(percent, possible, possible)


def _topics(earned: Sequence[Earned], rules: Rules) -> tuple[TopicResult, ...]:
    """By topic of the questions. A minimum that takes in other topics is a domain's and not told here."""
    above = {code for one in earned for code in rules.within.get(one.item.topic, ())}
    theirs: dict[str, list[Earned]] = {}
    for one in earned:
        if one.item.scored:
            theirs.setdefault(one.item.topic, []).append(one)
    return tuple(
        _result(code, rows, None if code in above else rules.minima.get(code)) for code, rows in theirs.items()
    )


def _domains(earned: Sequence[Earned], rules: Rules) -> tuple[TopicResult, ...]:
    """The minima of topics that have others below them, each over all of its questions."""
    theirs: dict[str, list[Earned]] = {}
    above = {code for one in earned for code in rules.within.get(one.item.topic, ())}
    for one in earned:
        topic = one.item.topic
        for code in {topic, *rules.within.get(topic, ())}:
            if one.item.scored and code in above and code in rules.minima:
                theirs.setdefault(code, []).append(one)
    return tuple(_result(code, theirs[code], rules.minima[code]) for code in rules.minima if code in theirs)


def _result(code: str, rows: Sequence[Earned], minimum: Minimum) -> TopicResult:
    counted = [one for one in rows if one.item.counts]
    points, possible = _sum(counted), _possible(counted)
    mark = None if minimum is None else needed(minimum, possible, _asked(rows))
    # Nothing of it counts: not held against anyone.
    met = mark is None or not counted or points >= mark
    return TopicResult(code, points, possible, minimum, mark, met)


def _sum(rows: Iterable[Earned]) -> Fraction:
    return sum((one.points for one in rows), Fraction(0))


def _possible(rows: Iterable[Earned]) -> int:
    return sum(one.item.points for one in rows)


def _asked(rows: Iterable[Earned]) -> int:
    """Points as they were drawn, before a correction took any out."""
    return sum(one.item.points for one in rows if one.item.scored)


def _earned(item: Item, rules: Rules) -> Earned:
    share = _share(item, rules)
    wrong = not share and item.response is not None and item.treatment != "all" and not by_hand(item.type)
    points = -Fraction(item.points * rules.wrong_percent, 100) if wrong else item.points * share
    return Earned(item, share, points)


def _share(item: Item, rules: Rules) -> Fraction:
    if item.treatment == "all":
        return Fraction(1)
    if item.response is None:
        return Fraction(0)
    if by_hand(item.type):
        return _within(item.mark or Fraction(0))
    share = _within(TYPES[item.type].grade(item.content, item.key, item.response))
    return share if rules.partial or share == 1 else Fraction(0)


def _within(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def rounded(points: Fraction) -> Decimal:
    """`points` with three decimals, half up (away from 0), for the record and the screen."""
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return exact.quantize(Decimal("0.001"), ROUND_HALF_UP)
