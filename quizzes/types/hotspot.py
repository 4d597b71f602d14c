"""Places to be found on a picture: the non-conformities in a photo of the workshop."""

import re
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict, MarkedList
from quizzes import shapes
from quizzes.types.base import (
    BadResponse,
    Choice,
    Fields,
    Json,
    Kind,
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

POINT = re.compile(r"(100|[0-9]{1,2}(?:\.[0-9]{1,2})?),(100|[0-9]{1,2}(?:\.[0-9]{1,2})?)")
MOST = 40
"""Points that a taker may set."""
GRID = (6, 4)
PENALTY = 50


class Hotspot(Kind):
    """Every region found earns its share; every mark outside all of them takes `penalty` percent of a share away.

    A mark is a point of the picture or a cell of the neutral grid, which needs no
    script and no pointer. Marking everything must earn nothing: `parse` sees to it.
    """

    code = "hotspot"
    label = gettext_lazy("places on a picture")
    hint = gettext_lazy("Mark the places on the picture, or choose their areas below. A wrong mark costs.")
    keys: tuple[str, ...] = ("regions", "grid", "penalty")
    optional: tuple[str, ...] = ("grid", "penalty")
    sample = """\
regions:
- {vi: Thùng rác không có nắp, en: Bin without a lid, rect: [78, 54, 14, 31]}
- {vi: Vòi nước nằm trên sàn, en: Hose on the floor, rect: [0, 60, 28, 32]}
grid: {columns: 6, rows: 5}
"""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """1 to 12 `regions` with texts and `rect` or `polygon`; optional `grid` and `penalty`."""
        if "figure" not in node:
            check.fault(node.line, _("This type needs a “figure”."))
        columns, rows = _grid(node, check)
        penalty = check.whole(node, "penalty", least=10, most=100) if "penalty" in node else PENALTY
        regions: list[Json] = []
        for line, item in check.items(node, "regions", least=1, most=12):
            given = check.mapping(item, line, "regions")
            texts = check.languages_of(given, optional=["rect", "polygon"])
            region = _region(given, check)
            if region:
                regions.append(
                    {"text": texts, **region, "cells": shapes.cells_of(shapes.corners(region), columns, rows)}
                )
        told = len({cell for region in regions for cell in region["cells"]})
        if regions and (columns * rows - told) * penalty < len(regions) * 100:
            check.fault(
                node.line_of("regions"),
                _("Marking every area would earn something. Make the grid finer or the penalty larger."),
            )
        content: Json = {"grid": [columns, rows], "find": len(regions), "penalty": penalty}
        return Parsed(content, {"regions": regions})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`regions`, and `grid` and `penalty` where they are not the usual ones."""
        exported: Json = {
            "regions": [
                {
                    **tidy(region["text"]),
                    **{name: region[name] for name in ("rect", "polygon") if name in region},
                }
                for region in key["regions"]
            ]
        }
        if tuple(content["grid"]) != GRID:
            exported["grid"] = dict(zip(("columns", "rows"), content["grid"], strict=True))
        if content["penalty"] != PENALTY:
            exported["penalty"] = content["penalty"]
        return exported

    def shuffle(self, content: Json, rng: Random) -> list[str]:
        """Nothing to shuffle."""
        return []

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """The picture with its grid, a box per cell, and the points set."""
        columns, rows = content["grid"]
        chosen = of_response(response, "cells", list)
        points = _points(response)
        return Shown(
            choices=[Choice(name, name, chosen=name in chosen) for name in shapes.cells(columns, rows)],
            text=";".join(f"{x},{y}" for x, y in points),
            special={
                "find": content["find"],
                "columns": columns,
                "across": [f"{100 * at / columns:.4f}%" for at in range(1, columns)],
                "down": [f"{100 * at / rows:.4f}%" for at in range(1, rows)],
                "heads": [(chr(65 + at), f"{100 * (at + 0.5) / columns:.4f}%") for at in range(columns)],
                "sides": [(str(at + 1), f"{100 * (at + 0.5) / rows:.4f}%") for at in range(rows)],
                "points": [(f"{x}%", f"{y}%", str(number)) for number, (x, y) in enumerate(points, 1)],
            },
            figure_inside=True,
        )

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """Cells of the grid over the figure, to be written down."""
        columns, rows = content["grid"]
        lines = (_("Write down the areas, such as A1. There are %(count)s to find.") % {"count": content["find"]},)
        names = tuple((name, "") for name in shapes.cells(columns, rows))
        return Printed(
            lines=lines,
            options=names,
            ticked="r",
            values=tuple(name for name, _text in names),
            several=True,
            grid=(columns, rows),
        )

    def given(self, content: Json, order: Any, response: Any, language: str) -> list[str]:
        """Cells and points."""
        return [*of_response(response, "cells", list), *(f"({x} %; {y} %)" for x, y in _points(response))]

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the names of cells; `r0`, points as `x,y;x,y` in percent, with at most two decimals."""
        known(fields, ["r", "r0"])
        names = [value for value in fields.get("r", ()) if value]
        if len(set(names)) != len(names) or not set(names) <= set(shapes.cells(*content["grid"])):
            raise BadResponse
        points: list[list[str]] = []
        text = one(fields, "r0")
        for written in text.split(";") if text else ():
            found = POINT.fullmatch(written)
            if found is None or len(points) >= MOST:
                raise BadResponse
            points.append([found.group(1), found.group(2)])
        if not names and not points:
            return None
        return {"cells": sorted(names), "points": points}

    def grade(self, content: Json, key: Json, response: Any) -> Fraction:
        """Regions found, less the penalty of marks that hit none; a second mark in a region counts neither way."""
        found, wild = _hits(key, response)
        lost = Fraction(len(wild) * content["penalty"], 100)
        return max(Fraction(0), (len(found) - lost) / len(key["regions"]))

    def reveal(self, content: Json, order: Any, key: Json, feedback: Json, response: Any, language: str) -> Reveal:
        """The cells of the regions, marks that hit none, and what there is to be found where."""
        marks = {cell: "right" for region in key["regions"] for cell in region["cells"]}
        found, wild = _hits(key, response)
        marks |= {mark: "wrong" for mark in wild if isinstance(mark, str)}
        told = [say(key["regions"][place]["text"], language) for place in sorted(found)]
        points = _points(response)
        told += [_("Point %(number)s hits nothing.") % {"number": points.index(it) + 1} for it in wild if it in points]
        right = [f"{', '.join(region['cells'])}: {say(region['text'], language)}" for region in key["regions"]]
        return Reveal(marks, told, right)


def _hits(key: Json, response: Any) -> tuple[set[int], list[Any]]:
    """Places of the regions that are hit, and the marks that hit none."""
    regions = key["regions"]
    outlines = [shapes.corners(region) for region in regions]
    found: set[int] = set()
    wild: list[Any] = []
    for cell in of_response(response, "cells", list):
        hit = {place for place, region in enumerate(regions) if cell in region["cells"]}
        found |= hit
        if not hit:
            wild.append(cell)
    for x, y in _points(response):
        hit = {place for place, outline in enumerate(outlines) if shapes.holds(outline, float(x), float(y))}
        found |= hit
        if not hit:
            wild.append((x, y))
    return found, wild


def _points(response: Any) -> list[tuple[str, str]]:
    return [
        (point[0], point[1])
        for point in of_response(response, "points", list)
        if isinstance(point, list) and len(point) == 2 and POINT.fullmatch(",".join(map(str, point)))
    ]


def _grid(node: MarkedDict, check: Checker) -> tuple[int, int]:
    if "grid" not in node:
        return GRID
    given = check.mapping(node["grid"], node.line_of("grid"), "grid")
    check.keys(given, ["columns", "rows"])
    return check.whole(given, "columns", least=3, most=10), check.whole(given, "rows", least=3, most=10)


def _region(given: MarkedDict, check: Checker) -> Json:
    """`rect: [left, top, width, height]` or `polygon: [[x, y], …]`, in percent."""
    if ("rect" in given) == ("polygon" in given):
        check.fault(given.line, _("A region is a “rect” or a “polygon”."))
        return {}
    name = "rect" if "rect" in given else "polygon"
    value = given[name]
    points = [value] if name == "rect" else value
    size = 4 if name == "rect" else 2
    good = isinstance(points, MarkedList | list) and (name == "rect" or 3 <= len(points) <= 20)
    good = good and all(
        isinstance(point, list) and len(point) == size and all(_percent(number) for number in point) for point in points
    )
    if good and name == "rect":
        left, top, width, height = value
        good = width > 0 and height > 0 and left + width <= 100 and top + height <= 100
    if not good:
        check.fault(
            given.line_of(name),
            _("Write a region in percent of the picture: rect: [left, top, width, height] or polygon: [[x, y], …]."),
        )
        return {}
    return {name: [list(point) for point in value] if name == "polygon" else list(value)}


def _percent(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= 100
