"""What `bench.grading` measured, as it is printed."""

from typing import Any

ANSWERS = 100_000
STEPS = {
    "graded": "read and grade",
    "previewed": "compare before a correction",
    "regraded": "grade again: read, write, tell",
    "analysed": "item analysis of 1,000 attempts",
}


def table(measured: dict[str, Any]) -> str:
    """The lines as they are printed."""
    title = f"grading {measured['answers']:,} answers, {measured['attempts']:,} attempts"
    lines = [f"{title:42}{'s':>7}{'CPU s':>9}{'ms/attempt':>12}"]
    for name, words in STEPS.items():
        one = measured[name]
        each = one["seconds"] / one.get("of", measured["attempts"]) * 1000
        lines.append(f"{words:42}{one['seconds']:7.1f}{one['cpu']:9.1f}{each:12.2f}")
    return "\n".join(lines)
