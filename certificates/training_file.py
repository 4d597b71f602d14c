"""The training file of one person, as paper for a customer's auditor."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from certificates.enterprise import Paper
from certificates.matrix import Cell, Status
from certificates.personal_file import File
from certificates.progress import Progress
from enrolments import timesheets
from enrolments.hours import clock
from enrolments.models import CourseRun, Enrolment
from lms.lib import papers
from lms.lib.periods import ZONE, local_date
from people.models import Province

DESIGN = Path(__file__).resolve().parent / "typst" / "training-file-1.typ"
_MODES = {
    CourseRun.Mode.SELF_PACED: "tự học",
    CourseRun.Mode.ROOM: "trực tiếp",
    CourseRun.Mode.ONLINE: "trực tuyến",
    CourseRun.Mode.BLENDED: "kết hợp",
}
_STATUSES = {
    "valid": "có hiệu lực",
    "expired": "hết hạn",
    "suspended": "đình chỉ",
    "superseded": "được thay thế",
    "revoked": "không còn giá trị",
}
_CELLS = {
    Status.HAS: "đáp ứng",
    Status.DUE: "sắp đến hạn",
    Status.EXPIRED: "quá hạn",
    Status.MISSING: "chưa có",
    Status.NOT_ASKED: "",
}


def pdf(file: File, at: datetime) -> bytes:
    """The paper. Its words are Vietnamese, whatever the reader's language. Raises CannotRender."""
    return papers.pdf(DESIGN, printed(file, at), at)


def printed(file: File, at: datetime) -> dict[str, Any]:
    """The texts on the paper: the design only places them."""
    province = Province.current()
    named = {one.certificate.pk for one in file.trainings if one.certificate}
    return {
        "title": "Hồ sơ đào tạo",
        "enterprise": file.enterprise.name,
        "tax_code": file.enterprise.tax_code or "",
        "programme": province.text("programme_title"),
        "body": f"Nền tảng do {province.body_on(local_date(at)).name_vi} vận hành.",
        "holder": file.person.full_name,
        "born": _day(file.person.birth_date) or str(file.person.birth_year or ""),
        "job": file.membership.job,
        "memberships": [
            f"từ {_day(one.since)}" + (f" đến trước {_day(one.ended_on)}" if one.ended_on else "")
            for one in reversed(file.memberships)
        ],
        "trainings": [_training(one) for one in reversed(file.trainings)],
        "papers": [_paper(one) for one in file.papers if one.certificate.pk not in named],
        "needs": [
            [subject.name_vi, _day(cell.on) or "–", _until(cell), _standing(cell)] for subject, cell in file.needs
        ],
        "made": f"{at.astimezone(ZONE):%H:%M ngày %d/%m/%Y}",
    }


def _training(one: Progress) -> dict[str, str]:
    run, certificate = one.enrolment.run, one.certificate
    return {
        "course": run.course.title_vi,
        "edition": run.edition.name_vi,
        "run": run.code,
        "mode": _MODES[CourseRun.Mode(run.mode)],
        "dates": _dates(one),
        "hours": clock(timesheets.statement(one.enrolment, "vi").total),
        "planned": f"kế hoạch {_number(run.course.hours)}\u00a0giờ",
        "result": _result(one),
        "number": certificate.number if certificate else "",
        "address": _address(certificate.facts["verify_url"]) if certificate else "",
        "qr": papers.qr_code(certificate.facts["verify_url"].upper()) if certificate else "",
    }


def _dates(one: Progress) -> str:
    """From the first to the last day; a person who enrolled late began then."""
    begun, ended = max(one.enrolment.run.starts_on, local_date(one.enrolment.enrolled_at)), one.completed_on
    if ended:
        return f"{_day(min(begun, ended))}\u00a0– {_day(ended)}"
    if not one.learning:
        return _day(begun)
    return f"{_day(begun)}\u00a0– nay" if _has_begun(one) else f"từ {_day(begun)}"


def _has_begun(one: Progress) -> bool:
    return one.done > 0 or bool(one.enrolment.run.starts_on <= local_date(one.at))


def _result(one: Progress) -> str:
    if one.completed_on:
        result = (one.certificate.facts.get("result") or {}) if one.certificate else {}
        points = f", điểm {_number(result['points'])}/{_number(result['possible'])}" if "points" in result else ""
        share = f", dự {one.attended}% thời gian" if one.attended is not None else ""
        stands = f" (giấy {_STATUSES[one.verdict.status]})" if one.verdict and one.verdict.status != "valid" else ""
        return f"Hoàn thành {_day(one.completed_on)}{points}{share}{stands}"
    if one.enrolment.state == Enrolment.State.WITHDRAWN:
        return "Đã rời lớp"
    return f"Đang học, {one.done}/{one.total} bài" if _has_begun(one) else "Đã ghi danh"


def _paper(one: Paper) -> dict[str, str]:
    certificate, facts = one.certificate, one.certificate.facts
    title = facts["title"]["vi"]
    return {
        "title": f"{facts['document_title']['vi'].capitalize()}: {title}",
        "number": certificate.number,
        "issued": _day(certificate.issued_on),
        "expires": _day(certificate.expires_on) or "không thời hạn",
        "status": _STATUSES[one.finding.verdict.status],
        "address": _address(facts["verify_url"]),
        "qr": papers.qr_code(facts["verify_url"].upper()),
    }


def _standing(cell: Cell) -> str:
    words = _CELLS[cell.status]
    if cell.learning:
        return f"{words}, đang học đến {_day(cell.learning)}"
    return f"{words}, đã được cử" if cell.proposed and cell.gap else words


def _until(cell: Cell) -> str:
    if cell.on is None:
        return "–"
    return _day(cell.until) or "không thời hạn"


def _address(url: str) -> str:
    """Without its scheme; the line may break before the code."""
    return url.split("//", 1)[-1].replace("/v/", "/v/\u200b")


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _number(value: Any) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".").replace(".", ",")
