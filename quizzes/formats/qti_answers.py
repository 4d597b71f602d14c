"""Right answers of QTI items: declared, mapped, or only told by the rules of response processing."""

import math
from typing import Any

from quizzes.formats.build import number, pattern
from quizzes.formats.markup import Node
from quizzes.formats.prose import from_node, line
from quizzes.formats.result import Json

MAP = "map_response"


def exact(root: Node) -> bool:
    """Whether only the whole right answer earns anything, whatever a mapping that is left from before says."""
    rules = root.first("responseProcessing")
    return rules is not None and "match_correct" in rules.get("template") + rules.get("templateLocation")


def points(root: Node) -> int | float | None:
    """What the item earns at most: as told, else what its mapping adds up to."""
    outcomes = {node.get("identifier"): node for node in root.all("outcomeDeclaration")}
    told = outcomes["MAXSCORE"].text() if "MAXSCORE" in outcomes else ""
    told = told or (outcomes["SCORE"].get("normalMaximum") if "SCORE" in outcomes else "")
    rules = root.first("responseProcessing")
    declared = root.all("responseDeclaration")
    if told.strip() or rules is None or len(declared) != 1:
        return number(told)
    many = declared[0].get("cardinality") in ("multiple", "ordered")
    if MAP not in rules.get("template"):
        earned, _whole = by_rules(root, declared[0].get("identifier"))
        scores = [value for value in earned.values() if value > 0]
        return number(format(sum(scores) if many else max(scores, default=0), ".6g"))
    mapping = declared[0].first("mapping")
    values = [float(number(one.get("mappedValue")) or 0) for one in mapping.all("mapEntry")] if mapping else []
    best = sum(value for value in values if value > 0) if many else max(values, default=0)
    most = number(mapping.get("upperBound")) if mapping else None
    return number(format(min(best, float(most)) if most else best, ".6g"))


def shown_when(root: Node, feedback: str) -> str:
    """`correct` or `incorrect` where a rule shows a feedback by `FEEDBACKBASIC`; else empty."""
    for rule in root.deep("responseIf", "responseElseIf"):
        set_ = [one for node in rule.all("setOutcomeValue") for one in node.deep("baseValue")]
        if feedback and any(one.text().strip() == feedback for one in set_):
            asked = {
                value.text().strip()
                for match in rule.deep("match")
                if any(one.get("identifier") == "FEEDBACKBASIC" for one in match.all("variable"))
                for value in match.all("baseValue")
            }
            return asked.pop() if len(asked) == 1 and asked <= {"correct", "incorrect"} else ""
    return ""


def by_rules(root: Node, name: str) -> tuple[dict[str, float], bool]:
    """By answer what it earns, where only the conditions of response processing tell; and whether only all of them do."""  # noqa: E501
    earned: dict[str, float] = {}
    whole = False
    for rule in root.deep("responseIf", "responseElseIf"):
        scores = [
            float(number(value.text()) or 0)
            for node in rule.all("setOutcomeValue") if node.get("identifier") == "SCORE"
            for value in node.deep("baseValue")
        ]  # fmt: skip
        condition = next((node for node in rule.children if node.tag not in ("setOutcomeValue", "responseCondition")), None)  # fmt: skip  # noqa: E501
        if condition is None or not scores:
            continue
        values = [
            line(value.text())
            for test in _tests(condition) if any(one.get("identifier") == name for one in test.all("variable"))
            for value in test.deep("baseValue")
        ]  # fmt: skip
        together = len(values) > 1 and condition.tag != "or"
        whole = whole or (together and max(scores) > 0)
        for value in values:
            share = max(scores) / (len(values) if together else 1)
            earned[value] = max(share, earned.get(value, share))
    return earned, whole


def _tests(node: Node) -> list[Node]:
    """Comparisons of a condition; what must not hold is passed over."""
    if node.tag in ("match", "member", "stringMatch", "equal"):
        return [node]
    return [test for child in node.children for test in _tests(child)] if node.tag in ("and", "or") else []


class Declared:
    """A response declaration of the item `root`."""

    def __init__(self, node: Node, root: Node | None = None) -> None:
        self.exact = root is not None and exact(root)
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
        if root is not None and not self.correct and not any(value > 0 for value in self.mapped.values()):
            self.mapped, whole = by_rules(root, node.get("identifier"))
            self.exact = self.exact or whole

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
        if not self.mapped or self.exact:
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
            sizes = [number(size) for size in node.get("tolerance").split()] or [0]
            below, above = sizes[0], sizes[-1]
            if below is not None and above is not None and node.get("toleranceMode") == "absolute":
                return _between(value, value - below, value + above, below)
            if below is not None and above is not None and node.get("toleranceMode") == "relative":
                part = abs(value) / 100
                return _between(value, value - part * below, value + part * above, part * below)
    low, high = (_bound(root, tags, name) for tags in (("gte", "gt"), ("lte", "lt")))
    if low is not None and high is not None and low <= value <= high:
        return _between(value, low, high, value - low)
    return value, 0


def _between(value: float, low: float, high: float, off: float) -> tuple[float, float]:
    """A number and its tolerance; where it is not in the middle of what counts, the middle is taken."""
    if abs((high - value) - (value - low)) < 1e-9 * max(1, abs(value)):
        return value, number(format(off, ".12g")) or 0
    return number(format((low + high) / 2, ".12g")) or 0, number(format((high - low) / 2, ".12g")) or 0


def _bound(root: Node, tags: tuple[str, str], name: str) -> float | None:
    """The one number that an answer is compared with."""
    told = {
        float(bound)
        for node in root.deep(*tags)
        if any(one.get("identifier") == name for one in node.deep("variable"))
        for value in node.all("baseValue")
        if (bound := number(value.text())) is not None
    }
    return told.pop() if len(told) == 1 else None


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
        turns = [2 * math.pi * turn / 16 for turn in range(16)]
        return {"polygon": [[across(x + radius * math.cos(turn)), down(y + other * math.sin(turn))] for turn in turns]}
    elif shape == "poly" and len(told) >= 6:
        return {"polygon": [[across(x), down(y)] for x, y in zip(told[::2], told[1::2], strict=False)]}
    else:
        return None
    return {"rect": [left, top, round(right - left, 2), round(bottom - top, 2)]}
