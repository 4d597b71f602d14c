"""Parts to start from in the editor: each type's own sample, and the calculations that quality work asks for."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.packs.checks import plain
from courses.packs.files import PackFiles, PackRefused, Problems
from quizzes.types import TYPES, Json, say

FILE = Path(__file__).with_name("ready_made.yaml")
COMMON = ("stem", "explanation")


@dataclass(frozen=True)
class ReadyMade:
    """A question to start from: its name, its common texts, and the type's own part in the authored form."""

    title: Any
    texts: Json
    part: Json

    def initial(self) -> dict[str, str]:
        """The texts as the editor's form calls them."""
        return {f"{name}_{language}": text for name, told in self.texts.items() for language, text in told.items()}


@cache
def of(kind: str) -> tuple[ReadyMade, ...]:
    """What there is to start from for a type; nothing where its bare fields say enough."""
    found = [
        ReadyMade(node["title"], {name: node[name] for name in COMMON}, _part(kind, node))
        for node in _read(FILE.read_bytes())
        if node["type"] == kind
    ]
    sample = TYPES[kind].sample
    if not found and sample:
        found.append(ReadyMade({}, {}, _part(kind, _read(sample.encode()))))
    return tuple(found)


def titles(kind: str, language: str) -> list[str]:
    """Their names in a language."""
    return [say(one.title, language) or str(_("An example")) for one in of(kind)]


def chosen(kind: str, place: str) -> ReadyMade | None:
    """The one at `place`, counted from 0, as an address names it."""
    several = of(kind)
    known = place.isascii() and place.isdigit() and len(place) < 3 and int(place) < len(several)
    return several[int(place)] if known else None


def _part(kind: str, node: Json) -> Json:
    return {name: node[name] for name in TYPES[kind].keys if name in node}


def _read(text: bytes) -> Any:
    problems = Problems()
    found = plain(PackFiles({"": text}).yaml("", problems))
    if problems:
        raise PackRefused(problems)
    return found
