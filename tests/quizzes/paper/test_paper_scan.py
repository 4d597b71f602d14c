"""Answer sheets from paper, read as pictures: rendered as they are printed, marked, turned, bent, made noisy."""

import io
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from lms.lib import papers
from people.models import User
from quizzes import paper, paper_prints, paper_reading, paper_scan, paper_sheet
from quizzes.models import Exam, ExamForm, ExamSession, Sitting
from quizzes.types import Blank, Printed
from tests.factories import AT

NUMBER, PPI = 1234567, 150
DOT = PPI / 25.4


def choice(count: int, *, several: bool = False) -> Printed:
    letters = tuple((letter, f"Phương án {letter}") for letter in "ABCDEFGH"[:count])
    return Printed(options=letters, ticked="r", values=tuple(map(str, range(count))), several=several)


def printed_questions() -> dict[int, Printed]:
    """Forty of every kind."""
    pairs = tuple(Blank(f"r{place}", f"Trái {place}", choices=tuple("ABCD")) for place in range(3))
    kinds = [
        choice(4),
        choice(4),
        choice(5, several=True),
        choice(2),
        Printed(blanks=pairs),
        Printed(blanks=(Blank("r", unit="kg"),)),
    ]
    return {number: kinds[number % len(kinds)] for number in range(1, 41)}


PRINTED = printed_questions()
PAGE = paper_sheet.pages(line for number, one in PRINTED.items() for line in paper.lines(number, one))[0]


@cache
def blank_sheet() -> bytes:
    """The sheet as it comes from the printer."""
    form = ExamForm(code="A")
    sitting = Sitting(pk=NUMBER, person=User(full_name="Nguyễn Thị Thắm"), seat="12", form=form)
    session = ExamSession(code="CT-01", exam=Exam(title_vi="Bài thi HACCP"), starts_at=AT, ends_at=AT)
    known: Any = {"A": SimpleNamespace(pages=[PAGE])}
    texts = paper_prints.sheet_texts(session, [sitting], known, User(full_name="Lê Thị Sát Hạch"), AT)
    texts["forms"] = [[one.x, one.y, one.letter] for one in paper_sheet.form_bubbles("ABC")]
    return papers.render(paper_prints.SHEET, texts, AT, "png", ppi=PPI)


def fill(draw: ImageDraw.ImageDraw, x: float, y: float, share: float = 0.9, level: int = 30) -> None:
    """A bubble filled by a hand that is not quite steady."""
    radius = paper_sheet.RADIUS * share * DOT
    x, y = (x + 0.2) * DOT, (y - 0.15) * DOT
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=level)


def marked(answers: dict[int, str], form: str = "B", seed: int = 1) -> Image.Image:
    """The sheet with answers, written as tables write them."""
    image = Image.open(io.BytesIO(blank_sheet())).convert("L")
    draw, random = ImageDraw.Draw(image), Random(seed)
    for bubble in paper_sheet.form_bubbles(form):
        fill(draw, bubble.x, bubble.y)
    for row in PAGE.rows:
        fields = paper.read_cell(PRINTED[row.line.number], answers.get(row.line.number, ""))
        for bubble in row.bubbles:
            if bubble.value in fields.get(row.line.field, ()):
                fill(draw, bubble.x, bubble.y, random.uniform(0.8, 1.0), random.randint(10, 60))
    return image


def sample_answers(seed: int = 7) -> dict[int, str]:
    random, found = Random(seed), {}
    for number, one in PRINTED.items():
        if one.blanks and not one.blanks[0].choices:
            continue
        if one.blanks:
            found[number] = "".join(random.choice("ABCD-") for _blank in one.blanks)
        else:
            letters = [letter for letter, _text in one.options]
            found[number] = "".join(sorted(random.sample(letters, 2))) if one.several else random.choice(letters)
    return {number: text for number, text in found.items() if text.strip("-")}


def bent(image: Image.Image, corners: list[tuple[float, float]], size: tuple[int, int]) -> Image.Image:
    """The picture with its four corners moved to `corners` in a picture of `size`, on a grey desk."""
    width, height = image.size
    back = paper_scan._projection(corners, [(0, 0), (width, 0), (width, height), (0, height)])
    return image.transform(size, Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC, fillcolor=120)


