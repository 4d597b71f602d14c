"""An attempt as evidence: its whole course for machines and on paper, with the hashes of both, in one archive."""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import override

from lms.lib import papers
from lms.lib.periods import ZONE
from people.models import User
from quizzes.log_words import describe
from quizzes.models import Attempt
from quizzes.queries import logs

DESIGN = Path(__file__).resolve().parent / "typst" / "attempt-1.typ"
FORMAT = 1


def archive(attempt: Attempt, by: User, at: datetime) -> bytes:
    """`attempt.json`, `attempt.pdf` and `SHA256SUMS`. Raises papers.CannotRender."""
    course = logs.lines(attempt, "vi")
    machine = json.dumps(facts(attempt, course), ensure_ascii=False, indent=1).encode()
    digest = hashlib.sha256(machine).hexdigest()
    paper = papers.pdf(DESIGN, printed(attempt, course, digest, by, at), at)
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
        "person": {"id": sitting.person_id, "name": sitting.person.full_name},
        "class": sitting.enrolment.run.code if sitting.enrolment else None,
        "session": sitting.session.code if sitting.session else None,
        "seat": sitting.seat,
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
        "log": [line.plain() for line in course],
    }


def printed(attempt: Attempt, course: list[logs.Line], digest: str, by: User, at: datetime) -> dict[str, Any]:
    """The texts on the paper, in Vietnamese: the design only places them."""
    sitting = attempt.sitting
    with override("vi"):
        rows = [
            [_clock(line.at), str(line.position or ""), describe(line), "; ".join(line.said), line.by]
            for line in course
        ]
    return {
        "title": attempt.rules["title_vi"],
        "attempt": attempt.code,
        "person": sitting.person.full_name,
        "about": [
            ["Lượt làm bài", f"{attempt.number}, mã {attempt.code}"],
            ["Bắt đầu", _clock(attempt.started_at)],
            ["Hạn nộp", _clock(attempt.deadline)],
            ["Nộp bài", _clock(attempt.submitted_at) if attempt.submitted_at else "–"],
            ["Ca thi, chỗ", " · ".join(part for part in (_session(attempt), sitting.seat) if part) or "–"],
        ],
        "rows": rows,
        "digest": digest,
        "printed": f"Xuất lúc {_clock(at)}, người xuất: {by.full_name}",
    }


def _session(attempt: Attempt) -> str:
    return attempt.sitting.session.code if attempt.sitting.session else ""


def _clock(moment: datetime) -> str:
    return date_format(moment.astimezone(ZONE), "H:i:s, d/m/Y")
