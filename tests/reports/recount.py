"""A second count, by other means: from the CSV of `export_facts` alone to the figures of the JSON.

Knows nothing of the product: the standard library and docs/reports.md only.
"""

import csv
import io
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DIMENSIONS = ("subject", "family", "sector", "commune", "sex", "size", "funding", "mode")


def day(text: str) -> date | None:
    """The day in Vietnam of a moment in ISO 8601."""
    return datetime.fromisoformat(text).astimezone(ZONE).date() if text else None


def recount(text: str, first: str, counted_to: str) -> dict:
    """The figures of the days from `first` to `counted_to`, both included."""
    low, high = date.fromisoformat(first), date.fromisoformat(counted_to)
    rows = list(csv.DictReader(io.StringIO(text)))
    turns = joined([row for row in rows if row["fact"] == "enrolment" and is_turn(row)])
    consultants = [row for row in rows if row["fact"] == "consultant" and low <= day(row["issued_at"]) <= high]
    found: dict[str, Any] = {"total": figures(turns, low, high), "dimensions": {}}
    for dimension in DIMENSIONS:
        groups = defaultdict(list)
        for turn in turns:
            for key in keys(turn, dimension):
                groups[key].append(turn)
        counted = {key: figures(group, low, high) for key, group in groups.items()}
        found["dimensions"][dimension] = {
            key: each for key, each in counted.items() if any(Decimal(n) for n in each.values())
        }
    crossed = defaultdict(set)
    for turn in turns:
        if turn["completed"] and low <= turn["completed"] <= high:
            crossed[turn["subject"], turn["sector"]].add(turn["person"])
    found["heat"] = {key: len(people) for key, people in crossed.items()}
    found["consultants"] = (len(consultants), len({row["person"] for row in consultants}))
    return found


def is_turn(row: dict) -> bool:
    return row["state"] == "completed" or (row["state"] == "active" and row["class_state"] != "cancelled")


def joined(rows: list[dict]) -> list[dict]:
    """Enrolments of one person in one class made one, with the first of each of their days."""
    groups = defaultdict(list)
    for row in rows:
        starts = date.fromisoformat(row["class_starts_on"])
        row["turn"] = max(starts, day(row["enrolled_at"]) or starts)
        row["began"] = max(
            datetime(starts.year, starts.month, starts.day, tzinfo=ZONE), datetime.fromisoformat(row["enrolled_at"])
        )
        row["completed"], row["passed"] = day(row["completed_at"]), day(row["passed_at"])
        groups[row["person"], row["class"]].append(row)
    found = []
    for group in groups.values():
        # Moments in one time zone sort as text; "~" comes after every digit.
        model = min(group, key=lambda row: (row["completed_at"] or "~", row["began"], int(row["id"])))
        found.append(
            {
                **model,
                "turn": min(row["turn"] for row in group),
                "completed": min((row["completed"] for row in group if row["completed"]), default=None),
                "passed": min((row["passed"] for row in group if row["passed"]), default=None),
            }
        )
    return found


def keys(turn: dict, dimension: str) -> list[str]:
    if dimension == "funding":
        return [share.split(":")[0] for share in turn["funding"].split()] or [""]
    return [turn[dimension]]


def figures(turns: list[dict], low: date, high: date) -> dict:
    def within(event: str) -> list[dict]:
        return [turn for turn in turns if turn[event] and low <= turn[event] <= high]

    turned, completed = within("turn"), within("completed")
    return {
        "turns": len(turned),
        "persons": len({turn["person"] for turn in turned}),
        "completed_turns": len(completed),
        "completed_persons": len({turn["person"] for turn in completed}),
        "passed_turns": len(within("passed")),
        "hours": str(sum((Decimal(turn["hours"]) for turn in completed), Decimal(0))),
        "enterprises": len({turn["enterprise"] for turn in turned} - {""}),
    }
