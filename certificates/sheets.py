"""An enterprise's people × trainings as a workbook: the same rows as the screen."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from certificates.enterprise import Board, Paper
from certificates.matrix import Cell, Status
from certificates.progress import Progress
from lms.lib.spreadsheets import Workbook


def workbook(board: Board, trainings: Sequence[Progress], papers: Sequence[Paper]) -> bytes:
    """Three sheets: the matrix, classes, certificates."""
    title = _("%(enterprise)s: people and training, %(day)s") % {
        "enterprise": board.enterprise.name,
        "day": f"{board.on:%d/%m/%Y}",
    }
    book, words = Workbook(title), _Words()
    book.sheet(
        _("Matrix"),
        [_("Full name"), _("Job"), *(subject.name for subject in board.subjects)],
        ([worker.name, worker.job, *map(words, worker.cells)] for worker in board.workers),
        title=title,
        widths=[28, 22],
    )
    book.sheet(
        _("Classes"),
        [
            _("Full name"), _("Course"), _("Class"), _("Subject"), _("Enrolled on"), _("State"), _("Lessons done"),
            _("Lessons"), _("Attendance, %"), _("Still missing"), _("Completed on"), _("Certificate number"),
            _("Address of verification"),
        ],
        _training_lines(trainings),
        widths=[28, 40, 16, 24, 14, 14, 10, 10, 12, 40, 14, 20, 48],
    )  # fmt: skip
    book.sheet(
        _("Certificates"),
        [
            _("Full name"), _("Document"), _("Title"), _("Number"), _("Issued on"), _("Valid until"), _("Status"),
            _("Address of verification"),
        ],
        _paper_lines(papers),
        widths=[28, 36, 40, 20, 14, 14, 16, 48],
    )  # fmt: skip
    return book.finish()


class _Words:
    """The words of the matrix, looked up once: a large enterprise has tens of thousands of cells."""

    def __init__(self) -> None:
        self.status = {
            Status.HAS: _("has"),
            Status.DUE: _("due soon"),
            Status.EXPIRED: _("overdue"),
            Status.MISSING: _("missing"),
            Status.NOT_ASKED: "",
        }
        self.until, self.learning, self.proposed = _("until %(day)s"), _("learning until %(day)s"), _("proposed")

    def __call__(self, cell: Cell) -> str:
        """A cell in words."""
        parts = [self.status[cell.status]]
        if cell.until:
            parts.append(self.until % {"day": _day(cell.until)})
        if cell.learning:
            parts.append(self.learning % {"day": _day(cell.learning)})
        elif cell.proposed:
            parts.append(self.proposed)
        return ", ".join(part for part in parts if part)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _training_lines(trainings: Sequence[Progress]) -> Iterator[list[Any]]:
    for one in trainings:
        run, certificate = one.enrolment.run, one.certificate
        yield [
            one.enrolment.person.full_name, run.course.title, run.code, run.course.subject.name,
            one.enrolment.enrolled_at, one.enrolment.state_name(), one.done, one.total,
            one.attended, "; ".join(one.missing), one.completed_on,
            certificate.number if certificate else "", certificate.facts["verify_url"] if certificate else "",
        ]  # fmt: skip


def _paper_lines(papers: Sequence[Paper]) -> Iterator[list[Any]]:
    for paper in papers:
        certificate, finding = paper.certificate, paper.finding
        yield [
            certificate.holder, finding.document, finding.title, certificate.number, certificate.issued_on,
            certificate.expires_on, status_name(finding.verdict.status), certificate.facts["verify_url"],
        ]  # fmt: skip


def status_name(status: str) -> str:
    """What is said of a certificate, in the reader's language."""
    return {
        "valid": _("valid"),
        "expired": _("expired"),
        "suspended": _("suspended"),
        "superseded": _("superseded"),
        "revoked": _("no longer valid"),
    }[status]
