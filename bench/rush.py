"""Five hundred people press “enrol” at the same moment: what is sent, what it cost and whether the seats are right."""

from typing import Any, LiteralString

import psycopg

PEOPLE, SEATS = 500, 30
NAME = "rush"


def lanes(spec: dict[str, Any]) -> dict[str, Any]:
    """The rush as a job of the load generator: everybody has a connection of their own and presses once."""
    return {"name": NAME, "lanes": [[one] for one in spec["requests"]], "repeat": False, "expect": 302}


def counted(database: str, spec: dict[str, Any]) -> dict[str, int]:
    """How many hold a seat in the class, and how many stand in line, as the database says."""
    with psycopg.connect(database) as link:

        def number(sql: LiteralString) -> int:
            found = link.execute(sql, [spec["run"]]).fetchone()
            return int(found[0]) if found else 0

        return {
            "taken": number(
                "SELECT count(*) FROM enrolments_enrolment WHERE run_id = %s AND state IN ('active', 'completed')"
            ),
            "people": number("SELECT count(DISTINCT person_id) FROM enrolments_enrolment WHERE run_id = %s"),
            "waiting": number(
                "SELECT count(DISTINCT person_id) FROM enrolments_seatrequest WHERE run_id = %s AND state = 'waiting'"
            ),
        }


def right(measured: dict[str, Any]) -> bool:
    """Whether every seat was given once, and everybody else stands in line."""
    return (measured["taken"], measured["people"], measured["waiting"]) == (SEATS, SEATS, PEOPLE - SEATS)


def table(measured: dict[str, Any]) -> str:
    """The lines as they are printed."""
    head = f"{f'{PEOPLE} enrol at once in {SEATS} seats':42}{'s in all':>9}{'p50/p95 ms':>14}{'CPU ms':>8}{'+ SQL':>7}"
    line = (
        f"{'':42}{measured['seconds']:9.1f}{measured['p50']:7.0f}/{measured['p95']:<6.0f}"
        f"{measured['cpu_server']:8.2f}{measured['cpu_database']:7.2f}{measured['queries']:8}"
    )
    verdict = "met" if right(measured) else "MISSED"
    seats = f"seats {measured['taken']}, in line {measured['waiting']}: {verdict}"
    return f"{head}{'queries':>8}\n{line}  {seats}"
