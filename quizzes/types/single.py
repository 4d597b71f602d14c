"""Single choice: one of the options is right."""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types import choices
from quizzes.types.base import Fields, Json, Kind, Parsed, Reveal, Shown, known, of_response, one, position


class Single(Kind):
    """All points for the right option, none otherwise."""

    code = "single"
    label = gettext_lazy("single choice")
    hint = gettext_lazy("Choose one answer.")
    keys: tuple[str, ...] = ("options",)
    optional: tuple[str, ...] = ()

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """Exactly one right option, 3 to 5 in all."""
        parsed = choices.parse_options(node, check)
        line = node.line_of("options")
        if len(parsed.key["correct"]) != 1:
            check.fault(line, _("Exactly one option must be “correct: true”."))
        if check.strict and len(parsed.content["options"]) > 5:
            check.fault(line, _("A single choice has 3 to 5 options."))
        return parsed

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`options`."""
        return {"options": choices.export_options(content, key, feedback)}

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """The options' ids."""
        return choices.shuffle_options(content, rng)

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """Radio buttons."""
        return choices.show_options(content, order, [of_response(response, "choice", str)], language)

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the position of the option."""
        known(fields, ["r"])
        value = one(fields, "r")
        return {"choice": order[position(value, len(order))]} if value else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """1 or 0."""
        return Fraction(of_response(response, "choice", str) in key["correct"])

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """The right option, and the chosen one where it is wrong."""
        chosen = [of_response(response, "choice", str)]
        return choices.reveal_options(content, order, key, feedback, chosen, language)
