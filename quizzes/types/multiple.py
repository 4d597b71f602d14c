"""Multiple choice: two or more of the options are right."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types import choices
from quizzes.types.base import (
    BadResponse,
    Fields,
    Json,
    Kind,
    Parsed,
    Printed,
    Reveal,
    Shown,
    known,
    of_response,
    position,
)

SCORING = ("partial", "all", "balanced", "weights")


class Multiple(Kind):
    """By the question's scoring rule, never below 0 and never above 1:

    - `partial`: each right choice earns its share, each wrong one takes one such share away;
    - `all`: everything right, or nothing;
    - `balanced`: each right choice earns its share of the right ones, each wrong one takes
      its share of the wrong ones away, so that ticking everything earns nothing;
    - `weights`: every option earns or costs the percent that the author gave it.
    """

    code = "multiple"
    label = gettext_lazy("multiple choice")
    hint = gettext_lazy("Choose every right answer; there is more than one.")
    keys: tuple[str, ...] = ("options", "scoring")
    optional: tuple[str, ...] = ("scoring",)

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """At least two right options and one wrong one; with `scoring: weights` a `weight` on each that counts."""
        parsed = choices.parse_options(node, check, optional=("weight",))
        right = len(parsed.key["correct"])
        if right < 2 or right == len(parsed.content["options"]):
            check.fault(node.line_of("options"), _("At least two options must be right and one wrong."))
        if "scoring" in node:
            parsed.content["scoring"] = check.choice(node, "scoring", SCORING)
        weights = _weights(node, parsed, check)
        return Parsed(parsed.content, {**parsed.key, **weights}, parsed.feedback)

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`options`, and `scoring` where it was given."""
        exported: Json = {"options": choices.export_options(content, key, feedback)}
        if "scoring" in content:
            exported["scoring"] = content["scoring"]
        return exported

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """The options' ids."""
        return choices.shuffle_options(content, rng)

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """Check boxes."""
        return choices.show_options(content, order, of_response(response, "choices", list), language)

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the positions of the options; each at most once."""
        known(fields, ["r"])
        places = [position(value, len(order)) for value in fields.get("r", ()) if value]
        if len(set(places)) != len(places):
            raise BadResponse
        return {"choices": [order[place] for place in sorted(places)]} if places else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """By the question's scoring rule, `partial` unless it says otherwise."""
        chosen = {name for name in of_response(response, "choices", list) if isinstance(name, str)}
        right = set(key["correct"])
        match content.get("scoring"):
            case "all":
                return Fraction(chosen == right)
            case "balanced":
                wrong = {option["id"] for option in content["options"]} - right
                share = Fraction(len(chosen & right), len(right)) - Fraction(len(chosen & wrong), len(wrong))
                return max(share, Fraction(0))
            case "weights":
                percent = sum(key["weights"].get(name, 0) for name in chosen)
                return min(max(Fraction(percent, 100), Fraction(0)), Fraction(1))
        return max(Fraction(len(chosen & right) - len(chosen - right), len(right)), Fraction(0))

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """The right options, and the wrong ones among those chosen."""
        chosen = of_response(response, "choices", list)
        return choices.reveal_options(content, order, key, feedback, chosen, language)

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """Options, several of which may be ticked."""
        return replace(super().paper(content, order, language), several=True)


def _weights(node: MarkedDict, parsed: Parsed, check: Checker) -> Json:
    """`{"weights": …}`: what right options earn adds up to 100 percent; ticking everything must earn nothing."""
    given = [item for _line, item in check.items(node, "options") if isinstance(item, MarkedDict) and "weight" in item]
    if parsed.content.get("scoring") != "weights":
        for item in given:
            check.fault(item.line_of("weight"), _("“weight” belongs to “scoring: weights”."))
        return {}
    weights = {str(item.get("id")): check.whole(item, "weight", least=-100, most=100) for item in given}
    right = set(parsed.key["correct"])
    line = node.line_of("options")
    if any((weights.get(option["id"], 0) > 0) != (option["id"] in right) for option in parsed.content["options"]):
        check.fault(line, _("Every right option needs a weight above 0, and no other may have one."))
    if sum(weights.get(name, 0) for name in right) != 100:
        check.fault(line, _("The weights of the right options must add up to 100."))
    if sum(weights.values()) > 0:
        check.fault(line, _("Ticking every option would earn something. Give wrong options weights below 0."))
    return {"weights": weights}
