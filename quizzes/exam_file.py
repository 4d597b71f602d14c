"""`exam.yaml` of a course pack as an author writes it: topics, pass mark, blueprint. No database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.checks import CODE, SLUG, Checker
from courses.packs.files import MarkedDict
from quizzes.authored import DIFFICULTIES, Authored
from quizzes.blueprint import Candidate, Cell, shortages
from quizzes.types import Json


@dataclass(frozen=True)
class AuthoredTopic:
    """A topic, with the percent of its points or the points that must be reached, if any."""

    code: str
    names: dict[str, str]
    minimum: int | None = None
    points: int | None = None

    @property
    def has_minimum(self) -> bool:
        """Whether something of it must be reached."""
        return self.minimum is not None or self.points is not None


@dataclass(frozen=True)
class AuthoredExam:
    """The exam of a pack."""

    code: str
    titles: dict[str, str]
    minutes: int
    pass_percent: int
    attempts: int
    wait_hours: int
    topics: tuple[AuthoredTopic, ...]
    draw: tuple[Cell, ...]


@dataclass(frozen=True)
class AuthoredBank:
    """Everything of a pack that belongs here: the exam, and the questions by file in order."""

    exam: AuthoredExam
    files: dict[str, list[Authored]] = field(default_factory=dict)

    def questions(self) -> list[Authored]:
        """All questions, in the order of their files."""
        return [question for questions in self.files.values() for question in questions]


def read(node: Any, check: Checker) -> AuthoredExam | None:
    """The exam at the file's root; None, with faults noted, when something needed is missing."""
    root = check.mapping(node, 1, check.path)
    needed = ("code", "title", "minutes", "pass", "attempts", "wait_hours", "topics", "draw")
    if not check.keys(root, needed):
        return None
    topics = tuple(_topic(item, line, check) for line, item in check.items(root, "topics", least=1, most=50))
    codes = [topic.code for topic in topics]
    draw = _draw(root, codes, check)
    for (line, _item), topic in zip(check.items(root, "topics", least=1, most=50), topics, strict=True):
        if codes.count(topic.code) > 1:
            check.fault(line, _("The code “%(code)s” stands twice.") % {"code": topic.code})
        if topic.has_minimum and not any(cell.topic == topic.code for cell in draw):
            check.fault(line, _("This topic has a minimum, but nothing is drawn from it."))
    return AuthoredExam(
        code=check.matching(root, "code", CODE, most=40),
        titles=check.texts(root, "title"),
        minutes=check.whole(root, "minutes", least=1, most=600),
        pass_percent=check.whole(root, "pass", least=1, most=100),
        attempts=check.whole(root, "attempts", least=1, most=100),
        wait_hours=check.whole(root, "wait_hours", least=0, most=8760),
        topics=topics,
        draw=draw,
    )


def _topic(node: Any, line: int, check: Checker) -> AuthoredTopic:
    topic = check.mapping(node, line, "topics")
    names = check.languages_of(topic, ["code"], ["minimum", "minimum_points"])
    minimum = check.whole(topic, "minimum", least=1, most=100) if "minimum" in topic else None
    points = check.whole(topic, "minimum_points", least=1, most=10_000) if "minimum_points" in topic else None
    if minimum is not None and points is not None:
        check.fault(topic.line_of("minimum_points"), _("Write the minimum in percent or in points, not both."))
    return AuthoredTopic(check.matching(topic, "code", SLUG), names, minimum, points)


def _draw(root: MarkedDict, topics: Sequence[str], check: Checker) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for line, item in check.items(root, "draw", least=1, most=200):
        node = check.mapping(item, line, "draw")
        if not check.keys(node, ("topic", "count"), ("difficulty",)):
            continue
        cell = Cell(
            check.choice(node, "topic", topics),
            check.choice(node, "difficulty", DIFFICULTIES) if "difficulty" in node else "",
            check.whole(node, "count", least=1, most=200),
        )
        if any((cell.topic, cell.difficulty) == (other.topic, other.difficulty) for other in cells):
            check.fault(line, _("This topic and difficulty stand in the blueprint twice."))
        cells.append(cell)
    return tuple(cells)


def check_served(bank: AuthoredBank, root: MarkedDict, check: Checker) -> None:
    """Note every line of the blueprint for which the pack holds too few exam questions."""
    pool = [
        Candidate(index, question.topic, question.difficulty)
        for index, question in enumerate(bank.questions())
        if question.use == "exam"
    ]
    lines = dict(zip(bank.exam.draw, (line for line, _item in check.items(root, "draw")), strict=False))
    for shortage in shortages(bank.exam.draw, pool):
        check.fault(
            lines.get(shortage.cell, 0),
            _("%(count)s questions are to be drawn here, but the pack holds %(available)s.")
            % {"count": shortage.cell.count, "available": shortage.available},
        )


def export(exam: AuthoredExam) -> Json:
    """The authored form again, keys in canonical order."""
    topics = []
    for topic in exam.topics:
        exported: Json = {"code": topic.code, **topic.names}
        if topic.minimum is not None:
            exported["minimum"] = topic.minimum
        if topic.points is not None:
            exported["minimum_points"] = topic.points
        topics.append(exported)
    return {
        "code": exam.code,
        "title": exam.titles,
        "minutes": exam.minutes,
        "pass": exam.pass_percent,
        "attempts": exam.attempts,
        "wait_hours": exam.wait_hours,
        "topics": topics,
        "draw": [_line(cell) for cell in exam.draw],
    }


def _line(cell: Cell) -> Json:
    """A line of the blueprint; of any difficulty without that key."""
    difficulty = {"difficulty": cell.difficulty} if cell.difficulty else {}
    return {"topic": cell.topic, **difficulty, "count": cell.count}
