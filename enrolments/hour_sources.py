"""Port: hours that only apps above know, such as those spent in exams."""

from collections.abc import Callable

from enrolments.hours import Line
from enrolments.models import Enrolment

Source = Callable[[Enrolment], list[Line]]
"""From an enrolment to its lines."""

_sources: list[Source] = []


def register(source: Source) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _sources.append(source)


def lines(enrolment: Enrolment) -> list[Line]:
    """All lines from above."""
    return [line for source in _sources for line in source(enrolment)]
