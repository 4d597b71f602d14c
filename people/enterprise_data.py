"""Port: what each app keeps of an enterprise and moves when two are merged; filled in `AppConfig.ready()`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from django.db.models import Q

    from people.models import Enterprise, User


class Fact(NamedTuple):
    """A line by which two enterprises are compared before they are merged."""

    label: str
    value: str


class Filter(NamedTuple):
    """A way to narrow the list of enterprises; each choice has a key, words, and a condition for the day."""

    code: str
    title: Any
    choices: Sequence[tuple[str, Any, "Callable[[date], Q]"]]


class Column(NamedTuple):
    """A column for the list's file: texts by the enterprises' keys, on the day."""

    title: Any
    texts: Callable[[Sequence[int], date], Mapping[int, str]]


@dataclass(frozen=True)
class Keeper:
    """One app's part.

    `move(source, into, by=, at=)` moves what hangs on `source`, runs in the caller's
    transaction and says how many rows moved, by what they are.
    """

    floor: int
    """Lower apps act first."""
    move: Callable[..., Mapping[str, int]]
    facts: Callable[["Enterprise"], Iterable[Fact]]
    filters: Sequence[Filter] = ()
    columns: Sequence[Column] = ()


_keepers: dict[int, Keeper] = {}


def register(keeper: Keeper) -> None:
    """Add an app's part. Raises ValueError when its floor is taken."""
    if _keepers.setdefault(keeper.floor, keeper) is not keeper:
        raise ValueError(f"Floor {keeper.floor} keeps enterprises' data already.")


def _in_order() -> list[Keeper]:
    return [_keepers[floor] for floor in sorted(_keepers)]


def move(source: "Enterprise", into: "Enterprise", *, by: "User | None", at: datetime) -> dict[str, int]:
    """Let every app move what it keeps; how many rows of what."""
    return {what: number for keeper in _in_order() for what, number in keeper.move(source, into, by=by, at=at).items()}


def facts(enterprise: "Enterprise") -> list[Fact]:
    """What the apps know of one enterprise, to compare it with another."""
    return [fact for keeper in _in_order() for fact in keeper.facts(enterprise)]


def filters() -> list[Filter]:
    """Ways to narrow the list that upper apps add."""
    return [one for keeper in _in_order() for one in keeper.filters]


def columns() -> list[Column]:
    """Columns that upper apps add to the list's file."""
    return [one for keeper in _in_order() for one in keeper.columns]
