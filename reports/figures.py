"""Adding up: facts in, one report out. No database, no clock.

Persons are distinct at every level: a total of persons is not the sum of its
parts. Screen, spreadsheet, JSON and command all show the one `Report`.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from lms.lib.periods import Period, local_date
from reports.dimensions import DIMENSIONS, GROUPS, Dimension
from reports.facts import ConsultantFact, Fact, Facts
from reports.labels import LAST, Label

ZERO = Decimal(0)
MOST_BARS = 14
"""More months than this are drawn as quarters or years."""


@dataclass(frozen=True)
class Figures:
    """The measures, each defined in docs/reports.md. Turns and persons are never mixed."""

    turns: int = 0
    persons: int = 0
    completed_turns: int = 0
    completed_persons: int = 0
    passed_turns: int = 0
    hours: Decimal = ZERO
    enterprises: int = 0


@dataclass(frozen=True)
class Row:
    """Figures of all that counts under one key."""

    key: str
    label: Label
    figures: Figures


@dataclass(frozen=True)
class Table:
    """One dimension's rows in order."""

    code: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class HeatRow:
    """One subject's completed persons by sector, and distinct over all sectors."""

    key: str
    label: Label
    cells: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Heat:
    """Completed persons, subject by sector. Totals are distinct persons."""

    sectors: tuple[tuple[str, Label], ...]
    rows: tuple[HeatRow, ...]
    column_totals: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Stretch:
    """A month, quarter or year of the period, cut at its ends, with its completed persons."""

    first: date
    last: date
    months: int
    completed_persons: int


@dataclass(frozen=True)
class ConsultantRow:
    """Consultant certificates under one key."""

    key: str
    label: Label
    certificates: int
    persons: int


@dataclass(frozen=True)
class Consultants:
    """Consultants certified in the period."""

    certificates: int
    persons: int
    by_scheme: tuple[ConsultantRow, ...]
    by_subject: tuple[ConsultantRow, ...]


@dataclass(frozen=True)
class LeftOut:
    """Enrolments of the period that are no turns."""

    withdrawn: int = 0
    cancelled: int = 0


@dataclass(frozen=True)
class Report:
    """All figures of one period as of one moment."""

    period: Period
    at: datetime
    counted_to: date
    total: Figures
    tables: tuple[Table, ...]
    heat: Heat
    stretches: tuple[Stretch, ...]
    consultants: Consultants
    left_out: LeftOut

    def table(self, code: str) -> Table:
        """The table of a dimension. Raises StopIteration for one that does not exist."""
        return next(table for table in self.tables if table.code == code)


@dataclass(slots=True)
class _Tally:
    turns: int = 0
    completed_turns: int = 0
    passed_turns: int = 0
    hours: Decimal = ZERO
    persons: set[int] = field(default_factory=set)
    completed_persons: set[int] = field(default_factory=set)
    enterprises: set[int] = field(default_factory=set)

    def add(self, fact: Fact) -> None:
        if fact.turned:
            self.turns += 1
            self.persons.add(fact.person)
            if fact.enterprise is not None:
                self.enterprises.add(fact.enterprise)
        if fact.completed:
            self.completed_turns += 1
            self.completed_persons.add(fact.person)
            self.hours += fact.run.hours
        if fact.passed:
            self.passed_turns += 1

    def join(self, other: "_Tally") -> None:
        self.turns += other.turns
        self.completed_turns += other.completed_turns
        self.passed_turns += other.passed_turns
        self.hours += other.hours
        self.persons |= other.persons
        self.completed_persons |= other.completed_persons
        self.enterprises |= other.enterprises

    def figures(self) -> Figures:
        return Figures(
            self.turns,
            len(self.persons),
            self.completed_turns,
            len(self.completed_persons),
            self.passed_turns,
            self.hours,
            len(self.enterprises),
        )


def report(found: Facts) -> Report:
    """Add `found` up in one pass."""
    groups: dict[str, dict[Hashable, tuple[Fact, _Tally]]] = {kind: {} for kind in GROUPS}
    crossed: dict[tuple[str, str], set[int]] = {}
    stretches = _stretches(found.period)
    months: list[set[int]] = [set() for _stretch in stretches]
    place = _placer(stretches)
    for fact in found.enrolments:
        for kind, key_of in GROUPS.items():
            key = key_of(fact)
            group = groups[kind].get(key)
            if group is None:
                group = groups[kind][key] = (fact, _Tally())
            group[1].add(fact)
        if fact.completed and fact.completed_at is not None:
            crossed.setdefault((fact.run.subject, fact.sector), set()).add(fact.person)
            months[place(local_date(fact.completed_at))].add(fact.person)
    return Report(
        period=found.period,
        at=found.at,
        counted_to=found.counted_to,
        total=_sum(tally for _like, tally in groups["sex"].values()).figures(),
        tables=tuple(
            _table(dimension.code, _by_key(dimension, groups[dimension.group].values()), found.labels[dimension.code])
            for dimension in DIMENSIONS
        ),
        heat=_heat(crossed, found),
        stretches=tuple(
            Stretch(first, last, size, len(people))
            for (first, last, size), people in zip(stretches, months, strict=True)
        ),
        consultants=_consultants(found),
        left_out=_left_out(found.left_out),
    )


