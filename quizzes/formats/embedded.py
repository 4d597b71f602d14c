"""Moodle's embedded answers (Cloze): `{1:SHORTANSWER:=Berlin~%50%Bonn}` within a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from quizzes.formats.build import number

_KINDS = {
    "SHORTANSWER": "text", "SA": "text", "MW": "text", "SHORTANSWER_C": "text", "SAC": "text", "MWC": "text",
    "NUMERICAL": "number", "NM": "number",
    "MULTICHOICE": "choice", "MC": "choice", "MULTICHOICE_V": "choice", "MCV": "choice", "MULTICHOICE_H": "choice",
    "MCH": "choice", "MULTICHOICE_S": "choice", "MCS": "choice", "MULTICHOICE_VS": "choice", "MCVS": "choice",
    "MULTICHOICE_HS": "choice", "MCHS": "choice",
    "MULTIRESPONSE": "several", "MR": "several", "MULTIRESPONSE_H": "several", "MRH": "several",
    "MULTIRESPONSE_S": "several", "MRS": "several", "MULTIRESPONSE_HS": "several", "MRHS": "several",
}  # fmt: skip
_FIELD = re.compile(r"\{(\d{0,4}):([A-Z_]{2,16}):((?:[^{}\\]|\\.|\{[^{}:]{0,200}\})*)\}")
_PIECE = re.compile(r"((?:[^~\\]|\\.)*)")


@dataclass
class Answer:
    """One answer of a gap: what it says, its percent, what is told of it."""

    text: str
    percent: float
    feedback: str = ""


@dataclass
class Gap:
    """A gap: text, number, choice, or several (ticking boxes, which a gap of ours is not)."""

    kind: str
    answers: list[Answer] = field(default_factory=list)
    weight: int = 1
    exact: bool = False
    """Whether capitals count."""

    def lost(self) -> list[tuple[str, dict[str, Any]]]:
        """What a gap of ours has no place for, by codes of `sentences`."""
        partly = sum(0 < answer.percent < 100 for answer in self.answers)
        full = sum(answer.percent >= 100 for answer in self.answers)
        found: list[tuple[str, dict[str, Any]]] = []
        if any(answer.feedback for answer in self.answers):
            found.append(("feedback", {"count": 1}))
        if self.kind == "number" and partly + full > 1:
            found.append(("more_numbers", {"count": partly + full - 1}))
        elif self.kind == "choice" and partly + full > 1:
            found.append(("weights", {}))
        if self.exact:
            found.append(("case_sensitive", {}))
        return found

    def node(self, name: str, language: str) -> dict[str, object] | None:
        """The gap in the authored form; None where it has no right answer, or several."""
        full = [answer for answer in self.answers if answer.percent >= 100]
        if self.kind == "several" or not full:
            return None
        if self.kind == "text":
            accept = [
                {language: _pattern(answer.text), **({"share": round(answer.percent)} if answer.percent < 100 else {})}
                for answer in self.answers
                if answer.percent > 0
            ]
            return {"id": name, "kind": "text", "accept": accept}
        if self.kind == "number":
            value, _colon, tolerance = full[0].text.partition(":")
            answer, off = number(value), number(tolerance) if tolerance else 0
            return (
                None
                if answer is None or off is None
                else ({"id": name, "kind": "number", "answer": answer, "tolerance": off})
            )
        options = [
            {language: answer.text, **({"correct": True} if answer is full[0] else {})} for answer in self.answers
        ]
        return {"id": name, "kind": "choice", "options": options}


def _pattern(text: str) -> str:
    return re.sub(r"[?|\\]", lambda found: "\\" + found[0], text)


def parts(text: str) -> tuple[str, list[Gap]]:
    """The text with its gaps as `{g1}`, `{g2}` …, and the gaps."""
    gaps: list[Gap] = []

    def gap(found: re.Match[str]) -> str:
        kind = _KINDS.get(found[2])
        if kind is None:
            return found[0]
        exact = found[2] in ("SHORTANSWER_C", "SAC", "MWC")
        gaps.append(Gap(kind, list(_answers(found[3])), int(found[1] or 1), exact))
        return f"{{g{len(gaps)}}}"

    return _FIELD.sub(gap, text), gaps


def _answers(text: str) -> Sequence[Answer]:
    made = []
    for piece in (match[1] for match in _PIECE.finditer(text) if match[1]):
        plain, _mark, feedback = _cut(piece)
        weight = re.match(r"\s*(?:%(-?\d+(?:[.,]\d+)?)%|(=))", plain)
        percent = 0.0 if weight is None else 100.0 if weight[2] else float(weight[1].replace(",", "."))
        said = plain[weight.end() :] if weight else plain
        if said.strip():
            made.append(Answer(_bare(said), percent, _bare(feedback)))
    return made


def _cut(piece: str) -> tuple[str, str, str]:
    found = re.search(r"(?<!\\)#", piece)
    return (piece[: found.start()], "#", piece[found.end() :]) if found else (piece, "", "")


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).strip()


def written(gap: dict[str, object], language: str, words: Sequence[tuple[str, int]]) -> str:
    """A gap as Moodle writes it; `words` are a text gap's accepted answers with their percent."""

    def escaped(text: str) -> str:
        return re.sub(r"([~#{}\\\"=])", r"\\\1", text)

    if gap["kind"] == "text":
        answers = [f"{'=' if share == 100 else f'%{share}%'}{escaped(text)}" for text, share in words]
        return f"{{1:SHORTANSWER:{'~'.join(answers)}}}"
    if gap["kind"] == "number":
        return f"{{1:NUMERICAL:={gap['answer']}:{gap['tolerance']}}}"
    options = gap["options"]
    assert isinstance(options, list)
    told = [f"{'=' if option.get('correct') else ''}{escaped(option[language])}" for option in options]
    return f"{{1:MULTICHOICE:{'~'.join(told)}}}"
