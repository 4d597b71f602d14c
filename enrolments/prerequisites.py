"""What a class asks for, and whether a person has it: a pure rule, and the port to the apps that know.

Each kind of prerequisite has one source, registered in `AppConfig.ready()`:
courses completed are known here, certificates held in the app above.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _


class Asked(NamedTuple):
    """A course completed or a certificate held, by its key; not older than `months` where given."""

    kind: str
    key: str
    months: int | None = None


class Held(NamedTuple):
    """What somebody has: the class's code or the certificate's number, and its day."""

    name: str
    on: date


class Source(Protocol):
    """What an app knows of one kind of prerequisite."""

    def choices(self) -> list[tuple[str, str]]:
        """All that a class may ask for: key and name in the reader's language."""

    def names(self, keys: Collection[str]) -> Mapping[str, str]:
        """Names by key, in the reader's language."""

    def held(self, people: Collection[int], keys: Collection[str], on: date) -> Mapping[tuple[int, str], list[Held]]:
        """What each of `people` (their ids) has of `keys` on a day, by person and key."""

    def addresses(self, keys: Collection[str], language: str) -> Mapping[str, str]:
        """Where one gets it, by key, for those that have a page."""

    def absent(self) -> str:
        """The sentence for somebody who has none."""


_sources: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    """Fill the port for one kind, in an upper app's `AppConfig.ready()`."""
    _sources[kind] = source


def sources() -> Mapping[str, Source]:
    """Who knows what, by kind."""
    return _sources


@dataclass(frozen=True)
class Verdict:
    """One prerequisite of one person, with what was looked at."""

    asked: Asked
    name: str
    met: bool
    found: Held | None = None
    absent: str = ""
    address: str = ""
    """Where one gets it; empty where there is no page."""

    @property
    def looked_at(self) -> str:
        """What was found, as a sentence."""
        if self.found is None:
            return self.absent
        facts = {"name": self.found.name, "day": f"{self.found.on:%d/%m/%Y}", "months": self.asked.months}
        if self.met:
            return _("%(name)s, %(day)s") % facts
        return _("The latest, %(name)s of %(day)s, is older than %(months)s months.") % facts

    def __str__(self) -> str:
        return _("The class asks for “%(what)s”. %(looked_at)s") % {"what": self.name, "looked_at": self.looked_at}


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` earlier; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def judge(asked: Asked, held: Iterable[Held], on: date) -> tuple[bool, Held | None]:
    """Whether what is held meets what is asked for on a day, and the latest of it, which was looked at."""
    latest = max(held, key=lambda one: (one.on, one.name), default=None)
    if latest is None:
        return False, None
    return asked.months is None or latest.on >= months_before(on, asked.months), latest


def _name(asked: Asked, names: Mapping[str, str]) -> str:
    name = names.get(asked.key, asked.key)
    if asked.months is None:
        return name
    return _("%(name)s, at most %(months)s months old") % {"name": name, "months": asked.months}


def described(asked: Iterable[Asked]) -> list[str]:
    """What is asked for, in words."""
    rows = list(asked)
    names = {kind: _sources[kind].names({row.key for row in rows}) for kind in {row.kind for row in rows}}
    return [_name(row, names[row.kind]) for row in rows]


def verdicts(
    asked: Iterable[Asked], people: Collection[int], *, on: date, language: str = ""
) -> dict[int, list[Verdict]]:
    """For each of `people` (their ids) a verdict on every prerequisite; addresses only where a `language` is named.

    As many questions to the sources for one person as for a thousand.
    """
    rows = list(asked)
    found: dict[int, list[Verdict]] = {person: [] for person in people}
    for kind in dict.fromkeys(row.kind for row in rows):
        source = _sources[kind]
        keys = {row.key for row in rows if row.kind == kind}
        names, held = source.names(keys), source.held(people, keys, on)
        addresses = source.addresses(keys, language) if language else {}
        for person in people:
            for row in rows:
                if row.kind != kind:
                    continue
                met, latest = judge(row, held.get((person, row.key), []), on)
                found[person].append(
                    Verdict(row, _name(row, names), met, latest, source.absent(), addresses.get(row.key, ""))
                )
    return found
