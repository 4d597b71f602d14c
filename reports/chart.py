"""Charts as plain geometry: the template draws them, the figures stand beside them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from reports.figures import Row, Stretch

BASE, TOP = 190.0, 22.0


@dataclass(frozen=True)
class Bar:
    """One bar. Coordinates are text: an attribute knows no reader's number format."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    value: int
    name: str
    title: str


@dataclass(frozen=True)
class Line:
    """One line of the scale."""

    y: str
    text_y: str
    value: int


@dataclass(frozen=True)
class Bars:
    """A bar chart of `width` units by 226."""

    width: int
    right: int
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]


def bars(stretches: Sequence[Stretch], width: int) -> Bars:
    """Completed persons by month, quarter or year, drawn for `width` units."""
    left, right = 52.0, float(width - 4)
    highest = max((stretch.completed_persons for stretch in stretches), default=0)
    step = _step(highest)
    top = step * max(1, -(-highest // step))
    scale = (BASE - TOP) / top
    slot = (right - left) / max(1, len(stretches))
    found = []
    for place, stretch in enumerate(stretches):
        height = stretch.completed_persons * scale
        middle = left + slot * (place + 0.5)
        thick = min(slot * 0.62, 44)
        found.append(
            Bar(
                x=_n(middle - thick / 2),
                y=_n(BASE - height),
                width=_n(thick),
                height=_n(height),
                middle=_n(middle),
                above=_n(BASE - height - 6),
                value=stretch.completed_persons,
                name=_name(stretch, narrow=slot < 40),
                title=f"{stretch.first:%d/%m/%Y}–{stretch.last:%d/%m/%Y}",
            )
        )
    lines = tuple(
        Line(_n(BASE - value * scale), _n(BASE - value * scale + 4), value) for value in range(0, top + 1, step)
    )
    return Bars(width, width - 4, tuple(found), lines)


def _step(highest: int) -> int:
    """A round step that makes at most five lines."""
    step = 1
    while highest > 4 * step:
        step = {"1": 2, "2": 5, "5": 10}[str(step)[0]] * 10 ** (len(str(step)) - 1)
    return step


def _name(stretch: Stretch, *, narrow: bool) -> str:
    day: date = stretch.first
    if stretch.months == 1:
        return str(day.month) if narrow else _("M %(month)s") % {"month": day.month}
    if stretch.months == 3:
        quarter = (day.month + 2) // 3
        return (
            f"{quarter}/{day:%y}" if narrow else _("Q%(quarter)s/%(year)s") % {"quarter": quarter, "year": f"{day:%y}"}
        )
    return f"{day.year}"


def _n(number: float) -> str:
    return f"{number:.1f}"


@dataclass(frozen=True)
class Share:
    """One part of a whole, as a stretch of a bar 100 long."""

    row: Row
    x: str
    width: str
    percent: float
    place: int


def shares(rows: Sequence[Row]) -> list[Share]:
    """Turns of each row as shares of their sum."""
    counted = [row for row in rows if row.figures.turns]
    total = sum(row.figures.turns for row in counted)
    found, x = [], 0.0
    for place, row in enumerate(counted, start=1):
        percent = 100 * row.figures.turns / total
        found.append(Share(row, f"{x:.3f}", f"{percent:.3f}", percent, min(place, 5)))
        x += percent
    return found
