"""A database of an earlier delivery comes forward with its data.

`tests/data/landing-<n>.json` holds every row of a small world as that delivery wrote
it. The rows go into tables as they were then; all later migrations run; nothing is
lost, the guards stand, the register's chain holds.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from certificates import register
from people.models import User

DATA = Path(__file__).parent / "data"
LANDINGS = {
    "landing-1": [
        ("people", "0001_initial"),
        ("courses", "0002_initial"),
        ("enrolments", "0002_initial"),
        ("quizzes", "0001_initial"),
        ("certificates", "0003_guards"),
    ],
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture
def latest() -> Iterator[None]:
    """Whatever happens, the tests after this one find the tables of today."""
    yield
    call_command("flush", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)


def triggers() -> set[str]:
    """Names of the guards in the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        return {name for (name,) in cursor.fetchall()}


def put(rows: dict[str, Any]) -> None:
    """Write rows as they were: raw, for today's models know other columns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_label, model, id FROM django_content_type")
        kinds = {f"{app}/{model}": pk for app, model, pk in cursor.fetchall()}
        # PostgreSQL looks at the keys when all rows are there; SQLite has them off.
        with connection.constraint_checks_disabled(), transaction.atomic():
            for table in sorted(rows, key=ORDER):
                columns = rows[table]["columns"]
                described = connection.introspection.get_table_description(cursor, table)
                flags = {
                    column.name
                    for column in described
                    if connection.introspection.get_field_type(column.type_code, column) == "BooleanField"
                }
                cursor.execute(f'DELETE FROM "{table}"')
                names = ", ".join(f'"{name}"' for name in columns)
                holes = ", ".join(["%s"] * len(columns))
                for row in rows[table]["rows"]:
                    values = [
                        bool(value)
                        if name in flags and value is not None
                        else kinds[value]
                        if name.endswith("content_type_id")
                        else value
                        for name, value in zip(columns, row, strict=True)
                    ]
                    cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({holes})', values)


def ORDER(table: str) -> tuple[int, str]:
    """The guards read what decides and who taught: it comes before what they guard."""
    late = ("certificates_proposal", "certificates_decision", "certificates_certificate", "certificates_registerline")
    return (late.index(table) + 1 if table in late else 0, table)


def counts(tables: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
        return found


@pytest.mark.parametrize("landing", LANDINGS)
def test_an_earlier_database_comes_forward(landing: str, latest: None) -> None:
    today = triggers()
    rows = json.loads((DATA / f"{landing}.json").read_text(encoding="utf-8"))
    MigrationExecutor(connection).migrate(LANDINGS[landing])
    guards = triggers()
    assert any("certificate" in name for name in guards)
    put(rows)

    call_command("migrate", verbosity=0)

    assert triggers() == today >= guards
    assert counts(sorted(rows)) == {table: len(rows[table]["rows"]) for table in rows}
    assert User.objects.get(full_name="Nguyễn Thị Thắm").certificates.count() >= 1
    assert list(register.faults()) == []
