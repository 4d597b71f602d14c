"""Tickets on paper, eight to a page, to be cut apart and handed out."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.lib import glyphs, papers
from lms.lib.codes import in_fours
from lms.lib.periods import ZONE
from people.models import User
from quizzes.actions.tickets import Issued
from quizzes.models import ExamSession

DESIGN = Path(__file__).resolve().parent / "typst" / "tickets-1.typ"


def pdf(session: ExamSession, issued: Sequence[Issued], by: User, at: datetime) -> bytes:
    """The slips by seat, in Vietnamese. Raises papers.CannotRender."""
    return papers.pdf(DESIGN, glyphs.shown(printed(session, issued, by, at)), at)


def printed(session: ExamSession, issued: Sequence[Issued], by: User, at: datetime) -> dict[str, Any]:
    """The texts on the paper: the design only places them."""
    starts, ends = session.starts_at.astimezone(ZONE), session.ends_at.astimezone(ZONE)
    return {
        "exam": session.exam.title_vi,
        "session": session.code,
        "when": f"{starts:%H:%M}–{ends:%H:%M}, {starts:%d/%m/%Y}",
        "place": session.place,
        "printed": f"In lúc {at.astimezone(ZONE):%H:%M, %d/%m/%Y}, người in: {by.full_name}",
        "slips": [
            {"name": one.sitting.person.full_name, "seat": one.sitting.seat, "code": in_fours(one.code)}
            for one in issued
        ],
    }
