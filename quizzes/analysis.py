"""Item and test analysis after classical test theory. Pure: numbers in, numbers out.

Formulas: Lord and Novick, Statistical Theories of Mental Test Scores (1968); Cronbach
(1951) for alpha, of which KR-20 is the case of right-or-wrong questions; Dorans and
Holland (1993) for the comparison of groups by standardisation. docs/item-analysis.md
says each in words. All sums are linear in the number of answers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from statistics import fmean, median

FEWEST = 30
"""Attempts below which a figure about a question is chance, and no warning is given."""
RELIABLE = 0.70
"""Alpha below which a verdict near the pass mark is partly chance."""
EASY, HARD, WEAK, OMITTED, SLOW, GROUPS = 0.90, 0.30, 0.20, 0.10, 3.0, 0.10
IDLE = 0.02
TAIL = 0.27
"""Share of all takers in the high and in the low group: Kelley (1939)."""
STRATA = 5


@dataclass(frozen=True, slots=True)
class Scored:
    """One question of one attempt: the share of its points earned, 0 to 1, and how.

    `chosen` are the options chosen, where there are options; `seconds` None where
    nothing was measured.
    """

    version: int
    share: float
    possible: float
    answered: bool = True
    seconds: float | None = None
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """One attempt; `items` are those that count and those on `trial`."""

    items: tuple[Scored, ...]
    passed: bool
    group: str = ""
    trial: frozenset[int] = frozenset()

    @cached_property
    def points(self) -> float:
        """Points of what counts."""
        return sum(item.share * item.possible for item in self.items if item.version not in self.trial)

    @cached_property
    def possible(self) -> float:
        """The most that could be had."""
        return sum(item.possible for item in self.items if item.version not in self.trial)

    @cached_property
    def percent(self) -> float:
        """Points of 100."""
        return 100 * self.points / self.possible if self.possible else 0.0


@dataclass(frozen=True)
class OptionFigures:
    """Who chose an option: shares of all, of the high and of the low group, and the correlation with the rest."""

    option: str
    count: int
    share: float
    high: float | None
    low: float | None
    correlation: float | None
    right: bool


@dataclass(frozen=True)
class ItemFigures:
    """One version's figures. None where too little was seen to say it."""

    version: int
    count: int
    facility: float
    deviation: float
    discrimination: float | None
    """Correlation of the question's share with the share of the points of all *other* questions."""
    uncorrected: float | None
    """The same with the whole test, the question itself in it: always flattering."""
    index: float | None
    """Facility in the high group less that in the low one."""
    omitted: float
    seconds: float | None
    typical_seconds: float | None
    options: tuple[OptionFigures, ...]
    group_difference: float | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class GroupFigures:
    """One group of takers."""

    group: str
    count: int
    mean: float
    deviation: float
    passed: float


@dataclass(frozen=True)
class TestFigures:
    """The whole test. Means and the error are in points of 100."""

    count: int
    questions: float
    mean: float
    median: float
    deviation: float
    least: float
    most: float
    passed: float
    alpha: float | None
    error: float | None
    """Standard error of measurement: two thirds of all measured scores lie within it of the true one."""
    same_questions: bool
    """Whether all sat the same questions: only then is alpha Cronbach's own and not its estimate from pairs."""
    groups: tuple[GroupFigures, ...]


