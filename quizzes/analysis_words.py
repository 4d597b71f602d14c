"""What the figures of item analysis are called, and where their dots stand. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from quizzes.analysis import EASY, FEWEST, HARD, WEAK, ItemFigures, OptionFigures

WARNINGS: dict[str, tuple[Any, Any, str]] = {
    "negative": (
        pgettext_lazy("question", "Negative"),
        _("The better people are, the more often they get it wrong: is the key right?"),
        "bad",
    ),
    "rival": (
        _("Draws the best"),
        _("Those with high scores choose another option more often than the key: is the key right, or are both?"),
        "bad",
    ),
    "easy": (_("Too easy"), _("more than 90% get it right"), "warn"),
    "hard": (pgettext_lazy("question", "Hard"), _("fewer than 30% get it right"), "warn"),
    "weak": (_("Tells little apart"), _("discrimination below 0.20"), "warn"),
    "omitted": (_("Left out"), _("more than 10% give no answer"), "warn"),
    "groups": (_("Differs by group"), _("of two groups that are equally good, one gets it right more often"), "warn"),
    "idle": (_("Idle option"), _("an option that fewer than 2% choose"), "info"),
    "slow": (_("Takes long"), _("three times as long as the usual question"), "info"),
}
"""By code: its name, what it means, and how urgent it is."""

ASIDE: dict[str, Any] = {
    "trial": _("on trial, not scored"),
    "drop": _("dropped by a correction"),
    "all": _("points given to everybody"),
}
"""Why a question is measured and is in no sum of the test."""

ADVICE: dict[str, Any] = {
    "negative": _(
        "Open the options and check the key. If it is wrong, propose a correction; else reword the question."
    ),
    "rival": _("Read that option as a taker would. If it is right as well, propose a correction that accepts both."),
    "easy": _("Keep it only if everybody must know it; else make the wrong options more tempting."),
    "hard": _("Check that it was taught and is worded clearly; a question that nobody can answer measures nothing."),
    "weak": _("Look for two thoughts in one question, hints in the wording, or options that nobody believes."),
    "omitted": _("Ask invigilators whether time was short; if it stands late in the exam, the exam may be too long."),
    "groups": _("Let somebody of each group read it: a word, a custom or a translation may favour one of them."),
    "idle": _("Replace that option by a mistake that trainees really make."),
    "slow": _("Shorten the text or the arithmetic, or give it more points."),
}
"""By code of a warning: what to do about it."""

LEFT, RIGHT, TOP, BASE = 52.0, 500.0, 20.0, 396.0
LEAST, MOST = -0.2, 0.65


@dataclass(frozen=True)
class Dot:
    """A question in the chart. Coordinates are text: an attribute knows no reader's number format."""

    x: str
    y: str
    triangle: str
    label: str
    warned: bool
    title: str
    few: bool
    """Whether so few attempts have it that where it stands is mostly chance."""


def dots(items: Sequence[tuple[ItemFigures, str]]) -> list[Dot]:
    """Each question by facility and discrimination, with its name; those without discrimination are left out."""
    found = []
    for figures, name in items:
        if figures.discrimination is None:
            continue
        x, y = across(figures.facility), up(figures.discrimination)
        urgent = any(WARNINGS[code][2] == "bad" for code in figures.warnings)
        warned = any(WARNINGS[code][2] != "info" for code in figures.warnings)
        title = f"{name}: {number_format(100 * figures.facility, 0)}%, {number_format(figures.discrimination, 2)}"
        triangle = f"M{x:.1f} {y - 7:.1f}l7 12h-14z"
        found.append(
            Dot(f"{x:.1f}", f"{y:.1f}", triangle, name if urgent else "", warned, title, figures.count < FEWEST)
        )
    return found


def across(facility: float) -> float:
    """Where a facility stands."""
    return LEFT + (RIGHT - LEFT) * facility


def up(discrimination: float) -> float:
    """Where a discrimination stands; beyond the chart's edge it stands on the edge."""
    value = min(max(discrimination, LEAST), MOST)
    return BASE - (BASE - TOP) * (value - LEAST) / (MOST - LEAST)


def scale() -> dict[str, Any]:
    """The chart's lines, and the field in which questions should lie."""
    return {
        "rows": [(f"{up(value):.1f}", f"{up(value) + 4:.1f}", number_format(value, 1)) for value in (0, 0.2, 0.4, 0.6)],
        "columns": [(f"{across(value):.1f}", f"{100 * value:.0f}%") for value in (0, 0.2, 0.4, 0.6, 0.8, 1)],
        "field": {
            "x": f"{across(HARD):.1f}",
            "y": f"{TOP:.1f}",
            "width": f"{across(EASY) - across(HARD):.1f}",
            "height": f"{up(WEAK) - TOP:.1f}",
            "text_x": f"{across(HARD) + 8:.1f}",
            "text_y": f"{TOP + 17:.1f}",
        },
    }


def remark(option: OptionFigures) -> Any:
    """One line about an option, as an examiner would say it."""
    positive = option.correlation is not None and option.correlation > 0
    if option.right:
        return _("key, as it should be") if positive else _("key, but the better ones avoid it")
    if option.share < 0.05:
        return _("few choose it: write another")
    return _("wrong, but draws the better ones") if positive else _("a good distractor")
