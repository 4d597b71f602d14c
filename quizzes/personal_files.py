"""Files that somebody handed in as answers: for the copy of their data, and for erasure."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import storages

from people.personal_data import Stored
from quizzes.models import Answer, LateAnswer

ERASED_NAME = "…"
"""What stands in place of the name of a file that was erased."""


def _rows(ids: Sequence[int]) -> Iterator[tuple[Answer | LateAnswer, dict[str, Any]]]:
    """Answers that are files, those that came late too, each with its facts."""
    mine = {"item__attempt__sitting__person__in": ids, "item__version__type": "file"}
    rows: list[Answer | LateAnswer] = [*Answer.objects.filter(**mine), *LateAnswer.objects.filter(**mine)]
    for row in sorted(rows, key=lambda one: (one.received_at, one.pk)):
        facts = row.response.get("file") if isinstance(row.response, dict) else None
        if facts and facts.get("path"):
            yield row, facts


def stored(ids: Sequence[int]) -> list[Stored]:
    """Every file once, under the name that its copy gets."""
    paths = list(dict.fromkeys(facts["path"] for _row, facts in _rows(ids)))
    return [Stored(f"{number:02d}{PurePosixPath(path).suffix}", path) for number, path in enumerate(paths, start=1)]


def erase(ids: Sequence[int]) -> None:
    """The files go; that something was handed in, its fingerprint and its marks stay."""
    for row, facts in list(_rows(ids)):
        storages["private"].delete(facts["path"])
        row.response = {"file": {**facts, "path": "", "name": ERASED_NAME}}
        row.save(update_fields=["response"])
