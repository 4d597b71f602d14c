"""A word or a few, held against what the author accepts."""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes import written
from quizzes.types.base import (
    BadResponse,
    Fields,
    Json,
    Kind,
    Parsed,
    Reveal,
    Shown,
    known,
    of_response,
    one,
    say,
    tidy,
    verdict,
)


class ShortText(Kind):
    """The share of the best accepted answer that fits, in whichever language it was written.

    Case never counts; accents only where the author says so. Patterns are those of `quizzes.written`.
    """

    code = "shorttext"
    label = gettext_lazy("short text")
    hint = gettext_lazy("Write a word or a few. Capital letters do not matter.")
    keys: tuple[str, ...] = ("accept", "accents")
    optional: tuple[str, ...] = ("accents",)
    sample = """\
accept:
- vi: điểm kiểm soát tới hạn|CCP
  en: critical control point*|CCP
- vi: điểm kiểm soát
  en: control point*
  share: 50
"""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """`accept`: 1 to 12 patterns with optional `share` (percent, 100 unless set) and `feedback`; `accents`."""
        accents = flag(node, "accents", check)
        accept, feedback = parse_accept(node, check)
        if accept and not any(answer["share"] == 100 for answer in accept):
            check.fault(node.line_of("accept"), _("At least one accepted answer must earn everything."))
        # What is told of accents is told to the taker; the key has it too, for the grader.
        return Parsed({"accents": accents}, {"accept": accept}, feedback)

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`accept`, and `accents` where they count."""
        exported: Json = {"accept": export_accept(key["accept"], feedback)}
        if content["accents"]:
            exported["accents"] = True
        return exported

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """Nothing to shuffle."""
        return []

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """One text field."""
        return Shown(text=of_response(response, "text", str), special={"accents": content["accents"]})

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, as it was written."""
        known(fields, ["r"])
        text = short(one(fields, "r"))
        return {"text": text} if text else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """The best share among the accepted answers that fit."""
        best = fitting(key["accept"], of_response(response, "text", str), accents=content["accents"])
        return Fraction(key["accept"][best]["share"], 100) if best is not None else Fraction(0)

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Right or wrong, what is told of the answer that fits, and what is accepted in full."""
        best = fitting(key["accept"], of_response(response, "text", str), accents=content["accents"])
        told = [say(feedback[str(best)], language)] if str(best) in feedback else []
        right = [written.plain(say(it["text"], language)) for it in key["accept"] if it["share"] == 100]
        return Reveal({"r": verdict(self.grade(content, key, response))}, told, list(dict.fromkeys(right)))


def short(text: str) -> str:
    """`text` if it is short enough. Raises BadResponse."""
    if len(text) > written.LONGEST or "\x00" in text:
        raise BadResponse(_("Write at most %(most)s characters.") % {"most": written.LONGEST})
    return text


def flag(node: MarkedDict, key: str, check: Checker) -> bool:
    """`key: true`, or left out."""
    if key in node and node[key] is not True:
        check.fault(node.line_of(key), _("“%(key)s” is true or left out.") % {"key": key})
    return node.get(key) is True


def parse_accept(node: MarkedDict, check: Checker) -> tuple[list[Json], Json]:
    """The list `accept`, and its feedback by place."""
    accept: list[Json] = []
    feedback: Json = {}
    for place, (line, item) in enumerate(check.items(node, "accept", least=1, most=12)):
        answer = check.mapping(item, line, "accept")
        texts = check.languages_of(answer, optional=["share", "feedback"], most=written.LONGEST)
        for language, pattern in texts.items():
            if pattern and not written.says_something(pattern):
                check.fault(
                    answer.line_of(language),
                    _("This pattern accepts almost anything. Every alternative needs a letter or a digit."),
                )
        share = check.whole(answer, "share", least=0, most=100) if "share" in answer else 100
        if "feedback" in answer:
            feedback[str(place)] = check.texts(answer, "feedback")
        accept.append({"text": texts, "share": share})
    return accept, feedback


def export_accept(accept: list[Json], feedback: Json) -> list[Json]:
    """The authored list `accept`."""
    exported = []
    for place, answer in enumerate(accept):
        authored: Json = tidy(answer["text"])
        if answer["share"] != 100:
            authored["share"] = answer["share"]
        if str(place) in feedback:
            authored["feedback"] = tidy(feedback[str(place)])
        exported.append(authored)
    return exported


def fitting(accept: list[Json], text: str, *, accents: bool) -> int | None:
    """The place of the accepted answer that earns most among those that fit; the first of equals."""
    if not text or len(text) > written.LONGEST:
        return None
    found = [
        place
        for place, answer in enumerate(accept)
        if any(written.fits(text, pattern, accents=accents) for pattern in answer["text"].values() if pattern)
    ]
    return max(found, key=lambda place: (accept[place]["share"], -place), default=None)
