"""Reads authored YAML nodes, noting every fault with its line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from courses.packs.files import MarkedDict, MarkedList, Problems

CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass
class Reader:
    """One file being read. Methods give a usable value even after a fault."""

    path: str
    problems: Problems
    languages: Sequence[str] = ("vi", "en")

    def fault(self, line: int, message: str) -> None:
        """Note a fault at `line`."""
        self.problems.add(self.path, line, message)

    def mapping(self, node: Any, line: int) -> MarkedDict:
        """`node` as a mapping."""
        if isinstance(node, MarkedDict):
            return node
        self.fault(line, _("Here a mapping (“key: value” lines) is expected."))
        empty = MarkedDict()
        empty.line = line
        return empty

    def items(self, node: MarkedDict, key: str, least: int, most: int) -> list[tuple[int, Any]]:
        """The list at `key` as (line, node), of `least` to `most` entries."""
        found = node.get(key)
        line = node.line_of(key)
        if not isinstance(found, MarkedList):
            self.fault(line, _("“%(key)s” must be a list.") % {"key": key})
            return []
        if not least <= len(found) <= most:
            self.fault(
                line,
                _("“%(key)s” must have %(least)s to %(most)s entries, here are %(count)s.")
                % {"key": key, "least": least, "most": most, "count": len(found)},
            )
        return list(zip(found.lines, found, strict=True))

    def keys(self, node: MarkedDict, needed: Sequence[str], optional: Sequence[str] = ()) -> bool:
        """Note missing and unknown keys; whether all the needed ones are there."""
        for key in node:
            if key not in needed and key not in optional:
                self.fault(node.line_of(key), _("“%(key)s” is not known here.") % {"key": key})
        missing = [key for key in needed if key not in node]
        for key in missing:
            self.fault(node.line, _("“%(key)s” is missing.") % {"key": key})
        return not missing

    def texts(self, node: Any, line: int, *, empty: bool = False, extra: Sequence[str] = ()) -> dict[str, str]:
        """`{language: text}` with every language of the pack; keys in `extra` belong to the caller."""
        mapping = self.mapping(node, line)
        self.keys(mapping, self.languages, extra)
        found = {}
        for language in self.languages:
            value = mapping.get(language)
            if language in mapping and not isinstance(value, str):
                self.fault(mapping.line_of(language), _("Here a text is expected; put it in quotes."))
            elif isinstance(value, str) and not value.strip() and not empty:
                self.fault(mapping.line_of(language), _("This text is empty."))
            found[language] = value if isinstance(value, str) else ""
        return found

    def texts_at(self, node: MarkedDict, key: str, *, empty: bool = False) -> dict[str, str]:
        """The texts at `key`."""
        return self.texts(node.get(key), node.line_of(key), empty=empty)

    def word(self, node: MarkedDict, key: str, allowed: Sequence[str]) -> str:
        """One of the words in `allowed`."""
        value = node.get(key)
        if value not in allowed:
            self.fault(
                node.line_of(key),
                _("“%(key)s” must be one of: %(allowed)s.") % {"key": key, "allowed": ", ".join(allowed)},
            )
            return ""
        return str(value)

    def code(self, node: MarkedDict, key: str, pattern: re.Pattern[str], longest: int = 40) -> str:
        """A code of the pattern's letters."""
        value = node.get(key)
        if not isinstance(value, str) or not pattern.fullmatch(value) or len(value) > longest:
            letters = "A-Z, 0-9" if pattern is CODE else "a-z, 0-9"
            self.fault(
                node.line_of(key),
                _("“%(key)s” must be a code of %(letters)s and hyphens, at most %(longest)s long.")
                % {"key": key, "letters": letters, "longest": longest},
            )
            return ""
        return value

    def whole(self, node: MarkedDict, key: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = node.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fault(
                node.line_of(key),
                _("“%(key)s” must be a whole number from %(least)s to %(most)s.")
                % {"key": key, "least": least, "most": most},
            )
            return least
        return value

    def number(self, node: MarkedDict, key: str) -> int | float:
        """A finite number."""
        value = node.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not Decimal(repr(value)).is_finite():
            self.fault(node.line_of(key), _("“%(key)s” must be a number.") % {"key": key})
            return 0
        return value

    def twice(self, texts: Mapping[str, str], seen: list[Mapping[str, str]], line: int) -> None:
        """Note a text that stands in `seen` already, in any language; then add it there."""
        if any(
            texts.get(language) and texts.get(language) == other.get(language) for other in seen for language in texts
        ):
            self.fault(line, _("This text stands here twice: a taker could not tell the two apart."))
        seen.append(texts)
