"""A text of some length, graded by people by a rubric."""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import (
    BadResponse,
    Blank,
    Criterion,
    Fields,
    Json,
    Kind,
    Level,
    Parsed,
    Printed,
    Reveal,
    Shown,
    known,
    of_response,
    one,
    say,
    tidy,
)

LONGEST = 20_000
"""Characters that are taken."""


class ByHand(Kind):
    """What types graded by people share: the rubric is key, and no rule gives points."""

    manual = True

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """Nothing without marks; marks are asked for instead."""
        return Fraction(0)

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """The rubric."""
        return Reveal({}, [], [f"{say(it.texts, language)} ({it.points})" for it in self.rubric(key)])

    def rubric(self, key: Json) -> list[Criterion]:
        """The criteria, whose points add up to the question's."""
        return [
            Criterion(
                it["id"],
                it["text"],
                it["points"],
                tuple(Level(level["text"], level["points"]) for level in it.get("levels", ())),
            )
            for it in key.get("rubric", [])
        ]


class Essay(ByHand):
    """Points by rubric. Word limits are told and counted, never enforced by losing a text."""

    code = "essay"
    label = gettext_lazy("essay")
    hint = gettext_lazy("Write in your own words. Examiners read this.")
    keys: tuple[str, ...] = ("words", "rubric")
    optional: tuple[str, ...] = ("words",)
    sample = """\
words: {least: 80, most: 300}
rubric:
- {vi: Khoanh vùng lô liên quan, en: Bounds the lots concerned, points: 3}
- {vi: Tìm nguyên nhân gốc có bằng chứng, en: Finds the root cause with evidence, points: 4}
"""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """`rubric`, and optional `words` with `least` and `most`."""
        content: Json = {}
        if "words" in node:
            limits = check.mapping(node["words"], node.line_of("words"), "words")
            check.keys(limits, ["least", "most"])
            least = check.whole(limits, "least", least=0, most=2_000)
            most = check.whole(limits, "most", least=1, most=2_000)
            if least > most:
                check.fault(limits.line_of("most"), _("“most” must be above “least”."))
            content["words"] = {"least": least, "most": most}
        return Parsed(content, {"rubric": parse_rubric(node, check)})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`words` where there are limits, and `rubric`."""
        exported: Json = {}
        if "words" in content:
            exported["words"] = {"least": content["words"]["least"], "most": content["words"]["most"]}
        exported["rubric"] = export_rubric(key)
        return exported

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """Nothing to shuffle."""
        return []

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """One large field."""
        text = of_response(response, "text", str)
        return Shown(text=text, special={**content.get("words", {}), "count": len(text.split()), "longest": LONGEST})

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """Room to write: about ten words a line."""
        lines = -(-content["words"]["most"] // 10) if "words" in content else 25
        limits = [_("%(least)s to %(most)s words.") % content["words"]] if "words" in content else []
        return Printed(lines=tuple(limits), blanks=(Blank("r", lines=max(6, lines)),))

    def given(self, content: Json, order: Any, response: Any, language: str) -> list[str]:
        """The text, paragraph by paragraph."""
        return [line for line in of_response(response, "text", str).splitlines() if line.strip()]

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the text."""
        known(fields, ["r"])
        text = one(fields, "r").replace("\r\n", "\n")
        if len(text) > LONGEST or "\x00" in text:
            raise BadResponse(_("This text is too long to be kept: at most %(most)s characters.") % {"most": LONGEST})
        return {"text": text} if text else None


def parse_rubric(node: MarkedDict, check: Checker) -> list[Json]:
    """1 to 10 criteria: texts, `points`, which add up to the points of the question, and `levels` if there are any."""
    found: list[Json] = []
    for place, (line, item) in enumerate(check.items(node, "rubric", least=1, most=10)):
        given = check.mapping(item, line, "rubric")
        texts = check.languages_of(given, ["points"], ["levels"])
        points = check.whole(given, "points", least=1, most=100)
        levels = _levels(given, points, check)
        found.append({"id": f"c{place}", "text": texts, "points": points, **({"levels": levels} if levels else {})})
    worth = sum(criterion["points"] for criterion in found)
    if found and node.get("points", 1) != worth:
        check.fault(
            node.line_of("points") if "points" in node else node.line,
            _("The points of the rubric add up to %(points)s. Write “points: %(points)s”.") % {"points": worth},
        )
    return found


def _levels(node: MarkedDict, most: int, check: Checker) -> list[Json]:
    """2 to 6 levels of a criterion: texts and `points`, of which none is above the criterion's."""
    found: list[Json] = []
    for line, item in check.items(node, "levels", least=2, most=6):
        given = check.mapping(item, line, "levels")
        texts = check.languages_of(given, ["points"])
        points = check.whole(given, "points", least=0, most=100)
        if points > most:
            check.fault(line, _("A level earns at most the points of its criterion (%(most)s).") % {"most": most})
        found.append({"text": texts, "points": points})
    return found


def export_rubric(key: Json) -> list[Json]:
    """The authored list `rubric`."""
    return [_authored(criterion) for criterion in key["rubric"]]


def _authored(criterion: Json) -> Json:
    line: Json = {**tidy(criterion["text"]), "points": criterion["points"]}
    if levels := criterion.get("levels"):
        line["levels"] = [{**tidy(level["text"]), "points": level["points"]} for level in levels]
    return line
