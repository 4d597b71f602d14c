"""True or false."""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import Choice, Fields, Json, Kind, Parsed, Reveal, Shown, known, one, position

WORDS = {"vi": ("Đúng", "Sai"), "en": ("True", "False")}
"""In the language of the question, which may differ from that of the page around it."""


class TrueFalse(Kind):
    """All points or none. "True" always stands first: there is nothing to shuffle."""

    code = "truefalse"
    label = gettext_lazy("true or false")
    hint = gettext_lazy("Is this true or false?")
    keys: tuple[str, ...] = ("answer",)
    optional: tuple[str, ...] = ()

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """`answer: true` or `answer: false`."""
        answer = node.get("answer")
        if not isinstance(answer, bool):
            check.fault(node.line_of("answer"), _("“answer” must be true or false."))
        return Parsed({}, {"answer": answer is True})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`answer`."""
        return {"answer": key["answer"]}

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """Nothing to shuffle."""
        return []

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """Two radio buttons."""
        answer = self._answer(response)
        words = WORDS.get(language, WORDS["vi"])
        return Shown(choices=[Choice("0", words[0], "", answer is True), Choice("1", words[1], "", answer is False)])

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`: 0 is true, 1 is false."""
        known(fields, ["r"])
        value = one(fields, "r")
        return {"answer": position(value, 2) == 0} if value else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """1 or 0."""
        return Fraction(self._answer(response) is key["answer"])

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """The right one, and the chosen one where it is wrong."""
        right = "0" if key["answer"] else "1"
        marks = {right: "right"}
        answer = self._answer(response)
        if answer is not None and answer is not key["answer"]:
            marks["0" if answer else "1"] = "wrong"
        return Reveal(marks, [], [WORDS.get(language, WORDS["vi"])[int(right)]])

    @staticmethod
    def _answer(response: Any) -> bool | None:
        value = response.get("answer") if isinstance(response, dict) else None
        return value if isinstance(value, bool) else None
