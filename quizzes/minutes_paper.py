"""The minutes of a session on paper, in Vietnamese, to be signed by those who watched."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import override

from lms.lib import glyphs, papers
from lms.lib.periods import ZONE
from people.models import User
from quizzes import hall_words
from quizzes.models import Sitting
from quizzes.queries.minutes import Minutes, Row

DESIGN = Path(__file__).resolve().parent / "typst" / "minutes-1.typ"
_STATUS = {"here": "Có mặt, chưa làm", "working": "Đang làm", "done": "Đã nộp", "void": "Đã hủy"}


def pdf(found: Minutes, by: User, at: datetime) -> bytes:
    """The minutes as they stand at `at`. Raises papers.CannotRender."""
    return papers.pdf(DESIGN, glyphs.shown(printed(found, by, at)), at)


def printed(found: Minutes, by: User, at: datetime) -> dict[str, Any]:
    """The texts on the paper: the design only places them."""
    session, counts = found.session, found.counts
    day = session.starts_at.astimezone(ZONE).date()
    absent = "vắng mặt" if found.closed_at else "chưa vào"
    with override("vi"):
        lines = [
            [
                _clock(line.at) if line.at.astimezone(ZONE).date() != day else _hour(line.at),
                _who(line.sitting),
                hall_words.told(line),
                line.by,
            ]
            for line in found.happenings
        ]
    return {
        "session": session.code,
        "exam": session.exam.title_vi,
        "about": [
            ["Bài thi", session.exam.title_vi],
            ["Ca thi", session.code],
            ["Thời gian theo lịch", f"{_clock(session.starts_at)} đến {_clock(session.ends_at)}"],
            ["Địa điểm", session.place or "–"],
            ["Mở phòng thi", _clock(found.opened_at) if found.opened_at else "chưa mở"],
            ["Đóng phòng thi", _clock(found.closed_at) if found.closed_at else "chưa đóng"],
            ["Giám thị", ", ".join(dict.fromkeys(one.person.full_name for one in found.invigilators)) or "–"],
            [
                "Số người",
                (
                    f"{len(found.rows)} theo danh sách; {counts['done']} đã nộp; {counts['working']} đang làm; "
                    f"{counts['here']} có mặt, chưa làm; {counts['void']} bị hủy lượt; {counts['absent']} {absent}"
                ),
            ],
        ],
        "people": [_person(row, absent.capitalize()) for row in found.rows],
        "lines": lines,
        "signs": list(dict.fromkeys(one.person.full_name for one in found.invigilators if one.until is None)) or [""],
        "printed": f"Lập lúc {_clock(at)}, người lập: {by.full_name}. Giờ theo đồng hồ máy chủ.",
    }


def _person(row: Row, absent: str) -> list[str]:
    last = row.last
    remarks = [
        f"cộng {row.added} phút" if row.added else "",
        f"dừng {round(row.stood / 60)} phút" if row.stood >= 30 else "",
        f"{row.tickets} phiếu vào thi" if row.tickets > 1 else "",
        "bài trên giấy" if last and last.on_paper else "",
        f"lượt {last.number}" if last and last.number > 1 else "",
        "nộp theo đồng hồ" if last and last.closed_by_clock else "",
    ]
    return [
        row.sitting.seat or "–",
        row.sitting.person.full_name,
        "có" if row.identified_by else "–",
        _hour(last.started_at) if last else "–",
        _hour(last.submitted_at) if last and last.submitted_at else "–",
        _STATUS.get(row.status, absent),
        ", ".join(remark for remark in remarks if remark),
    ]


def _who(sitting: Sitting | None) -> str:
    return " · ".join(part for part in (sitting.seat, sitting.person.full_name) if part) if sitting else ""


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%H:%M:%S}"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%H:%M:%S, %d/%m/%Y}"
