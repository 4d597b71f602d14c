"""Response processing of QTI 1.2: which answers earn what, and what is told of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from quizzes.formats.build import number
from quizzes.formats.markup import Node
from quizzes.formats.prose import squeeze

EQUAL = frozenset({"varequal", "varsubset"})
_BOUNDS = {"vargte": "least", "vargt": "least", "varlte": "most", "varlt": "most"}


@dataclass
class Rule:
    """One condition: the values asked for, numbers within bounds, what it earns (None where it sets nothing)."""

    values: list[tuple[str, str]] = field(default_factory=list)
    bounds: dict[str, float] = field(default_factory=dict)
    either: bool = False
    empty: bool = False
    score: float | None = None
    told: list[str] = field(default_factory=list)
    title: str = ""

    def of(self, response: str) -> list[str]:
        """Values asked of one response."""
        return [value for name, value in self.values if name == response]


def rules(item: Node) -> list[Rule]:
    """The conditions of an item, in order; several blocks of them are read as one."""
    made = []
    for block in item.all("resprocessing"):
        most = {node.get("varname", "SCORE"): float(number(node.get("maxvalue")) or 0) for node in block.deep("decvar")}
        made += [_rule(node, most) for node in block.deep("respcondition")]
    return made


def scoring(found: list[Rule]) -> list[Rule]:
    """Those that earn something. Where none says so, those that tell the taker to be right (as Blackboard writes)."""
    earning = [rule for rule in found if (rule.score or 0) > 0 and (rule.values or rule.bounds)]
    if earning:
        return earning
    return [rule for rule in found if rule.score is None and rule.values and "correct" in rule.told]


def costs(found: list[Rule]) -> list[Rule]:
    """Those that take something away."""
    return [rule for rule in found if (rule.score or 0) < 0 and rule.values]


def _rule(node: Node, most: dict[str, float]) -> Rule:
    rule = Rule(title=node.get("title").lower())
    condition = node.first("conditionvar")
    if condition is not None:
        rule.empty = not condition.children or bool(condition.deep("other"))
        rule.either = bool(condition.deep("or"))
        for test in _tests(condition):
            value = squeeze(test.text())
            if test.tag in EQUAL:
                rule.values.append((test.get("respident"), value))
            elif (bound := number(value)) is not None:
                rule.bounds[_BOUNDS[test.tag]] = float(bound)
    for part in node.all("setvar"):
        score = _score(part, most)
        # Some count the right parts in variables of their own beside the points.
        rule.score = score if rule.score is None or abs(score) > abs(rule.score) else rule.score
    rule.told = [part.get("linkrefid") for part in node.all("displayfeedback")]
    return rule


def _score(node: Node, most: dict[str, float]) -> float:
    name = node.get("varname") or node.get("variablename") or "SCORE"
    text = node.text().strip()
    if text.upper().endswith(".MAX"):
        return most.get(name, 0) or 1.0
    value = float(number(text) or 0)
    return -value if node.get("action").lower() == "subtract" else value


def _tests(node: Node) -> Iterator[Node]:
    """Tests that must hold; those under `not` are passed over."""
    for child in node.children:
        if child.tag in EQUAL or child.tag in _BOUNDS:
            yield child
        elif child.tag not in ("not", "other", "unanswered"):
            yield from _tests(child)


def range_of(rule: Rule) -> tuple[float, float] | None:
    """The number asked for with its tolerance; None where it is none."""
    told = [value for _name, value in rule.values]
    low, high = rule.bounds.get("least"), rule.bounds.get("most")
    exact = number(told[0]) if told else None
    if low is not None and high is not None and high >= low:
        # Where the number is not in the middle of what counts, the middle is taken: nothing else may count.
        even = exact is not None and abs((high - exact) - (exact - low)) <= 1e-9 * max(1, abs(exact))
        middle = exact if exact is not None and even else (low + high) / 2
        return _tidy(middle), _tidy(max(high - middle, middle - low))
    return None if exact is None else (exact, 0)


def _tidy(value: float) -> float:
    return number(format(value, ".10g")) or 0
