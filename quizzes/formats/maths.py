"""Formulas of Word (OMML) and of the web (MathML) as one line of text."""

import re
from collections.abc import Callable

from quizzes.formats.markup import Node

_WRAP = "+-−*/·× "
_SUPER = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUB = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def raised(text: str) -> str:
    """A superscript in plain text: m² or x^(n+1)."""
    moved = text.translate(_SUPER)
    return moved if not set(moved) & set(text) - {" "} else f"^({text})" if len(text) > 1 else f"^{text}"


def lowered(text: str) -> str:
    """A subscript in plain text: H₂O or x_i."""
    moved = text.translate(_SUB)
    return moved if not set(moved) & set(text) - {" "} else f"_({text})" if len(text) > 1 else f"_{text}"


def linear(node: Node) -> str:
    """The formula as one would type it: (a + b)/c, x², √(y)."""
    return " ".join(re.sub(r"[\u2061-\u2064]", "", _any(node)).split())


def _any(node: Node | None) -> str:
    if node is None:
        return ""
    made = _OF.get(node.tag)
    if made is not None:
        return made(node)
    if node.tag in ("t", "mi", "mn", "mo", "mtext", "ms"):
        return node.text().strip() if node.tag in ("mi", "mn", "ms") else node.text()
    if node.tag == "mspace":
        return " "
    if node.tag.endswith("Pr") or node.tag in ("annotation", "annotation-xml"):
        return ""
    return "".join(_any(child) for child in node.children)


def _part(node: Node, name: str) -> str:
    return _any(node.first(name)).strip()


def _nth(node: Node, place: int) -> str:
    children = node.children
    return _any(children[place]).strip() if place < len(children) else ""


def _closed(text: str) -> str:
    return f"({text})" if any(sign in text for sign in _WRAP) else text


def _fraction(node: Node) -> str:
    return f"{_closed(_part(node, 'num'))}/{_closed(_part(node, 'den'))}"


def _root(node: Node) -> str:
    degree = _part(node, "deg")
    return f"{raised(degree) if degree else ''}√({_part(node, 'e')})"


def _sum(node: Node) -> str:
    properties = node.first("naryPr")
    sign = properties.first("chr") if properties is not None else None
    low, high = _part(node, "sub"), _part(node, "sup")
    bounds = (lowered(low) if low else "") + (raised(high) if high else "")
    return f"{sign.get('val') if sign is not None else '∫'}{bounds} {_part(node, 'e')}"


def _brackets(node: Node) -> str:
    properties = node.first("dPr")
    begin = properties.first("begChr") if properties is not None else None
    end = properties.first("endChr") if properties is not None else None
    inner = ", ".join(_any(part) for part in node.all("e"))
    return f"{begin.get('val') if begin is not None else '('}{inner}{end.get('val') if end is not None else ')'}"


def _accent(node: Node) -> str:
    properties = node.first("accPr")
    sign = properties.first("chr") if properties is not None else None
    return _part(node, "e") + ("" if sign is None else sign.get("val"))


_OF: dict[str, Callable[[Node], str]] = {
    "f": _fraction,
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "acc": _accent,
    "bar": lambda node: _part(node, "e") + "\u0304",
    "sSup": lambda node: _part(node, "e") + raised(_part(node, "sup")),
    "sSub": lambda node: _part(node, "e") + lowered(_part(node, "sub")),
    "sSubSup": lambda node: _part(node, "e") + lowered(_part(node, "sub")) + raised(_part(node, "sup")),
    "limLow": lambda node: f"{_part(node, 'e')}({_part(node, 'lim')})",
    "limUpp": lambda node: f"{_part(node, 'e')}({_part(node, 'lim')})",
    "m": lambda node: "[" + "; ".join(", ".join(_any(e) for e in row.all("e")) for row in node.all("mr")) + "]",
    "mfrac": lambda node: f"{_closed(_nth(node, 0))}/{_closed(_nth(node, 1))}",
    "msup": lambda node: _nth(node, 0) + raised(_nth(node, 1)),
    "msub": lambda node: _nth(node, 0) + lowered(_nth(node, 1)),
    "msubsup": lambda node: _nth(node, 0) + lowered(_nth(node, 1)) + raised(_nth(node, 2)),
    "msqrt": lambda node: f"√({''.join(_any(child) for child in node.children)})",
    "mroot": lambda node: f"{raised(_nth(node, 1))}√({_nth(node, 0)})",
    "munder": lambda node: f"{_nth(node, 0)}({_nth(node, 1)})",
    "mover": lambda node: _nth(node, 0) + _nth(node, 1),
    "munderover": lambda node: _nth(node, 0) + lowered(_nth(node, 1)) + raised(_nth(node, 2)),
    "mtable": lambda node: (
        "[" + "; ".join(", ".join(_any(td).strip() for td in row.all("mtd")) for row in node.deep("mtr")) + "]"
    ),
    "mfenced": lambda node: "(" + ", ".join(_any(child) for child in node.children) + ")",
}
