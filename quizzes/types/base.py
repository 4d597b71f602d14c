"""What every question type promises, and the small values that types hand around."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from lms.lib.states import Refused

Json = dict[str, Any]
Fields = Mapping[str, Sequence[str]]
"""A form as sent: every field's values, whether it came as a form or as JSON."""

LETTERS = "ABCDEFGHIJ"


class BadResponse(Refused):
    """An answer that cannot be read; `str()` tells the taker what to write."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message or _("This answer cannot be read. Choose or write it again."), code="bad_response")


@dataclass(frozen=True)
class Parsed:
    """The parts of an authored question that belong to its type.

    `content` is all that a taker's page is made of; nothing in it, not even an
    order, depends on `key` or `feedback`.
    """

    content: Json
    key: Json
    feedback: Json = field(default_factory=dict)


@dataclass
class Choice:
    """One thing to choose. `value` is its position in the shown order."""

    value: str
    text: str
    letter: str = ""
    chosen: bool = False
    mark: str = ""


@dataclass
class Row:
    """One line with choices of its own: a left side to match, an item to place."""

    name: str
    text: str
    choices: list[Choice]
    mark: str = ""

    @property
    def chosen(self) -> str:
        """Text of the choice made, if any."""
        return next((choice.text for choice in self.choices if choice.chosen), "")


@dataclass
class Shown:
    """The fields of a question as a taker sees them."""

    choices: list[Choice] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    unit: str = ""
    decimals: int | None = None
    mark: str = ""


@dataclass(frozen=True)
class Reveal:
    """What practice tells after an answer, and staff who may see the key at once."""

    marks: dict[str, str]
    """From a field's value (choices) or name (rows, text) to `right` or `wrong`."""
    feedback: list[str]
    right: list[str]
    """The right answer, one line each."""


class QuestionType(Protocol):
    """One way to ask. Instances hold no state; `docs/question-types.md` tells how to add one."""

    code: str
    label: Any
    hint: Any
    """One short sentence that tells the taker what to do."""
    keys: tuple[str, ...]
    """The type's own keys of an authored question, in canonical order."""
    optional: tuple[str, ...]
    """Those of `keys` that may be left out."""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """The type's part of an authored question. Faults go to `check.problems`."""

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """The authored form again, with `keys` in order: the inverse of `parse`."""

    def shuffle(self, content: Json, rng: Random) -> Any:
        """An order of the parts as JSON, drawn from `rng` and from nothing else."""

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """The fields in the order shown, with the answer so far filled in."""

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """The answer in authored ids out of what a browser sent; None when left empty.

        Raises BadResponse for whatever the shown fields cannot send.
        """

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """The share of the points earned, 0 to 1, exactly."""

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Right and wrong in the shown order, feedback for what was chosen."""


def rng(seed: str) -> Random:
    """Draws and shuffles that can be repeated from their seed."""
    # Not for secrets: the seed is one, of 128 bits, and stays on the server.
    return Random(seed)  # noqa: S311


def answer_fields(sent: Iterable[tuple[str, list[Any]]]) -> dict[str, list[str]]:
    """Those fields of a form that belong to the answer: `r`, `r0`, `r1` …"""
    return {
        name: [str(value) for value in values]
        for name, values in sent
        if name == "r" or (name[:1] == "r" and name[1:].isdigit())
    }


def say(texts: Any, language: str) -> str:
    """The text in `language` out of `{language: text}`; else in whichever there is."""
    if not texts:
        return ""
    return str(texts.get(language) or next((text for text in texts.values() if text), ""))


def tidy(texts: Json) -> Json:
    """`{language: text}` in canonical order, which PostgreSQL's JSON does not keep."""
    return {language: texts[language] for language in sorted(texts, key=lambda name: (name != "vi", name))}


def opaque(texts: Json) -> str:
    """A place in an order that depends on nothing but the words: what is sorted by it tells no key."""
    canonical = json.dumps(texts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def one(fields: Fields, name: str) -> str:
    """The only value of the field `name`, stripped; empty when absent. Raises BadResponse for several."""
    values = fields.get(name, ())
    if len(values) > 1:
        raise BadResponse
    return values[0].strip() if values else ""


def position(text: str, count: int) -> int:
    """`text` as a position below `count`. Raises BadResponse."""
    if not text.isascii() or not text.isdigit() or len(text) > 3 or int(text) >= count:
        raise BadResponse
    return int(text)


def known(fields: Fields, names: Sequence[str]) -> None:
    """Raises BadResponse when a field is sent that was not shown."""
    if not set(fields) <= set(names):
        raise BadResponse


def no_twins(texts: Mapping[str, str], seen: list[Mapping[str, str]], line: int, check: Checker) -> None:
    """Note a text that stands in `seen` already, in any language; then add it there."""
    if any(texts[language] and texts[language] == other.get(language) for other in seen for language in texts):
        check.fault(line, _("This text stands here twice: a taker could not tell the two apart."))
    seen.append(texts)


def of_response(response: Any, name: str, kind: type) -> Any:
    """The part `name` of a stored answer, or an empty `kind`: old or odd rows grade as unanswered."""
    value = response.get(name) if isinstance(response, dict) else None
    return value if isinstance(value, kind) else kind()
