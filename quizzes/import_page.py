"""A file of questions as its page shows it: each question as a trainee would see it, with what is to be said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from courses.models import Course
from quizzes.formats import sentences
from quizzes.formats.build import folded
from quizzes.formats.checking import Judged
from quizzes.formats.result import Read, Said
from quizzes.models import Bank, QuestionKey, QuestionVersion
from quizzes.queries.banks import Preview, Told, preview, told
from quizzes.types import TYPES

_FORMATS: Mapping[str, str | Promise] = {
    "word": "Word", "xlsx": "Excel", "csv": "CSV", "gift": "GIFT", "aiken": "Aiken", "moodle": "Moodle XML",
    "qti": "QTI", "brightspace": "Brightspace CSV", "yaml": "YAML", "text": gettext_lazy("plain text"),
}  # fmt: skip


def format_name(code: str) -> str:
    """A format as people call it."""
    return str(_FORMATS.get(code, code))


@dataclass
class Line:
    """One sentence with its place."""

    where: str
    text: str


@dataclass
class Row:
    """One question of the file."""

    number: int
    where: str
    verdict: str
    type: Any
    code: str
    stem: str
    topic: str
    difficulty: str
    preview: Preview | None = None
    told: Told | None = None
    faults: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    like: str = ""
    like_here: int = 0
    figure: bool = False


def lines(said: Sequence[Said], kind: str) -> list[Line]:
    """The sentences of one kind."""
    return [Line(sentences.place(one.place), sentences.tell(one)) for one in said if one.kind == kind]


def rows(judged: Sequence[Judged], topics: dict[str, str], keeper: Course | Bank, language: str) -> list[Row]:
    """What the page shows of each question."""
    return [_row(number, one, topics, keeper, language) for number, one in enumerate(judged, 1)]


def _row(number: int, one: Judged, topics: dict[str, str], keeper: Course | Bank, language: str) -> Row:
    item, authored = one.item, one.authored
    stem = item.node.get("stem")
    words = next((str(text) for text in stem.values() if text), "") if isinstance(stem, dict) else ""
    kind = TYPES.get(str(item.node.get("type")))
    made = Row(
        number=number,
        where=sentences.place(item.place),
        verdict=one.verdict,
        type=kind.label if kind else "",
        code=authored.code if authored else item.name,
        stem=words,
        topic=topics.get(authored.topic, "") if authored else item.category,
        difficulty=str(QuestionVersion.Difficulty(authored.difficulty).label) if authored else "",
        faults=[*lines(item.said, "fault"), *(Line("", text) for text in one.faults)],
        left=lines(item.said, "left"),
        notes=lines(item.said, "note"),
        like=one.like if not one.like.startswith("#") else "",
        like_here=int(one.like[1:]) if one.like.startswith("#") else 0,
        figure="figure" in item.node,
    )
    if authored is not None:
        # Rows that are never saved: the page of a question and this one draw it alike.
        version = QuestionVersion(type=authored.type, content=authored.content, points=authored.points)
        key = QuestionKey(key=authored.key, feedback=authored.feedback, explanation=authored.explanation)
        spoken = language if authored.content["stem"].get(language) else next(iter(authored.content["stem"]))
        made.preview = preview(version, keeper, spoken)
        made.told = told(version, key, spoken)
    return made


def unsupported(read: Read) -> list[tuple[str, int]]:
    """Names of what is left out, with how often, for the head of the page."""
    counts: dict[str, int] = {}
    for said in (one for item in read.items for one in item.said if one.kind == "left"):
        name = sentences.tell(said)
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], folded(pair[0])))
