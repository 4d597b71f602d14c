"""All certificates of an enterprise's people in one ZIP, with a list of what is in it."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from certificates import rendering
from certificates.enterprise import Paper
from certificates.models import Certificate
from lms.lib.spreadsheets import harmless
from lms.lib.text import fold

SERVED = ("valid", "expired")
"""What was revoked, suspended or replaced is in the list alone: its paper is not handed out again."""


def write(out: IO[bytes], papers: Iterable[Paper], beat: Callable[[int], bool]) -> int:
    """Write the ZIP to `out`; how many papers are in it.

    `beat` hears how many are done; once it answers False another worker has the
    job, and this one stops.
    """
    lines: list[list[str]] = []
    done = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in papers:
            name = ""
            if paper.finding.verdict.status in SERVED:
                name = file_name(paper.certificate)
                archive.writestr(name, pdf(paper.certificate))
                done += 1
            lines.append(_line(paper, name))
            if not beat(len(lines)):
                break
        archive.writestr("index.csv", _index(lines))
    return done


def file_name(certificate: Certificate) -> str:
    """The certificate's name in the ZIP: letters, digits and hyphens of the holder's name and the number, no path."""
    holder = re.sub("[^a-z0-9]+", "-", fold(certificate.holder)).strip("-")[:60]
    number = re.sub("[^A-Za-z0-9]+", "-", certificate.number).strip("-")
    return f"{holder or 'khong-ten'}_{number}.pdf"


def pdf(certificate: Certificate) -> bytes:
    """The document as it lies in the private storage; drawn and put there where it is missing."""
    storage, path = storages["private"], rendering.pdf_name(certificate)
    if storage.exists(path):
        with storage.open(path) as kept:
            content: bytes = kept.read()
            return content
    drawn = rendering.pdf(certificate)
    # Kept: a worker that is stopped half-way does not begin from nothing.
    storage.save(path, ContentFile(drawn))
    return drawn


def _line(paper: Paper, name: str) -> list[str]:
    certificate, finding = paper.certificate, paper.finding
    return [
        name,
        certificate.holder,
        finding.document,
        finding.title,
        certificate.number,
        certificate.issued_on.isoformat(),
        certificate.expires_on.isoformat() if certificate.expires_on else "",
        finding.verdict.status,
        str(certificate.facts["verify_url"]),
    ]


def _index(lines: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            _("File"), _("Holder"), _("Document"), _("Title"), _("Number"),
            _("Issued on"), _("Valid until"), _("Status"), _("Address of verification"),
        ]
    )  # fmt: skip
    writer.writerows([harmless(value) for value in line] for line in lines)
    # With a mark at its start: Excel takes the file for UTF-8 by that alone.
    return text.getvalue().encode("utf-8-sig")
