"""A session on paper: two people, each with a form, and their sheets."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from lms.lib import papers
from people.models import User
from quizzes import actions, paper, paper_prints, paper_sheet
from quizzes.actions import paper as work, sessions
from quizzes.models import Exam, ExamSession, PaperBatch, Sitting
from quizzes.paper_table import Entry
from quizzes.queries import on_paper
from quizzes.queries.on_paper import PaperForm
from tests.factories import AT, make_person
from tests.quizzes.conftest import right_fields

LATER = AT + timedelta(hours=3)
DOT = 150 / 25.4


@pytest.fixture
def session(sitting: Sitting, examiner: User, exam: Exam) -> ExamSession:
    """Two people, each with a form of their own."""
    other = actions.open_sitting(person=make_person("Trần Thị Bình"), exam=exam, enrolment=None, by=None, at=AT)
    planned = sessions.plan_session(
        exam=exam, starts_at=AT, ends_at=AT + timedelta(hours=2), by=examiner, at=AT, place="Phòng 204"
    )
    sessions.seat_people(session=planned, seats={sitting.pk: "01", other.pk: "02"}, by=examiner, at=AT)
    actions.make_forms(exam=exam, count=2, by=examiner, at=AT)
    work.give_forms(session=planned, codes=["A", "B"], by=examiner, at=AT)
    return planned


@pytest.fixture
def forms(session: ExamSession) -> dict[str, PaperForm]:
    return on_paper.paper_forms(session.exam)


def right_cells(form: PaperForm) -> dict[int, str]:
    """The right answers, written as people write them."""
    return {item.number: paper.write_cell(form.printed[item.number], right_fields(item)) for item in form.items}


def entry(sitting: Sitting, cells: dict[int, str], line: str = "2", form: str = "") -> Entry:
    return Entry(line, paper.sheet_code(sitting.pk), form, cells)


def upload(session: ExamSession, entries: list[Entry], by: User) -> PaperBatch:
    return work.upload_answers(session=session, entries=entries, name="a.csv", sha256="", by=by, at=LATER)


def seated(session: ExamSession) -> list[Sitting]:
    return list(session.sittings.select_related("person", "form").order_by("seat"))


def sheet_of(
    session: ExamSession, sitting: Sitting, forms: dict[str, PaperForm], cells: dict[int, str], by: User
) -> bytes:
    """The printed sheet of one person with `cells` filled in; what is no bubble is scribbled."""
    assert sitting.form is not None
    texts = paper_prints.sheet_texts(session, [sitting], forms, by, AT)
    image = Image.open(io.BytesIO(papers.render(paper_prints.SHEET, texts, AT, "png", ppi=150))).convert("L")
    draw, form = ImageDraw.Draw(image), forms[sitting.form.code]
    radius = paper_sheet.RADIUS * DOT
    for row in form.pages[0].rows:
        fields = paper.read_cell(form.printed[row.line.number], cells.get(row.line.number, ""))
        for bubble in row.bubbles:
            if bubble.value in fields.get(row.line.field, ()):
                x, y = bubble.x * DOT, bubble.y * DOT
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=20)
        if row.box and fields:
            draw.text(((row.box[0] + 3) * DOT, (row.box[1] + 2) * DOT), "48151,5", fill=20, font_size=26)
    out = io.BytesIO()
    image.rotate(2, Image.Resampling.BICUBIC, fillcolor=255).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def desk(session: ExamSession, examiner: User, client: Client) -> Client:
    ExamSession.objects.filter(pk=session.pk).update(starts_at=AT - timedelta(days=900))
    client.force_login(examiner, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"quizzes_admin:{name}", args=args)
