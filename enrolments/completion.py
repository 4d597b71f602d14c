"""When an enrolment is complete: a pure rule over its requirement rows."""

from collections.abc import Iterable
from typing import Protocol


class Row(Protocol):
    """What the rule needs to know of a requirement."""

    @property
    def met_at(self) -> object:
        """When it was met; None until then."""


def complete(requirements: Iterable[Row]) -> bool:
    """Whether there is something to meet and all of it is met."""
    rows = list(requirements)
    return bool(rows) and all(row.met_at is not None for row in rows)
