"""The editor's form of a type's own part: fields and rows for the common types, YAML for any other. No database.

What was sent becomes the authored form with a number for every place; faults that
the type's own checker notes come back by that number to the field or row.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.checks import plain
from courses.packs.files import MarkedDict, MarkedList, PackFiles, Problems, dump_yaml
from quizzes.part_inputs import LANGUAGES, Input, Layout, Rows, Sent, Table, Values, filled
from quizzes.part_layouts import LAYOUTS
from quizzes.types import TYPES, Json

MOST_ROWS = 20
"""As many as any type takes."""
LONGEST_YAML = 50_000
_TABLE = 1000


# --- What a form sends, and where a fault belongs --------------------------------------------


def blank(layout: Layout) -> Values:
    """Empty rows to begin with."""
    return Values(
        tables={table.name: named(table, [{} for _row in range(table.starts_with)]) for table in layout.tables}
    )


def named(table: Table, rows: Rows) -> Rows:
    """`rows`, each with an id of its own where other rows point at them."""
    taken = {row.get("id", "") for row in rows}
    free = (name for name in (f"{table.named}{n}" for n in range(1, 2 * MOST_ROWS + 2)) if name not in taken)
    for row in rows if table.named else ():
        row["id"] = row.get("id") or next(free)
    return rows


def sent_values(layout: Layout, data: Sent) -> Values:
    """What a browser sent: `part-name` of fields, `part-table-row-column` of rows."""
    values = Values({one.name: data.get(f"part-{one.name}", "").strip() for one in layout.fields})
    for table in layout.tables:
        count = data.get(f"part-{table.name}-rows", "")
        rows = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 4 else 0
        sent = [
            {column.name: data.get(f"part-{table.name}-{row}-{column.name}", "").strip() for column in table.columns}
            for row in range(rows)
        ]
        values.tables[table.name] = named(table, sent)
    return values


def change_rows(layout: Layout, values: Values, button: str) -> bool:
    """Do what a row's button asks, `add:table`, `up:table:row` or `remove:table:row`; whether it was one of them."""
    verb, _colon, rest = button.partition(":")
    name, _colon, number = rest.partition(":")
    rows = values.tables.get(name)
    if rows is None or verb not in ("add", "up", "remove"):
        return False
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append({})
        named(next(table for table in layout.tables if table.name == name), rows)
    elif verb == "remove" and 0 <= place < len(rows):
        del rows[place]
    elif verb == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return True


def languages_in(values: Values) -> set[str]:
    """Languages in which something stands in the part."""
    flat = [values.fields, *(row for rows in values.tables.values() for row in rows)]
    names = {name for one in flat for name, value in one.items() if value}
    return {language for language in LANGUAGES for name in names if name == language or name.endswith(f"_{language}")}


def to_node(layout: Layout, values: Values, languages: Sequence[str]) -> MarkedDict:
    """The authored form; each place carries its number: a field's from 1, a row's from its table's thousand."""
    kept = {name: [number for number, row in enumerate(rows) if filled(row)] for name, rows in values.tables.items()}
    tables = {table.name: _TABLE * (n + 1) for n, table in enumerate(layout.tables)}
    # Of the two languages of a text, the second is its place.
    fields = {one.name.removesuffix("_vi").removesuffix("_en"): n + 1 for n, one in enumerate(layout.fields)}
    node = MarkedDict()
    for name, value in layout.write(values, languages).items():
        start = tables.get(name)
        if start is None:
            node[name] = marked(value, fields.get(name, 0))
        else:
            node[name] = marked_list(value, [start + row + 1 for row in kept[name]], start)
        node.lines[name] = start if start is not None else fields.get(name, 0)
    return node


def marked(value: Any, line: int) -> Any:
    """`value` with every place at `line`."""
    if isinstance(value, dict):
        node = MarkedDict()
        node.line = line
        for name, item in value.items():
            node[name] = marked(item, line)
            node.lines[name] = line
        return node
    return marked_list(value, [line] * len(value), line) if isinstance(value, list) else value


def marked_list(values: Iterable[Any], lines: Sequence[int], line: int) -> MarkedList:
    """A list with its rows' lines."""
    found = MarkedList()
    found.line = line
    for item, its in zip(values, lines, strict=True):
        found.append(marked(item, its))
        found.lines.append(its)
    return found


