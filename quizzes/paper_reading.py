"""What stands on a page of an answer sheet that was laid straight: marks measured, doubts named. No database."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image, ImageDraw, ImageFilter, ImageStat

from quizzes import paper_sheet as sheet
from quizzes.paper import NUMBER_DIGITS, of_page_digits, write_cell
from quizzes.paper_scan import SCALE
from quizzes.paper_sheet import Bubble, Row
from quizzes.types import Printed

MARKED, CLEAR = 0.45, 0.20
"""Shares of a bubble's disc that are black: from the first on it is filled, below the second it is empty."""
INK = 0.006
"""Share of a box that is dark once something is written in it."""


@dataclass
class Flat:
    """A page laid straight, with the paper's brightness around every place."""

    image: Image.Image

    @cached_property
    def _paper(self) -> Image.Image:
        small = self.image.reduce(12)
        return small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(3))

    @cached_property
    def _black(self) -> float:
        """How dark solid black is here, as a share of the paper's brightness."""
        return sum(self._mean(x, y, 4, 4) / self._bright(x, y) for x, y in sheet.CORNERS) / 4

    def _bright(self, x: float, y: float) -> float:
        place = (
            min(int(x * SCALE / 12), self._paper.width - 1),
            min(int(y * SCALE / 12), self._paper.height - 1),
        )
        value = self._paper.getpixel(place)
        assert isinstance(value, int)
        return max(float(value), 1.0)

    def _box(self, x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
        return (
            round((x - width / 2) * SCALE), round((y - height / 2) * SCALE),
            round((x + width / 2) * SCALE), round((y + height / 2) * SCALE),
        )  # fmt: skip

    def _mean(self, x: float, y: float, width: float, height: float) -> float:
        return float(ImageStat.Stat(self.image.crop(self._box(x, y, width, height))).mean[0])

    def _share(self, level: float, x: float, y: float) -> float:
        return (1 - level / self._bright(x, y)) / max(1 - self._black, 0.2)

    def fill(self, bubble: Bubble) -> float:
        """The share of the bubble that is black, 0 to about 1."""
        crop = self.image.crop(self._box(bubble.x, bubble.y, 3.2, 3.2))
        return self._share(float(ImageStat.Stat(crop, _disc(crop.size)).mean[0]), bubble.x, bubble.y)

    def ink(self, box: tuple[float, float, float, float]) -> float:
        """The share of a box, without its frame, that is dark."""
        left, top, width, height = box
        x, y = left + width / 2, top + height / 2
        limit = self._bright(x, y) * (1 - 0.35 * max(1 - self._black, 0.2))
        crop = self.image.crop(self._box(x, y, width - 2.6, height - 2.6))
        return float(ImageStat.Stat(crop.point([255 if level < limit else 0 for level in range(256)])).mean[0]) / 255

    def sheet(self) -> tuple[int, int] | None:
        """Number and page by the pairs of marks along the top; None where any of them is not plain."""
        found = ""
        pairs = sheet.bits(1, 1)
        for (x, high, _one), (_same, low, _other) in zip(pairs[::2], pairs[1::2], strict=True):
            upper, lower = (self._share(self._mean(x, y, 1.6, 1.6), x, y) for y in (high, low))
            if abs(upper - lower) < 0.4:
                return None
            found += "1" if upper > lower else "0"
        digits = [int(found[place : place + 4], 2) for place in range(0, len(found), 4)]
        assert len(digits) == NUMBER_DIGITS + 2
        return None if max(digits) > 9 else of_page_digits("".join(map(str, digits)))

    def form(self) -> tuple[str, str]:
        """The form that is marked, and a doubt: `several` or `faint`."""
        bubbles = sheet.form_bubbles()
        marked, doubt = _marks(self, bubbles)
        if len(marked) > 1:
            return "", "several"
        return (marked[0].value if marked else ""), doubt


def _disc(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    return mask


def _marks(flat: Flat, bubbles: Sequence[Bubble]) -> tuple[list[Bubble], str]:
    """Bubbles that are filled, and `faint` where one is neither filled nor empty."""
    fills = [flat.fill(bubble) for bubble in bubbles]
    marked = [bubble for bubble, fill in zip(bubbles, fills, strict=True) if fill >= MARKED]
    faint = any(CLEAR <= fill < MARKED for fill in fills)
    return marked, "faint" if faint else ""


@dataclass
class Found:
    """What stands on a page: answers by question's number as a table has them, and what a person must look at."""

    cells: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)


def read_rows(flat: Flat, rows: Sequence[Row], printed: Mapping[int, Printed]) -> Found:
    """The answers on a page whose form is known. Doubts: `several`, `faint`, `written`."""
    found = Found()
    for number, group in _by_question(rows):
        fields: dict[str, list[str]] = {}
        for row in group:
            doubt = _read_row(flat, row, fields)
            if doubt:
                found.doubts[str(number)] = doubt
        text = write_cell(printed[number], fields)
        if text:
            found.cells[str(number)] = text
    return found


def _read_row(flat: Flat, row: Row, fields: dict[str, list[str]]) -> str:
    if row.box is not None:
        return "written" if flat.ink(row.box) > INK else ""
    marked, doubt = _marks(flat, row.bubbles)
    if len(marked) > 1 and not row.line.several:
        return "several"
    if marked:
        fields[row.line.field] = [bubble.value for bubble in marked]
    return doubt


def _by_question(rows: Sequence[Row]) -> Iterator[tuple[int, list[Row]]]:
    numbers = dict.fromkeys(row.line.number for row in rows)
    for number in numbers:
        yield number, [row for row in rows if row.line.number == number]


def png(image: Image.Image) -> bytes:
    """The picture as PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def grey(content: bytes) -> Image.Image:
    """A page that was laid straight before."""
    with Image.open(io.BytesIO(content)) as flat:
        return flat.convert("L")


def cut(content: bytes, rows: Sequence[Row]) -> bytes:
    """The part of a page laid straight that shows `rows`, as PNG; without rows its head."""
    with Image.open(io.BytesIO(content)) as flat:
        frames = [row.frame for row in rows] or [(8.0, 8.0, sheet.WIDTH - 8, sheet.TOP)]
        pieces = [flat.crop(tuple(round(side * SCALE) for side in frame)) for frame in frames]  # type: ignore[arg-type]
    joined = Image.new("L", (max(piece.width for piece in pieces), sum(piece.height for piece in pieces)), 255)
    y = 0
    for piece in pieces:
        joined.paste(piece, (0, y))
        y += piece.height
    return png(joined)
