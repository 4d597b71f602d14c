"""A text with gaps: a word, a number or a choice in each."""

import re
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import (
    LETTERS,
    Blank,
    Choice,
    Fields,
    Json,
    Kind,
    Parsed,
    Printed,
    Reveal,
    Row,
    Shown,
    known,
    no_twins,
    of_response,
    one,
    opaque,
    position,
    say,
    tidy,
    verdict,
)
from quizzes.types.numeric import readings, within, written_number
from quizzes.types.shorttext import export_accept, fitting, parse_accept, short
from quizzes.written import plain

GAP = re.compile(r"\{([a-z0-9]{1,8})\}")
GAP_ID = re.compile(r"[a-z0-9]{1,8}")
KINDS = ("text", "number", "choice")


class Cloze(Kind):
    """Every gap earns the same share: a word by what is accepted, a number within its tolerance, a choice if right.

    In each language's text every gap stands once, as `{id}`. The choices of a gap are
    stored in an order that depends on their words alone.
    """

    code = "cloze"
    label = gettext_lazy("text with gaps")
    hint = gettext_lazy("Fill every gap.")
    keys: tuple[str, ...] = ("text", "gaps")
    optional: tuple[str, ...] = ()
    sample = """\
text:
  vi: Mẫu thử {b} mm được cho qua máy {a} một lần.
  en: The test piece of {b} mm is passed through {a}.
gaps:
- id: a
  kind: choice
  options:
  - {vi: mỗi giờ, en: every hour, correct: true}
  - {vi: mỗi ca, en: every shift}
  - {vi: mỗi tuần, en: every week}
- id: b
  kind: number
  answer: 2.5
  tolerance: 0
"""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """`text` with its gaps as `{id}`, and the 1 to 12 `gaps`, each of a `kind`."""
        texts = check.texts(node, "text")
        gaps: list[Json] = []
        keys: Json = {}
        for line, item in check.items(node, "gaps", least=1, most=12):
            given = check.mapping(item, line, "gaps")
            kind = given.get("kind")
            own = {"text": ["accept"], "number": ["answer", "tolerance"], "choice": ["options"]}.get(str(kind), [])
            if not check.keys(given, ["id", "kind", *own]):
                continue
            check.choice(given, "kind", KINDS)
            name = check.matching(given, "id", GAP_ID, most=8)
            if any(gap["id"] == name for gap in gaps):
                check.fault(given.line_of("id"), _("This id stands twice."))
            content, key = _gap(str(kind), given, check)
            gaps.append({"id": name, "kind": kind, **content})
            keys[name] = key
        names = sorted(gap["id"] for gap in gaps)
        for language, text in texts.items():
            if sorted(GAP.findall(text)) != names:
                check.fault(
                    node.line_of("text"),
                    _("In “%(language)s” each of these gaps must stand once: %(gaps)s.")
                    % {"language": language, "gaps": ", ".join(f"{{{name}}}" for name in names)},
                )
        return Parsed({"text": texts, "gaps": gaps}, {"gaps": keys})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`text` and `gaps`."""
        return {
            "text": tidy(content["text"]),
            "gaps": [
                {"id": gap["id"], "kind": gap["kind"], **_exported(gap, key["gaps"][gap["id"]])}
                for gap in content["gaps"]
            ],
        }

    def shuffle(self, content: Json, rng: Random) -> dict[str, list[str]]:
        """The order of the choices of each gap that has any."""
        order = {}
        for gap in content["gaps"]:
            if gap["kind"] == "choice":
                order[gap["id"]] = [option["id"] for option in gap["options"]]
                rng.shuffle(order[gap["id"]])
        return order

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """The text in pieces, each but the last followed by the field of a gap."""
        given = of_response(response, "gaps", dict)
        gaps = {gap["id"]: (place, gap) for place, gap in enumerate(content["gaps"])}
        rows: list[Row] = []
        flow, start = [], 0
        text = say(content["text"], language)
        for found in GAP.finditer(text):
            place, gap = gaps[found.group(1)]
            label = _("Gap %(number)s") % {"number": len(rows) + 1}
            rows.append(_row(f"r{place}", label, gap, order, given.get(gap["id"]), language))
            flow.append((text[start : found.start()], rows[-1]))
            start = found.end()
        return Shown(rows=rows, special={"flow": flow, "tail": text[start:]})

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """The text with numbered gaps, and a blank for each."""
        shown = self.show(content, order, None, language)
        text = "".join(f"{words}({number}) ……" for number, (words, _row) in enumerate(shown.special["flow"], 1))
        lines = [text + shown.special["tail"]]
        blanks = []
        for number, row in enumerate(shown.rows, 1):
            letters = tuple(LETTERS[place] for place in range(len(row.choices)))
            if letters:
                options = "   ".join(f"{LETTERS[place]}. {choice.text}" for place, choice in enumerate(row.choices))
                lines.append(f"({number})   {options}")
            blanks.append(Blank(row.name, f"({number})", choices=letters))
        return Printed(lines=tuple(lines), blanks=tuple(blanks))

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r0`, `r1` …: for each gap, in the authored order, a text, a number or the position of a choice."""
        names = [f"r{place}" for place in range(len(content["gaps"]))]
        known(fields, names)
        given: Json = {}
        for name, gap in zip(names, content["gaps"], strict=True):
            value = short(one(fields, name))
            if value:
                given[gap["id"]] = _read(gap, order, value)
        return {"gaps": given} if given else None

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """The mean of the gaps' shares."""
        given = of_response(response, "gaps", dict)
        shares = [_share(gap, key["gaps"][gap["id"]], given.get(gap["id"])) for gap in content["gaps"]]
        return sum(shares, Fraction(0)) / len(shares)

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """Each gap right or wrong, and what belongs there, in the order of the text."""
        given = of_response(response, "gaps", dict)
        gaps = {gap["id"]: (place, gap) for place, gap in enumerate(content["gaps"])}
        marks, right = {}, []
        for number, name in enumerate(GAP.findall(say(content["text"], language)), 1):
            place, gap = gaps[name]
            marks[f"r{place}"] = verdict(_share(gap, key["gaps"][name], given.get(name)))
            right.append(f"({number}) {_right(gap, key['gaps'][name], language)}")
        return Reveal(marks, [], right)


