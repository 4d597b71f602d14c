"""How the editor lays out the types: fields, rows, and the ways to the authored form and back. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from quizzes.part_inputs import Input, Layout, Table, Values, digits, filled, flat, in_both, number, texts
from quizzes.part_layouts_open import OPEN
from quizzes.types import Json
from quizzes.types.multiple import SCORING


def _write_options(values: Values, languages: Sequence[str]) -> list[Json]:
    rows = [row for row in values.tables["options"] if filled(row)]
    free = (letter for letter in "abcdefghijklmnop" if letter not in {row.get("id") for row in rows})
    written = []
    for row in rows:
        option: Json = {"id": row.get("id") or next(free), **texts(row, "", languages)}
        if row.get("correct"):
            option["correct"] = True
        feedback = texts(row, "feedback_", languages)
        if any(feedback.values()):
            option["feedback"] = feedback
        written.append(option)
    return written


def _read_options(part: Json) -> Values:
    rows = [
        {
            "id": option["id"],
            **flat("", option),
            "correct": "on" if option.get("correct") else "",
            **flat("feedback_", option.get("feedback", {})),
        }
        for option in part["options"]
    ]
    return Values(tables={"options": rows})


def _write_multiple(values: Values, languages: Sequence[str]) -> Json:
    part: Json = {"options": _write_options(values, languages)}
    for option, row in zip(part["options"], filter(filled, values.tables["options"]), strict=True):
        if row.get("weight"):
            option["weight"] = number(row["weight"])
    return part | {"scoring": values.fields["scoring"]} if values.fields.get("scoring") else part


def _read_multiple(part: Json) -> Values:
    tables = _read_options(part).tables
    for option, row in zip(part["options"], tables["options"], strict=True):
        row["weight"] = str(option.get("weight", ""))
    return Values({"scoring": part.get("scoring", "")}, tables)


def _write_numeric(values: Values, languages: Sequence[str]) -> Json:
    sent = values.fields
    part: Json = {
        "answer": number(sent.get("answer", "")),
        "tolerance": number(sent.get("tolerance", "") or "0"),
        "unit": texts(sent, "unit_", languages),
    }
    return part | {"decimals": number(sent["decimals"])} if sent.get("decimals") else part


def _read_numeric(part: Json) -> Values:
    numbers = {name: digits(part.get(name, "")) for name in ("answer", "tolerance", "decimals")}
    return Values(numbers | flat("unit_", part["unit"]))


def _write_truefalse(values: Values, languages: Sequence[str]) -> Json:
    return {"answer": {"true": True, "false": False}.get(values.fields.get("answer", ""))}


def _write_matching(values: Values, languages: Sequence[str]) -> Json:
    pairs = [
        {"left": texts(row, "left_", languages), "right": texts(row, "right_", languages)}
        for row in values.tables["pairs"]
        if filled(row)
    ]
    extra = [texts(row, "", languages) for row in values.tables["extra"] if filled(row)]
    return {"pairs": pairs, **({"extra": extra} if extra else {})}


def _read_matching(part: Json) -> Values:
    pairs = [flat("left_", pair["left"]) | flat("right_", pair["right"]) for pair in part["pairs"]]
    return Values(tables={"pairs": pairs, "extra": [flat("", side) for side in part.get("extra", [])]})


def _write_ordering(values: Values, languages: Sequence[str]) -> Json:
    return {"items": [texts(row, "", languages) for row in values.tables["items"] if filled(row)]}


_OPTIONS = Table(
    "options",
    _("Options"),
    (
        Input("id", kind="hidden"),
        *in_both("", _("Option in Vietnamese"), _("Option in English")),
        Input("correct", _("Right"), kind="check"),
        *in_both("feedback_", _("Feedback in Vietnamese"), _("Feedback in English")),
    ),
)
_WEIGHTED = replace(
    _OPTIONS,
    columns=(*_OPTIONS.columns, Input("weight", _("Weight in percent"), help=_("Only where each has its own."))),
)
_SCORING = {
    "partial": _("each right choice earns its share, each wrong one takes such a share"),
    "all": _("all right or nothing"),
    "balanced": _("ticking everything earns nothing, whatever the numbers of right and wrong"),
    "weights": _("each option by its own weight"),
}

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
                choices=(("", _("as usual")), *((name, _SCORING[name]) for name in SCORING)),
            ),
        ),
        (_WEIGHTED,),
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
            Input("answer", _("Right number"), help=_("Comma or point for decimals, nothing between thousands.")),
            Input("tolerance", _("Tolerance, in the same unit")),
            *in_both("unit_", _("Unit in Vietnamese"), _("Unit in English"), "text"),
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
                    *in_both("left_", _("Left in Vietnamese"), _("Left in English")),
                    *in_both("right_", _("Right side in Vietnamese"), _("Right side in English")),
                ),
            ),
            Table(
                "extra",
                _("Right sides that match nothing"),
                in_both("", _("Right side in Vietnamese"), _("Right side in English")),
                1,
            ),
        ),
        _write_matching,
        _read_matching,
    ),
    "ordering": Layout(
        (),
        (Table("items", _("Items in the right order"), in_both("", _("Item in Vietnamese"), _("Item in English"))),),
        _write_ordering,
        lambda part: Values(tables={"items": [flat("", item) for item in part["items"]]}),
    ),
    **OPEN,
}
