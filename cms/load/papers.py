"""Certificates and the register's lines, in one chain with what the register holds already."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from certificates import register
from certificates.actions.certificate import COMPLETION_DESIGN, number_key
from certificates.freezing import frozen
from certificates.models import Certificate, CertificateEvent, RegisterLine, RegisterYear
from cms.load.classes import Turn, hours
from cms.load.rows import take_ids, write
from lms.lib.codes import ALPHABET
from lms.lib.periods import local_date
from people.models import Body, Notice, Province

READ_AFTER = timedelta(days=7)


def certify(turns: list[Turn], seed: int, chance: Random, at: datetime) -> int:
    """Issue the certificates of all completed turns in the order of their completion; how many.

    Must be called inside a transaction: the book stays locked until its end.
    """
    due = sorted((turn for turn in turns if turn.completed_at), key=lambda turn: (turn.completed_at, turn.id))
    if not due:
        return 0
    issued = list(zip(take_ids(Certificate, len(due)), due, _facts(due, seed, chance), strict=True))
    columns = (
        "id", "kind", "code", "number", "number_key", "state", "person_id", "enrolment_id", "holder", "holder_key",
        "facts", "issued_at", "issued_on", "rendered_at",
    )  # fmt: skip
    write(
        Certificate,
        columns,
        (
            (
                pk,
                "completion",
                facts["code"],
                facts["number"],
                number_key(facts["number"]),
                "issued",
                turn.person.id,
                turn.id,
                turn.person.name,
                turn.person.search_key,
                facts,
                turn.completed_at,
                local_date(_completed(turn)),
                # As if drawn: a worker that begins here does not draw them all; they are drawn when asked for.
                turn.completed_at,
            )
            for pk, turn, facts in issued
        ),
    )
    write(
        CertificateEvent,
        ("subject_id", "old", "new", "at"),
        ((pk, "", "issued", turn.completed_at) for pk, turn, _facts in issued),
    )
    _write_lines(issued)
    write(
        Notice,
        ("person_id", "kind", "key", "channel", "facts", "state", "created_at", "sent_at", "read_at"),
        (_notice(pk, turn, facts, at) for pk, turn, facts in issued),
    )
    return len(issued)


def _completed(turn: Turn) -> datetime:
    assert turn.completed_at is not None
    return turn.completed_at


def _facts(due: list[Turn], seed: int, chance: Random) -> Iterator[dict[str, Any]]:
    """As `certificates.actions` freezes them; a test holds the two together."""
    province = Province.current()
    bodies = list(province.bodies.all())
    book = register.lock(register.COMPLETIONS)
    counters: dict[int, int] = dict(RegisterYear.objects.filter(book=book).values_list("year", "last"))
    for turn in due:
        course, firm = turn.run.lessons.course, turn.person.firm
        completed_on = local_date(_completed(turn))
        number = counters[completed_on.year] = counters.get(completed_on.year, 0) + 1
        code = "".join(chance.choices(ALPHABET, k=26))
        sat = turn.sat[-1].sheet if turn.sat else None
        facts = {
            "design": COMPLETION_DESIGN,
            "title": {"vi": course.title_vi, "en": course.title_en},
            "subject": {"vi": course.subject.name_vi, "en": course.subject.name_en},
            "course_code": course.code,
            "course_version": course.version,
            "run_code": f"{course.code}-L{seed}-{turn.run.number:04d}",
            "edition": {"vi": course.edition.name_vi, "en": course.edition.name_en},
            "hours": hours(course),
            "enterprise": firm.name if firm else "",
            "started_on": max(local_date(turn.enrolled_at), turn.run.starts_on).isoformat(),
            "completed_on": completed_on.isoformat(),
            "result": {"points": str(sat.points), "possible": sat.possible} if sat else {},
        }
        yield frozen(
            facts,
            kind="completion",
            province=province,
            body=_body(bodies, completed_on),
            number=number,
            code=code,
            holder=turn.person.name,
            issued_on=completed_on,
        )


def _body(bodies: list[Body], day: date) -> Body:
    """The body in charge on `day`; of days before the first, that one."""
    for body in bodies:
        if body.valid_from <= day and (body.valid_to is None or day <= body.valid_to):
            return body
    return bodies[0]


def _write_lines(issued: list[tuple[int, Turn, dict[str, Any]]]) -> None:
    """Append a line for each certificate, and raise the book's head and counters with them."""
    book = register.lock(register.COMPLETIONS)
    counters: dict[int, int] = dict(RegisterYear.objects.filter(book=book).values_list("year", "last"))

    def lines() -> Iterator[tuple[Any, ...]]:
        for pk, turn, facts in issued:
            at = _completed(turn)
            year = local_date(at).year
            number = counters[year] = counters.get(year, 0) + 1
            previous = book.head
            book.lines += 1
            book.head = register.digest(
                book=book.code,
                sequence=book.lines,
                kind=RegisterLine.Kind.ISSUED.value,
                year=year,
                number=number,
                facts=facts,
                written_at=at,
                previous=previous,
            )
            yield book.pk, book.lines, "issued", year, number, pk, facts, at, previous, book.head

    columns = (
        "book_id", "sequence", "kind", "year", "number", "certificate_id", "facts", "written_at", "previous", "hash",
    )  # fmt: skip
    write(RegisterLine, columns, lines())
    book.save(update_fields=["lines", "head"])
    for year, last in counters.items():
        RegisterYear.objects.update_or_create(book=book, year=year, defaults={"last": last})


def _notice(pk: int, turn: Turn, facts: dict[str, Any], at: datetime) -> tuple[Any, ...]:
    moment = _completed(turn)
    told = {"number": facts["number"], "course": facts["title"]["vi"], "url": f"/v/{facts['code']}"}
    read = moment + READ_AFTER if moment + READ_AFTER < at else None
    key = f"certificate:{pk}"
    return turn.person.id, "completion_certificate", key, "screen", told, "sent", moment, moment, read
