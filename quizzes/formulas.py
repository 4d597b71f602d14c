"""The formula language of calculated questions: written by authors, run by the grader, never by Python's `eval`.

    formula    = sum [("<" | "<=" | ">" | ">=" | "=" | "!=") sum]        1 where it holds, else 0
    sum        = product {("+" | "-") product}
    product    = sign {("*" | "/") sign}
    sign       = ["-" | "+"] sign | power
    power      = atom ["^" sign]                                         from the right: 2^3^2 = 2^9
    atom       = number | name | function "(" formula {"," formula} ")" | "(" formula ")"

Numbers are decimal, 28 digits, the same on every machine. No database, no clock.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

LONGEST = 400
DEEPEST = 24
LARGEST = 150
"""Parts of a formula: numbers, names, signs and functions."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,15}")
_TOKEN = re.compile(r"\s*(?:(\d{1,18}(?:\.\d{1,18})?)|([a-z][a-z0-9_]*)|(<=|>=|!=|==|[-+*/^(),<>=]))")
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/"})
_EXACT = Context(prec=28, Emax=400, Emin=-400)


class BadFormula(ValueError):
    """A formula that cannot be read or has no value; `str()` tells the author why."""


@dataclass(frozen=True)
class Formula:
    """A formula that was read. `names` are the parameters it asks for."""

    text: str
    root: tuple[Any, ...]
    names: frozenset[str]

    def value(self, parameters: Mapping[str, Decimal]) -> Decimal:
        """The value with these parameters. Raises BadFormula where there is none."""
        with localcontext(_EXACT):
            try:
                found = _value(self.root, parameters)
            except (DecimalException, ArithmeticError) as error:
                raise BadFormula(_("The formula has no value here: a division by 0, or a number too large.")) from error
        if not found.is_finite():
            raise BadFormula(_("The formula has no value here: a division by 0, or a number too large."))
        return found


@lru_cache(maxsize=1024)
def read(text: str) -> Formula:
    """The formula `text`. Raises BadFormula, with the place of what cannot be read."""
    if len(text) > LONGEST:
        raise BadFormula(_("A formula has at most %(most)s characters.") % {"most": LONGEST})
    reader = _Reader(text.translate(_SIGNS))
    root = reader.formula(0)
    reader.end()
    return Formula(text, root, frozenset(reader.names))


