"""What was read, held against the author's own checker and the bank: ready to be taken in, or not, and why."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.checks import CODE, Checker
from courses.packs.files import MarkedDict, MarkedList, Problems
from quizzes import authored
from quizzes.authored import Authored
from quizzes.formats.build import LANGUAGES, folded, languages_of, level
from quizzes.formats.result import Item, Json, Read, Said
from quizzes.similarity import texts_of
from quizzes.types import TYPES

NO_LESSON = "none"
_BOUNDS = {"options": (2, 10), "pairs": (2, 12), "items": (2, 14), "extra": (1, 10), "categories": (2, 10)}
"""How many a list may hold in a draft: other systems know no such counts."""
ALIKE = 0.8
"""The share of common words from which on two stems are likely the same question."""


TRIED = 10_000
"""Draws of calculations tried for a whole file: a file of two thousand must not hold the page for minutes."""


class Lenient(Checker):
    """Takes drafts: an explanation may be missing, and lists may be shorter or longer than a pack's."""

    tried = TRIED
    """How many draws of each calculation are tried."""

    def texts(self, data: MarkedDict, key: str, *, most: int = 0, empty: bool = False) -> dict[str, str]:
        """As the strict one, but an explanation may be empty."""
        return super().texts(data, key, most=most, empty=empty or key == "explanation")

    def items(self, data: MarkedDict, key: str, *, least: int = 1, most: int = 0) -> list[tuple[int, Any]]:
        """As the strict one, in wider bounds."""
        low, high = _BOUNDS.get(key, (least, most))
        return super().items(data, key, least=min(least, low), most=max(most, high) if most else 0)


@dataclass(frozen=True)
class Known:
    """What the bank has: topics by code with their names, lessons, codes taken anywhere, stems by code."""

    bank: str
    topics: Mapping[str, Sequence[str]]
    lessons: Sequence[str]
    taken: frozenset[str]
    stems: Mapping[str, str]


@dataclass(frozen=True)
class Chosen:
    """What was chosen for the whole file, where a question says nothing itself."""

    topic: str
    difficulty: str
    use: str
    lesson: str = ""


@dataclass
class Judged:
    """A question of the file: `authored` is None where it cannot be taken in."""

    item: Item
    authored: Authored | None
    faults: list[str] = field(default_factory=list)
    unsupported: bool = False
    like: str = ""
    """The code of a question of the bank that says the same, or `#n` for the n-th of this file."""

    @property
    def verdict(self) -> str:
        """`good`, `fault`, or `left` for a type that is not supported."""
        return "left" if self.unsupported else "good" if self.authored is not None else "fault"


def marked(value: Any, line: int) -> Any:
    """`value` as the checker takes it, every part at `line`."""
    if isinstance(value, dict):
        mapping = MarkedDict()
        mapping.line = line
        for key, part in value.items():
            mapping[key] = marked(part, line)
            mapping.lines[key] = line
        return mapping
    if isinstance(value, list):
        items = MarkedList()
        items.line = line
        for part in value:
            items.append(marked(part, line))
            items.lines.append(line)
        return items
    return value


