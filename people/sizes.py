"""Size class of an enterprise after Decree 80/2021/NĐ-CP, article 5."""

from decimal import Decimal
from typing import NamedTuple


class _Limit(NamedTuple):
    size: str
    staff: int
    revenue: Decimal
    capital: Decimal


def _limits(*rows: tuple[str, int, int, int]) -> tuple[_Limit, ...]:
    return tuple(_Limit(size, staff, Decimal(revenue), Decimal(capital)) for size, staff, revenue, capital in rows)


# Upper limits: staff, and revenue or capital in billion đồng.
_PRODUCTION = _limits(("micro", 10, 3, 3), ("small", 100, 50, 20), ("medium", 200, 200, 100))
_SERVICES = _limits(("micro", 10, 10, 3), ("small", 50, 100, 50), ("medium", 100, 300, 100))
# Sections A to F of VSIC: agriculture, mining, manufacturing, energy, water, construction.
_PRODUCING_SECTIONS = frozenset("ABCDEF")


def size_class(*, vsic: str, staff: int | None, revenue_bn: Decimal | None, capital_bn: Decimal | None) -> str:
    """micro, small, medium or large; empty when staff, or both money figures, are unknown.

    `staff` is the yearly average that pays social insurance; the rule is staff
    and (revenue or capital). `vsic` is the section of the main registered line.
    """
    if staff is None or (revenue_bn is None and capital_bn is None):
        return ""
    limits = _PRODUCTION if (vsic or "C")[:1].upper() in _PRODUCING_SECTIONS else _SERVICES
    for limit in limits:
        money = (revenue_bn is not None and revenue_bn <= limit.revenue) or (
            capital_bn is not None and capital_bn <= limit.capital
        )
        if staff <= limit.staff and money:
            return limit.size
    return "large"
