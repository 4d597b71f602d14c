"""Formulas and drawn numbers of other systems (Moodle, Canvas) as those of calculated questions here."""

import re
from collections.abc import Mapping, Sequence

from quizzes import formulas
from quizzes.formats.build import Maker, number
from quizzes.formats.result import Item, Json

_WORDS = {"pi": "3.14159265358979", "e": "2.71828182845905"}
_SAME = ("ceil", "floor", "sqrt", "abs", "round", "min", "max", "exp", "ln", "log10", "sum", "mean")
_CALLS = {"ceiling": "ceil", **{name: name for name in _SAME}}


class NotOurs(ValueError):
    """A formula that has no like here."""


def names_of(theirs: Sequence[str]) -> dict[str, str]:
    """By their name one that parameters may have here."""
    made: dict[str, str] = {}
    for name in theirs:
        plain = re.sub(r"[^a-z0-9_]", "_", name.lower())[:14]
        plain = plain if formulas.NAME.fullmatch(plain) and plain not in formulas.FUNCTIONS else f"p_{plain}"[:14]
        while plain in made.values() or plain in (*formulas.FUNCTIONS, "if"):
            plain = f"{plain[:12]}_{len(made)}"
        made[name] = plain
    return made


def formula(text: str, names: Mapping[str, str], log: str = "ln") -> str:
    """Their formula in our language; `log` is what they mean by it. Raises NotOurs."""
    words = re.sub(r"\bpi\s*\(\s*\)", "pi", text.strip().lstrip("=").strip())
    words = re.sub(r"[{\[]\s*([A-Za-z_]\w*)\s*[}\]]", r" \1 ", words).replace("**", "^")
    words = _power(words)
    known = {**names, **{name.lower(): ours for name, ours in names.items() if name.lower() not in names}}

    def word(found: re.Match[str]) -> str:
        name = found[0]
        if name in known:
            return known[name]
        called = re.match(r"\s*\(", words[found.end() :]) is not None
        if called and name.lower() == "log":
            return log
        if called and name.lower() in _CALLS:
            return _CALLS[name.lower()]
        if not called and name.lower() in _WORDS:
            return _WORDS[name.lower()]
        raise NotOurs(name)

    made = re.sub(r"\s+", " ", re.sub(r"(?<![\d.])[A-Za-z_]\w*", word, words)).strip()
    try:
        formulas.read(made)
    except formulas.BadFormula as bad:
        raise NotOurs(text) from bad
    return made


def _power(text: str) -> str:
    """`pow(a, b)` as `((a)^(b))`."""
    for _turn in range(20):
        found = re.search(r"\bpow(?:er)?\s*\(", text)
        if found is None:
            return text
        depth, parts, start = 1, [], found.end()
        for place in range(found.end(), len(text)):
            depth += {"(": 1, ")": -1}.get(text[place], 0)
            if (text[place] == "," and depth == 1) or depth == 0:
                parts.append(text[start:place])
                start = place + 1
            if depth == 0:
                break
        if depth or len(parts) != 2:
            raise NotOurs(text)
        text = f"{text[: found.start()]}(({parts[0]})^({parts[1]})){text[start:]}"
    raise NotOurs(text)


def parameter(name: str, least: str, most: str, decimals: str, drawn: Sequence[str]) -> Json | None:
    """A parameter by its bounds; by the numbers drawn where these lie outside. None where it tells neither."""
    low, high, digits = number(least), number(most), number(decimals or "0")
    values = [value for value in dict.fromkeys(number(one) for one in drawn) if value is not None]
    if low is not None and high is not None and low < high and isinstance(digits, int) and 0 <= digits <= 6:
        places = max([digits, *(_places(value) for value in (low, high))])
        if places <= 6 and all(low <= value <= high for value in values):
            return {"name": name, "least": low, "most": high, "decimals": places}
    if len(values) >= 2:
        return {"name": name, "of": values[:50]}
    return None


def _places(value: float) -> int:
    _whole, _point, rest = format(value, ".10f").rstrip("0").partition(".")
    return len(rest)


def calculated(
    item: Item,
    maker: Maker,
    stem: Json,
    params: list[Json],
    answer: str,
    tolerance: Json,
    decimals: int | None,
    unit: Json,
) -> None:
    """A calculated question; that its numbers are drawn anew is said."""
    item.note("drawn_anew")
    maker.other(item, "calculated", stem, params=params, formula=answer, tolerance=tolerance, unit=unit)
    if decimals is not None and 0 <= decimals <= 9:
        item.node["decimals"] = decimals
