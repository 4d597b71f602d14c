"""What was measured of each scenario, as it is judged and printed."""

import statistics
from dataclasses import dataclass

NAMES = {
    "yardstick": "yardstick: signed in, one row",
    "catalogue": "catalogue, anonymous",
    "catalogue_search": "catalogue, anonymous, ever other words",
    "course_anonymous": "course page, anonymous",
    "course": "course page, signed in",
    "lesson": "lesson page, signed in",
    "home": "trainee's home",
    "exam_start": "exam: start",
    "answer_save": "exam: save an answer",
    "hand_in": "exam: hand in and grade",
    "verify_kept": "verification, the same certificate",
    "verify": "verification, ever another certificate",
    "verify_json": "verification as JSON, ever another",
    "enterprise": "enterprise's page, 2,000 people",
    "roster": "instructor's roster, 500 people",
    "report": "half-year report",
}
MARKS = {"lesson": 8.0, "answer_save": 5.0, "catalogue": 2.0, "verify": 2.0}
"""At most so many times the yardstick's processor time."""
REPORT_QUERIES = 10
"""The report makes fewer queries than this, beside those that the back office's frame makes on each of its pages."""


@dataclass
class Row:
    """What was measured of one scenario; times in milliseconds."""

    name: str
    queries: int
    per_second: float
    p50_alone: float
    p95_alone: float
    p50: float
    p95: float
    cpu_server: float
    cpu_database: float
    requests: int
    ratio: float = 0.0
    mark: str = ""

    @property
    def cpu(self) -> float:
        """Server and database together."""
        return self.cpu_server + self.cpu_database


def judge(rows: list[Row], report: int) -> dict[str, bool]:
    """Set ratios and marks; which marks are met. `report` is how many queries the report itself makes."""
    base = statistics.mean(row.cpu for row in rows if row.name == "yardstick")
    met = {}
    for row in rows:
        row.ratio = row.cpu / base
        if row.name in MARKS:
            met[row.name] = row.ratio <= MARKS[row.name]
            row.mark = f"≤ {MARKS[row.name]:g}: {'met' if met[row.name] else 'MISSED'}"
        elif row.name == "report":
            met[row.name] = report < REPORT_QUERIES
            row.mark = f"itself {report}, < {REPORT_QUERIES}: {'met' if met[row.name] else 'MISSED'}"
    return met


def table(rows: list[Row]) -> str:
    """The table as it is printed."""
    head = (("", 42), ("per s", -7), ("p50/p95 at 1", -16), ("p50/p95 at 16", -18), ("CPU ms", -8), ("+ SQL", -7))
    columns = (*head, ("queries", -8), ("ratio", -7))
    lines = ["".join(name.rjust(-width) if width < 0 else name.ljust(width) for name, width in columns)]
    lines += [
        f"{NAMES[row.name]:42}{row.per_second:7.0f}{f'{row.p50_alone:.1f}/{row.p95_alone:.1f}':>16}"
        f"{f'{row.p50:.0f}/{row.p95:.0f}':>18}{row.cpu_server:8.2f}{row.cpu_database:7.2f}{row.queries:8}{row.ratio:7.2f}"
        f"  {row.mark}".rstrip()
        for row in rows
    ]
    return "\n".join(lines)
