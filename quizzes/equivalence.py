"""Forms of an exam that are worth the same: built, and compared. Pure.

Two forms serve the same blueprint, are worth the same points and are expected to be
equally hard; how hard a question is, is measured (its facility) or, before it was
sat often enough, guessed from its difficulty.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from quizzes.blueprint import Candidate, Cell, assign

GUESSED = {"recall": 0.80, "apply": 0.65, "analyse": 0.50}
TOLERANCE = 0.03
"""Difference of expected shares of the points up to which two forms count as equally hard."""
TRIES = 40


@dataclass(frozen=True)
class Piece:
    """A question in a form. `facility` None until it was measured."""

    version: int
    topic: str
    difficulty: str
    points: int
    facility: float | None = None

    @property
    def expected(self) -> float:
        """The share of its points that takers are expected to earn."""
        return GUESSED.get(self.difficulty, 0.65) if self.facility is None else self.facility


@dataclass(frozen=True)
class Balance:
    """How two forms compare. `difference` is that of the expected shares, the first less the second."""

    same_cells: bool
    same_points: bool
    difference: float
    shared: int
    measured: float
    """The share of all questions whose facility was measured and not guessed."""

    @property
    def balanced(self) -> bool:
        """Whether either form may be given to anyone."""
        return self.same_cells and self.same_points and abs(self.difference) <= TOLERANCE


def expected(form: Sequence[Piece]) -> float:
    """The share of a form's points that takers are expected to earn."""
    possible = sum(piece.points for piece in form)
    return sum(piece.expected * piece.points for piece in form) / possible if possible else 0.0


def compare(first: Sequence[Piece], second: Sequence[Piece]) -> Balance:
    """How two forms compare."""
    both = [*first, *second]
    return Balance(
        same_cells=Counter((one.topic, one.difficulty) for one in first)
        == Counter((one.topic, one.difficulty) for one in second),
        same_points=sum(one.points for one in first) == sum(one.points for one in second),
        difference=expected(first) - expected(second),
        shared=len({one.version for one in first} & {one.version for one in second}),
        measured=fmean(one.facility is not None for one in both) if both else 0.0,
    )


def build(
    cells: Sequence[Cell], pool: Sequence[Candidate], pieces: Mapping[int, Piece], count: int, random: Random
) -> list[list[list[int]]]:
    """`count` forms, each as versions by cell: as few shared questions as the bank allows, then as equal as found.

    Raises CannotServe.
    """
    best: tuple[tuple[float, ...], list[list[list[int]]]] | None = None
    for _try in range(TRIES):
        uses: Counter[int] = Counter()
        forms = []
        for _form in range(count):
            fresh = [
                Candidate(one.version, one.topic, one.difficulty, one.competence, one.above, uses[one.version])
                for one in pool
            ]
            form = assign(cells, fresh, random, spread=True)
            uses.update(version for versions in form for version in versions)
            forms.append(form)
        shares = [expected([pieces[version] for versions in form for version in versions]) for form in forms]
        points = [sum(pieces[version].points for versions in form for version in versions) for form in forms]
        shared = sum(number - 1 for number in uses.values())
        rank = (float(max(points) - min(points)), float(shared), max(shares) - min(shares))
        if best is None or rank < best[0]:
            best = (rank, forms)
    assert best is not None
    return best[1]
