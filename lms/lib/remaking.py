"""Migrations that change tables which triggers of other tables name.

SQLite changes a table by making it anew under another name. On the moment between,
a trigger that names the table (the register's guards do) stops the renaming, unless
`legacy_alter_table` is on. Triggers *of* the table itself go with the old one: a
migration that changes such a table makes them again.
"""

from typing import Any

from django.db.migrations import RunPython


def _pragma(value: str) -> Any:
    def run(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"PRAGMA legacy_alter_table = {value}")

    return run


def begin() -> RunPython:
    """The first operation of such a migration."""
    return RunPython(_pragma("ON"), _pragma("OFF"), elidable=False)


def end() -> RunPython:
    """The last operation of such a migration."""
    return RunPython(_pragma("OFF"), _pragma("ON"), elidable=False)
