"""The register's arithmetic: numbers without gaps, lines in a chain."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from certificates.models import Certificate, RegisterBook, RegisterLine, RegisterYear

COMPLETIONS = "completions"
CONSULTANTS = "consultants"
DECISIONS = "decisions"
GENESIS = "0" * 64


def lock(code: str) -> RegisterBook:
    """The book, locked until the transaction ends: numbers are given and lines written one at a time.

    Must be called inside a transaction.
    """
    RegisterBook.objects.get_or_create(code=code)
    return RegisterBook.objects.select_for_update().get(code=code)


def next_number(book: RegisterBook, year: int) -> int:
    """The next number of a locked book in `year`. A transaction that fails gives it back."""
    counter, _created = RegisterYear.objects.get_or_create(book=book, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def digest(
    *,
    book: str,
    sequence: int,
    kind: str,
    year: int,
    number: int,
    facts: dict[str, Any],
    written_at: datetime,
    previous: str,
) -> str:
    """SHA-256 over a line and the hash of the line before it, on canonical JSON."""
    line = {
        "book": book,
        "sequence": sequence,
        "kind": kind,
        "year": year,
        "number": number,
        "facts": facts,
        "written_at": written_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": previous,
    }
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write(
    book: RegisterBook,
    *,
    kind: str,
    year: int,
    number: int,
    certificate: Certificate,
    facts: dict[str, Any],
    at: datetime,
) -> RegisterLine:
    """Append a line to a locked book."""
    sequence = book.lines + 1
    new = digest(
        book=book.code,
        sequence=sequence,
        kind=kind,
        year=year,
        number=number,
        facts=facts,
        written_at=at,
        previous=book.head,
    )
    line = RegisterLine.objects.create(
        book=book,
        sequence=sequence,
        kind=kind,
        year=year,
        number=number,
        certificate=certificate,
        facts=facts,
        written_at=at,
        previous=book.head,
        hash=new,
    )
    book.lines, book.head = sequence, new
    book.save(update_fields=["lines", "head"])
    return line


class Fault(NamedTuple):
    """The first place where a book is not as it was written."""

    book: str
    sequence: int
    what: str


def faults() -> Iterator[Fault]:
    """Walk every book's chain and numbers; the first fault of each book, if any."""
    for book in RegisterBook.objects.order_by("code"):
        fault = _first_fault(book)
        if fault is not None:
            yield fault


def _first_fault(book: RegisterBook) -> Fault | None:
    previous, sequence = GENESIS, 0
    numbers: dict[int, int] = {}
    for line in RegisterLine.objects.filter(book=book).order_by("sequence").iterator(chunk_size=2000):
        sequence += 1
        if line.sequence != sequence:
            return Fault(book.code, sequence, f"line {sequence} is missing")
        if line.previous != previous:
            return Fault(book.code, sequence, "does not follow the line before it")
        expected = digest(
            book=book.code,
            sequence=line.sequence,
            kind=line.kind,
            year=line.year,
            number=line.number,
            facts=line.facts,
            written_at=line.written_at,
            previous=line.previous,
        )
        if line.hash != expected:
            return Fault(book.code, sequence, "was altered after it was written")
        if line.kind == RegisterLine.Kind.ISSUED:
            if line.number != numbers.get(line.year, 0) + 1:
                return Fault(book.code, sequence, f"number {line.number} of {line.year} is out of order")
            numbers[line.year] = line.number
        previous = line.hash
    if sequence != book.lines or previous != book.head:
        return Fault(book.code, sequence + 1, f"the book ends at line {sequence}, its head says {book.lines}")
    for counter in RegisterYear.objects.filter(book=book).exclude(book__code=DECISIONS):
        if counter.last != numbers.get(counter.year, 0):
            end = numbers.get(counter.year, 0)
            return Fault(
                book.code, sequence, f"numbers of {counter.year} end at {end}, its counter says {counter.last}"
            )
    return None