def measure(
    taken: Sequence[Taken],
    rights: Mapping[int, frozenset[str]] | None = None,
    options: Mapping[int, Sequence[str]] | None = None,
) -> tuple[TestFigures | None, list[ItemFigures]]:
    """Figures of the test (None of nothing) and of every version in `taken`, by version.

    `options` are the ids of a version's options in the author's order, `rights` those
    that are right; without them a version has no table of options.
    """
    if not taken:
        return None, []
    percents = [one.percent for one in taken]
    answers: dict[int, list[tuple[int, Scored]]] = defaultdict(list)
    for number, one in enumerate(taken):
        for item in one.items:
            answers[item.version].append((number, item))
    typical = _typical(answers)
    figures = [
        _item(
            version,
            rows,
            taken,
            tuple((options or {}).get(version, ())),
            (rights or {}).get(version, frozenset()),
            typical,
        )
        for version, rows in sorted(answers.items())
    ]
    return _test(taken, percents), figures


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r; None of fewer than two pairs or where one side never varies."""
    count = len(pairs)
    if count < 2:
        return None
    first = fmean(one for one, _other in pairs)
    second = fmean(other for _one, other in pairs)
    across = sum((one - first) * (other - second) for one, other in pairs)
    spread = sum((one - first) ** 2 for one, _other in pairs) * sum((other - second) ** 2 for _one, other in pairs)
    # What never varies leaves only the rounding of floats behind.
    return across / sqrt(spread) if spread > 1e-18 * count else None


def alpha(taken: Iterable[Taken]) -> float | None:
    """Cronbach's alpha from the mean variance of a question and the mean covariance of two.

    Where all sat the same questions it is exactly alpha (KR-20 for right or wrong).
    Where each drew their own, the means run over the pairs that somebody sat
    together. None where it cannot be said.
    """
    rows = [
        [(item.version, item.share * item.possible) for item in one.items if item.version not in one.trial]
        for one in taken
    ]
    sums: dict[int, list[float]] = defaultdict(lambda: [0, 0.0])
    for row in rows:
        for version, points in row:
            sums[version][0] += 1
            sums[version][1] += points
    means = {version: total / count for version, (count, total) in sums.items()}
    squares = across = 0.0
    singles = pairs = 0
    for row in rows:
        gaps = [points - means[version] for version, points in row]
        own = sum(gap * gap for gap in gaps)
        # The sum over all pairs without going through them.
        across += sum(gaps) ** 2 - own
        squares += own
        singles += len(gaps)
        pairs += len(gaps) * (len(gaps) - 1)
    if len(rows) < 2 or not pairs or not squares:
        return None
    length = singles / len(rows)
    variance, covariance = squares / singles, across / pairs
    whole = variance + (length - 1) * covariance
    return length * covariance / whole if whole > 0 else None


def _test(taken: Sequence[Taken], percents: Sequence[float]) -> TestFigures:
    spread = deviation(percents)
    reliability = alpha(taken)
    sheets = {frozenset(item.version for item in one.items if item.version not in one.trial) for one in taken}
    groups: dict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        groups[one.group].append(one)
    return TestFigures(
        count=len(taken),
        questions=fmean(len(one.items) - len(one.trial) for one in taken),
        mean=fmean(percents),
        median=median(percents),
        deviation=spread,
        least=min(percents),
        most=max(percents),
        passed=fmean(one.passed for one in taken),
        alpha=reliability,
        error=None if reliability is None else spread * sqrt(max(0.0, 1 - max(reliability, 0.0))),
        same_questions=len(sheets) == 1,
        groups=tuple(_group(name, members) for name, members in sorted(groups.items())) if len(groups) > 1 else (),
    )


def _group(name: str, members: Sequence[Taken]) -> GroupFigures:
    percents = [one.percent for one in members]
    return GroupFigures(name, len(members), fmean(percents), deviation(percents), fmean(one.passed for one in members))


def deviation(values: Sequence[float]) -> float:
    """Standard deviation of a sample; 0 of one value."""
    if len(values) < 2:
        return 0.0
    mean = fmean(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _tails(rests: Sequence[float]) -> tuple[frozenset[int], frozenset[int]]:
    """The best and the worst 27% in all other questions; ties by place, so that the same data give the same.

    Nobody where all are equally good: there is neither a best nor a worst.
    """
    if not rests or max(rests) - min(rests) < 1e-9:
        return frozenset(), frozenset()
    size = round(TAIL * len(rests))
    ranked = sorted(range(len(rests)), key=lambda place: (rests[place], place))
    return frozenset(ranked[len(ranked) - size :]), frozenset(ranked[:size])


def _typical(answers: Mapping[int, Sequence[tuple[int, Scored]]]) -> float | None:
    """The median of the questions' median seconds."""
    medians = [
        median(times)
        for rows in answers.values()
        if (times := [item.seconds for _number, item in rows if item.seconds is not None])
    ]
    return median(medians) if medians else None


