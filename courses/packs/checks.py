"""Checks on a pack's YAML: keys, texts and numbers, each fault with its line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.files import MarkedDict, MarkedList, Problems

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


@dataclass
class Checker:
    """Looks at values of one file and notes what is wrong with them.

    Every method gives a value of the right kind back, so that checking can go on
    to the next fault. What is missing is noted by `keys` alone.
    """

    path: str
    problems: Problems
    languages: list[str] = field(default_factory=list)
    one_line: bool = True
    """Whether texts may hold neither line breaks nor doubled spaces."""
    strict: bool = True
    """Whether lists keep the counts of what is shipped; drafts out of other systems may not."""

    def fault(self, line: int, message: Any) -> None:
        """Note a fault at `line`."""
        self.problems.add(self.path, line, message)

    def mapping(self, value: Any, line: int, what: str) -> MarkedDict:
        """`value`, which must be a mapping."""
        if isinstance(value, MarkedDict):
            return value
        self.fault(line, _("“%(what)s” must be a mapping of keys to values.") % {"what": what})
        empty = MarkedDict()
        empty.line = line
        return empty

    def keys(self, data: MarkedDict, required: Iterable[str], optional: Iterable[str] = ()) -> bool:
        """Note every key that is unknown or missing; whether all the required ones are there."""
        required = list(required)
        known = {*required, *optional}
        for key in data:
            if key not in known:
                self.fault(
                    data.line_of(key),
                    _("“%(key)s” is not a key that is known here. Known: %(known)s.")
                    % {"key": key, "known": ", ".join(sorted(known))},
                )
        missing = [key for key in required if key not in data]
        for key in missing:
            self.fault(data.line, _("“%(key)s” is missing.") % {"key": key})
        return not missing

    def text(self, data: MarkedDict, key: str, *, most: int = 0, empty: bool = False) -> str:
        """A text, not empty unless `empty` lets it be; at most `most` characters, if given."""
        if key not in data:
            return ""
        value = data[key]
        if not isinstance(value, str):
            self.fault(data.line_of(key), _("“%(key)s” must be a text. Put it in quotes: '…'.") % {"key": key})
            return ""
        if not value.strip():
            if empty:
                return value
            self.fault(data.line_of(key), _("“%(key)s” is empty.") % {"key": key})
        elif most and len(value) > most:
            self.fault(
                data.line_of(key),
                _("“%(key)s” has %(count)s characters; at most %(most)s are taken.")
                % {"key": key, "count": len(value), "most": most},
            )
        elif self.one_line and value != re.sub(r"[ \t\r\n]+", " ", value).strip(" "):
            self.fault(data.line_of(key), _("“%(key)s” holds line breaks or doubled spaces.") % {"key": key})
        return value

    def matching(self, data: MarkedDict, key: str, pattern: re.Pattern[str], *, most: int = 60) -> str:
        """A text of a set form, such as a code or a slug."""
        value = self.text(data, key, most=most)
        if value and not pattern.fullmatch(value):
            self.fault(
                data.line_of(key), _("“%(value)s” is not written as a %(key)s is.") % {"value": value, "key": key}
            )
        return value

    def choice(self, data: MarkedDict, key: str, allowed: Iterable[str]) -> str:
        """One of the texts `allowed`."""
        value = self.text(data, key)
        options = list(allowed)
        if key in data and value not in options:
            self.fault(
                data.line_of(key),
                _("“%(key)s” cannot be “%(value)s”. Write one of: %(known)s.")
                % {"key": key, "value": value or data[key], "known": ", ".join(options)},
            )
        return value

    def whole(self, data: MarkedDict, key: str, *, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = data.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if key in data:
            self.fault(
                data.line_of(key),
                _("“%(key)s” must be a whole number from %(least)s to %(most)s.")
                % {"key": key, "least": least, "most": most},
            )
        return least

    def number(self, data: MarkedDict, key: str, *, least: float = -inf, most: float = inf) -> int | float:
        """A number, from `least` to `most` if both are given."""
        value: Any = data.get(key)
        is_number = isinstance(value, int) or (isinstance(value, float) and isfinite(value))
        if is_number and not isinstance(value, bool) and least <= value <= most:
            return value  # type: ignore[no-any-return]  # is_number says what it is
        bounded = isfinite(least) and isfinite(most)
        if key in data:
            message = (
                _("“%(key)s” must be a number from %(least)s to %(most)s.")
                if bounded
                else _("“%(key)s” must be a number.")
            )
            self.fault(data.line_of(key), message % {"key": key, "least": least, "most": most})
        return least if bounded else 0

    def texts(self, data: MarkedDict, key: str, *, most: int = 0, empty: bool = False) -> dict[str, str]:
        """A text in every language of the pack: `key: {vi: …, en: …}`."""
        if key not in data:
            return {}
        return self.languages_of(self.mapping(data[key], data.line_of(key), key), most=most, empty=empty)

    def languages_of(
        self,
        data: MarkedDict,
        required: Iterable[str] = (),
        optional: Iterable[str] = (),
        *,
        most: int = 0,
        empty: bool = False,
    ) -> dict[str, str]:
        """The texts by language in a mapping that holds them, and no key but those, `required` and `optional`."""
        self.keys(data, [*self.languages, *required], optional)
        return {language: self.text(data, language, most=most, empty=empty) for language in self.languages}

    def items(self, data: MarkedDict, key: str, *, least: int = 1, most: int = 0) -> list[tuple[int, Any]]:
        """Lines and values of a list with at least `least` items, and at most `most`, if given."""
        if key not in data:
            return []
        value = data[key]
        if not isinstance(value, MarkedList):
            self.fault(data.line_of(key), _("“%(key)s” must be a list.") % {"key": key})
            return []
        if most and not least <= len(value) <= most:
            self.fault(
                data.line_of(key),
                _("“%(key)s” must have %(least)s to %(most)s entries, here are %(count)s.")
                % {"key": key, "least": least, "most": most, "count": len(value)},
            )
        elif len(value) < least:
            self.fault(data.line_of(key), _("“%(key)s” needs at least %(least)s lines.") % {"key": key, "least": least})
        return list(zip(value.lines, value, strict=True))


def plain(value: Any) -> Any:
    """`value` without the memory of its lines, as the YAML writer takes it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
