"""Booklets, answer sheets and key sheets as PDF: the texts that the designs place."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _, override

from lms.lib import glyphs, papers
from lms.lib.bilingual import pick
from lms.lib.periods import ZONE
from lms.lib.states import Refused
from people.models import User
from quizzes import paper, paper_sheet
from quizzes.models import ExamSession, QuestionKey, Section, Sitting
from quizzes.queries.on_paper import Item, PaperForm
from quizzes.queries.papers import Figure, figures, keeper
from quizzes.types import TYPES, Printed, Reveal

_HERE = Path(__file__).resolve().parent / "typst"
BOOKLET, SHEET, KEYS = _HERE / "booklet-1.typ", _HERE / "answer-sheet-1.typ", _HERE / "key-sheet-1.typ"
LANGUAGES = ("vi", "en")
WIDEST, HIGHEST = 150.0, 190.0
"""Millimetres that a picture takes at most."""
_MEDIA = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp", "svg": "svg+xml"}


# --- Booklet -------------------------------------------------------------------------------


def booklet(found: PaperForm, language: str, at: datetime) -> bytes:
    """The questions of a form as PDF, without names, answers and keys.

    Raises Refused for a picture that is gone and signs that no face has: a question is
    printed as it is, or not at all. Raises papers.CannotRender.
    """
    texts = booklet_texts(found, language)
    _refuse_signs(texts["questions"], lambda row: str(row["number"]))
    return papers.pdf(BOOKLET, texts, at)


def _refuse_signs(rows: Sequence[Any], number: Callable[[Any], str]) -> None:
    for row in rows:
        words = {**row, "figure": ""} if isinstance(row, dict) else row
        if strange := glyphs.unprintable(json.dumps(words, ensure_ascii=False)):
            raise Refused(
                _("Question %(number)s has signs that cannot be printed: %(signs)s. Write them in another way.")
                % {"number": number(row), "signs": " ".join(f"{sign} (U+{ord(sign):04X})" for sign in strange)},
                "signs",
            )


def booklet_texts(found: PaperForm, language: str) -> dict[str, Any]:
    """What the booklet says, in its language."""
    exam = found.form.exam
    contents = [item.version.content for item in found.items]
    pictures = figures(contents, language, keeper(exam.bank))
    with override(language):
        sections = Section.objects.in_bulk({item.section for item in found.items if item.section})
        questions = [_question(item, language, pictures) for item in found.items]
        last: int | None = None
        for item, told in zip(found.items, questions, strict=True):
            if item.section != last and item.section in sections:
                told["section"] = str(sections[item.section])
            last = item.section
        return {
            "language": language,
            "title": pick(exam.title_vi, exam.title_en),
            "form": _("Form %(code)s") % {"code": found.form.code},
            "code": f"{exam.code} · {found.form.code}",
            "about": _("%(questions)s questions, %(points)s points, %(minutes)s minutes")
            % {
                "questions": len(found.items),
                "points": sum(item.version.points for item in found.items if item.scored),
                "minutes": exam.minutes,
            },
            "note": _("Mark the answers on the answer sheet; only it is graded. Mark the form there as well."),
            "page": _("Page"),
            "questions": questions,
        }


def _question(item: Item, language: str, pictures: Mapping[str, Figure]) -> dict[str, Any]:
    kind, content = TYPES[item.version.type], item.version.content
    printed = item.printed(language)
    figure = pictures.get(content.get("figure", ""))
    return {
        "number": item.number,
        "section": "",
        "stem": kind.stem(content, item.order, language),
        "points": _points(item.version.points),
        "figure": _picture(item, figure, printed.grid) if figure else "",
        "alt": figure.alt if figure else "",
        "width": _width(figure) if figure else 0,
        **_body(printed),
    }


def _points(points: int) -> str:
    return _("1 point") if points == 1 else _("%(points)s points") % {"points": points}


def _body(printed: Printed) -> dict[str, Any]:
    blanks = printed.blanks
    alone = [_("Answer in %(unit)s.") % {"unit": one.unit} for one in blanks if one.unit and not one.label]
    return {
        "lines": [*printed.lines, *alone],
        # The cells of a grid stand in the picture already.
        "options": [] if printed.grid else [list(option) for option in printed.options],
        "blanks": [
            [mark, one.label, one.unit]
            for mark, one in ((f"({paper.blank_mark(place, blanks)})", one) for place, one in enumerate(blanks))
            if one.label not in ("", mark)  # gaps are numbered in their text already
        ],
        "parts": [
            {"mark": f"{paper.PARTS[place]})", "stem": stem, **_body(part)}
            for place, (stem, part) in enumerate(printed.parts)
        ],
        "several": _("Choose every right answer.") if printed.several and not printed.grid else "",
    }


def _width(figure: Figure) -> float:
    """Millimetres: as wide as its points ask for, and never higher than a page has room for."""
    width = min(WIDEST, figure.width * 0.22)
    return min(width, HIGHEST * figure.width / figure.height) if figure.height else width


def _picture(item: Item, figure: Figure, grid: tuple[int, int] | None) -> str:
    """The figure as SVG, with the names of its areas over it where there are any. Raises Refused."""
    ending = figure.name.rsplit(".", 1)[-1].lower()
    try:
        with default_storage.open(figure.name) as file:
            content: bytes = file.read()
    except OSError as error:
        raise Refused(
            _("The picture of question %(number)s is gone. Add it to the question again.") % {"number": item.number},
            "picture",
        ) from error
    if ending == "svg" and grid is None:
        return content.decode()
    width, height = figure.width or 640, figure.height or 480
    data = base64.b64encode(content).decode()
    inside = f'<image href="data:image/{_MEDIA.get(ending, "png")};base64,{data}" width="{width}" height="{height}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{inside}{_grid(width, height, grid) if grid else ''}</svg>"
    )


def _grid(width: int, height: int, grid: tuple[int, int]) -> str:
    columns, rows = grid
    across, down, size = width / columns, height / rows, max(width / 45, 9)
    lines = [f"M{across * place:.1f} 0V{height}" for place in range(1, columns)]
    lines += [f"M0 {down * place:.1f}H{width}" for place in range(1, rows)]
    marks = "".join(
        f'<text x="{across * column + size / 3:.1f}" y="{down * row + size * 1.1:.1f}">'
        f"{escape(f'{chr(65 + column)}{row + 1}')}</text>"
        for column in range(columns)
        for row in range(rows)
    )
    stroke = f'fill="none" stroke="#ffffff" stroke-width="{size / 6:.1f}"'
    thin = f'fill="none" stroke="#14211f" stroke-width="{size / 14:.1f}"'
    text = (
        f'font-family="Be Vietnam Pro" font-weight="600" font-size="{size:.1f}" fill="#14211f" '
        f'stroke="#ffffff" stroke-width="{size / 5:.1f}" paint-order="stroke"'
    )
    path = "".join(lines)
    return f'<path {stroke} d="{path}"/><path {thin} d="{path}"/><g {text}>{marks}</g>'


# --- Answer sheets -----------------------------------------------------------------------------


def answer_sheets(
    session: ExamSession, sittings: Sequence[Sitting], forms: Mapping[str, PaperForm], by: User, at: datetime
) -> bytes:
    """One sheet for each person as PDF, in Vietnamese. Raises papers.CannotRender."""
    return papers.pdf(SHEET, glyphs.shown(sheet_texts(session, sittings, forms, by, at)), at)


def sheet_texts(
    session: ExamSession, sittings: Sequence[Sitting], forms: Mapping[str, PaperForm], by: User, at: datetime
) -> dict[str, Any]:
    """What the sheets say, and where everything stands, in millimetres."""
    codes = sorted({sitting.form.code for sitting in sittings if sitting.form})
    starts = session.starts_at.astimezone(ZONE)
    return {
        "session": session.code,
        "exam": session.exam.title_vi,
        "when": f"{starts:%H:%M, %d/%m/%Y}" + (f" · {session.place}" if session.place else ""),
        "printed": f"In lúc {at.astimezone(ZONE):%H:%M, %d/%m/%Y}, người in: {by.full_name}",
        "corners": [list(corner) for corner in paper_sheet.CORNERS],
        "mark": paper_sheet.MARK,
        "bar": list(paper_sheet.BAR),
        "bit": paper_sheet.BIT,
        "radius": paper_sheet.RADIUS,
        "forms": [[one.x, one.y, one.letter] for one in paper_sheet.form_bubbles(codes)],
        "pages": [
            _page(sitting, page, len(forms[sitting.form.code].pages))
            for sitting in sittings
            if sitting.form
            for page in forms[sitting.form.code].pages
        ],
    }


def _page(sitting: Sitting, page: paper_sheet.Page, count: int) -> dict[str, Any]:
    code = paper.sheet_code(sitting.pk)
    return {
        "name": sitting.person.full_name,
        "seat": sitting.seat or "–",
        "code": code,
        "form": sitting.form.code if sitting.form else "",
        "page": page.number,
        "count": count,
        "qr": papers.qr_code(f"NSCL {code} {page.number}"),
        "bits": [[x, y] for x, y, black in paper_sheet.bits(sitting.pk, page.number) if black],
        "rows": paper_sheet.drawn(page.rows),
    }


# --- Key sheet ------------------------------------------------------------------------------------


def key_sheet(found: PaperForm, keys: Mapping[int, QuestionKey], by: User, at: datetime) -> bytes:
    """The right answers of a form as PDF, in Vietnamese. Raises Refused as `booklet`, and papers.CannotRender."""
    texts = key_texts(found, keys, by, at)
    _refuse_signs(texts["rows"], lambda row: str(row[0]))
    return papers.pdf(KEYS, texts, at)


def key_texts(found: PaperForm, keys: Mapping[int, QuestionKey], by: User, at: datetime) -> dict[str, Any]:
    """What the key sheet says; `keys` were handed out by `see_key`."""
    exam = found.form.exam
    rows = []
    with override("vi"):
        for item in found.items:
            told = _reveal(item, keys[item.version.pk], None)
            letters = _letters(item, keys[item.version.pk], found.printed[item.number])
            points = f"{item.version.points}" if item.scored else "thử"
            rows.append([str(item.number), letters, "\n".join(told.right), points, item.version.question.code])
    return {
        "title": exam.title_vi,
        "form": found.form.code,
        "code": f"{exam.code} · {found.form.code}",
        "rows": rows,
        "printed": f"In lúc {at.astimezone(ZONE):%H:%M, %d/%m/%Y}, người in: {by.full_name}",
    }


def _reveal(item: Item, key: QuestionKey, response: Any) -> Reveal:
    kind = TYPES[item.version.type]
    return kind.reveal(item.version.content, item.order, key.key, key.feedback, response, "vi")


def _letters(item: Item, key: QuestionKey, printed: Printed) -> str:
    """The right answer as it is written on paper, where it is letters or numbers to choose from."""
    if printed.ticked:
        right = [value for value, mark in _reveal(item, key, None).marks.items() if mark == "right"]
        return paper.write_cell(printed, {printed.ticked: right})
    if not printed.blanks or not all(blank.choices for blank in printed.blanks):
        return ""
    kind = TYPES[item.version.type]
    fields = kind.solved(item.version.content, item.order, key.key)
    for blank in () if fields else printed.blanks:
        for value in map(str, range(len(blank.choices))):
            response = kind.read(item.version.content, item.order, {blank.name: [value]})
            if _reveal(item, key, response).marks.get(blank.name) == "right":
                fields[blank.name] = [value]
    return paper.write_cell(printed, fields)
