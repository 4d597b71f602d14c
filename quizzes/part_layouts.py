"""How the editor lays out the common types: fields, rows, and the ways to the authored form and back. No database."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from quizzes.types import Json
from quizzes.types.multiple import SCORING

LANGUAGES = ("vi", "en")
Rows = list[dict[str, str]]
Sent = Mapping[str, str]


@dataclass(frozen=True)
class Input:
    """A field, or a column of rows. `kind`: text, area (longer), check, select or hidden."""

    name: str
    label: Any = ""
    kind: str = "text"
    language: str = ""
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows of the part."""

    name: str
    label: Any
    columns: tuple[Input, ...]
    starts_with: int = 4


@dataclass
class Values:
    """What stands in the fields and rows."""

    fields: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """Fields and rows of one type, and the ways between them and the authored form."""

    fields: tuple[Input, ...]
    tables: tuple[Table, ...]
    write: Callable[[Values, Sequence[str]], Json]
    read: Callable[[Json], Values]


# --- Between rows and the authored form -----------------------------------------------------


def _texts(row: Sent, prefix: str, languages: Sequence[str]) -> dict[str, str]:
    return {language: row.get(prefix + language, "") for language in languages}


def filled(row: Sent) -> bool:
    """Whether anything stands in the row."""
    return any(value for name, value in row.items() if name != "id")


def _flat(prefix: str, texts: Mapping[str, Any]) -> dict[str, str]:
    return {prefix + language: str(texts.get(language, "")) for language in LANGUAGES}


def _write_options(values: Values, languages: Sequence[str]) -> list[Json]:
    rows = [row for row in values.tables["options"] if filled(row)]
    free = (letter for letter in "abcdefghijklmnop" if letter not in {row.get("id") for row in rows})
    written = []
    for row in rows:
        option: Json = {"id": row.get("id") or next(free), **_texts(row, "", languages)}
        if row.get("correct"):
            option["correct"] = True
        feedback = _texts(row, "feedback_", languages)
        if any(feedback.values()):
            option["feedback"] = feedback
        written.append(option)
    return written


def _read_options(part: Json) -> Values:
    rows = [
        {
            "id": option["id"],
            **_flat("", option),
            "correct": "on" if option.get("correct") else "",
            **_flat("feedback_", option.get("feedback", {})),
        }
        for option in part["options"]
    ]
    return Values(tables={"options": rows})


def _write_multiple(values: Values, languages: Sequence[str]) -> Json:
    part: Json = {"options": _write_options(values, languages)}
    return part | {"scoring": values.fields["scoring"]} if values.fields.get("scoring") else part


def _read_multiple(part: Json) -> Values:
    return Values({"scoring": part.get("scoring", "")}, _read_options(part).tables)


def _number(text: str) -> Any:
    """A number as people here write it; else the text itself, for the checker to refuse."""
    tidy = text.replace("−", "-").replace(",", ".").replace(" ", "")
    if re.fullmatch(r"-?\d{1,15}", tidy):
        return int(tidy)
    return float(tidy) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", tidy) else text


def _write_numeric(values: Values, languages: Sequence[str]) -> Json:
    sent = values.fields
    part: Json = {
        "answer": _number(sent.get("answer", "")),
        "tolerance": _number(sent.get("tolerance", "") or "0"),
        "unit": _texts(sent, "unit_", languages),
    }
    return part | {"decimals": _number(sent["decimals"])} if sent.get("decimals") else part


def _read_numeric(part: Json) -> Values:
    numbers = {name: str(part.get(name, "")) for name in ("answer", "tolerance", "decimals")}
    return Values(numbers | _flat("unit_", part["unit"]))


def _write_truefalse(values: Values, languages: Sequence[str]) -> Json:
    return {"answer": {"true": True, "false": False}.get(values.fields.get("answer", ""))}


def _write_matching(values: Values, languages: Sequence[str]) -> Json:
    pairs = [
        {"left": _texts(row, "left_", languages), "right": _texts(row, "right_", languages)}
        for row in values.tables["pairs"]
        if filled(row)
    ]
    extra = [_texts(row, "", languages) for row in values.tables["extra"] if filled(row)]
    return {"pairs": pairs, **({"extra": extra} if extra else {})}


def _read_matching(part: Json) -> Values:
    pairs = [_flat("left_", pair["left"]) | _flat("right_", pair["right"]) for pair in part["pairs"]]
    return Values(tables={"pairs": pairs, "extra": [_flat("", texts) for texts in part.get("extra", [])]})


def _write_ordering(values: Values, languages: Sequence[str]) -> Json:
    return {"items": [_texts(row, "", languages) for row in values.tables["items"] if filled(row)]}


def _in_both(prefix: str, vi: Any, en: Any, kind: str = "area") -> tuple[Input, Input]:
    return Input(f"{prefix}vi", vi, kind, "vi"), Input(f"{prefix}en", en, kind, "en")


_OPTIONS = Table(
    "options",
    _("Options"),
    (
        Input("id", kind="hidden"),
        *_in_both("", _("Option in Vietnamese"), _("Option in English")),
        Input("correct", _("Right"), kind="check"),
        *_in_both("feedback_", _("Feedback in Vietnamese"), _("Feedback in English")),
    ),
)
_SCORING = {"partial": _("each right choice earns its share"), "all": _("all right or nothing")}

LAYOUTS: Mapping[str, Layout] = {
    "single": Layout(
        (), (_OPTIONS,), lambda values, languages: {"options": _write_options(values, languages)}, _read_options
    ),
    "multiple": Layout(
        (
            Input(
                "scoring",
                _("Scoring"),
                "select",
                choices=(("", _("as usual")), *((name, _SCORING.get(name, name)) for name in SCORING)),
            ),
        ),
        (_OPTIONS,),
        _write_multiple,
        _read_multiple,
    ),
    "truefalse": Layout(
        (
            Input(
                "answer",
                _("The sentence is"),
                "select",
                choices=(("", "–"), ("true", _("true")), ("false", _("false"))),
            ),
        ),
        (),
        _write_truefalse,
        lambda part: Values({"answer": "true" if part["answer"] else "false"}),
    ),
    "numeric": Layout(
        (
            Input("answer", _("Right number")),
            Input("tolerance", _("Tolerance, in the same unit")),
            *_in_both("unit_", _("Unit in Vietnamese"), _("Unit in English"), "text"),
            Input("decimals", _("Decimals to round to, if any")),
        ),
        (),
        _write_numeric,
        _read_numeric,
    ),
    "matching": Layout(
        (),
        (
            Table(
                "pairs",
                _("Pairs"),
                (
                    *_in_both("left_", _("Left in Vietnamese"), _("Left in English")),
                    *_in_both("right_", _("Right side in Vietnamese"), _("Right side in English")),
                ),
            ),
            Table(
                "extra",
                _("Right sides that match nothing"),
                _in_both("", _("Right side in Vietnamese"), _("Right side in English")),
                1,
            ),
        ),
        _write_matching,
        _read_matching,
    ),
    "ordering": Layout(
        (),
        (Table("items", _("Items in the right order"), _in_both("", _("Item in Vietnamese"), _("Item in English"))),),
        _write_ordering,
        lambda part: Values(tables={"items": [_flat("", texts) for texts in part["items"]]}),
    ),
}