def shaded(image: Image.Image) -> Image.Image:
    """Half of it in the shadow of a hand."""
    shade = Image.linear_gradient("L").resize(image.size).point(lambda level: 110 + level * 145 // 255)
    return Image.composite(image, Image.new("L", image.size, 0), shade)


def as_jpeg(image: Image.Image, quality: int = 70) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def noisy(image: Image.Image, sigma: float = 18) -> Image.Image:
    noise = Image.effect_noise(image.size, sigma)
    return Image.blend(image, noise, 0.15).filter(ImageFilter.GaussianBlur(0.8))


W, H = round(210 * DOT), round(297 * DOT)
TREATED: dict[str, Any] = {
    "as it is": lambda image: image,
    "turned 3° and noisy": lambda image: noisy(image.rotate(3, Image.Resampling.BICUBIC, fillcolor=255)),
    "turned -3° and small": lambda image: image.rotate(-3, Image.Resampling.BICUBIC, fillcolor=255).resize(
        (W * 7 // 10, H * 7 // 10)
    ),
    "upside down": lambda image: image.rotate(180),
    "on its side": lambda image: image.rotate(90, expand=True),
    "black and white": lambda image: image.point(lambda level: 255 if level > 170 else 0).rotate(-1, fillcolor=255),
    "printed smaller": lambda image: ImageOps.expand(image.resize((W * 9 // 10, H * 9 // 10)), 60, 255),
    "photographed": lambda image: noisy(
        shaded(bent(image, [(120, 90), (W + 60, 140), (W + 130, H + 100), (60, H + 40)], (W + 200, H + 200)))
    ),
}


@pytest.mark.parametrize("name", TREATED)
def test_a_page_is_read_however_it_lies(name: str) -> None:
    answers = sample_answers()
    content = as_jpeg(TREATED[name](marked(answers)))
    flat = paper_reading.Flat(paper_scan.flatten(content))
    assert flat.sheet() == (NUMBER, 1)
    assert flat.form() == ("B", "")
    found = paper_reading.read_rows(flat, PAGE.rows, PRINTED)
    assert found.cells == {str(number): text for number, text in answers.items()}
    assert found.doubts == {}


def test_what_is_not_plain_becomes_a_doubt() -> None:
    rows = {row.line.number: row for row in reversed(PAGE.rows)}
    single, box = rows[6], rows[5]
    image = marked({6: "A", 7: "C"})
    draw = ImageDraw.Draw(image)
    fill(draw, single.bubbles[2].x, single.bubbles[2].y)
    faint = rows[7].bubbles[0]
    fill(draw, faint.x, faint.y, level=165)
    cross = rows[12].bubbles[1]
    draw.line(((cross.x - 2) * DOT, (cross.y - 2) * DOT, (cross.x + 2) * DOT, (cross.y + 2) * DOT), fill=20, width=3)
    draw.line(((cross.x - 2) * DOT, (cross.y + 2) * DOT, (cross.x + 2) * DOT, (cross.y - 2) * DOT), fill=20, width=3)
    assert box.box is not None
    left, top, _width, _height = box.box
    draw.text(((left + 3) * DOT, (top + 2) * DOT), "4,5", fill=20, font_size=26)
    flat = paper_reading.Flat(paper_scan.flatten(as_jpeg(image)))
    found = paper_reading.read_rows(flat, PAGE.rows, PRINTED)
    assert found.doubts == {"5": "written", "6": "several", "7": "faint", "12": "faint"}
    assert "6" not in found.cells and found.cells["7"] == "C"


def test_a_smudged_code_is_noticed_not_read() -> None:
    image = marked({})
    draw = ImageDraw.Draw(image)
    x, high, _black = paper_sheet.bits(NUMBER, 1)[10]
    draw.rectangle(((x - 2) * DOT, (high - 2) * DOT, (x + 2) * DOT, (high + 7) * DOT), fill=20)
    assert paper_reading.Flat(paper_scan.flatten(as_jpeg(image))).sheet() is None


def test_two_forms_marked() -> None:
    flat = paper_reading.Flat(paper_scan.flatten(as_jpeg(marked({}, form="AC"))))
    assert flat.form() == ("", "several")
    assert paper_reading.Flat(paper_scan.flatten(as_jpeg(marked({}, form="")))).form() == ("", "")


def test_pictures_of_something_else_are_refused() -> None:
    plain = Image.new("L", (W, H), 255)
    covered = marked({})
    ImageDraw.Draw(covered).rectangle((0, 0, 30 * DOT, 22 * DOT), fill=255)
    small = plain.resize((200, 280))
    bomb = Image.new("1", (8000, 8000))
    out = io.BytesIO()
    bomb.save(out, "PNG")
    gif = io.BytesIO()
    plain.save(gif, "GIF")
    told = []
    for content in (
        as_jpeg(plain),
        as_jpeg(covered),
        as_jpeg(small),
        out.getvalue(),
        gif.getvalue(),
        b"\x89PNG\r\n\x1a\n" + b"x" * 99,
    ):
        with pytest.raises(paper_scan.BadScan) as bad:
            paper_scan.flatten(content)
        told.append(bad.value.code)
    assert told == ["no_marks", "no_marks", "too_small", "too_large", "not_a_picture", "not_a_picture"]


def test_a_cut_shows_the_line() -> None:
    flat = paper_scan.flatten(as_jpeg(marked(sample_answers())))
    rows = [row for row in PAGE.rows if row.line.number == 4]
    with Image.open(io.BytesIO(paper_reading.cut(paper_reading.png(flat), rows))) as cut:
        assert cut.width == round(paper_sheet.COLUMN * paper_scan.SCALE)
        assert abs(cut.height - 3 * paper_sheet.PITCH * paper_scan.SCALE) < 4
        assert cut.getextrema()[0] < 90


def test_sixteen_bits_are_scaled_and_transparency_is_paper() -> None:
    image = marked(sample_answers())
    deep = image.convert("I").point(lambda level: level * 257)
    clear = Image.merge("LA", (image, image.point(lambda level: 0 if level > 250 else 255)))
    for one in (deep.convert("I;16"), clear):
        out = io.BytesIO()
        one.save(out, "PNG")
        flat = paper_reading.Flat(paper_scan.flatten(out.getvalue()))
        assert (flat.sheet(), flat.form()) == ((NUMBER, 1), ("B", ""))
