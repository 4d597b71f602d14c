"""What a pack that may be taken in must still mend before it ships: its words, its lengths, its lessons' parts."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from courses.packs.course import NAME
from courses.packs.files import MarkedDict, MarkedList, PackFiles, PackRefused, Problem, Problems
from courses.packs.markdown import LessonText
from courses.packs.reading import read

FEWEST_WORDS = 400
MOST_WORDS = 900
TO_LOOK_AT = ("figure", "table", "checklist")
"""Kinds of block of which every lesson has one: something besides running text."""
_UNSHOWN = (":::", "alt: ")
_LABEL = re.compile(r"^(caption|title|term): ")
_WORD = re.compile(r"\S*\w\S*")
_LINK = re.compile(r"\]\(([^()\s]+)\)")


@dataclass(frozen=True)
class Avoided:
    """Words that are not to stand in texts of a language, and what is written instead."""

    language: str
    words: str
    instead: str
    pattern: re.Pattern[str]
    """Finds the words in a folded text, at the beginning of a word."""


def avoided(terms: Iterable[dict[str, Any]]) -> list[Avoided]:
    """What the glossary (`starter/terms.yaml`) tells to avoid."""
    return [
        Avoided(language, words, term[language], re.compile(rf"(?<!\w){re.escape(_folded(words))}"))
        for term in terms
        for language, several in term["avoid"].items()
        for words in several
    ]


def packs(path: Path) -> list[Path]:
    """The packs at `path`: itself, or the folders in it that are packs."""
    if path.is_file() or (path / NAME).is_file():
        return [path]
    return sorted(file.parent for file in path.glob(f"*/{NAME}"))


def lint(path: Path, avoid: Sequence[Avoided]) -> list[Problem]:
    """Every fault of the pack at `path`, by file and line; those of its structure first, and alone if there are any."""
    try:
        pack = read(path)
    except PackRefused as refusal:
        return refusal.problems
    problems = Problems(list(pack.notes))
    files = PackFiles.open(path, problems)
    for lesson in pack.lessons:
        for language, text in lesson.texts.items():
            name = f"lessons/{lesson.code}.{language}.md"
            _lesson(name, files.read(name).decode(), text, problems)
    for name, line, language, said in _said(files, pack.course["languages"]):
        folded = _folded(said)
        for each in avoid:
            if each.language == language and each.pattern.search(folded):
                problems.add(
                    name,
                    line,
                    _("Here stands “%(words)s”; “%(instead)s” is written instead.")
                    % {"words": each.words, "instead": each.instead},
                )
    for section, data in pack.sections:
        section.review(data, pack.course["languages"], problems)
    return sorted(problems.found, key=lambda problem: (problem.path, problem.line))


def words(content: str) -> int:
    """How many words of a lesson's file a reader sees: without front matter, marks and descriptions of figures."""
    body = content.partition("\n---\n")[2]
    return sum(len(_WORD.findall(_LABEL.sub("", line))) for line in body.split("\n") if not line.startswith(_UNSHOWN))


def _lesson(name: str, content: str, text: LessonText, problems: Problems) -> None:
    count = words(content)
    if not FEWEST_WORDS <= count <= MOST_WORDS:
        problems.add(
            name,
            1,
            _("This lesson has %(count)s words; it should have %(least)s to %(most)s.")
            % {"count": count, "least": FEWEST_WORDS, "most": MOST_WORDS},
        )
    kinds = {block.kind for block in text.blocks}
    if "practice" not in kinds:
        problems.add(name, 1, _("This lesson has no practice question."))
    if not kinds.intersection(TO_LOOK_AT):
        problems.add(name, 1, _("This lesson has no figure, no table and no checklist."))
    for number, line in enumerate(content.split("\n"), 1):
        for address in _LINK.findall(line):
            if not _leads_somewhere(address):
                problems.add(name, number, _("The link to “%(address)s” leads nowhere.") % {"address": address})


def _leads_somewhere(address: str) -> bool:
    if address.startswith("mailto:"):
        return re.fullmatch(r"mailto:[^@]+@[^@]+\.[^@]+", address) is not None
    try:
        return "." in (urlsplit(address).hostname or "").strip(".")
    except ValueError:  # brackets that hold no address of a machine
        return False


def _said(files: PackFiles, languages: Sequence[str]) -> Iterator[tuple[str, int, str, str]]:
    """Every text of the pack with its file, line and language."""
    for name in files.names():
        for language in languages:
            if name.endswith(f".{language}.md"):
                for number, line in enumerate(files.read(name).decode().split("\n"), 1):
                    yield name, number, language, line
            elif name.endswith(".yaml"):
                for number, text in _in_language(files.yaml(name, Problems()), language):
                    yield name, number, language, text


def _in_language(node: Any, language: str) -> Iterator[tuple[int, str]]:
    """Lines and texts below every key `language`."""
    if isinstance(node, MarkedDict):
        for key, value in node.items():
            if key == language:
                yield from _texts(value, node.line_of(key))
            else:
                yield from _in_language(value, language)
    elif isinstance(node, MarkedList):
        for item in node:
            yield from _in_language(item, language)


def _texts(node: Any, line: int) -> Iterator[tuple[int, str]]:
    if isinstance(node, str):
        yield line, node
    elif isinstance(node, MarkedList):
        for number, item in zip(node.lines, node, strict=True):
            yield from _texts(item, number)


def _folded(text: str) -> str:
    """Without emphasis, kinds of space and capitals."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).replace("*", "")).casefold()
