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

LETTERS = "ABCDEFGHIJKLMNOP"


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
    """One line with a field of its own: a left side to match, an item to place, a gap to fill.

    Without `choices` it is a field to write in, with `value` as what was written.
    """

    name: str
    text: str
    choices: list[Choice]
    mark: str = ""
    value: str = ""
    unit: str = ""
    number: bool = False

    @property
    def chosen(self) -> str:
        """Text of the choice made, or what was written, if anything."""
        return next((choice.text for choice in self.choices if choice.chosen), "") if self.choices else self.value


@dataclass
class Part:
    """A sub-question of a case, with fields of its own."""

    code: str
    stem: str
    hint: Any
    points: int
    shown: "Shown"

    @property
    def template(self) -> str:
        """The template of its type."""
        return f"quizzes/types/{self.code}.html"


@dataclass
class Shown:
    """The fields of a question as a taker sees them.

    `name` is the form field of `choices` and `text`. `special` is what the template of
    one type alone knows. `figure_inside` says that the template shows the figure itself.
    """

    choices: list[Choice] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    text: str = ""
    unit: str = ""
    decimals: int | None = None
    mark: str = ""
    name: str = "r"
    parts: list[Part] = field(default_factory=list)
    special: Any = None
    figure_inside: bool = False


@dataclass(frozen=True)
class Reveal:
    """What practice tells after an answer, and staff who may see the key at once."""

    marks: dict[str, str]
    """From a field's value (choices) or name (rows, text) to `right`, `part` or `wrong`."""
    feedback: list[str]
    right: list[str]
    """The right answer, one line each."""


@dataclass(frozen=True)
class Blank:
    """A place to write on paper. `name` is the form field that takes what is written there.

    With `choices` one of them is written (a letter, a number of a place); its position
    among them is the field's value. `lines` is how much room it needs.
    """

    name: str
    label: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    lines: int = 1


@dataclass(frozen=True)
class Printed:
    """A question on paper, below its stem: text, then what is chosen from, then where to write.

    `options` are (letter, text). Where they are ticked rather than written into blanks, `ticked`
    names the form field; the value of the option at a place is `values` at that place. A case has `parts`, each with
    its stem. `grid` is (columns, rows) of the areas of the figure.
    """

    lines: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    ticked: str = ""
    values: tuple[str, ...] = ()
    several: bool = False
    blanks: tuple[Blank, ...] = ()
    parts: tuple[tuple[str, "Printed"], ...] = ()
    grid: tuple[int, int] | None = None
    on_paper: bool = True
    """False for what cannot be answered on paper (a file)."""


@dataclass(frozen=True)
class Level:
    """What an answer looks like that earns so many points of a criterion."""

    texts: Json
    points: int


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: what is looked at, the most points that it earns, and what earns how many."""

    id: str
    texts: Json
    points: int
    levels: tuple[Level, ...] = ()


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
    sample: str
    """A part to start from in the editor, as YAML; empty for the bare keys."""
    manual: bool
    """Whether people grade it, by `rubric`; then `grade` is never asked."""

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

    def words(self, order: Any, texts: Json, language: str) -> str:
        """A text of the question, such as its explanation, with what was drawn put in."""

    def stem(self, content: Json, order: Any, language: str) -> str:
        """The stem in `language`, with what was drawn put in."""

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """The question as it is printed, without answer and without key."""

    def given(self, content: Json, order: Any, response: Any, language: str) -> list[str]:
        """The answer in words, one line each: for whoever marks, and for the record."""

    def solved(self, content: Json, order: Any, key: Json) -> dict[str, list[str]]:
        """The right answer as a form would send it, for key sheets; empty where each field is right by itself."""

    def rubric(self, key: Json) -> list[Criterion]:
        """What people grade it by; empty unless `manual`."""


class Kind:
    """What most types have in common; each may do it its own way."""

    manual = False
    sample = ""

    def words(self, order: Any, texts: Json, language: str) -> str:
        """The text as it was written."""
        return say(texts, language)

    def stem(self, content: Json, order: Any, language: str) -> str:
        """The stem."""
        return self.words(order, content["stem"], language)

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """Options to tick, lines with a blank each, or one blank: as they are shown."""
        return printed(self.show(content, order, None, language))  # type: ignore[attr-defined]

    def given(self, content: Json, order: Any, response: Any, language: str) -> list[str]:
        """What was chosen or written, as it is shown."""
        return said(self.show(content, order, response, language))  # type: ignore[attr-defined]

    def solved(self, content: Json, order: Any, key: Json) -> dict[str, list[str]]:
        """Nothing: each blank is right or wrong by itself, which tells what to write there."""
        return {}

    def rubric(self, key: Json) -> list[Criterion]:
        """Graded by rule, not by rubric."""
        return []


def printed(shown: Shown) -> Printed:
    """Fields as they are printed."""
    if shown.choices:
        letters = tuple((choice.letter or "ABCD"[place], choice.text) for place, choice in enumerate(shown.choices))
        return Printed(options=letters, ticked=shown.name, values=tuple(choice.value for choice in shown.choices))
    if not shown.rows:
        return Printed(blanks=(Blank(shown.name, unit=shown.unit),))
    letters = tuple((LETTERS[place], choice.text) for place, choice in enumerate(shown.rows[0].choices))
    names = tuple(letter for letter, _text in letters)
    return Printed(options=letters, blanks=tuple(Blank(row.name, row.text, choices=names) for row in shown.rows))


def said(shown: Shown) -> list[str]:
    """What the fields hold, in words."""
    if shown.choices:
        return [choice.text for choice in shown.choices if choice.chosen]
    if shown.rows:
        return [f"{row.text}: {row.chosen} {row.unit}".strip() for row in shown.rows if row.chosen]
    return [f"{shown.text} {shown.unit}".strip()] if shown.text else []


def mark(shown: Shown, marks: Mapping[str, str]) -> None:
    """Write right and wrong beside the fields."""
    for choice in shown.choices:
        choice.mark = marks.get(choice.value, "")
    for row in shown.rows:
        row.mark = marks.get(row.name, "")
    shown.mark = marks.get(shown.name, "") if not shown.choices else ""
    for place, part in enumerate(shown.parts):
        of_part = f"{place}."
        mark(part.shown, {name.removeprefix(of_part): it for name, it in marks.items() if name.startswith(of_part)})


def refill(shown: Shown, fields: Fields) -> None:
    """Put back what was sent and could not be read: it is mended where it stands, not written again."""
    sent = fields.get(shown.name, ())
    for choice in shown.choices:
        choice.chosen = choice.value in sent
    if sent and not shown.choices:
        shown.text = sent[0]
    for row in shown.rows:
        its = fields.get(row.name, ())
        row.value = its[0] if its and not row.choices else ""
        for choice in row.choices:
            choice.chosen = choice.value in its
    for part in shown.parts:
        refill(part.shown, fields)


VERDICT = "="
"""Before `right`, `part` or `wrong`: what a question tells of an answer as a whole, beside what its type tells."""


def verdict(share: Fraction) -> str:
    """`right`, `part` or `wrong`."""
    return "right" if share == 1 else "part" if share else "wrong"


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
