"""Rows in bulk: COPY on PostgreSQL, `bulk_create` elsewhere."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import JSONField, Max, Model

BATCH = 2_000


def take_ids(model: type[Model], count: int) -> list[int]:
    """`count` primary keys that nobody else gets. Must be called inside a transaction."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
            )
            return [row[0] for row in cursor.fetchall()]
    # SQLite: the transaction has had the write lock from its start.
    first = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
    return list(range(first, first + count))


def write(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert `rows`, whose values follow `columns` (attribute names); fields left out get their defaults.

    Gives how many there were. Nothing reacts to them: no signal is sent.
    """
    if connection.vendor == "postgresql":
        return _copy(model, columns, rows)
    count = 0
    wanted = iter(rows)
    while batch := [model(**dict(zip(columns, row, strict=True))) for row in islice(wanted, BATCH)]:
        model._base_manager.bulk_create(batch)
        count += len(batch)
    return count


def _copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    left_out = [field for name, field in fields.items() if name not in columns and not field.primary_key]
    # COPY knows no defaults of Django's, and takes JSON as text.
    defaults = [
        _text(field.get_default()) if isinstance(field, JSONField) else field.get_default() for field in left_out
    ]
    as_json = [place for place, name in enumerate(columns) if isinstance(fields[name], JSONField)]
    quote = connection.ops.quote_name
    names = ", ".join(
        quote(field.column or field.attname) for field in [*(fields[name] for name in columns), *left_out]
    )
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = [*row, *defaults]
            for place in as_json:
                values[place] = _text(values[place])
            copy.write_row(values)
            count += 1
    return count


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
