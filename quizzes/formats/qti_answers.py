"""Right answers of QTI items: declared, mapped, or only told by the rules of response processing."""

from typing import Any

from quizzes.formats.build import number, pattern
from quizzes.formats.markup import Node
from quizzes.formats.prose import from_node, line
from quizzes.formats.result import Json

MAP = "map_response"


class Declared:
    """A response declaration."""

    def __init__(self, node: Node) -> None:
        self.cardinality = node.get("cardinality", "single")
        self.base = node.get("baseType")
        correct = node.first("correctResponse")
        self.correct = [line(value.text()) for value in correct.all("value")] if correct is not None else []
        mapping = node.first("mapping")
        self.mapped: dict[str, float] = {}
        self.default = 0.0
        if mapping is not None:
            self.default = float(number(mapping.get("defaultValue") or "0") or 0)
            for entry in mapping.all("mapEntry"):
                self.mapped[line(entry.get("mapKey"))] = float(number(entry.get("mappedValue")) or 0)

    def right(self) -> list[str]:
        """What is right: as declared, else what the mapping rewards most."""
        if self.correct:
            return self.correct
        best = max(self.mapped.values(), default=0)
        if best <= 0:
            return []
        rewarded = [key for key, value in self.mapped.items() if value > 0]
        return rewarded if self.cardinality == "multiple" else [key for key in rewarded if self.mapped[key] == best][:1]

    def scoring(self, names: list[str]) -> str:
        """`all` without a mapping; empty for the usual partial scoring; else balanced or weights."""
        if not self.mapped:
            return "all"
        right = [name for name in names if name in self.right()]
        wrong = [name for name in names if name not in right]
        values = {name: self.mapped.get(name, self.default) for name in names}
        earned = {round(values[name], 6) for name in right}
        lost = {round(values[name], 6) for name in wrong}
        if len(earned) == 1 and len(lost) <= 1:
            one, cost = earned.pop(), lost.pop() if lost else 0
            if cost == -one:
                return ""
            if wrong and abs(-cost * len(wrong) - one * len(right)) < 0.01:
                return "balanced"
        return "weights"

    def accepted(self) -> list[tuple[str, float]]:
        """Accepted words with their percent."""
        best = max(self.mapped.values(), default=0)
        if best <= 0:
            return [(text, 100.0) for text in self.correct]
        rows = [(text, 100 * value / best) for text, value in self.mapped.items() if value > 0]
        known = {text.casefold() for text, share in rows if share >= 99.9}
        # Another way to write capitals of a right answer earns less there; here capitals never count.
        return [(text, share) for text, share in rows if share >= 99.9 or text.casefold() not in known]


def numeric(root: Node, declared: Declared, name: str) -> tuple[float, float] | None:
    """A number with its tolerance, where the response is one."""
    right = declared.right()
    value = number(right[0]) if len(right) == 1 else None
    if declared.base not in ("float", "integer") or value is None:
        return None
    for node in root.deep("equal"):
        if any(part.get("identifier") == name for part in node.deep("variable")):
            tolerance = number((node.get("tolerance").split() or ["0"])[0])
            if tolerance is not None and node.get("toleranceMode") == "absolute":
                return value, tolerance
            if tolerance is not None and node.get("toleranceMode") == "relative":
                return value, number(f"{abs(value) * tolerance / 100:.12g}") or 0
    return value, 0


def gap(root: Node, node: Node, declared: Declared, language: str) -> Json | None:
    """A gap of a cloze text; None without a right answer."""
    if node.tag == "inlineChoiceInteraction":
        right = declared.right()
        options: list[Json] = []
        for one in node.deep("inlineChoice"):
            option: Json = {language: from_node(one).text}
            if right and one.get("identifier") == right[0]:
                option["correct"] = True
            options.append(option)
        return {"kind": "choice", "options": options} if any("correct" in option for option in options) else None
    told = numeric(root, declared, node.get("responseIdentifier"))
    if told is not None:
        return {"kind": "number", "answer": told[0], "tolerance": told[1]}
    accept = [
        {language: pattern(text), **({"share": round(share)} if round(share) != 100 else {})}
        for text, share in declared.accepted()
    ]
    return {"kind": "text", "accept": accept} if accept else None


def region(spot: Node, size: tuple[Any, Any]) -> Json | None:
    """A hotspot's shape in percent of the picture."""
    width, height = float(size[0]), float(size[1])
    numbers = [number(part.strip().rstrip("%")) for part in spot.get("coords").split(",")]
    if not numbers or any(one is None for one in numbers):
        return None
    told = [float(one) for one in numbers if one is not None]

    def across(value: float) -> float:
        return round(min(max(100 * value / width, 0), 100), 2)

    def down(value: float) -> float:
        return round(min(max(100 * value / height, 0), 100), 2)

    shape = spot.get("shape", "rect")
    if shape == "rect" and len(told) == 4:
        left, top, right, bottom = across(told[0]), down(told[1]), across(told[2]), down(told[3])
    elif shape in ("circle", "ellipse") and len(told) >= 3:
        x, y, radius, other = told[0], told[1], told[2], told[3] if len(told) > 3 else told[2]
        left, top, right, bottom = across(x - radius), down(y - other), across(x + radius), down(y + other)
    elif shape == "poly" and len(told) >= 6:
        return {"polygon": [[across(x), down(y)] for x, y in zip(told[::2], told[1::2], strict=False)]}
    else:
        return None
    return {"rect": [left, top, round(right - left, 2), round(bottom - top, 2)]}
