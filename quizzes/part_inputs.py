"""What the editor's form of a type is made of: fields, rows, and what they hold. No database."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from quizzes.types import Json

LANGUAGES = ("vi", "en")
Rows = list[dict[str, str]]
Sent = Mapping[str, str]


@dataclass(frozen=True)
class Input:
    """A field, or a column of rows. `kind`: text, area (longer), check, select or hidden.

    A select whose choices are the rows of a table names it in `rows_of`.
    """

    name: str
    label: Any = ""
    kind: str = "text"
    language: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    rows_of: str = ""
    help: Any = ""


@dataclass(frozen=True)
class Table:
    """Rows of the part. Where other rows point at them (`named`), each has an `id` from the start."""

    name: str
    label: Any
    columns: tuple[Input, ...]
    starts_with: int = 4
    named: str = ""
    help: Any = ""


@dataclass
class Values:
    """What stands in the fields and rows."""

    fields: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """Fields and rows of one type, and the ways between them and the authored form."""

    fields: tuple[Input, ...]
    tables: tuple[Table, ...]
    write: Callable[[Values, Sequence[str]], Json]
    read: Callable[[Json], Values]


# --- Between rows and the authored form -----------------------------------------------------


def texts(row: Sent, prefix: str, languages: Sequence[str]) -> dict[str, str]:
    """`{language: text}` out of the cells of a row."""
    return {language: row.get(prefix + language, "") for language in languages}


def filled(row: Sent) -> bool:
    """Whether anything stands in the row."""
    return any(value for name, value in row.items() if name != "id")


def flat(prefix: str, said: Mapping[str, Any]) -> dict[str, str]:
    """Cells of a row out of `{language: text}`."""
    return {prefix + language: str(said.get(language, "")) for language in LANGUAGES}


def number(text: str) -> Any:
    """A number as people here write it; else the text itself, for the checker to refuse."""
    tidy = text.replace("−", "-").replace(",", ".").replace(" ", "")
    if re.fullmatch(r"-?[0-9]{1,15}", tidy):
        return int(tidy)
    return float(tidy) if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,30}", tidy) else text


def digits(value: Any) -> str:
    """A number as it stands in a field, without powers of ten: 0.00005, which Python writes as 5e-05."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def in_both(prefix: str, vi: Any, en: Any, kind: str = "area") -> tuple[Input, Input]:
    """The two languages of a text."""
    return Input(f"{prefix}vi", vi, kind, "vi"), Input(f"{prefix}en", en, kind, "en")
