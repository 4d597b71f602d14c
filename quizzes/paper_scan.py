"""Pictures of answer sheets: laid straight by their four corner marks. No database, no network.

A picture is a stranger's file: bounds are looked at before it is decoded, and nothing but
grey values is taken from it.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import hypot

from PIL import Image, ImageChops, ImageFilter, ImageOps

from quizzes import paper_sheet as sheet

MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2400
"""Pixels of the longer side that are looked at; more adds nothing."""
SCALE = 6
"""Pixels per millimetre of a sheet laid straight."""
_LOOK = 1000
"""Pixels of the longer side while corner marks are searched."""
_CANDIDATES = 14
Point = tuple[float, float]


class BadScan(Exception):
    """A picture that is no page of an answer sheet; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- Laying it straight ---------------------------------------------------------------------


def flatten(content: bytes) -> Image.Image:
    """The page as grey values, upright and straight, at `SCALE`. Raises BadScan."""
    grey = _opened(content)
    corners = _corners(grey)
    for turn in range(4):
        turned = [*corners[turn:], *corners[:turn]]
        if _bar_is_black(grey, turned):
            return _warped(grey, turned)
    raise BadScan("no_marks")


def _opened(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format not in ("PNG", "JPEG"):
                raise BadScan("not_a_picture")
            if picture.width * picture.height > MAX_PIXELS:
                raise BadScan("too_large")
            picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            if upright.mode in ("RGBA", "LA", "PA", "P"):
                upright = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
            if upright.mode.startswith("I"):  # 16 bits, which `convert` would cut off instead of scaling
                upright = upright.convert("I").point(lambda level: level * (1 / 257))
            grey = upright.convert("L")
    except BadScan:
        raise
    except Exception as error:  # Pillow raises many kinds for a broken file; all mean the same here
        raise BadScan("not_a_picture") from error
    if min(grey.size) < 500:
        raise BadScan("too_small")
    grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
    return grey


@dataclass
class _Blob:
    """Dark pixels that hang together."""

    area: int = 0
    left: int = 1 << 30
    right: int = -1
    top: int = 1 << 30
    bottom: int = -1
    sum_x: float = 0.0
    sum_y: float = 0.0

    def add(self, y: int, start: int, end: int) -> None:
        """A run of pixels from `start` to before `end`."""
        count = end - start
        self.area += count
        self.left, self.right = min(self.left, start), max(self.right, end)
        self.top, self.bottom = min(self.top, y), max(self.bottom, y + 1)
        self.sum_x += count * (start + end) / 2
        self.sum_y += count * (y + 0.5)

    def join(self, other: "_Blob") -> None:
        """Take over another one."""
        self.area += other.area
        self.left, self.right = min(self.left, other.left), max(self.right, other.right)
        self.top, self.bottom = min(self.top, other.top), max(self.bottom, other.bottom)
        self.sum_x += other.sum_x
        self.sum_y += other.sum_y

    @property
    def centre(self) -> Point:
        """Where it lies."""
        return self.sum_x / self.area, self.sum_y / self.area

    def is_square(self, longest: int) -> bool:
        """Whether it may be a corner mark in a picture with this longer side."""
        width, height = self.right - self.left, self.bottom - self.top
        if not 0.009 * longest < min(width, height) <= max(width, height) < 0.07 * longest:
            return False
        return 0.6 < width / height < 1.67 and self.area > 0.7 * width * height


def _corners(grey: Image.Image) -> list[Point]:
    """Centres of the corner marks, clockwise from whichever lies top left. Raises BadScan."""
    factor = max(grey.size) / _LOOK
    small = grey.resize((round(grey.width / factor), round(grey.height / factor)), Image.Resampling.BOX)
    around = small.filter(ImageFilter.BoxBlur(_LOOK // 16))
    # Darker than what lies around it: a shadow over half of the page is no mark.
    dark = ImageChops.subtract(around, small).point([255 if level > 45 else 0 for level in range(256)])
    squares = [blob for blob in _blobs(dark) if blob.is_square(_LOOK)]
    squares.sort(key=lambda blob: -blob.area)
    best: tuple[float, list[Point]] | None = None
    for four in combinations(squares[:_CANDIDATES], 4):
        if four[0].area > 2.2 * four[3].area:
            continue
        corners = _clockwise([blob.centre for blob in four])
        size = _page_size(corners)
        if size and (best is None or size > best[0]):
            best = size, corners
    if best is None:
        raise BadScan("no_marks")
    return [(x * grey.width / small.width, y * grey.height / small.height) for x, y in best[1]]


def _blobs(dark: Image.Image) -> list[_Blob]:
    """What hangs together, by runs of each line joined with those of the line above."""
    width, height = dark.size
    pixels = dark.tobytes()
    parents: list[int] = []
    blobs: list[_Blob] = []

    def root(name: int) -> int:
        while parents[name] != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    above: list[tuple[int, int, int]] = []
    for y in range(height):
        row: list[tuple[int, int, int]] = []
        place = 0
        for found in re.finditer(rb"\xff+", pixels[y * width : (y + 1) * width]):
            start, end = found.span()
            name = len(parents)
            parents.append(name)
            blobs.append(_Blob())
            blobs[name].add(y, start, end)
            while place < len(above) and above[place][1] <= start:
                place += 1
            at = place
            while at < len(above) and above[at][0] < end:
                parents[root(name)] = root(above[at][2])
                at += 1
            row.append((start, end, name))
        above = row
    for name in range(len(parents)):
        if (top := root(name)) != name:
            blobs[top].join(blobs[name])
    return [blob for name, blob in enumerate(blobs) if parents[name] == name]


def _clockwise(points: Sequence[Point]) -> list[Point]:
    """Top left, top right, bottom right, bottom left."""
    rows = sorted(points, key=lambda point: point[1])
    upper, lower = sorted(rows[:2]), sorted(rows[2:])
    return [upper[0], upper[1], lower[1], lower[0]]


def _page_size(corners: Sequence[Point]) -> float:
    """The area between the marks, in whichever direction the page lies; 0 where they span no page."""
    sides = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)]
    if min(sides) < 0.2 * _LOOK or not all(0.8 < a / b < 1.25 for a, b in ((sides[0], sides[2]), (sides[1], sides[3]))):
        return 0.0
    long, short = max(sides[0] + sides[2], sides[1] + sides[3]), min(sides[0] + sides[2], sides[1] + sides[3])
    wanted = (sheet.CORNERS[2][1] - sheet.CORNERS[1][1]) / (sheet.CORNERS[1][0] - sheet.CORNERS[0][0])
    return long * short if 0.8 < long / short / wanted < 1.25 else 0.0


def _bar_is_black(grey: Image.Image, corners: Sequence[Point]) -> bool:
    """Whether the bar beside the first mark is there, and paper below it."""
    to = _projection(sheet.CORNERS, corners)
    x, y, width, height = sheet.BAR

    def level(dx: float, dy: float) -> int:
        u, v = _applied(to, (x + dx, y + dy))
        inside = 0 <= u < grey.width and 0 <= v < grey.height
        value = grey.getpixel((int(u), int(v))) if inside else 255
        assert isinstance(value, int)
        return value

    spots = [(dx * width / 8, dy * height / 6) for dx in (-3, -1.5, 0, 1.5, 3) for dy in (-1, 0, 1)]
    bar = sum(level(dx, dy) for dx, dy in spots) / len(spots)
    paper = sum(level(dx, dy - 5) + level(dx, dy + 5) for dx, dy in spots) / len(spots) / 2
    return bar < 0.6 * paper


def _warped(grey: Image.Image, corners: Sequence[Point]) -> Image.Image:
    flat = [(x * SCALE, y * SCALE) for x, y in sheet.CORNERS]
    size = round(sheet.WIDTH * SCALE), round(sheet.HEIGHT * SCALE)
    back = _projection(flat, corners)
    return grey.transform(size, Image.Transform.PERSPECTIVE, back, Image.Resampling.BILINEAR, fillcolor=255)


def _projection(source: Sequence[Point], target: Sequence[Point]) -> tuple[float, ...]:
    """The eight numbers of the projection that takes the four points of `source` to those of `target`."""
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for pivot in range(8):
        best = max(range(pivot, 8), key=lambda line: abs(rows[line][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        if abs(rows[pivot][pivot]) < 1e-12:
            raise BadScan("no_marks")
        for line in range(8):
            if line != pivot:
                share = rows[line][pivot] / rows[pivot][pivot]
                rows[line] = [a - share * b for a, b in zip(rows[line], rows[pivot], strict=True)]
    return tuple(rows[line][8] / rows[line][line] for line in range(8))


def _applied(to: Sequence[float], point: Point) -> Point:
    x, y = point
    depth = to[6] * x + to[7] * y + 1
    return (to[0] * x + to[1] * y + to[2]) / depth, (to[3] * x + to[4] * y + to[5]) / depth