def _item(
    version: int,
    rows: Sequence[tuple[int, Scored]],
    taken: Sequence[Taken],
    options: tuple[str, ...],
    right: frozenset[str],
    typical: float | None,
) -> ItemFigures:
    shares = [item.share for _number, item in rows]
    rests = [_rest(taken[number], item) for number, item in rows]
    times = [item.seconds for _number, item in rows if item.seconds is not None]
    high, low = _tails(rests)
    upper = [shares[place] for place in high]
    lower = [shares[place] for place in low]
    figures = ItemFigures(
        version=version,
        count=len(rows),
        facility=fmean(shares),
        deviation=deviation(shares),
        discrimination=correlation(list(zip(shares, rests, strict=True))),
        uncorrected=correlation([(item.share, taken[number].percent) for number, item in rows]),
        index=fmean(upper) - fmean(lower) if upper and lower else None,
        omitted=fmean(not item.answered for _number, item in rows),
        seconds=fmean(times) if times else None,
        typical_seconds=median(times) if times else None,
        options=tuple(_option(option, rows, rests, high, low, option in right) for option in options),
        group_difference=_group_difference(rows, taken, rests),
        warnings=(),
    )
    return _warned(figures, typical)


def _rest(one: Taken, item: Scored) -> float:
    """The share of the points of all questions but this one."""
    counts = item.version not in one.trial
    points = one.points - (item.share * item.possible if counts else 0)
    possible = one.possible - (item.possible if counts else 0)
    return points / possible if possible else 0.0


def _option(
    option: str,
    rows: Sequence[tuple[int, Scored]],
    rests: Sequence[float],
    high: frozenset[int],
    low: frozenset[int],
    right: bool,
) -> OptionFigures:
    chose = [float(option in item.chosen) for _number, item in rows]
    upper = [chose[place] for place in high]
    lower = [chose[place] for place in low]
    return OptionFigures(
        option=option,
        count=int(sum(chose)),
        share=fmean(chose),
        high=fmean(upper) if upper else None,
        low=fmean(lower) if lower else None,
        correlation=correlation(list(zip(chose, rests, strict=True))),
        right=right,
    )


def _group_difference(
    rows: Sequence[tuple[int, Scored]], taken: Sequence[Taken], rests: Sequence[float]
) -> float | None:
    """By how much equally able takers of the two largest groups differ, as a share: first by name less second.

    Standardisation: differences within strata of the rest's score, weighted by the
    second group. None without two groups of FEWEST.
    """
    sizes: dict[str, int] = defaultdict(int)
    for number, _item in rows:
        sizes[taken[number].group] += 1
    largest = sorted(sorted(sizes), key=lambda name: -sizes[name])[:2]
    if len(largest) < 2 or min(sizes[name] for name in largest) < FEWEST:
        return None
    first, second = sorted(largest)
    ranked = sorted(rests)
    cuts = [ranked[len(ranked) * step // STRATA] for step in range(1, STRATA)]
    strata: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (number, item), rest in zip(rows, rests, strict=True):
        strata[sum(rest >= cut for cut in cuts)][taken[number].group].append(item.share)
    weight = difference = 0.0
    for groups in strata.values():
        if groups[first] and groups[second]:
            weight += len(groups[second])
            difference += len(groups[second]) * (fmean(groups[first]) - fmean(groups[second]))
    return difference / weight if weight else None


def _warned(figures: ItemFigures, typical: float | None) -> ItemFigures:
    """`figures` with what an examiner should look at; nothing of fewer than FEWEST attempts."""
    if figures.count < FEWEST:
        return figures
    discrimination = figures.discrimination
    keyed = [option for option in figures.options if option.right]
    others = [option for option in figures.options if not option.right]
    best = max((option.high or 0 for option in keyed), default=None)
    found = {
        "easy": figures.facility > EASY,
        "hard": figures.facility < HARD,
        "negative": discrimination is not None and discrimination < 0,
        "weak": discrimination is not None and 0 <= discrimination < WEAK,
        "rival": len(keyed) == 1 and best is not None and any((option.high or 0) > best for option in others),
        "idle": any(option.share < IDLE for option in others),
        "omitted": figures.omitted > OMITTED,
        "slow": bool(typical)
        and figures.typical_seconds is not None
        and figures.typical_seconds > SLOW * (typical or 0),
        "groups": figures.group_difference is not None and abs(figures.group_difference) > GROUPS,
    }
    return replace(figures, warnings=tuple(code for code, holds in found.items() if holds))
