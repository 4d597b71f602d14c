"""Pictures of somebody's answer sheets: for the copy of their data, and for erasure."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from django.core.files.storage import storages
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from people.personal_data import Section, Stored
from quizzes import paper
from quizzes.models import PaperScan, Sitting
from quizzes.personal_files import ERASED_NAME


def _scans(ids: Sequence[int]) -> QuerySet[PaperScan]:
    """Pictures that were read as sheets of these people."""
    numbers = Sitting.objects.filter(person__in=ids, pk__lte=paper.LAST_NUMBER).values_list("pk", flat=True)
    return PaperScan.objects.filter(code__in=[paper.sheet_code(number) for number in numbers]).order_by("pk")


def sections(ids: Sequence[int]) -> Iterator[Section]:
    """The pictures, where there are any."""
    scans = list(_scans(ids).exclude(path="").select_related("batch"))
    if scans:
        yield Section(
            "answer_sheets",
            _("Answer sheets on paper"),
            [("file", _("Picture")), ("at", _("Sent on"))],
            [[scan.name, scan.batch.created_at] for scan in scans],
            files=[
                Stored(f"{number:02d}{PurePosixPath(scan.path).suffix}", scan.path)
                for number, scan in enumerate(scans, start=1)
            ],
        )


def erase(ids: Sequence[int]) -> None:
    """The pictures go, in both forms; the answers taken from them stay in their attempts."""
    for scan in _scans(ids):
        for path in (scan.path, scan.flat):
            if path:
                storages["private"].delete(path)
        scan.path, scan.flat, scan.name, scan.cells = "", "", ERASED_NAME, {}
        scan.save(update_fields=["path", "flat", "name", "cells"])
