"""What reading a file of questions gives: questions in the authored form, pictures, and everything worth saying.

Pure values that travel as JSON, for files are read in a process of their own.
"""

import base64
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]

MAX_QUESTIONS = 2_000
MAX_PICTURES = 400


@dataclass(frozen=True)
class Place:
    """Where in a file something stands: `kind` is line, row, paragraph or question; `file` is a part of a package."""

    kind: str = ""
    number: int = 0
    file: str = ""


@dataclass(frozen=True)
class Said:
    """Something to be told about a file: a code of `sentences`, its facts and its place.

    `kind`: `fault` keeps the question out; `left` names a part that is not supported
    and was left out; `note` says what was understood.
    """

    kind: str
    code: str
    place: Place = Place()
    facts: Json = field(default_factory=dict)


class BadFile(Exception):
    """A file of which nothing can be read."""

    def __init__(self, code: str, place: Place | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.said = Said("fault", code, place or Place(), facts)


@dataclass
class Item:
    """A question as it was found: `node` is the authored form as far as the file tells it.

    `name`, `category`, `difficulty` and `tags` are the file's own words. `left` and
    `faults` are about this question alone.
    """

    node: Json
    place: Place
    name: str = ""
    category: str = ""
    difficulty: str = ""
    tags: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    def fault(self, code: str, place: Place | None = None, **facts: Any) -> None:
        """Note what keeps the question out."""
        self.said.append(Said("fault", code, place or self.place, facts))

    def leave(self, code: str, place: Place | None = None, **facts: Any) -> None:
        """Name a part that is left out."""
        said = Said("left", code, place or self.place, facts)
        if said not in self.said:
            self.said.append(said)

    def note(self, code: str, place: Place | None = None, **facts: Any) -> None:
        """Say what was understood."""
        self.said.append(Said("note", code, place or self.place, facts))


@dataclass
class Read:
    """A whole file."""

    format: str
    items: list[Item] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)

    def leave(self, code: str, place: Place | None = None, **facts: Any) -> None:
        """Name something of the file that is left out."""
        said = Said("left", code, place or Place(), facts)
        if said not in self.said:
            self.said.append(said)

    def note(self, code: str, place: Place | None = None, **facts: Any) -> None:
        """Say something of the file."""
        self.said.append(Said("note", code, place or Place(), facts))

    def add(self, item: Item) -> None:
        """One more question. Raises BadFile when there are too many."""
        if len(self.items) >= MAX_QUESTIONS:
            raise BadFile("too_many_questions", limit=MAX_QUESTIONS)
        self.items.append(item)

    def picture(self, content: bytes, extension: str) -> str:
        """Keep a picture and give its name in the authored form. Raises BadFile when there are too many."""
        for name, known in self.media.items():
            if known == content:
                return name.rpartition(".")[0]
        if len(self.media) >= MAX_PICTURES:
            raise BadFile("too_many_pictures", limit=MAX_PICTURES)
        name = f"media/p{len(self.media) + 1}"
        self.media[f"{name}.{extension}"] = content
        return name

    def stored(self) -> Json:
        """As JSON."""
        return {
            "format": self.format,
            "items": [asdict(item) for item in self.items],
            "media": {name: base64.b64encode(content).decode() for name, content in self.media.items()},
            "said": [asdict(said) for said in self.said],
        }

    @classmethod
    def load(cls, stored: Json) -> "Read":
        """The inverse of `stored`."""
        return cls(
            stored["format"],
            [Item(**{**item, "place": Place(**item["place"]), "said": said_of(item["said"])})
             for item in stored["items"]],
            {name: base64.b64decode(content) for name, content in stored["media"].items()},
            said_of(stored["said"]),
        )  # fmt: skip


def said_of(stored: Iterable[Json]) -> list[Said]:
    """Sentences out of JSON."""
    return [Said(one["kind"], one["code"], Place(**one["place"]), one["facts"]) for one in stored]


@dataclass
class Written:
    """A file made of questions. `left` names, by question, what the format does not hold."""

    content: bytes
    extension: str
    media_type: str
    left: list[Said] = field(default_factory=list)
    count: int = 0
