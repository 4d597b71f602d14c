"""A number with a tolerance, and a unit that is shown beside the field."""

import re
from decimal import Decimal
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
    Reveal,
    Shown,
    known,
    of_response,
    one,
    say,
    tidy,
)

_MINUS = str.maketrans({"−": "-", "–": "-"})
_PLAIN = re.compile(r"-?\d+([.,]\d+)?|-?[.,]\d+")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}((\.\d{3})+|(,\d{3})+)")
_GROUPED_VI = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+,\d+")
_GROUPED_EN = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+\.\d+")
_STORED = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")
_LONGEST = 40


def readings(text: str, units: tuple[str, ...] = ()) -> list[Decimal]:
    """What `text` may mean as a number: "4,5" and "4.5" alike; "1.440" may be 1.44 or 1440.

    One of `units` may stand behind it. Raises BadResponse when it is no number.
    """
    plain = text.translate(_MINUS).strip()
    for unit in units:
        if unit and plain.casefold().endswith(unit.casefold()):
            plain = plain[: -len(unit)]
            break
    plain = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(\D|$))", "", plain.strip()).removeprefix("+")
    found = []
    if len(plain) <= _LONGEST and plain.isascii():
        if _GROUPED_VI.fullmatch(plain):
            found.append(plain.replace(".", "").replace(",", "."))
        elif _GROUPED_EN.fullmatch(plain):
            found.append(plain.replace(",", ""))
        else:
            if _PLAIN.fullmatch(plain):
                found.append(plain.replace(",", "."))
            if _GROUPED.fullmatch(plain):
                found.append(plain.replace(".", "").replace(",", ""))
    if not found:
        raise BadResponse(_("This is not a number. Write it as 4,5 or 4.5, without words."))
    return [Decimal(number) for number in found]


class Numeric(Kind):
    """All points within the tolerance, which is absolute and in the answer's unit; none outside."""

    code = "numeric"
    label = gettext_lazy("number")
    hint = gettext_lazy("Write a number, with a comma or a point for decimals and no separator for thousands.")
    keys: tuple[str, ...] = ("answer", "tolerance", "unit", "decimals")
    optional: tuple[str, ...] = ("decimals",)

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """`answer`, `tolerance`, `unit` (texts, may be empty), optional `decimals`."""
        answer = check.number(node, "answer")
        tolerance = check.number(node, "tolerance")
        if tolerance < 0:
            check.fault(node.line_of("tolerance"), _("“tolerance” cannot be below 0."))
        content: Json = {"unit": check.texts(node, "unit", empty=True)}
        if "decimals" in node:
            content["decimals"] = check.whole(node, "decimals", least=0, most=9)
        return Parsed(content, {"answer": answer, "tolerance": tolerance})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`answer`, `tolerance`, `unit`, and `decimals` where it was given."""
        exported = {"answer": key["answer"], "tolerance": key["tolerance"], "unit": tidy(content["unit"])}
        if "decimals" in content:
            exported["decimals"] = content["decimals"]
        return exported

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """Nothing to shuffle."""
        return []

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """One text field with the answer as it was written."""
        return Shown(
            text=of_response(response, "text", str),
            unit=say(content["unit"], language),
            decimals=content.get("decimals"),
        )

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the number as written, and what it may mean."""
        known(fields, ["r"])
        text = one(fields, "r")
        if not text:
            return None
        numbers = readings(text, tuple(content["unit"].values()))
        return {"text": text, "values": [format(number, "f") for number in numbers]}

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """1 or 0. A number that can be read in two ways is right if either is."""
        return Fraction(within(key["answer"], key["tolerance"], of_response(response, "values", list)))

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Right or wrong, and the number with its tolerance."""
        mark = "right" if self.grade(content, key, response) else "wrong"
        right = written_number(key["answer"], language)
        if key["tolerance"]:
            right += f" ± {written_number(key['tolerance'], language)}"
        unit = say(content["unit"], language)
        return Reveal({"r": mark}, [], [f"{right} {unit}".strip()])


def within(answer: float, tolerance: float, values: list[Any]) -> bool:
    """Whether any of the readings is no further from `answer` than `tolerance`; the edge counts."""
    # Through their decimal writing: 0.1 in the pack means one tenth exactly.
    exact, room = Fraction(repr(answer)), Fraction(repr(tolerance))
    return any(abs(Fraction(value) - exact) <= room for value in values if _is_number(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and _STORED.fullmatch(value) is not None


def written_number(value: float, language: str) -> str:
    """`value` as the language writes numbers, without needless zeros."""
    text = format(Decimal(repr(value)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "vi" else text
