"""Draws an exam's questions by its blueprint. Pure: the same seed draws the same."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from quizzes.types import rng


@dataclass(frozen=True)
class Cell:
    """How many questions of one topic (with those below it), difficulty and competence; empty is any."""

    topic: str
    difficulty: str
    count: int
    competence: str = ""


@dataclass(frozen=True)
class Candidate:
    """A question version that may be drawn. `above` are the topics over its own, `uses` how often it was drawn."""

    version: int
    topic: str
    difficulty: str
    competence: str = ""
    above: tuple[str, ...] = ()
    uses: int = 0

    def fits(self, cell: Cell) -> bool:
        """Whether it may stand in `cell`."""
        return (
            (cell.topic == self.topic or cell.topic in self.above)
            and cell.difficulty in ("", self.difficulty)
            and cell.competence in ("", self.competence)
        )


@dataclass(frozen=True)
class Shortage:
    """A cell that the bank cannot serve: `available` are left for it when all others are served."""

    cell: Cell
    available: int


class CannotServe(Exception):
    """The bank has too few questions; `shortages` says where."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(
            ", ".join(f"{s.cell.topic}/{s.cell.difficulty}: {s.available} of {s.cell.count}" for s in shortages)
        )
        self.shortages = tuple(shortages)


def shortages(cells: Sequence[Cell], pool: Iterable[Candidate]) -> list[Shortage]:
    """Cells for which `pool` holds too few, once as many questions as possible have found a cell."""
    filled = _fill(cells, sorted(pool, key=lambda candidate: candidate.version))
    return [Shortage(cell, len(drawn)) for cell, drawn in zip(cells, filled, strict=True) if len(drawn) < cell.count]


def assign(
    cells: Sequence[Cell], pool: Iterable[Candidate], random: Random, *, spread: bool = False
) -> list[list[int]]:
    """Versions for each of `cells`, each version once; with `spread` the least used come first.

    Cells may overlap (a topic and one below it, any difficulty): if there is a way
    to serve all of them it is found. Raises CannotServe. The order of `pool` does
    not matter.
    """
    order = sorted(pool, key=lambda candidate: candidate.version)
    random.shuffle(order)
    if spread:
        order.sort(key=lambda candidate: candidate.uses)
    filled = _fill(cells, order)
    if any(len(drawn) < cell.count for cell, drawn in zip(cells, filled, strict=True)):
        raise CannotServe(shortages(cells, order))
    return filled


def draw(cells: Sequence[Cell], pool: Iterable[Candidate], seed: str, *, spread: bool = False) -> list[int]:
    """Versions as drawn, in the order shown, which tells nothing of topic or difficulty.

    Raises CannotServe. The order of `pool` does not matter.
    """
    random = rng(seed)
    drawn = [version for versions in assign(cells, pool, random, spread=spread) for version in versions]
    random.shuffle(drawn)
    return drawn


def _fill(cells: Sequence[Cell], order: Sequence[Candidate]) -> list[list[int]]:
    """As many of `order` in cells as possible, earlier ones first where there is a choice."""
    fitting = [[place for place, candidate in enumerate(order) if candidate.fits(cell)] for cell in cells]
    owner: dict[int, int] = {}
    for number, cell in enumerate(cells):
        for _time in range(cell.count):
            if not _augment(number, fitting, owner):
                break
    filled: list[list[int]] = [[] for _cell in cells]
    for place in sorted(owner):
        filled[owner[place]].append(order[place].version)
    return filled


def _augment(start: int, fitting: Sequence[Sequence[int]], owner: dict[int, int]) -> bool:
    """One more question for the cell `start`, if need be by moving others between cells (an augmenting path)."""
    came: dict[int, tuple[int, int]] = {}
    seen = {start}
    waiting = deque([start])
    while waiting:
        cell = waiting.popleft()
        for place in fitting[cell]:
            holder = owner.get(place)
            if holder is None:
                # Hand it on, back along the way that led here.
                owner[place] = cell
                while cell != start:
                    cell, moved = came[cell]
                    owner[moved] = cell
                return True
            if holder not in seen:
                seen.add(holder)
                came[holder] = (cell, place)
                waiting.append(holder)
    return False
