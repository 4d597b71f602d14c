"""What can be arranged for a person beside time, attempts and a window of their own: codes and their words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_MINUTES = 600
MOST_ATTEMPTS = 20
"""What can be added for one person at most."""
ARRANGEMENTS: dict[str, Any] = {
    "large_print": _("large print"),
    "screen_reader": _("own screen reader or magnifier"),
    "reader": _("somebody reads the questions aloud"),
    "scribe": _("somebody writes or types the answers"),
    "separate_room": _("a room of their own"),
    "breaks": _("breaks while the clock is stopped"),
    "on_paper": _("questions on paper"),
    "interpreter": _("an interpreter"),
    "access": _("a place that a wheelchair reaches"),
}


def in_words(codes: Iterable[str]) -> list[str]:
    """The arrangements of `codes` in the reader's language; an unknown code stands as it is."""
    return [str(ARRANGEMENTS.get(code, code)) for code in codes]
