"""Files of people read and judged against what is registered; nothing is written here."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, NamedTuple

from django.utils import timezone

from people import queries_import
from people.imports import rows as reading, tables
from people.imports.faults import Fault
from people.imports.firms import Firms, Hearsay
from people.imports.matching import Judged, Verdict, World
from people.models import Enterprise

CHUNK = 500
Told = Callable[[int, int], bool]
"""Is told how many rows are done and how many there are; says whether to go on."""


class Lost(Exception):
    """The work was given to another worker: this one stops, leaving no trace."""


class Line(NamedTuple):
    """A row of a file as it was read: its place, what it says, what was wrong with its cells."""

    sheet: str
    number: int
    given: reading.Given
    faults: list[Fault]


@dataclass
class Outcome:
    """What a file says and what becomes of each of its rows."""

    sha256: str
    lines: list[Line] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    sheets: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def firms(self) -> list[str]:
        """Names of the enterprises that are new, in the order of the file."""
        new = {one.firm.name: None for one in self.judged if is_good(one) and one.firm and one.firm.pk is None}
        return list(new)

    def lighten(self) -> None:
        """Forget what is in the database by now: places, verdicts and sentences stay."""
        nothing, nobody = reading.Given({}), reading.Facts()
        self.lines = [line._replace(given=nothing) for line in self.lines]
        for one in self.judged:
            one.facts, one.person = nobody, None

    def count(self, verdict: str) -> int:
        """Rows of one verdict."""
        return sum(one.verdict == verdict for one in self.judged)


def is_good(one: Judged) -> bool:
    """Whether a row is taken in."""
    return one.verdict != Verdict.REFUSE


def digest(file: IO[bytes]) -> str:
    """The SHA-256 of a file, by which the same one is known again."""
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(1 << 20):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


def look_at(
    *, file: IO[bytes], name: str, at: datetime, enterprise: Enterprise | None, by_contact: bool, told: Told
) -> Outcome:
    """Read a file and judge its rows; nothing is written. Raises BadFile, or Lost when `told` says to stop."""
    outcome = Outcome(digest(file))
    table = tables.read(file, name)
    outcome.notes = [{"sheet": sheet, **note.stored()} for sheet, note in table.notes]
    outcome.sheets = {sheet.name: sheet.places for sheet in table.sheets}
    for sheet in table.sheets:
        outcome.lines += [Line(sheet.name, number, *reading.take(cells)) for number, cells in sheet.rows]
        sheet.rows.clear()
    known = queries_import.lists(on=timezone.localdate(at))
    understood = [reading.understand(line.given, known) for line in outcome.lines]
    places = places_of([(line.sheet, line.number) for line in outcome.lines])
    heard = Hearsay(zip(places, (facts for facts, _faults in understood), strict=True))
    world = World(Firms(heard), known.today, by_contact)
    loader = queries_import.Loader(world, enterprise)
    for start in range(0, len(places), CHUNK):
        chunk = range(start, min(start + CHUNK, len(places)))
        loader.load(understood[index][0] for index in chunk)
        for index in chunk:
            facts, faults = understood[index]
            outcome.judged.append(world.judge(places[index], facts, [*outcome.lines[index].faults, *faults]))
        if not told(chunk.stop, len(places)):
            raise Lost
    return outcome


def places_of(rows: Sequence[Sequence[Any]]) -> list[str]:
    """How sentences name each row, given as sheet and number: the sheet is left out where there is but one."""
    several = len({sheet for sheet, _number in rows}) > 1
    return [f"{sheet} {number}" if several else str(number) for sheet, number in rows]
