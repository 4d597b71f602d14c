"""Multiple choice: two or more of the options are right."""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types import choices
from quizzes.types.base import BadResponse, Fields, Json, Parsed, Reveal, Shown, known, of_response, position

SCORING = ("partial", "all")


class Multiple:
    """`partial`: each right choice earns its share, each wrong one takes one share away,
    never below 0. `all`: everything right, or nothing.
    """

    code = "multiple"
    label = gettext_lazy("multiple choice")
    hint = gettext_lazy("Choose every right answer; there is more than one.")
    keys: tuple[str, ...] = ("options", "scoring")
    optional: tuple[str, ...] = ("scoring",)

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """At least two right options and one wrong one."""
        parsed = choices.parse_options(node, check)
        right = len(parsed.key["correct"])
        if right < 2 or right == len(parsed.content["options"]):
            check.fault(node.line_of("options"), _("At least two options must be right and one wrong."))
        if "scoring" in node:
            parsed.content["scoring"] = check.choice(node, "scoring", SCORING)
        return parsed

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
        if content.get("scoring") == "all":
            return Fraction(chosen == right)
        return max(Fraction(len(chosen & right) - len(chosen - right), len(right)), Fraction(0))

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """The right options, and the wrong ones among those chosen."""
        chosen = of_response(response, "choices", list)
        return choices.reveal_options(content, order, key, feedback, chosen, language)