class _Reader:
    """Reads from left to right, one step of recursion per level, which `DEEPEST` bounds."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        self.names: set[str] = set()
        self.place = 0
        start = 0
        while text[start:].strip():
            found = _TOKEN.match(text, start)
            if found is None or len(self.tokens) >= 3 * LARGEST:
                raise BadFormula(_("The formula cannot be read at character %(place)s.") % {"place": start + 1})
            kind = ("number", "name", "sign")[(found.lastindex or 1) - 1]
            self.tokens.append((kind, found.group(found.lastindex or 1), found.end()))
            start = found.end()
        self.size = 0

    def end(self) -> None:
        if self.place < len(self.tokens):
            self.wrong()

    def wrong(self) -> None:
        at = self.tokens[min(self.place, len(self.tokens) - 1)][2] if self.tokens else 1
        raise BadFormula(_("The formula cannot be read at character %(place)s.") % {"place": at})

    def next(self, *signs: str) -> str:
        """The next sign if it is one of `signs`, which it then goes past."""
        if self.place < len(self.tokens):
            kind, text, _at = self.tokens[self.place]
            if kind == "sign" and text in signs:
                self.place += 1
                return text
        return ""

    def node(self, depth: int, *parts: Any) -> tuple[Any, ...]:
        self.size += 1
        if depth > DEEPEST or self.size > LARGEST:
            raise BadFormula(_("The formula is too large or too deep. Split the question into simpler steps."))
        return parts

    def formula(self, depth: int) -> tuple[Any, ...]:
        left = self.sum(depth + 1)
        if sign := self.next("<", "<=", ">", ">=", "=", "==", "!="):
            left = self.node(depth, sign, left, self.sum(depth + 1))
        return left

    def sum(self, depth: int) -> tuple[Any, ...]:
        left = self.product(depth)
        while sign := self.next("+", "-"):
            left = self.node(depth, sign, left, self.product(depth))
        return left

    def product(self, depth: int) -> tuple[Any, ...]:
        left = self.sign(depth)
        while sign := self.next("*", "/"):
            left = self.node(depth, sign, left, self.sign(depth))
        return left

    def sign(self, depth: int) -> tuple[Any, ...]:
        self.node(depth)
        self.size -= 1
        if self.next("-"):
            return self.node(depth, "neg", self.sign(depth + 1))
        if self.next("+"):
            return self.sign(depth + 1)
        base = self.atom(depth)
        if self.next("^"):
            return self.node(depth, "^", base, self.sign(depth + 1))
        return base

    def atom(self, depth: int) -> tuple[Any, ...]:
        if self.next("("):
            inner = self.formula(depth + 1)
            self.close()
            return inner
        if self.place >= len(self.tokens):
            self.wrong()
        kind, text, _at = self.tokens[self.place]
        if kind == "sign":
            self.wrong()
        self.place += 1
        if kind == "number":
            return self.node(depth, "number", Decimal(text))
        if self.next("("):
            return self.call(text, depth)
        if not NAME.fullmatch(text):
            self.wrong()
        self.names.add(text)
        return self.node(depth, "name", text)

    def call(self, name: str, depth: int) -> tuple[Any, ...]:
        least, most = (3, 3) if name == "if" else FUNCTIONS[name][:2] if name in FUNCTIONS else (0, -1)
        if most < 0:
            raise BadFormula(
                _("There is no function “%(name)s”. Known: %(known)s.")
                % {"name": name[:20], "known": ", ".join([*FUNCTIONS, "if"])}
            )
        parts = [self.formula(depth + 1)]
        while self.next(","):
            parts.append(self.formula(depth + 1))
        self.close()
        if not least <= len(parts) <= most:
            raise BadFormula(_("“%(name)s” takes another number of values.") % {"name": name})
        return self.node(depth, "if" if name == "if" else "call", *([] if name == "if" else [name]), *parts)

    def close(self) -> None:
        if not self.next(")"):
            self.wrong()


def _round(values: list[Decimal]) -> Decimal:
    digits = values[1] if len(values) == 2 else Decimal(0)
    if digits != int(digits) or not -15 <= digits <= 15:
        raise ArithmeticError
    return values[0].quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


def _stdev(values: list[Decimal]) -> Decimal:
    mean = sum(values, Decimal(0)) / len(values)
    return (sum(((value - mean) ** 2 for value in values), Decimal(0)) / (len(values) - 1)).sqrt()


def _exp(values: list[Decimal]) -> Decimal:
    # Beyond this the result has no place among the numbers here, and would be long in coming.
    if abs(values[0]) > 900:
        raise ArithmeticError
    return values[0].exp()


FUNCTIONS: dict[str, tuple[int, int, Callable[[list[Decimal]], Decimal]]] = {
    "min": (1, 30, min),
    "max": (1, 30, max),
    "abs": (1, 1, lambda values: abs(values[0])),
    "sqrt": (1, 1, lambda values: values[0].sqrt()),
    "ln": (1, 1, lambda values: values[0].ln()),
    "log10": (1, 1, lambda values: values[0].log10()),
    "exp": (1, 1, _exp),
    "round": (1, 2, _round),
    "floor": (1, 1, lambda values: values[0].to_integral_value(ROUND_FLOOR)),
    "ceil": (1, 1, lambda values: values[0].to_integral_value(ROUND_CEILING)),
    "sum": (1, 30, lambda values: sum(values, Decimal(0))),
    "mean": (1, 30, lambda values: sum(values, Decimal(0)) / len(values)),
    "stdev": (2, 30, _stdev),
}
"""Least and most values, and what is done with them. `stdev` is that of a sample (n − 1); halves round away from 0."""

_TWO: dict[str, Callable[[Decimal, Decimal], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _value(node: tuple[Any, ...], parameters: Mapping[str, Decimal]) -> Decimal:
    what = node[0]
    if what == "number":
        number: Decimal = node[1]
        return number
    if what == "name":
        if node[1] not in parameters:
            raise BadFormula(_("The formula asks for “%(name)s”, which is no parameter.") % {"name": node[1]})
        return +parameters[node[1]]
    if what == "neg":
        return -_value(node[1], parameters)
    if what == "if":
        # Only the branch that is taken: the other may have no value.
        return _value(node[2] if _value(node[1], parameters) else node[3], parameters)
    if what == "call":
        return FUNCTIONS[node[1]][2]([_value(part, parameters) for part in node[2:]])
    left, right = _value(node[1], parameters), _value(node[2], parameters)
    return _power(left, right) if what == "^" else Decimal(_TWO[what](left, right))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > 400:
        raise ArithmeticError
    found: Decimal = base**exponent
    return found
