"""Regions of a picture in percent of its width and height, and the neutral grid that lies over it. No database."""

from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]
FINE = 6
"""Points per side by which a cell of the grid is held against a region."""
ENOUGH = 9
"""Of its 36 points: a quarter of a cell in a region makes the cell one of the region's."""


def corners(region: Any) -> list[Point]:
    """A region's corners: `{"rect": [left, top, width, height]}` or `{"polygon": [[x, y], …]}`."""
    if "rect" in region:
        left, top, width, height = region["rect"]
        return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return [(x, y) for x, y in region["polygon"]]


def holds(shape: Sequence[Point], x: float, y: float) -> bool:
    """Whether the point lies in the shape; its edge belongs to it."""
    inside = False
    for (x1, y1), (x2, y2) in zip(shape, [*shape[1:], shape[0]], strict=True):
        cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if abs(cross) < 1e-9 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            return True
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def cell_name(column: int, row: int) -> str:
    """A1 stands left at the top."""
    return f"{chr(65 + column)}{row + 1}"


def cells(columns: int, rows: int) -> list[str]:
    """All cells, line by line."""
    return [cell_name(column, row) for row in range(rows) for column in range(columns)]


def cells_of(shape: Sequence[Point], columns: int, rows: int) -> list[str]:
    """The cells that show the region: a quarter of the cell lies in it, or most of it in the cell.

    So a small region belongs to the cell with its middle, wherever its edges are.
    """
    found = []
    middle = (sum(x for x, _y in shape) / len(shape), sum(y for _x, y in shape) / len(shape))
    for row in range(rows):
        for column in range(columns):
            left, top, width, height = column * 100 / columns, row * 100 / rows, 100 / columns, 100 / rows
            in_it = sum(
                holds(shape, left + (i + 0.5) * width / FINE, top + (j + 0.5) * height / FINE)
                for i in range(FINE)
                for j in range(FINE)
            )
            if in_it >= ENOUGH or (left <= middle[0] < left + width and top <= middle[1] < top + height):
                found.append(cell_name(column, row))
    return found
