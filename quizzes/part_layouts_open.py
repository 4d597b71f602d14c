"""Layouts of the types whose parts are richer: words, formulas, categories, gaps, places, rubrics. No database."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from quizzes import part_gaps
from quizzes.part_inputs import (
    LANGUAGES,
    Input,
    Layout,
    Sent,
    Table,
    Values,
    digits,
    filled,
    flat,
    in_both,
    number,
    texts,
)
from quizzes.types import Json
from quizzes.types.calculated import TOLERANCES

# --- short text ------------------------------------------------------------------------------


def _write_shorttext(values: Values, languages: Sequence[str]) -> Json:
    accept = []
    for row in filter(filled, values.tables["accept"]):
        answer: Json = texts(row, "", languages)
        if row.get("share"):
            answer["share"] = number(row["share"])
        feedback = texts(row, "feedback_", languages)
        if any(feedback.values()):
            answer["feedback"] = feedback
        accept.append(answer)
    return {"accept": accept, **({"accents": True} if values.fields.get("accents") else {})}


def _read_shorttext(part: Json) -> Values:
    rows = [
        flat("", answer) | {"share": str(answer.get("share", ""))} | flat("feedback_", answer.get("feedback", {}))
        for answer in part["accept"]
    ]
    return Values({"accents": "on" if part.get("accents") else ""}, {"accept": rows})


_SHORTTEXT = Layout(
    (Input("accents", _("Accents count"), "check"),),
    (
        Table(
            "accept",
            _("Accepted answers"),
            (
                *in_both("", _("Answer in Vietnamese"), _("Answer in English"), "text"),
                Input("share", _("Earns, in percent"), help=_("Left empty: 100.")),
                *in_both("feedback_", _("Feedback in Vietnamese"), _("Feedback in English")),
            ),
            3,
            help=_("A * stands for any characters, ? for one; | stands between words of the same worth."),
        ),
    ),
    _write_shorttext,
    _read_shorttext,
)

# --- calculation -----------------------------------------------------------------------------


def _write_calculated(values: Values, languages: Sequence[str]) -> Json:
    sent = values.fields
    part: Json = {
        "params": [_param(row) for row in filter(filled, values.tables["params"])],
        "formula": sent.get("formula", ""),
        "tolerance": {sent.get("by") or "figures": number(sent.get("tolerance", ""))},
        "unit": texts(sent, "unit_", languages),
    }
    return part | {"decimals": number(sent["decimals"])} if sent.get("decimals") else part


def _param(row: Sent) -> Json:
    if row.get("of"):
        return {"name": row.get("name", ""), "of": [number(one.strip()) for one in row["of"].split(";") if one.strip()]}
    limits = {name: number(row.get(name, "")) for name in ("least", "most")}
    return {"name": row.get("name", ""), **limits, "decimals": number(row.get("decimals") or "0")}


def _read_calculated(part: Json) -> Values:
    rows = [
        {name: digits(param.get(name, "")) for name in ("name", "least", "most", "decimals")}
        | {"of": "; ".join(digits(one) for one in param.get("of", ()))}
        for param in part["params"]
    ]
    by, size = next(iter(part["tolerance"].items()))
    fields = {
        "formula": part["formula"],
        "by": by,
        "tolerance": digits(size),
        "decimals": str(part.get("decimals", "")),
    }
    return Values(fields | flat("unit_", part["unit"]), {"params": rows})


_BY = {
    "figures": _("significant figures that must be right"),
    "percent": _("percent of the answer"),
    "absolute": _("so much either way, in the answer’s unit"),
}

_CALCULATED = Layout(
    (
        Input(
            "formula",
            _("Formula"),
            "area",
            help=_("For example: min(usl - mean, mean - lsl) / (3 * s). Known: + - * / ^ sqrt min max mean stdev if …"),
        ),
        Input("by", _("Tolerance by"), "select", choices=tuple((name, _BY[name]) for name in reversed(TOLERANCES))),
        Input("tolerance", _("Tolerance")),
        *in_both("unit_", _("Unit in Vietnamese"), _("Unit in English"), "text"),
        Input("decimals", _("Decimals to round to, if any")),
    ),
    (
        Table(
            "params",
            _("Parameters"),
            (
                Input("name", _("Name")),
                Input("least", _("From")),
                Input("most", _("To")),
                Input("decimals", _("Decimals")),
                Input("of", _("or one of these numbers"), help=_("Between them a semicolon: 4; 5; 6")),
            ),
            help=_("Each attempt gets its own numbers. In the question, {mean} shows the number of “mean”."),
        ),
    ),
    _write_calculated,
    _read_calculated,
)

# --- categories ------------------------------------------------------------------------------


def _write_categories(values: Values, languages: Sequence[str]) -> Json:
    return {
        "categories": [
            {"id": row.get("id", ""), **texts(row, "", languages)}
            for row in filter(filled, values.tables["categories"])
        ],
        "items": [
            {**texts(row, "", languages), "in": row.get("in", "")} for row in filter(filled, values.tables["items"])
        ],
    }


def _read_categories(part: Json) -> Values:
    return Values(
        tables={
            "categories": [{"id": it["id"], **flat("", it)} for it in part["categories"]],
            "items": [{**flat("", it), "in": it["in"]} for it in part["items"]],
        }
    )


_CATEGORIES = Layout(
    (),
    (
        Table(
            "categories",
            _("Categories"),
            (
                Input("id", kind="hidden"),
                *in_both("", _("Category in Vietnamese"), _("Category in English"), "text"),
            ),
            3,
            named="c",
        ),
        Table(
            "items",
            _("Items"),
            (
                *in_both("", _("Item in Vietnamese"), _("Item in English")),
                Input("in", _("Belongs to category"), "select", rows_of="categories"),
            ),
            5,
        ),
    ),
    _write_categories,
    _read_categories,
)

# --- gaps ------------------------------------------------------------------------------------


_CLOZE = Layout(
    in_both("text_", _("Text with its gaps, in Vietnamese"), _("Text with its gaps, in English")),
    (
        Table(
            "gaps",
            _("Gaps"),
            (
                Input("name", _("Name of the gap"), help=_("In the text it stands in braces: {a}")),
                Input(
                    "kind",
                    _("Filled by"),
                    "select",
                    choices=(("", "–"), ("text", _("a word")), ("number", _("a number")), ("choice", _("a choice"))),
                ),
                *in_both("", _("What belongs there, in Vietnamese"), _("What belongs there, in English")),
                Input("room", _("Tolerance of a number")),
            ),
            3,
            help=_(
                "One a line. Words: all that is accepted, “50% ” before what earns half. "
                "Choices: all of them, a * before the right one."
            ),
        ),
    ),
    part_gaps.write,
    part_gaps.read,
)

# --- places on a picture ---------------------------------------------------------------------

_SIDES = ("left", "top", "width", "height")


def _write_hotspot(values: Values, languages: Sequence[str]) -> Json:
    part: Json = {
        "regions": [texts(row, "", languages) | _outline(row) for row in filter(filled, values.tables["regions"])]
    }
    sent = values.fields
    if sent.get("columns") or sent.get("rows"):
        part["grid"] = {name: number(sent.get(name, "")) for name in ("columns", "rows")}
    return part | {"penalty": number(sent["penalty"])} if sent.get("penalty") else part


def _outline(row: Sent) -> Json:
    if row.get("polygon"):
        return {"polygon": [[number(one) for one in corner.split(",")] for corner in row["polygon"].split()]}
    return {"rect": [number(row.get(side, "")) for side in _SIDES]}


def _read_hotspot(part: Json) -> Values:
    rows = []
    for region in part["regions"]:
        rect = dict(zip(_SIDES, map(str, region.get("rect", ())), strict=False))
        corners = " ".join(",".join(map(str, corner)) for corner in region.get("polygon", ()))
        rows.append(flat("", region) | rect | {"polygon": corners})
    grid = {name: str(part.get("grid", {}).get(name, "")) for name in ("columns", "rows")}
    return Values(grid | {"penalty": str(part.get("penalty", ""))}, {"regions": rows})


_HOTSPOT = Layout(
    (
        Input("columns", _("Columns of the grid, 6 unless set")),
        Input("rows", _("Rows of the grid, 4 unless set")),
        Input("penalty", _("A wrong mark costs, in percent of a place; 50 unless set")),
    ),
    (
        Table(
            "regions",
            _("Places to be found"),
            (
                *in_both("", _("What is there, in Vietnamese"), _("What is there, in English"), "text"),
                Input("left", _("From the left, in percent")),
                Input("top", _("From the top, in percent")),
                Input("width", _("Width in percent")),
                Input("height", _("Height in percent")),
                Input(
                    "polygon", _("or corners"), help=_("From the left and from the top in percent: 36,84 44,79 58,80")
                ),
            ),
            3,
        ),
    ),
    _write_hotspot,
    _read_hotspot,
)

# --- graded by people ------------------------------------------------------------------------

_RUBRIC = Table(
    "rubric",
    _("Rubric"),
    (
        *in_both("", _("What is looked at, in Vietnamese"), _("What is looked at, in English")),
        Input("points", _("Most points")),
        *in_both("levels_", _("Levels in Vietnamese"), _("Levels in English")),
    ),
    3,
    help=_("The points add up to those of the question. Levels, if any, stand one a line, as “2: names the cause”."),
)


def _write_rubric(values: Values, languages: Sequence[str]) -> Json:
    return {
        "rubric": [
            {**texts(row, "", languages), "points": number(row.get("points", "")), **_levels(row, languages)}
            for row in filter(filled, values.tables["rubric"])
        ]
    }


def _levels(row: Sent, languages: Sequence[str]) -> Json:
    lines = part_gaps.lines({name: row.get(f"levels_{name}", "") for name in languages}, languages)
    found = []
    for told in lines:
        parts = {name: line.partition(":") for name, line in told.items()}
        points = next((points for points, colon, _words in parts.values() if colon), "")
        found.append({**{name: words.strip() for name, (_p, _c, words) in parts.items()}, "points": number(points)})
    return {"levels": found} if found else {}


def _read_rubric(part: Json) -> Values:
    rows = []
    for it in part["rubric"]:
        levels = {
            f"levels_{name}": "\n".join(f"{level['points']}: {level[name]}" for level in it["levels"] if name in level)
            for name in LANGUAGES
            if "levels" in it
        }
        rows.append(flat("", it) | {"points": str(it["points"])} | levels)
    return Values(tables={"rubric": rows})


def _write_essay(values: Values, languages: Sequence[str]) -> Json:
    limits = {name: number(values.fields.get(name, "")) for name in ("least", "most")}
    words = {"words": limits} if any(values.fields.get(name) for name in limits) else {}
    return {**words, **_write_rubric(values, languages)}


def _read_essay(part: Json) -> Values:
    return Values(
        {name: str(part.get("words", {}).get(name, "")) for name in ("least", "most")}, _read_rubric(part).tables
    )


OPEN: Mapping[str, Layout] = {
    "shorttext": _SHORTTEXT,
    "calculated": _CALCULATED,
    "categories": _CATEGORIES,
    "cloze": _CLOZE,
    "hotspot": _HOTSPOT,
    "essay": Layout(
        (Input("least", _("Words at least")), Input("most", _("Words at most"))),
        (_RUBRIC,),
        _write_essay,
        _read_essay,
    ),
    "file": Layout((), (_RUBRIC,), _write_rubric, _read_rubric),
}
