"""A case: one situation and several sub-questions of other types."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import (
    BadResponse,
    Fields,
    Json,
    Kind,
    Parsed,
    Part,
    Printed,
    QuestionType,
    Reveal,
    Shown,
    of_response,
    tidy,
)

FIELD = re.compile(r"r[1-9][0-9]{2,3}")
OWN = 99
"""What the field `r` of a part is counted as, beside `r0`, `r1` …"""


class Case(Kind):
    """Each part earns its points by its own type; the question is worth their sum.

    The field `r3` of the first part is `r103`, of the second `r203`; its field `r` is `r199`.
    """

    code = "case"
    label = gettext_lazy("case")
    hint = gettext_lazy("Read the case, then answer each part.")
    keys: tuple[str, ...] = ("parts",)
    optional: tuple[str, ...] = ()
    sample = """\
parts:
- type: numeric
  stem:
    vi: Bao nhiêu kilôgam phải dò lại?
    en: How many kilograms must be checked again?
  answer: 900
  tolerance: 0
  unit: {vi: kg, en: kg}
- type: truefalse
  stem:
    vi: Phải cô lập lô hàng.
    en: The lot must be isolated.
  answer: true
"""

    def __init__(self, kinds: Mapping[str, QuestionType]) -> None:
        self.kinds = kinds

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """2 to 9 `parts`, each with `type`, optional `points`, `stem` and the keys of its type."""
        contents: list[Json] = []
        keys: list[Json] = []
        feedback: list[Json] = []
        for line, item in check.items(node, "parts", least=2, most=9):
            part = check.mapping(item, line, "parts")
            kind = self.kinds.get(str(part.get("type")))
            if kind is None:
                check.choice(part, "type", self.kinds)
                if "type" not in part:
                    check.keys(part, ["type"], part)
                continue
            own = [name for name in kind.keys if name not in kind.optional]
            if not check.keys(part, ["type", "stem", *own], ["points", *kind.keys]):
                continue
            parsed = kind.parse(part, check)
            points = check.whole(part, "points", least=1, most=100) if "points" in part else 1
            stem = check.texts(part, "stem")
            contents.append({"type": kind.code, "points": points, "stem": stem, **parsed.content})
            keys.append(parsed.key)
            feedback.append(parsed.feedback)
        worth = sum(part["points"] for part in contents)
        if contents and node.get("points", 1) != worth:
            check.fault(
                node.line_of("points") if "points" in node else node.line,
                _("A case is worth the sum of its parts. Write “points: %(points)s”.") % {"points": worth},
            )
        return Parsed({"parts": contents}, {"parts": keys}, {"parts": feedback} if any(feedback) else {})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`parts`."""
        parts = []
        told = feedback.get("parts") or [{} for _part in content["parts"]]
        for part, its_key, its_feedback in zip(content["parts"], key["parts"], told, strict=True):
            exported: Json = {"type": part["type"]}
            if part["points"] != 1:
                exported["points"] = part["points"]
            exported["stem"] = tidy(part["stem"])
            exported.update(self.kinds[part["type"]].export(part, its_key, its_feedback))
            parts.append(exported)
        return {"parts": parts}

    def shuffle(self, content: Json, rng: Random) -> list[Any]:
        """The order within each part; the parts follow one another as written, for they build on each other."""
        return [self.kinds[part["type"]].shuffle(part, rng) for part in content["parts"]]

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """The parts with their fields."""
        parts = []
        for place, (part, its_order, given) in enumerate(self._parts(content, order, response)):
            kind = self.kinds[part["type"]]
            shown = kind.show(part, its_order, given, language)
            shown.name = renamed(place, shown.name)
            for row in shown.rows:
                row.name = renamed(place, row.name)
            parts.append(Part(kind.code, kind.stem(part, its_order, language), kind.hint, part["points"], shown))
        return Shown(parts=parts)

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """The parts, each with its stem."""
        parts = []
        for place, (part, its_order, _given) in enumerate(self._parts(content, order, None)):
            kind = self.kinds[part["type"]]
            parts.append((kind.stem(part, its_order, language), _moved(kind.paper(part, its_order, language), place)))
        return Printed(parts=tuple(parts))

    def given(self, content: Json, order: Any, response: Any, language: str) -> list[str]:
        """What was answered, part by part."""
        return [
            f"{place}. {line}"
            for place, (part, its_order, given) in enumerate(self._parts(content, order, response), 1)
            for line in self.kinds[part["type"]].given(part, its_order, given, language)
        ]

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """The answers of the parts, None for those left empty."""
        sorted_out: list[dict[str, Any]] = [{} for _part in content["parts"]]
        for name, values in fields.items():
            place, own = original(name)
            if place >= len(sorted_out):
                raise BadResponse
            sorted_out[place][own] = values
        answers = [
            self.kinds[part["type"]].read(part, its_order, its_fields)
            for part, its_order, its_fields in zip(content["parts"], order, sorted_out, strict=True)
        ]
        return {"parts": answers} if any(answer is not None for answer in answers) else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """Points earned by the parts over the points of all."""
        answers = of_response(response, "parts", list)
        earned = Fraction(0)
        for part, its_key, answer in zip(content["parts"], key["parts"], answers, strict=False):
            if answer is not None:
                share = self.kinds[part["type"]].grade(part, its_key, answer)
                earned += part["points"] * min(max(share, Fraction(0)), Fraction(1))
        worth: int = sum(part["points"] for part in content["parts"])
        return earned / worth

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Of each part; a field's mark is named by the part's place and the field: `0.2`, `1.r203`."""
        marks: dict[str, str] = {}
        told, right = [], []
        its_feedback = feedback.get("parts") or [{} for _part in content["parts"]]
        for place, (part, its_order, given) in enumerate(self._parts(content, order, response)):
            kind = self.kinds[part["type"]]
            reveal = kind.reveal(part, its_order, key["parts"][place], its_feedback[place], given, language)
            for name, mark in reveal.marks.items():
                marks[f"{place}.{renamed(place, name) if name.startswith('r') else name}"] = mark
            told += [f"{place + 1}. {text}" for text in reveal.feedback]
            right += [f"{place + 1}. {text}" for text in reveal.right]
        return Reveal(marks, told, right)

    @staticmethod
    def _parts(content: Json, order: Any, response: Any) -> list[tuple[Json, Any, Any]]:
        answers = of_response(response, "parts", list)
        answers = [*answers, *[None] * len(content["parts"])][: len(content["parts"])]
        return list(zip(content["parts"], order, answers, strict=True))


def renamed(place: int, name: str) -> str:
    """The field `name` of the part at `place`, among those of the whole case."""
    return f"r{(place + 1) * 100 + (OWN if name == 'r' else int(name[1:]))}"


def original(name: str) -> tuple[int, str]:
    """The place of the part and its own name for a field. Raises BadResponse."""
    if not FIELD.fullmatch(name):
        raise BadResponse
    part, own = divmod(int(name[1:]), 100)
    return part - 1, "r" if own == OWN else f"r{own}"


def _moved(printed: Printed, place: int) -> Printed:
    blanks = tuple(replace(blank, name=renamed(place, blank.name)) for blank in printed.blanks)
    ticked = renamed(place, printed.ticked) if printed.ticked else ""
    return replace(printed, ticked=ticked, blanks=blanks)