def judge(found: Read, known: Known, chosen: Chosen) -> list[Judged]:
    """Every question of the file, in its order."""
    codes = _Codes(known)
    topics = {folded(name): code for code, names in known.topics.items() for name in (code, *names)}
    alike = _Alike({code: folded(stem) for code, stem in known.stems.items()})
    calculated = sum(kind == "calculated" for item in found.items for kind in _kinds(item.node))
    tried = max(8, TRIED // max(calculated, 1))
    judged = []
    seen: dict[str, str] = {}
    for number, item in enumerate(found.items, 1):
        one = _judged(item, found, known, chosen, topics, codes, tried)
        words = folded(_stem(item))
        if words:
            one.like = seen.get(words) or alike.find(words)
            seen.setdefault(words, f"#{number}")
        judged.append(one)
    return judged


def _kinds(node: Json) -> list[Any]:
    """Its type, and those of its parts."""
    parts = node.get("parts")
    return [
        node.get("type"),
        *(part.get("type") for part in (parts if isinstance(parts, list) else ()) if isinstance(part, dict)),
    ]


def _stem(item: Item) -> str:
    stem = item.node.get("stem")
    text = item.node.get("text") if item.node.get("type") == "cloze" else ""
    return " ".join(words for one in (stem, text) if (words := next(texts_of(one), "")))


class _Alike:
    """Finds the question of the bank that says nearly the same, by the words that both have."""

    def __init__(self, stems: Mapping[str, str]) -> None:
        self.words = {code: frozenset(stem.split()) for code, stem in stems.items()}
        self.same = {stem: code for code, stem in stems.items()}
        self.holding: dict[str, list[str]] = {}
        for code, words in self.words.items():
            for word in words:
                self.holding.setdefault(word, []).append(code)

    def find(self, stem: str) -> str:
        """Its code; empty where there is none."""
        if stem in self.same:
            return self.same[stem]
        words = frozenset(stem.split())
        if len(words) < 4:
            return ""
        shared = Counter(code for word in words for code in self.holding.get(word, ()))
        for code, count in shared.most_common(5):
            if count / len(words | self.words[code]) >= ALIKE:
                return code
        return ""


def _judged(
    item: Item, found: Read, known: Known, chosen: Chosen, topics: Mapping[str, str], codes: "_Codes",
    tried: int,
) -> Judged:  # fmt: skip
    kind = item.node.get("type")
    if kind not in TYPES:
        return Judged(item, None, unsupported=kind == "" or any(said.code == "type" for said in item.said))
    if any(said.kind == "fault" for said in item.said):
        return Judged(item, None)
    spoken = languages_of(item.node) or [LANGUAGES[0]]
    node: Json = {
        **level(item.node, spoken),
        "code": codes.free(item.name),
        "use": chosen.use,
        "topic": topics.get(folded(item.category), chosen.topic) if item.category else chosen.topic,
        "difficulty": item.difficulty if item.difficulty in authored.DIFFICULTIES else chosen.difficulty,
        "lesson": chosen.lesson or NO_LESSON,
    }
    node.setdefault("explanation", dict.fromkeys(spoken, ""))
    problems = Problems()
    check = Lenient("", problems, spoken, one_line=False, strict=False)
    check.tried = tried
    made = authored.read(marked(node, item.place.number), item.place.number, check,
                         topics=list(known.topics), lessons=[*known.lessons, NO_LESSON])  # fmt: skip
    faults = [problem.message for problem in problems.found]
    faults += _too_long(node)
    if (
        "figure" in node
        and not any(name.rpartition(".")[0] == node["figure"] for name in found.media)
        and found.format != "yaml"
    ):
        faults.append(_("The picture of this question is not in the file."))
    if made is None or faults:
        return Judged(item, None, list(dict.fromkeys(faults)))
    made = replace(made, lesson="") if made.lesson == NO_LESSON else made
    return Judged(item, replace(made, explanation={name: text for name, text in made.explanation.items() if text}))


def _too_long(node: Json) -> Iterable[str]:
    if any(len(text) > 8_000 for text in _texts(node)):
        yield _("A text of this question has more than 8,000 characters.")


def _texts(node: Any) -> Iterable[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for part in node.values():
            yield from _texts(part)
    elif isinstance(node, list):
        for part in node:
            yield from _texts(part)


class _Codes:
    """Codes for questions: the file's own where it is one and free, else the bank's with a number."""

    def __init__(self, known: Known) -> None:
        self.taken = set(known.taken)
        self.bank = re.sub(r"[^A-Z0-9]+", "-", known.bank.upper()).strip("-")[:30] or "Q"
        self.last = 0

    def free(self, name: str) -> str:
        """A code that no question has, nor one before it in the file."""
        own = name.strip().upper()
        if CODE.fullmatch(own) and 3 <= len(own) <= 40 and not own.isdigit() and own not in self.taken:
            self.taken.add(own)
            return own
        while True:
            self.last += 1
            made = f"{self.bank}-N{self.last:03d}"
            if made not in self.taken:
                self.taken.add(made)
                return made


def said_by(found: Read, judged: Sequence[Judged]) -> list[Said]:
    """Everything said of a file and of its questions."""
    return [*found.said, *(said for one in judged for said in one.item.said)]
