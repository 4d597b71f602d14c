"""Draws an exam's questions by its blueprint. Pure: the same seed draws the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.types import rng


@dataclass(frozen=True)
class Cell:
    """How many questions of one topic and difficulty."""

    topic: str
    difficulty: str
    count: int


@dataclass(frozen=True)
class Candidate:
    """A question version that may be drawn."""

    version: int
    topic: str
    difficulty: str


@dataclass(frozen=True)
class Shortage:
    """A cell that the bank cannot serve."""

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
    """Cells for which `pool` holds too few."""
    available: dict[tuple[str, str], int] = {}
    for candidate in pool:
        place = (candidate.topic, candidate.difficulty)
        available[place] = available.get(place, 0) + 1
    return [
        Shortage(cell, available.get((cell.topic, cell.difficulty), 0))
        for cell in cells
        if available.get((cell.topic, cell.difficulty), 0) < cell.count
    ]


def draw(cells: Sequence[Cell], pool: Sequence[Candidate], seed: str) -> list[int]:
    """Versions as drawn, in the order shown, which tells nothing of topic or difficulty.

    Raises CannotServe. The order of `pool` does not matter.
    """
    if missing := shortages(cells, pool):
        raise CannotServe(missing)
    random = rng(seed)
    drawn: list[int] = []
    for cell in cells:
        fitting = sorted(
            candidate.version
            for candidate in pool
            if (candidate.topic, candidate.difficulty) == (cell.topic, cell.difficulty)
        )
        drawn += random.sample(fitting, cell.count)
    random.shuffle(drawn)
    return drawn
