"""A number that is calculated from parameters drawn for each attempt."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product
from math import prod
from random import Random
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes import formulas
from quizzes.types.base import Fields, Json, Parsed, Reveal, of_response, say
from quizzes.types.numeric import WrittenNumber, export_field, parse_field

TOLERANCES = ("absolute", "percent", "figures")
LARGEST = Decimal("1e15")
TRIED = 1000
"""About as many draws are tried when the question is read."""


class Calculated(WrittenNumber):
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
        content: Json = {"params": params, **parse_field(node, check)}
        if formula:
            # Whoever reads a whole file of strangers has fewer draws tried of each.
            tried = min(TRIED, getattr(check, "tried", TRIED))
            _check_formula(formula, params, node.line_of("formula"), check, tried)
            _check_rounding(formula, tolerance, content, node.line_of("tolerance"), check, tried)
        return Parsed(content, {"formula": formula, "tolerance": tolerance})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """The keys in order."""
        return {
            "params": [
                {name: param[name] for name in ("name", "least", "most", "decimals", "of") if name in param}
                for param in content["params"]
            ],
            "formula": key["formula"],
            "tolerance": dict(key["tolerance"]),
            **export_field(content),
        }

    def shuffle(self, content: Json, rng: Random) -> Json:
        """The parameters, drawn evenly."""
        return {"params": {param["name"]: _draw(param, rng) for param in content["params"]}}

    def words(self, order: Any, texts: Json, language: str) -> str:
        """With every `{name}` as its number, written as the language writes numbers."""
        text = say(texts, language)
        for name, value in _drawn(order).items():
            text = text.replace(f"{{{name}}}", said(value, language))
        return text

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the number as written, what it may mean, and the parameters that it was calculated from."""
        found = super().read(content, order, fields)
        return found and {**found, "params": _drawn(order)}

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
    least = check.number(given, "least", least=-(10**12), most=10**12)
    most = check.number(given, "most", least=-(10**12), most=10**12)
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


def _check_formula(formula: str, params: list[Json], line: int, check: Checker, tried: int) -> None:
    """That the formula can be read and has a value wherever it is tried."""
    try:
        read = formulas.read(formula)
        for names in _tries(params, tried):
            if abs(read.value(names)) >= LARGEST:
                raise formulas.BadFormula(_("The formula gives numbers of more than 15 digits."))
    except formulas.BadFormula as bad:
        check.fault(line, str(bad))
        return
    if unused := {param["name"] for param in params} - read.names:
        check.fault(line, _("The formula does not use: %(names)s.") % {"names": ", ".join(sorted(unused))})


def _check_rounding(formula: str, tolerance: Json, content: Json, line: int, check: Checker, tried: int) -> None:
    """That the answer, rounded as the taker is asked to or to six figures, is right wherever it is tried."""
    for names in _tries(content["params"], tried):
        try:
            answer = formulas.read(formula).value(names)
        except formulas.BadFormula:
            return
        rounded = shortened(answer, content.get("decimals"))
        if abs(Decimal(rounded) - answer) > margin(answer, tolerance):
            check.fault(
                line,
                _("Whoever rounds as asked writes %(number)s, which this tolerance does not take. Make it larger.")
                % {"number": rounded},
            )
            return


def _tries(params: list[Json], tried: int) -> Iterator[dict[str, Decimal]]:
    """Draws to try: all of them where they are few; else edges, each parameter alone, equal ones, and some at random.

    Where a formula has no value it is mostly at a round number, at an edge, or where two parameters are equal.
    """
    names = [param["name"] for param in params]
    most = tried // (2 * len(params) or 1)
    values = [_values(param, most) for param in params]
    if prod(_count(param) for param in params) <= tried:
        yield from (dict(zip(names, drawn, strict=True)) for drawn in product(*values))
        return
    edges = product(*((its[0], its[-1]) for its in values))
    yield from (dict(zip(names, drawn, strict=True)) for drawn in islice(edges, tried // 4))
    middle = [its[len(its) // 2] for its in values]
    for place, its in enumerate(values):
        for value in its:
            yield dict(zip(names, [*middle[:place], value, *middle[place + 1 :]], strict=True))
            yield {
                name: min(others, key=lambda it: abs(it - value)) for name, others in zip(names, values, strict=True)
            }
    rng = Random(0)  # noqa: S311  (not for secrets)
    for _turn in range(tried // 4):
        yield {param["name"]: Decimal(_draw(param, rng)) for param in params}


def _count(param: Json) -> int:
    if "of" in param:
        return len(param["of"])
    return int((Decimal(repr(param["most"])) - Decimal(repr(param["least"]))).scaleb(param["decimals"])) + 1


def _values(param: Json, most: int) -> list[Decimal]:
    """The parameter's values, in order; where they are more than `most`, the rounder ones and the edges."""
    if "of" in param:
        return sorted(Decimal(repr(value)) for value in param["of"])
    least, last = Decimal(repr(param["least"])), Decimal(repr(param["most"]))
    step = Decimal(1).scaleb(-param["decimals"])
    while (last - least) / step > max(most, 2):
        step *= 10
    first, end = (least / step).to_integral_value(ROUND_CEILING), (last / step).to_integral_value(ROUND_FLOOR)
    return sorted({least, last, *(step * at for at in range(int(first), int(end) + 1))})
