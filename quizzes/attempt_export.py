"""An attempt as evidence: its whole course for machines and on paper, with the hashes of both, in one archive."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import override

from lms.lib import glyphs, papers
from lms.lib.periods import ZONE
from people.models import User
from quizzes.log_words import describe
from quizzes.models import Attempt
from quizzes.queries import logs

DESIGN = Path(__file__).resolve().parent / "typst" / "attempt-1.typ"
FORMAT = 2


def archive(attempt: Attempt, by: User, at: datetime) -> bytes:
    """`attempt.json`, `attempt.pdf` and `SHA256SUMS`; without what `by` must not read yet.

    Raises papers.CannotRender.
    """
    blind = logs.is_blind(by, attempt)
    course = logs.lines(attempt, "vi", blind=blind)
    # Whoever typed an answer in for the taker is named already; every other answer is the taker's.
    taker = attempt.sitting.person.full_name
    course = [replace(line, by=taker) if line.kind in ("answer", "late") and not line.by else line for line in course]
    told = {
        **facts(attempt, course),
        "withheld_until_marked": blind,
        "replay_equals_stored": None if blind else logs.agrees(attempt, course),
        "exported_at": at.isoformat(),
        "exported_by": by.full_name,
    }
    machine = json.dumps(told, ensure_ascii=False, indent=1).encode()
    digest = hashlib.sha256(machine).hexdigest()
    # Takers may write any sign, and none keeps an attempt from being exported: the file for machines has it as it is.
    paper = papers.pdf(DESIGN, glyphs.shown(printed(attempt, course, told, digest, by, at)), at)
    sums = f"{digest}  attempt.json\n{hashlib.sha256(paper).hexdigest()}  attempt.pdf\n".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (("attempt.json", machine), ("attempt.pdf", paper), ("SHA256SUMS", sums)):
            # One moment for all: the same attempt gives the same archive.
            entry = zipfile.ZipInfo(name, at.astimezone(ZONE).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return out.getvalue()


def facts(attempt: Attempt, course: list[logs.Line]) -> dict[str, Any]:
    """Everything about the attempt except keys; `quizzes.queries.logs.replay` folds its answers from `log`."""
    sitting = attempt.sitting
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "attempt": attempt.code,
        "number": attempt.number,
        "state": attempt.state,
        "exam": sitting.exam.code,
        "person": {"id": sitting.person_id, "name": sitting.person.full_name},
        "class": sitting.enrolment.run.code if sitting.enrolment else None,
        "session": attempt.session.code if attempt.session else None,
        "seat": attempt.seat,
        "language": attempt.language,
        "started_at": attempt.started_at.isoformat(),
        "deadline": attempt.deadline.isoformat(),
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
        "closed_by_clock": attempt.closed_by_clock,
        "network": attempt.network,
        "rules": attempt.rules,
        "items": [
            {
                "position": item.position,
                "question": item.version.question.code,
                "version": item.version.number,
                "fingerprint": item.version.fingerprint,
                "type": item.version.type,
                "points": item.version.points,
                "scored": item.scored,
                "order": item.order,
                "content": item.version.content,
            }
            for item in attempt.items.select_related("version__question").order_by("position")
        ],
        "log": logs.chained(line.plain() for line in course),
    }


def printed(
    attempt: Attempt, course: list[logs.Line], told: dict[str, Any], digest: str, by: User, at: datetime
) -> dict[str, Any]:
    """The texts on the paper, in Vietnamese: the design only places them."""
    sitting = attempt.sitting
    with override("vi"):
        rows = [
            [str(number), _clock(line.at), str(line.position or ""), describe(line), "; ".join(line.said), line.by]
            for number, line in enumerate(course, 1)
        ]
    last = {one.position: one for one in logs.stood(course, len(course))}
    return {
        "title": attempt.rules["title_vi"],
        "attempt": attempt.code,
        "person": sitting.person.full_name,
        "about": [
            ["Lượt làm bài", f"{attempt.number}, mã {attempt.code}"],
            ["Bài thi", f"{attempt.rules['title_vi']} ({sitting.exam.code})"],
            ["Lớp", sitting.enrolment.run.code if sitting.enrolment else "–"],
            ["Bắt đầu", _clock(attempt.started_at)],
            ["Hạn nộp", _clock(attempt.deadline)],
            ["Nộp bài", _clock(attempt.submitted_at) if attempt.submitted_at else "–"],
            ["Ca thi, chỗ", " · ".join(part for part in (_session(attempt), attempt.seat) if part) or "–"],
        ],
        "rows": rows,
        "items": [_item(item, last.get(item["position"])) for item in told["items"]],
        "verdict": _VERDICTS[told["replay_equals_stored"]],
        "chain": told["log"][-1]["hash"] if told["log"] else "",
        "digest": digest,
        "printed": f"Xuất lúc {_clock(at)}, người xuất: {by.full_name}",
    }


_VERDICTS = {
    True: "Câu trả lời dựng lại từ nhật ký khớp với câu trả lời đang lưu.",
    False: "CÂU TRẢ LỜI DỰNG LẠI TỪ NHẬT KÝ KHÔNG KHỚP với câu trả lời đang lưu.",
    None: "Một phần câu trả lời được che đến khi chấm xong, nên chưa đối chiếu nhật ký với câu trả lời đang lưu.",
}


def _item(item: dict[str, Any], last: logs.Stood | None) -> list[str]:
    """One question as it was given, and the answer to it that counts."""
    question = f"{item['question']}, phiên bản {item['version']}" + ("" if item["scored"] else " (câu thử)")
    if last is None:
        return [str(item["position"]), question, item["fingerprint"][:16], "chưa trả lời", "0", "–"]
    said = "bỏ trống" if last.empty else "; ".join(last.said)
    return [str(item["position"]), question, item["fingerprint"][:16], said, str(last.revision), _clock(last.since)]


def _session(attempt: Attempt) -> str:
    return attempt.session.code if attempt.session else ""


def _clock(moment: datetime) -> str:
    return date_format(moment.astimezone(ZONE), "H:i:s, d/m/Y")