def _gap(kind: str, given: MarkedDict, check: Checker) -> tuple[Json, Json]:
    if kind == "text":
        return {}, {"accept": parse_accept(given, check)[0]}
    if kind == "number":
        answer, tolerance = check.number(given, "answer"), check.number(given, "tolerance")
        if tolerance < 0:
            check.fault(given.line_of("tolerance"), _("“tolerance” cannot be below 0."))
        return {}, {"answer": answer, "tolerance": tolerance}
    options: list[Json] = []
    seen: list[Any] = []
    right = ""
    for line, item in check.items(given, "options", least=2, most=8):
        option = check.mapping(item, line, "options")
        texts = check.languages_of(option, optional=["correct"])
        no_twins(texts, seen, line, check)
        if option.get("correct") is True:
            right = "" if right else opaque(texts)
        options.append(texts)
    if not right:
        check.fault(given.line, _("Exactly one option must be “correct: true”."))
    distinct = {opaque(texts): texts for texts in options}
    names = {place: f"o{index}" for index, place in enumerate(sorted(distinct))}
    content = [{"id": names[place], "text": distinct[place]} for place in sorted(distinct)]
    return {"options": content}, {"order": [names[opaque(texts)] for texts in options], "correct": names.get(right, "")}


def _exported(gap: Json, key: Json) -> Json:
    if gap["kind"] == "text":
        return {"accept": export_accept(key["accept"], {})}
    if gap["kind"] == "number":
        return {"answer": key["answer"], "tolerance": key["tolerance"]}
    texts = {option["id"]: tidy(option["text"]) for option in gap["options"]}
    return {
        "options": [
            {**texts[name], "correct": True} if name == key["correct"] else texts[name] for name in key["order"]
        ]
    }


def _row(name: str, label: str, gap: Json, order: Any, given: Any, language: str) -> Row:
    if gap["kind"] == "choice":
        texts = {option["id"]: say(option["text"], language) for option in gap["options"]}
        choices = [
            Choice(str(place), texts[option], chosen=given == option) for place, option in enumerate(order[gap["id"]])
        ]
        return Row(name, label, choices)
    return Row(name, label, [], value=of_response(given, "text", str), number=gap["kind"] == "number")


def _read(gap: Json, order: Any, value: str) -> Any:
    if gap["kind"] == "choice":
        names = order[gap["id"]]
        return names[position(value, len(names))]
    if gap["kind"] == "number":
        return {"text": value, "values": [format(number, "f") for number in readings(value)]}
    return {"text": value}


def _share(gap: Json, key: Json, given: Any) -> Fraction:
    if gap["kind"] == "choice":
        return Fraction(bool(given) and given == key["correct"])
    if gap["kind"] == "number":
        return Fraction(within(key["answer"], key["tolerance"], of_response(given, "values", list)))
    best = fitting(key["accept"], of_response(given, "text", str), accents=False)
    return Fraction(key["accept"][best]["share"], 100) if best is not None else Fraction(0)


def _right(gap: Json, key: Json, language: str) -> str:
    if gap["kind"] == "choice":
        return next(say(option["text"], language) for option in gap["options"] if option["id"] == key["correct"])
    if gap["kind"] == "number":
        return written_number(key["answer"], language)
    return plain(say(max(key["accept"], key=lambda answer: answer["share"])["text"], language))
