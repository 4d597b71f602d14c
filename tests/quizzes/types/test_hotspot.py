"""Places on a picture: points, cells, wild marks."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings, strategies as st

from quizzes import shapes
from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["regions"][0]["rect"] = [45, 8, 13, 22]
    return other


def inside(region: dict[str, Any]) -> tuple[float, float]:
    corners = shapes.corners(region)
    return sum(x for x, _y in corners) / len(corners), sum(y for _x, y in corners) / len(corners)


class TestHotspot(Contract):
    node = QUESTIONS["QT-SPOT"]
    other = changed(QUESTIONS["QT-SPOT"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r0": [";".join("{:.2f},{:.2f}".format(*inside(region)) for region in question.key["regions"])]}

    def share(self, *points: tuple[str, str], cells: tuple[str, ...] = ()) -> Fraction:
        question = parse(self.node)
        response = {"points": [list(point) for point in points], "cells": list(cells)}
        return self.kind.grade(question.content, question.key, response)

    def test_cells_earn_as_points_do(self) -> None:
        question = parse(self.node)
        cells = {region["cells"][0] for region in question.key["regions"]}
        response = self.kind.read(question.content, [], {"r": sorted(cells)})
        assert self.kind.grade(question.content, question.key, response) == 1

    def test_a_place_counts_once_and_a_wild_mark_costs(self) -> None:
        assert self.share(("25", "15")) == Fraction(1, 4)
        assert self.share(("25", "15"), ("26", "16")) == Fraction(1, 4)
        assert self.share(("25", "15"), ("85", "70")) == Fraction(2, 4)
        assert self.share(("25", "15"), ("85", "70"), ("50", "10")) == Fraction(3, 8)
        assert self.share(("50", "10"), ("51", "40"), ("70", "10")) == 0
        assert self.share(("20", "8")) == Fraction(1, 4)

    def test_a_point_that_hits_nothing_is_named(self) -> None:
        question = parse(self.node)
        response = {"points": [["25", "15"], ["50", "10"]], "cells": []}
        with override("en"):
            reveal = self.kind.reveal(question.content, [], question.key, {}, response, "en")
        assert reveal.feedback == ["Worker without a hair net", "Point 2 hits nothing."]

    def test_marking_everything_earns_nothing(self) -> None:
        assert self.share(cells=tuple(shapes.cells(6, 5))) == 0
        assert "Marking every area" in faults(
            self.node, regions=[{"vi": "a", "en": "a", "rect": [0, 0, 90, 100]}], grid={"columns": 3, "rows": 3}
        )

    @pytest.mark.parametrize(
        "region",
        [{}, {"rect": [1, 2, 3]}, {"rect": [90, 0, 20, 5]}, {"rect": "x"}, {"polygon": [[1, 2], [3, 4]]},
         {"polygon": [[1, 2], [3, 4], [5, True]]}, {"rect": [0, 0, 5, 5], "polygon": [[1, 2], [3, 4], [5, 6]]}],
    )  # fmt: skip
    def test_faults_of_regions(self, region: dict[str, Any]) -> None:
        found = faults(self.node, regions=[{"vi": "a", "en": "a", **region}])
        assert "rect" in found

    def test_it_needs_a_picture(self) -> None:
        node = {name: value for name, value in self.node.items() if name not in ("figure", "alt")}
        assert "needs a “figure”" in faults(node)

    def test_names_of_areas_tell_nothing(self) -> None:
        question = parse(self.node)
        shown = self.kind.show(question.content, [], None, "vi")
        assert [choice.text for choice in shown.choices] == shapes.cells(6, 5)


@settings(max_examples=50)
@given(
    left=st.integers(0, 80), top=st.integers(0, 80), width=st.integers(1, 20), height=st.integers(1, 20),
    columns=st.integers(3, 10), rows=st.integers(3, 10),
)  # fmt: skip
def test_every_region_has_a_cell_and_holds_its_middle(
    left: int, top: int, width: int, height: int, columns: int, rows: int
) -> None:
    corners = shapes.corners({"rect": [left, top, width, height]})
    assert shapes.cells_of(corners, columns, rows)
    assert shapes.holds(corners, left + width / 2, top + height / 2)
    assert shapes.holds(corners, left, top)
    assert not shapes.holds(corners, left - 1, top)
    assert not shapes.holds(corners, left, top + height + 1)
