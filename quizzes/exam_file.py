"""`exam.yaml` of a course pack as an author writes it: topics, pass mark, blueprint. No database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.files import MarkedDict
from quizzes.authored import DIFFICULTIES, Authored
from quizzes.blueprint import Candidate, Cell, shortages
from quizzes.types import Json
from quizzes.types.reading import CODE, SLUG, Reader


@dataclass(frozen=True)
class AuthoredTopic:
    """A topic, with the percent of its points that must be reached, if any."""

    code: str
    names: dict[str, str]
    minimum: int | None = None


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


def read(node: Any, reader: Reader) -> AuthoredExam | None:
    """The exam at the file's root; None, with faults noted, when something needed is missing."""
    root = reader.mapping(node, 1)
    needed = ("code", "title", "minutes", "pass", "attempts", "wait_hours", "topics", "draw")
    if not reader.keys(root, needed):
        return None
    topics = tuple(_topic(item, line, reader) for line, item in reader.items(root, "topics", 1, 50))
    codes = [topic.code for topic in topics]
    draw = _draw(root, codes, reader)
    for (line, _item), topic in zip(reader.items(root, "topics", 1, 50), topics, strict=True):
        if codes.count(topic.code) > 1:
            reader.fault(line, _("The code “%(code)s” stands twice.") % {"code": topic.code})
        if topic.minimum is not None and not any(cell.topic == topic.code for cell in draw):
            reader.fault(line, _("This topic has a minimum, but nothing is drawn from it."))
    return AuthoredExam(
        code=reader.code(root, "code", CODE),
        titles=reader.texts_at(root, "title"),
        minutes=reader.whole(root, "minutes", 1, 600),
        pass_percent=reader.whole(root, "pass", 1, 100),
        attempts=reader.whole(root, "attempts", 1, 100),
        wait_hours=reader.whole(root, "wait_hours", 0, 8760),
        topics=topics,
        draw=draw,
    )


def _topic(node: Any, line: int, reader: Reader) -> AuthoredTopic:
    topic = reader.mapping(node, line)
    names = reader.texts(topic, line, extra=("code", "minimum"))
    minimum = reader.whole(topic, "minimum", 1, 100) if "minimum" in topic else None
    return AuthoredTopic(reader.code(topic, "code", SLUG, 60), names, minimum)


def _draw(root: MarkedDict, topics: Sequence[str], reader: Reader) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for line, item in reader.items(root, "draw", 1, 200):
        node = reader.mapping(item, line)
        if not reader.keys(node, ("topic", "difficulty", "count")):
            continue
        cell = Cell(
            reader.word(node, "topic", topics),
            reader.word(node, "difficulty", DIFFICULTIES),
            reader.whole(node, "count", 1, 200),
        )
        if any((cell.topic, cell.difficulty) == (other.topic, other.difficulty) for other in cells):
            reader.fault(line, _("This topic and difficulty stand in the blueprint twice."))
        cells.append(cell)
    return tuple(cells)


def check_served(bank: AuthoredBank, root: MarkedDict, reader: Reader) -> None:
    """Note every line of the blueprint for which the pack holds too few exam questions."""
    pool = [
        Candidate(index, question.topic, question.difficulty)
        for index, question in enumerate(bank.questions())
        if question.use == "exam"
    ]
    lines = dict(zip(bank.exam.draw, (line for line, _item in reader.items(root, "draw", 1, 200)), strict=False))
    for shortage in shortages(bank.exam.draw, pool):
        reader.fault(
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
        topics.append(exported)
    return {
        "code": exam.code,
        "title": exam.titles,
        "minutes": exam.minutes,
        "pass": exam.pass_percent,
        "attempts": exam.attempts,
        "wait_hours": exam.wait_hours,
        "topics": topics,
        "draw": [{"topic": cell.topic, "difficulty": cell.difficulty, "count": cell.count} for cell in exam.draw],
    }
