"""Gaps of a text as the editor's fields hold them: what belongs there, one a line. No database."""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from quizzes.part_inputs import LANGUAGES, Sent, Values, digits, filled, flat, number, texts
from quizzes.types import Json

_SHARE = re.compile(r"([0-9]{1,3})% ")


def write(values: Values, languages: Sequence[str]) -> Json:
    """The authored form of a text with gaps, out of its fields."""
    gaps = [_gap(row, languages) for row in filter(filled, values.tables["gaps"])]
    return {"text": texts(values.fields, "text_", languages), "gaps": gaps}


def _gap(row: Sent, languages: Sequence[str]) -> Json:
    gap: Json = {"id": row.get("name", ""), "kind": row.get("kind", "")}
    if gap["kind"] == "number":
        return gap | {"answer": number(row.get("vi") or row.get("en", "")), "tolerance": number(row.get("room") or "0")}
    if gap["kind"] == "choice":
        return gap | {"options": [_starred(told) for told in lines(row, languages)]}
    return gap | ({"accept": [_shared(told) for told in lines(row, languages)]} if gap["kind"] else {})


def lines(row: Sent, languages: Sequence[str]) -> list[dict[str, str]]:
    """Line by line, what stands in each language."""
    columns = [[line.strip() for line in row.get(name, "").splitlines() if line.strip()] for name in languages]
    return [dict(zip(languages, lines, strict=True)) for lines in zip_longest(*columns, fillvalue="")]


def _starred(told: Mapping[str, str]) -> Json:
    option: Json = {name: line.removeprefix("*").strip() for name, line in told.items()}
    return option | ({"correct": True} if any(line.startswith("*") for line in told.values()) else {})


def _shared(told: Mapping[str, str]) -> Json:
    """“50% recheck” earns half; a share before any of the languages' words is that of all."""
    found = {name: _SHARE.match(line) for name, line in told.items()}
    share = next((int(one.group(1)) for one in found.values() if one), None)
    answer: Json = {name: line[one.end() :] if (one := found[name]) else line for name, line in told.items()}
    return answer if share is None else answer | {"share": share}


def read(part: Json) -> Values:
    """The fields of the authored form."""
    return Values(flat("text_", part["text"]), {"gaps": [_gap_row(gap) for gap in part["gaps"]]})


def _gap_row(gap: Json) -> dict[str, str]:
    row = {"name": gap["id"], "kind": gap["kind"]}
    if gap["kind"] == "number":
        return row | {"vi": digits(gap["answer"]), "room": digits(gap["tolerance"])}
    told = gap["options"] if gap["kind"] == "choice" else gap["accept"]
    choice = gap["kind"] == "choice"
    return row | {name: "\n".join(_line(one, name, choice=choice) for one in told if name in one) for name in LANGUAGES}


def _line(told: Json, language: str, *, choice: bool) -> str:
    """One line of the field; a word that looks like a share has its own, 100, before it."""
    alike = not choice and any(_SHARE.match(str(told[name])) for name in LANGUAGES if name in told)
    share = told.get("share", 100 if alike else None)
    begins = "*" if told.get("correct") else "" if share is None else f"{share}% "
    return begins + " ".join(str(told[language]).split())
