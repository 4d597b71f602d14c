"""What matching, ordering and sorting into categories share: lines, each with the same things to choose from."""

from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.types.base import Choice, Fields, Row, known, one, position

Named = Sequence[tuple[Any, str]]
"""Things in the shown order: what the answer calls them, and their words."""


def show_lines(lines: Named, choices: Named, given: Mapping[str, Any]) -> list[Row]:
    """A row per line, with what was chosen for it so far."""
    return [
        Row(
            f"r{place}",
            text,
            [Choice(str(index), words, chosen=given.get(line) == name) for index, (name, words) in enumerate(choices)],
        )
        for place, (line, text) in enumerate(lines)
    ]


def read_lines(fields: Fields, lines: Sequence[str], choices: Sequence[Any]) -> dict[str, Any]:
    """`r0`, `r1` …: by each line in the shown order, which of `choices` its position names; empty ones are left out.

    Raises BadResponse.
    """
    names = [f"r{place}" for place in range(len(lines))]
    known(fields, names)
    sent = {line: one(fields, name) for name, line in zip(names, lines, strict=True)}
    return {line: choices[position(value, len(choices))] for line, value in sent.items() if value}


def mark_lines(lines: Sequence[str], given: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, str]:
    """Each line's field right or wrong."""
    return {f"r{place}": "right" if given.get(line) == right[line] else "wrong" for place, line in enumerate(lines)}