def _sum(tallies: Iterable[_Tally]) -> _Tally:
    total = _Tally()
    for tally in tallies:
        total.join(tally)
    return total


def _by_key(dimension: Dimension, groups: Iterable[tuple[Fact, _Tally]]) -> dict[str, _Tally]:
    """The groups' tallies joined under each key of the dimension; any fact of a group tells its keys."""
    found: dict[str, _Tally] = {}
    for like, tally in groups:
        for key in dimension.keys(like):
            found.setdefault(key, _Tally()).join(tally)
    return found


def _table(code: str, tallies: Mapping[str, _Tally], labels: Mapping[str, Label]) -> Table:
    rows = [Row(key, _label(labels, key), tally.figures()) for key, tally in tallies.items()]
    if code == "commune":
        # A hundred communes: the busiest first, then in Vietnamese order of names.
        rows.sort(key=lambda row: (not row.key, -row.figures.turns, row.label.order, row.key))
    else:
        rows.sort(key=lambda row: (row.label.order, row.key))
    return Table(code, tuple(rows))


def _label(labels: Mapping[str, Label], key: str) -> Label:
    return labels.get(key) or Label(key, key, (LAST, key))


def _heat(crossed: Mapping[tuple[str, str], set[int]], found: Facts) -> Heat:
    subjects, sectors = found.labels["subject"], found.labels["sector"]
    columns = sorted((key for key in sectors if key), key=lambda key: sectors[key].order)
    if any(sector == "" for _subject, sector in crossed):
        columns.append("")
    rows = []
    for subject in sorted(
        {subject for subject, _sector in crossed}, key=lambda key: (_label(subjects, key).order, key)
    ):
        cells = [crossed.get((subject, sector), set()) for sector in columns]
        rows.append(HeatRow(subject, _label(subjects, subject), tuple(map(len, cells)), len(set().union(*cells))))
    by_sector = [set().union(*(people for (_s, key), people in crossed.items() if key == column)) for column in columns]
    return Heat(
        sectors=tuple((key, sectors[key]) for key in columns),
        rows=tuple(rows),
        column_totals=tuple(map(len, by_sector)),
        total=len(set().union(*by_sector)),
    )


def _consultants(found: Facts) -> Consultants:
    def rows(key_of: Callable[[ConsultantFact], str], labels: Mapping[str, Label]) -> tuple[ConsultantRow, ...]:
        groups: dict[str, list[ConsultantFact]] = {}
        for fact in found.consultants:
            groups.setdefault(key_of(fact), []).append(fact)
        made = [
            ConsultantRow(key, _label(labels, key), len(group), len({fact.person for fact in group}))
            for key, group in groups.items()
        ]
        return tuple(sorted(made, key=lambda row: (row.label.order, row.key)))

    return Consultants(
        certificates=len(found.consultants),
        persons=len({fact.person for fact in found.consultants}),
        by_scheme=rows(lambda fact: fact.scheme, found.labels["scheme"]),
        by_subject=rows(lambda fact: fact.subject, found.labels["subject"]),
    )


def _left_out(facts: Iterable[Fact]) -> LeftOut:
    """Each is named once: one withdrawn from a cancelled class is withdrawn."""
    withdrawn = cancelled = 0
    for fact in facts:
        if fact.state == "withdrawn":
            withdrawn += 1
        else:
            cancelled += 1
    return LeftOut(withdrawn, cancelled)


# --- Months --------------------------------------------------------------------------


def _stretches(period: Period) -> list[tuple[date, date, int]]:
    """The period in months, quarters or years, whichever makes few enough bars: first day, last day, months."""
    span = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    size = next((size for size in (1, 3, 12) if span / size <= MOST_BARS), 12 * -(-span // (12 * MOST_BARS)))
    found = []
    first = period.first
    while first <= period.last:
        last = min(_next(first, size) - timedelta(days=1), period.last)
        found.append((first, last, size))
        first = last + timedelta(days=1)
    return found


def _next(day: date, size: int) -> date:
    """First day of the stretch of `size` months after the one that holds `day`."""
    index = day.year * 12 + day.month - 1
    index += size - index % size
    return date(index // 12, index % 12 + 1, 1)


def _placer(stretches: list[tuple[date, date, int]]) -> Callable[[date], int]:
    """From a day to the place of its stretch."""
    places: dict[tuple[int, int], int] = {}
    for place, (first, last, _size) in enumerate(stretches):
        day = first.replace(day=1)
        while day <= last:
            places[day.year, day.month] = place
            day = _next(day, 1)
    return lambda day: places[day.year, day.month]
