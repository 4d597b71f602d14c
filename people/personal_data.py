"""Port: what each app keeps of a person, erases and merges; filled in the apps' `AppConfig.ready()`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from people.models import User


class Stored(NamedTuple):
    """A private file that belongs to a section: its name in the copy and where it lies."""

    name: str
    path: str


@dataclass(frozen=True)
class Section:
    """One table of a person's copy of their data.

    `columns` are (key for machines, words for people); each row has a value per column.
    """

    code: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    files: Sequence[Stored] = ()


class Fact(NamedTuple):
    """A line by which two accounts are compared before they are merged."""

    label: str
    value: str


def _nothing(*args: Any, **kwargs: Any) -> Any:
    return []


def _none(*args: Any, **kwargs: Any) -> None:
    return None


@dataclass(frozen=True)
class Keeper:
    """One app's part. Everything is safe to call again; writes run in the caller's transaction.

    `export(person, ids)` and `erase(person, ids, by=, at=)` are given the ids of the person's
    account and of all merged into it. `bars_*` give sentences that say why not, and what to do.
    """

    floor: int
    """Lower apps act first: a sitting follows its enrolment."""
    export: Callable[["User", Sequence[int]], Iterable[Section]] = field(default=_nothing)
    facts: Callable[["User"], Iterable[Fact]] = field(default=_nothing)
    bars_erasure: Callable[["User", Sequence[int]], Iterable[str]] = field(default=_nothing)
    erase: Callable[..., None] = field(default=_none)
    bars_merge: Callable[["User", "User"], Iterable[str]] = field(default=_nothing)
    merge: Callable[..., None] = field(default=_none)


_keepers: dict[int, Keeper] = {}


def register(keeper: Keeper) -> None:
    """Add an app's part. Raises ValueError when its floor is taken."""
    if _keepers.setdefault(keeper.floor, keeper) is not keeper:
        raise ValueError(f"Floor {keeper.floor} keeps personal data already.")


def _in_order() -> list[Keeper]:
    return [_keepers[floor] for floor in sorted(_keepers)]


def export(person: "User", ids: Sequence[int]) -> list[Section]:
    """Everything that is kept of a person, in the reader's language."""
    return [section for keeper in _in_order() for section in keeper.export(person, ids)]


def facts(person: "User") -> list[Fact]:
    """What the apps know of one account, to compare it with another."""
    return [fact for keeper in _in_order() for fact in keeper.facts(person)]


def bars_erasure(person: "User", ids: Sequence[int]) -> list[str]:
    """Why a person's data cannot be erased at present; empty if they can."""
    return [bar for keeper in _in_order() for bar in keeper.bars_erasure(person, ids)]


def erase(person: "User", ids: Sequence[int], *, by: "User", at: datetime) -> None:
    """Replace or remove what need not be kept of a person."""
    for keeper in _in_order():
        keeper.erase(person, ids, by=by, at=at)


def bars_merge(source: "User", into: "User") -> list[str]:
    """Why two accounts cannot be merged; empty if they can."""
    return [bar for keeper in _in_order() for bar in keeper.bars_merge(source, into)]


def merge(source: "User", into: "User", *, by: "User", at: datetime) -> None:
    """Move what may move from `source` to `into`."""
    for keeper in _in_order():
        keeper.merge(source, into, by=by, at=at)