def fits(kind: str, part: Json) -> Values | None:
    """The part as fields and rows; None where they cannot hold all of it."""
    layout = LAYOUTS.get(kind)
    if layout is None:
        return None
    values = layout.read(part)
    there = [one for one in LANGUAGES if one in languages_of(part)] or ["vi"]
    return values if plain(to_node(layout, values, there)) == part else None


# --- YAML --------------------------------------------------------------------------------------


def yaml_of(part: Json) -> str:
    """The part as an author reads it."""
    return dump_yaml(part).decode() if part else ""


def sample(kind: str) -> str:
    """What to start from: the type's own template, else its keys with nothing behind them."""
    return TYPES[kind].sample or "".join(f"{key}:\n" for key in TYPES[kind].keys if key not in TYPES[kind].optional)


def from_yaml(text: str, problems: Problems) -> MarkedDict | None:
    """The part as marked values; None, with faults noted by line, where it cannot be read."""
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", "  "))[:LONGEST_YAML]
    found = PackFiles({"": tidy.encode()}).yaml("", problems)
    if found is not None and not isinstance(found, MarkedDict):
        problems.add("", 1, _("Write keys with their values, such as “answer: 5”."))
        return None
    return found


def languages_of(value: Any) -> set[str]:
    """Languages in which something is written anywhere in a value."""
    if isinstance(value, dict):
        return {name for name in value if name in LANGUAGES} | set().union(*map(languages_of, value.values()))
    return set().union(*map(languages_of, value)) if isinstance(value, list) else set()


# --- What the page shows -------------------------------------------------------------------------


@dataclass
class Cell:
    """A field as drawn."""

    input: Input
    name: str
    value: str
    choices: Sequence[tuple[str, Any]] = ()


@dataclass
class DrawnRow:
    """A row as drawn."""

    number: int
    cells: list[Cell]
    faults: list[str]


@dataclass
class DrawnTable:
    """Rows as drawn, with what is wrong with the whole of them."""

    table: Table
    rows: list[DrawnRow]
    faults: list[str]


@dataclass
class Drawn:
    """The part's form: fields with faults, tables, and faults that belong nowhere else."""

    fields: list[tuple[Cell, list[str]]]
    tables: list[DrawnTable]
    faults: list[str]


def drawn(layout: Layout, values: Values, faults: Mapping[int, list[str]]) -> Drawn:
    """The part's form with `faults` at their places."""
    fields = [
        (_cell(one, "", values.fields, values), faults.get(number, []))
        for number, one in enumerate(layout.fields, start=1)
    ]
    used = set(range(1, len(fields) + 1))
    tables = []
    for number, table in enumerate(layout.tables, start=1):
        start = _TABLE * number
        rows = [
            DrawnRow(
                row,
                [_cell(column, f"{table.name}-{row}-", one, values) for column in table.columns],
                faults.get(start + row + 1, []),
            )
            for row, one in enumerate(values.tables.get(table.name, []))
        ]
        used |= {start, *(start + row.number + 1 for row in rows)}
        tables.append(DrawnTable(table, rows, faults.get(start, [])))
    return Drawn(fields, tables, [text for place, texts in faults.items() if place not in used for text in texts])


def _cell(one: Input, place: str, row: Mapping[str, str], values: Values) -> Cell:
    choices = _rows_of(values.tables.get(one.rows_of, [])) if one.rows_of else one.choices
    return Cell(one, f"part-{place}{one.name}", row.get(one.name, ""), choices)


def _rows_of(rows: Rows) -> list[tuple[str, str]]:
    """Rows to choose from, by their number and their words."""
    return [("", "–")] + [
        (row["id"], f"{number}. {row.get('vi') or row.get('en') or ''}".removesuffix(". "))
        for number, row in enumerate(rows, start=1)
    ]


def labelled(layout: Layout, message: str) -> str:
    """`message` with the names of keys as the form calls them."""
    named_so: list[Input | Table] = [
        *layout.fields,
        *layout.tables,
        *(column for table in layout.tables for column in table.columns),
    ]
    for one in named_so:
        if one.label:
            message = message.replace(f"“{one.name}”", f"“{one.label}”")
    return message
