"""A number with a tolerance, and a unit that is shown beside the field."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
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

# What other keyboards give for the same signs: full-width forms, and the minus signs of word processors.
_SAME = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans({"−": "-", "–": "-", "º": "°"})
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_POWER = re.compile(r"(?<=10)[⁺⁻]?[⁰¹²³⁴-⁹]+")
_TEN = re.compile(r"(.*[0-9])(?:e|[x×*·.]10\^)([-+]?[0-9]{1,2})", re.IGNORECASE)
_TEN_ALONE = re.compile(r"^(-?)10(?=\^)")
_BARE = re.compile(r"[-+0-9.,\s]*")
_PLAIN = re.compile(r"-?[0-9]+([.,][0-9]+)?|-?[.,][0-9]+")
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}((\.[0-9]{3})+|(,[0-9]{3})+)")
_GROUPED_VI = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+")
_GROUPED_EN = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+\.[0-9]+")
_GAP = re.compile(r"(?<=[0-9])\s(?=[0-9]{3}([^0-9]|$))")
_STORED = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")
_LONGEST = 40
_FURTHEST = 18
"""Powers of ten that are read."""


def readings(text: str, units: tuple[str, ...] = ()) -> list[Decimal]:
    """What `text` may mean as a number: "4,5" and "4.5" alike; "1.440" may be 1.44 or 1440; "1,5e3" is 1500.

    One of `units` may stand behind it. Raises BadResponse when it is no number.
    """
    tidy = text.translate(_SAME).strip().lstrip("=≈~").strip()
    found: list[Decimal] = []
    if len(tidy) <= 2 * _LONGEST:
        plain = _POWER.sub(lambda raised: "^" + raised.group().translate(_RAISED), _bare(tidy, units))
        plain = _GAP.sub("", plain.removeprefix("+"))
        ten = _TEN.fullmatch(_TEN_ALONE.sub(r"\g<1>1*10", "".join(plain.split())))
        plain, power = (ten.group(1), int(ten.group(2))) if ten else (plain, 0)
        if len(plain) <= _LONGEST and plain.isascii() and abs(power) <= _FURTHEST:
            found = [Decimal(number).scaleb(power) for number in _written(plain)]
    if not found:
        raise BadResponse(_("This is not a number. Write it as 4,5 or 4.5, without words."))
    return found


def _bare(text: str, units: tuple[str, ...]) -> str:
    """`text` without the unit behind it, however that is typed: kWh / tấn, m2 for m², ℃ for °C."""
    known = {_unit(unit) for unit in units if unit and not _BARE.fullmatch(text)}
    for start in range(1, len(text)) if known else ():
        if _unit(text[start:]) in known:
            return text[:start].strip()
    return text.removesuffix(".")


def _unit(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SAME)
    return "".join(folded.split()).removesuffix(".").replace("^", "")


def _written(plain: str) -> list[str]:
    """The ways to read digits with points and commas."""
    if _GROUPED_VI.fullmatch(plain):
        return [plain.replace(".", "").replace(",", ".")]
    if _GROUPED_EN.fullmatch(plain):
        return [plain.replace(",", "")]
    found = [plain.replace(",", ".")] if _PLAIN.fullmatch(plain) else []
    return [*found, plain.replace(".", "").replace(",", "")] if _GROUPED.fullmatch(plain) else found


class WrittenNumber(Kind):
    """What a number and a calculation share: one field to write in, a unit beside it, decimals to round to."""

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


def parse_field(node: MarkedDict, check: Checker) -> Json:
    """`unit` (texts, may be empty) and optional `decimals`."""
    content: Json = {"unit": check.texts(node, "unit", empty=True)}
    if "decimals" in node:
        content["decimals"] = check.whole(node, "decimals", least=0, most=9)
    return content


def export_field(content: Json) -> Json:
    """`unit`, and `decimals` where it was given."""
    return {"unit": tidy(content["unit"])} | {name: content[name] for name in ("decimals",) if name in content}


class Numeric(WrittenNumber):
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
        content = parse_field(node, check)
        rounded = Decimal(repr(answer)).quantize(Decimal(1).scaleb(-content.get("decimals", 0)), ROUND_HALF_UP)
        if "decimals" in content and not within(answer, tolerance, [format(rounded, "f")]):
            check.fault(
                node.line_of("tolerance"),
                _("Whoever rounds as asked writes %(number)s, which this tolerance does not take. Make it larger.")
                % {"number": rounded},
            )
        return Parsed(content, {"answer": answer, "tolerance": tolerance})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`answer`, `tolerance`, `unit`, and `decimals` where it was given."""
        return {"answer": key["answer"], "tolerance": key["tolerance"], **export_field(content)}

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """Nothing to shuffle."""
        return []

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
