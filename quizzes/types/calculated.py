"""A number that is calculated from parameters drawn for each attempt."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product
from random import Random
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes import formulas
from quizzes.types.base import Fields, Json, Kind, Parsed, Reveal, Shown, known, of_response, one, say, tidy
from quizzes.types.numeric import readings

TOLERANCES = ("absolute", "percent", "figures")
LARGEST = Decimal("1e15")
TRIED = 400
"""Draws that are tried when the question is read: the edges, then some from within."""


class Calculated(Kind):
    """All points within the tolerance, nothing outside.

    The order of an attempt is `{"params": {name: "12.5"}}`; an answer keeps them, so
    that its grade needs nothing else. Formula and tolerance are key.
    """

    code = "calculated"
    label = gettext_lazy("calculation")
    hint = gettext_lazy("Calculate and write a number, with a comma or a point for decimals.")
    keys: tuple[str, ...] = ("params", "formula", "tolerance", "unit", "decimals")
    optional: tuple[str, ...] = ("decimals",)
    sample = """\
params:
- name: mean
  least: 168.5
  most: 171.5
  decimals: 1
- name: s
  least: 1.2
  most: 2.4
  decimals: 1
formula: (176 - mean) / (3 * s)
tolerance: {figures: 3}
unit: {vi: '', en: ''}
decimals: 3
"""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """`params`, `formula`, `tolerance`, `unit` (texts, may be empty), optional `decimals`."""
        params = _params(node, check)
        names = {param["name"] for param in params}
        _check_texts(node, names, check)
        formula = check.text(node, "formula")
        tolerance = _tolerance(node, check)
        content: Json = {"params": params, "unit": check.texts(node, "unit", empty=True)}
        if "decimals" in node:
            content["decimals"] = check.whole(node, "decimals", least=0, most=9)
        if formula:
            _check_formula(formula, params, node.line_of("formula"), check)
        return Parsed(content, {"formula": formula, "tolerance": tolerance})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """The keys in order."""
        exported = {
            "params": [
                {name: param[name] for name in ("name", "least", "most", "decimals", "of") if name in param}
                for param in content["params"]
            ],
            "formula": key["formula"],
            "tolerance": dict(key["tolerance"]),
            "unit": tidy(content["unit"]),
        }
        if "decimals" in content:
            exported["decimals"] = content["decimals"]
        return exported

    def shuffle(self, content: Json, rng: Random) -> Json:
        """The parameters, drawn evenly."""
        return {"params": {param["name"]: _draw(param, rng) for param in content["params"]}}

    def words(self, order: Any, texts: Json, language: str) -> str:
        """With every `{name}` as its number, written as the language writes numbers."""
        text = say(texts, language)
        for name, value in _drawn(order).items():
            text = text.replace(f"{{{name}}}", said(value, language))
        return text

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """One text field with the answer as it was written."""
        return Shown(
            text=of_response(response, "text", str),
            unit=say(content["unit"], language),
            decimals=content.get("decimals"),
        )

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the number as written, what it may mean, and the parameters that it was calculated from."""
        known(fields, ["r"])
        text = one(fields, "r")
        if not text:
            return None
        numbers = readings(text, tuple(content["unit"].values()))
        return {"text": text, "values": [format(number, "f") for number in numbers], "params": _drawn(order)}

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """1 or 0. Where these parameters have no answer, whoever wrote one is right: the fault is the question's."""
        values, params = of_response(response, "values", list), of_response(response, "params", dict)
        if not values or set(params) != {param["name"] for param in content["params"]}:
            return Fraction(0)
        try:
            answer = _answer(key["formula"], _key(params))
        except formulas.BadFormula:
            return Fraction(1)
        room = margin(answer, key["tolerance"])
        return Fraction(any(abs(number - answer) <= room for number in _numbers(values)))

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Right or wrong, and the number for these parameters."""
        mark = "right" if self.grade(content, key, response) else "wrong"
        try:
            answer = _answer(key["formula"], _key(_drawn(order)))
        except formulas.BadFormula as bad:
            return Reveal({"r": mark}, [], [str(bad)])
        unit = say(content["unit"], language)
        right = f"{said(shortened(answer, content.get('decimals')), language)} {unit}".strip()
        return Reveal({"r": mark}, [], [right])


def _numbers(values: list[Any]) -> Iterator[Decimal]:
    """What was read out of an answer; odd rows are skipped."""
    for value in values:
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            continue
        if number is not None and number.is_finite():
            yield number


@lru_cache(maxsize=4096)
def _answer(formula: str, params: tuple[tuple[str, str], ...]) -> Decimal:
    try:
        answer = formulas.read(formula).value({name: Decimal(value) for name, value in params})
    except (InvalidOperation, TypeError) as error:
        raise formulas.BadFormula(str(error)) from error
    if abs(answer) >= LARGEST:
        raise formulas.BadFormula(_("The formula gives numbers of more than 15 digits."))
    return answer


def margin(answer: Decimal, tolerance: Mapping[str, Any]) -> Decimal:
    """How far an answer may be off. Of significant figures: half a unit of the last one."""
    kind, size = next(iter(tolerance.items()))
    amount = Decimal(repr(size))
    if kind == "absolute":
        return amount
    if kind == "percent":
        return abs(answer) * amount / 100
    if not answer:
        return Decimal(0)
    return Decimal("0.5").scaleb(answer.adjusted() - int(amount) + 1)


def shortened(answer: Decimal, decimals: int | None) -> str:
    """`answer` for reading: to `decimals`, else to 6 figures."""
    digits = decimals if decimals is not None else max(0, 5 - answer.adjusted()) if answer else 0
    text = format(answer.quantize(Decimal(1).scaleb(-min(digits, 15)), ROUND_HALF_UP), "f")
    return text.rstrip("0").rstrip(".") if decimals is None and "." in text else text


def said(number: str, language: str) -> str:
    """`number` as the language writes it: 12.345,6 in Vietnamese, 12,345.6 in English; grouped from five digits on."""
    sign, digits = ("−", number[1:]) if number.startswith("-") else ("", number)
    whole, _point, rest = digits.partition(".")
    comma, point = (".", ",") if language == "vi" else (",", ".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", comma)
    return sign + whole + (point + rest if rest else "")


def _key(params: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in params.items()))


def _drawn(order: Any) -> dict[str, str]:
    return dict(of_response(order, "params", dict))


def _draw(param: Json, rng: Random) -> str:
    if "of" in param:
        return _text(rng.choice(param["of"]))
    step = Decimal(1).scaleb(-param["decimals"])
    least = int(Decimal(repr(param["least"])) / step)
    return format((rng.randint(least, int(Decimal(repr(param["most"])) / step)) * step), "f")


def _text(value: float) -> str:
    return format(Decimal(repr(value)), "f")


def _params(node: MarkedDict, check: Checker) -> list[Json]:
    """1 to 20 parameters: `name`, then `least`, `most`, `decimals`, or `of`: a list of numbers."""
    params: list[Json] = []
    for line, item in check.items(node, "params", least=1, most=20):
        given = check.mapping(item, line, "params")
        own = ["of"] if "of" in given else ["least", "most", "decimals"]
        if not check.keys(given, ["name", *own]):
            continue
        name = check.matching(given, "name", formulas.NAME, most=16)
        if any(param["name"] == name for param in params):
            check.fault(given.line_of("name"), _("This name is taken. Choose another."))
        params.append({"name": name, **(_listed(given, check) if "of" in given else _ranged(given, check))})
    return params


def _ranged(given: MarkedDict, check: Checker) -> Json:
    least = check.number(given, "least", least=-1e12, most=1e12)
    most = check.number(given, "most", least=-1e12, most=1e12)
    decimals = check.whole(given, "decimals", least=0, most=6)
    if least >= most:
        check.fault(given.line_of("most"), _("“most” must be above “least”."))
        most = least
    for name, value in (("least", least), ("most", most)):
        if Decimal(repr(value)) % Decimal(1).scaleb(-decimals):
            check.fault(given.line_of(name), _("“%(key)s” has more decimals than “decimals” says.") % {"key": name})
    return {"least": least, "most": most, "decimals": decimals}


def _listed(given: MarkedDict, check: Checker) -> Json:
    values = []
    for line, value in check.items(given, "of", least=2, most=50):
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e12:
            check.fault(line, _("“of” must be a list of numbers."))
        else:
            values.append(value)
    return {"of": values or [0, 0]}


def _tolerance(node: MarkedDict, check: Checker) -> Json:
    given = check.mapping(node.get("tolerance"), node.line_of("tolerance"), "tolerance")
    check.keys(given, [], TOLERANCES)
    chosen = [name for name in TOLERANCES if name in given]
    if len(chosen) != 1:
        check.fault(
            node.line_of("tolerance"),
            _("“tolerance” must hold one of these: %(known)s.") % {"known": ", ".join(TOLERANCES)},
        )
        return {"absolute": 0}
    if chosen[0] == "figures":
        return {"figures": check.whole(given, "figures", least=1, most=9)}
    return {chosen[0]: check.number(given, chosen[0], least=0, most=1e9 if chosen[0] == "absolute" else 50)}


def _check_texts(node: MarkedDict, names: set[str], check: Checker) -> None:
    """That every `{name}` of the stem and the explanation is a parameter."""
    for key in ("stem", "explanation"):
        texts = node.get(key)
        if not isinstance(texts, MarkedDict):
            continue
        for language, text in texts.items():
            for name in _braces(text):
                if name not in names:
                    check.fault(texts.line_of(language), _("“{%(name)s}” is no parameter.") % {"name": name})


def _braces(text: Any) -> list[str]:
    try:
        return [name for _text, name, _spec, _conversion in Formatter().parse(str(text)) if name is not None]
    except ValueError:
        return [str(text)[:20]]


def _check_formula(formula: str, params: list[Json], line: int, check: Checker) -> None:
    """That the formula can be read and has a value wherever it is tried."""
    try:
        read = formulas.read(formula)
        for names in _tries(params):
            if abs(read.value(names)) >= LARGEST:
                raise formulas.BadFormula(_("The formula gives numbers of more than 15 digits."))
    except formulas.BadFormula as bad:
        check.fault(line, str(bad))
        return
    if unused := {param["name"] for param in params} - read.names:
        check.fault(line, _("The formula does not use: %(names)s.") % {"names": ", ".join(sorted(unused))})


def _tries(params: list[Json]) -> Iterator[dict[str, Decimal]]:
    """Draws to try: combinations of the edges first, then from a fixed seed."""
    edges = [
        [_text(value) for value in (param["of"] if "of" in param else (param["least"], param["most"]))]
        for param in params
    ]
    for values in islice(product(*edges), TRIED // 2):
        yield {param["name"]: Decimal(value) for param, value in zip(params, values, strict=True)}
    rng = Random(0)  # noqa: S311  (not for secrets)
    for _turn in range(TRIED // 2):
        yield {param["name"]: Decimal(_draw(param, rng)) for param in params}
