"""Size class of an enterprise after Decree 80/2021/NĐ-CP, article 5."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Group(StrEnum):
    """The two groups of trades for which the decree sets limits."""

    PRODUCTION = "production"
    SERVICES = "services"


class _Limit(NamedTuple):
    size: str
    staff: int
    revenue: Decimal
    capital: Decimal


def _limits(*rows: tuple[str, int, int, int]) -> tuple[_Limit, ...]:
    return tuple(_Limit(size, staff, Decimal(revenue), Decimal(capital)) for size, staff, revenue, capital in rows)


# Upper limits, themselves included: staff, and revenue or capital in billion đồng.
_LIMITS = {
    Group.PRODUCTION: _limits(("micro", 10, 3, 3), ("small", 100, 50, 20), ("medium", 200, 200, 100)),
    Group.SERVICES: _limits(("micro", 10, 10, 3), ("small", 50, 100, 50), ("medium", 100, 300, 100)),
}
# Sections A to F of VSIC: agriculture, mining, manufacturing, energy, water, construction.
_PRODUCING_SECTIONS = frozenset("ABCDEF")


@dataclass(frozen=True)
class Figures:
    """What a size is derived from. `staff` is the yearly average that pays social insurance; money in billion đồng."""

    vsic: str
    staff: int | None
    revenue_bn: Decimal | None
    capital_bn: Decimal | None

    @property
    def group(self) -> Group:
        """The group of the main registered line; production where no section is given."""
        return Group.PRODUCTION if (self.vsic or "C")[:1].upper() in _PRODUCING_SECTIONS else Group.SERVICES

    @property
    def complete(self) -> bool:
        """Whether a size follows: staff and one of the two sums of money are known."""
        return self.staff is not None and not (self.revenue_bn is None and self.capital_bn is None)


class Step(NamedTuple):
    """One class's limits, and which of them the figures keep; None where the figure is unknown."""

    size: str
    staff_limit: int
    staff: bool | None
    revenue_limit: Decimal
    revenue: bool | None
    capital_limit: Decimal
    capital: bool | None

    @property
    def fits(self) -> bool:
        """Staff and (revenue or capital)."""
        return bool(self.staff and (self.revenue or self.capital))


def steps(figures: Figures) -> tuple[Step, ...]:
    """The three limited classes from the smallest, each with what the figures keep of it."""
    return tuple(
        Step(
            limit.size,
            limit.staff,
            _keeps(figures.staff, limit.staff),
            limit.revenue,
            _keeps(figures.revenue_bn, limit.revenue),
            limit.capital,
            _keeps(figures.capital_bn, limit.capital),
        )
        for limit in _LIMITS[figures.group]
    )


def _keeps(figure: Decimal | int | None, limit: Decimal | int) -> bool | None:
    return None if figure is None else figure <= limit


def derive(figures: Figures) -> str:
    """micro, small, medium or large; empty when staff, or both money figures, are unknown."""
    if not figures.complete:
        return ""
    return next((step.size for step in steps(figures) if step.fits), "large")


def size_class(*, vsic: str, staff: int | None, revenue_bn: Decimal | None, capital_bn: Decimal | None) -> str:
    """The size that `derive` gives for these figures."""
    return derive(Figures(vsic, staff, revenue_bn, capital_bn))


class Sized(NamedTuple):
    """A size with the day from which it counts; `figures` are missing where only the size was stated."""

    size: str
    as_of: date
    figures: Figures | None = None


def on(history: Iterable[Sized], day: date) -> Sized | None:
    """The size that held on `day`: of those that counted by then the latest, and of one day the last written."""
    known = [sized for sized in history if sized.as_of <= day]
    return max(enumerate(known), key=lambda one: (one[1].as_of, one[0]))[1] if known else None
