"""Scans that come as PDF: pages counted and drawn in a process of their own, with bounds and without our secrets."""

import json
from collections.abc import Sequence

from lms.lib.confined import NoAnswer, ask

SECONDS = 60
AT_ONCE = 10
"""Pages that one process draws."""


class BadPdf(Exception):
    """A file whose pages cannot be drawn; `code` says why: `locked`, `broken`, `too_much`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def count(content: bytes) -> int:
    """How many pages a PDF has. Raises BadPdf."""
    told, _drawn = _asked(content, [])
    return told


def drawn(content: bytes, pages: Sequence[int]) -> list[bytes | None]:
    """Pages, counted from 1, as grey JPEG; None for one that cannot be drawn. Raises BadPdf."""
    _count, found = _asked(content, pages)
    return found


def _asked(content: bytes, pages: Sequence[int]) -> tuple[int, list[bytes | None]]:
    try:
        answer = ask("quizzes.paper_pdf_child", list(pages), content, seconds=SECONDS)
    except NoAnswer as error:
        raise BadPdf("too_much") from error
    head, _line, rest = answer.partition(b"\n")
    told = json.loads(head)
    if "bad" in told:
        raise BadPdf(told["bad"])
    found: list[bytes | None] = []
    for size in told["sizes"]:
        found.append(rest[:size] or None)
        rest = rest[size:]
    return told["count"], found
