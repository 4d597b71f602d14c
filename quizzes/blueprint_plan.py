"""A blueprint as somebody plans it, before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.blueprint import Cell
from quizzes.models import Topic


@dataclass(frozen=True)
class SectionPlan:
    """A section as planned; `pk` of one that exists."""

    title_vi: str
    title_en: str
    minutes: int | None = None
    pk: int | None = None


@dataclass(frozen=True)
class LinePlan:
    """A line as planned; `section` is the place of its section in the plan, if any."""

    topic: Topic
    difficulty: str
    count: int
    competence: str = ""
    section: int | None = None

    @property
    def cell(self) -> Cell:
        """As the draw reads it."""
        return Cell(str(self.topic.pk), self.difficulty, self.count, self.competence)


@dataclass(frozen=True)
class MinimumPlan:
    """What must be reached in a topic: percent or points."""

    topic: Topic
    percent: int | None = None
    points: int | None = None


@dataclass(frozen=True)
class Plan:
    """A whole blueprint, with the rules about what is drawn and what passes."""

    lines: Sequence[LinePlan]
    sections: Sequence[SectionPlan] = ()
    minima: Sequence[MinimumPlan] = ()
    rules: dict[str, object] = field(default_factory=dict)
