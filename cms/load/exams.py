"""Papers of the exams, drawn and graded once by the product's own rules and then handed to many."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from cms.demo.study import answer
from quizzes import grading, queries
from quizzes.actions.attempts import rules_at_start
from quizzes.actions.drawing import Drawn
from quizzes.blueprint import draw
from quizzes.models import AttemptItem, Exam, QuestionVersion
from quizzes.types import TYPES

PAPERS = 24
TRIES = 12


@dataclass(frozen=True)
class Sheet:
    """A paper as drawn and answered. `items` are (version, order, stored answer)."""

    seed: str
    rules: dict[str, Any]
    items: tuple[tuple[int, list[str], Any], ...]
    points: Decimal
    possible: int
    passed: bool
    detail: dict[str, Any]

    @property
    def short(self) -> dict[str, Any]:
        """The detail of an attempt whose single questions are not kept."""
        return {"topics": self.detail["topics"], "items": []}


@dataclass(frozen=True)
class Papers:
    """Of one exam: sheets that pass and sheets that fail."""

    exam: Exam
    passing: list[Sheet]
    failing: list[Sheet]


def prepare(exam: Exam, seed: int) -> Papers:
    """Draw and answer papers of `exam`, well and badly. Raises CannotServe when its bank has too few questions."""
    chance = Random(f"{seed}:{exam.code}")  # noqa: S311  (repeatable on purpose)
    cells, pool = queries.drawable(exam)
    wanted = [candidate.version for candidate in pool]
    versions = QuestionVersion.objects.select_related("topic", "key").in_bulk(wanted)
    papers = Papers(exam, [], [])
    for _number in range(PAPERS):
        drawn_by = f"{chance.getrandbits(128):032x}"
        drawn = [versions[pk] for pk in draw(cells, pool, drawn_by)]
        for passing, ability in ((papers.passing, 0.93), (papers.failing, 0.4)):
            sheet = _sheet(exam, drawn_by, drawn, ability, passing is papers.passing, chance)
            if sheet is not None:
                passing.append(sheet)
    return papers


def _sheet(
    exam: Exam,
    seed: str,
    drawn: list[QuestionVersion],
    ability: float,
    passing: bool,
    chance: Random,
) -> Sheet | None:
    """The paper answered by someone who knows a share of `ability`; None if it will not pass, or fail, as wanted."""
    rules = rules_at_start(exam, [Drawn(version) for version in drawn])
    for _try in range(TRIES):
        filled = [_filled(place, version, seed, ability, chance) for place, version in enumerate(drawn, start=1)]
        result = grading.grade([item for item, _order in filled], grading.Rules.of(rules))
        if result.passed == passing:
            return Sheet(
                seed=seed,
                rules=rules,
                items=tuple((item.version, order, item.response) for item, order in filled),
                points=grading.rounded(result.points),
                possible=result.possible,
                passed=result.passed,
                detail=result.detail(),
            )
    return None


def _filled(
    place: int, version: QuestionVersion, seed: str, ability: float, chance: Random
) -> tuple[grading.Item, list[str]]:
    kind = TYPES[version.type]
    order = kind.shuffle(version.content, Random(f"{seed}:{version.pk}"))  # noqa: S311  (as an attempt does it)
    shown = AttemptItem(position=place, version=version, order=order)
    fields = answer(shown, right=chance.random() < ability, chance=chance)
    item = grading.Item(
        position=place,
        version=version.pk,
        type=version.type,
        topic=version.topic.code,
        points=version.points,
        content=version.content,
        key=version.key.key,
        response=kind.read(version.content, order, fields),
    )
    return item, order
