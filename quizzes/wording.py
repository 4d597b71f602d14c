"""What changed between two versions, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_WORDS = re.compile(r"\s+|\w+|[^\w\s]", re.UNICODE)
LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Run:
    """Neighbouring words that stayed (`same`), went (`gone`) or came (`new`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """One text of the question, old and new in one."""

    runs: tuple[Run, ...]

    @property
    def changed(self) -> bool:
        """Whether anything went or came."""
        return any(run.kind != "same" for run in self.runs)


def compare(old: str, new: str) -> Line:
    """The words of `old` and `new`, in order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    runs: list[Run] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Run("same", "".join(before[a1:a2])))
            continue
        if a2 > a1:
            runs.append(Run("gone", "".join(before[a1:a2])))
        if b2 > b1:
            runs.append(Run("new", "".join(after[b1:b2])))
    return Line(tuple(runs))


def compare_lists(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Lists line by line: lines that are the same anchor those between them."""
    lines: list[Line] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = list(old[a1:a2]), list(new[b1:b2])
        if kind == "replace" and len(before) == len(after):
            lines += [compare(one, other) for one, other in zip(before, after, strict=True)]
        elif kind == "equal":
            lines += [Line((Run("same", text),)) for text in before]
        else:
            lines += [Line((Run("gone", text),)) for text in before]
            lines += [Line((Run("new", text),)) for text in after]
    return lines


def lines_of(content: Any, language: str, name: str = "") -> Iterator[str]:
    """The texts of a content in `language`, and its settings as `name: value`. Ids are left out."""
    if isinstance(content, dict):
        if any(isinstance(content.get(one), str) for one in LANGUAGES):
            yield str(content.get(language, ""))
            return
        for key, value in content.items():
            if key not in ("id", "stem"):
                yield from lines_of(value, language, key)
    elif isinstance(content, list):
        for item in content:
            yield from lines_of(item, language, name)
    elif content is not None:
        yield f"{name}: {content}"
