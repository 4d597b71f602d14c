"""A hall of five hundred who start together, save every twenty seconds and hand in together: what it cost."""

from dataclasses import dataclass
from typing import Any

NAME = "hall"
TAKERS, FEW = 500, 100
QUESTIONS = 60
EVERY = 20.0
"""Seconds between two saves of one taker."""
SPAN = 120.0
"""Seconds that they write."""
START_GOAL, SAVE_GOAL, HAND_IN_GOAL = 30.0, 300.0, 60.0
"""Goals that are printed: seconds until the last has started, milliseconds of 95 % of the saves, seconds to hand in."""
LINEAR = 1.5
"""A taker of five hundred costs at most so many times a taker of one hundred."""


@dataclass(frozen=True)
class Step:
    """What one step cost: `seconds` until the last answer, times in ms, CPU in ms a request."""

    seconds: float
    p50: float
    p95: float
    cpu: float
    requests: int


@dataclass(frozen=True)
class Hall:
    """A hall's steps, and what the database says of it afterwards."""

    takers: int
    start: Step
    save: Step
    watch: Step
    hand_in: Step
    lost: int
    """Answers that were acknowledged and are not there."""
    ungraded: int
    """Attempts that are not graded, or not once."""

    @property
    def cpu(self) -> float:
        """CPU ms of a taker from start to grade, with as many saves as questions."""
        return self.start.cpu + QUESTIONS * self.save.cpu + self.hand_in.cpu


def right(few: Hall, many: Hall) -> bool:
    """Whether nothing was lost, everybody was graded, and a taker costs about the same in a full hall."""
    whole = not (few.lost or few.ungraded or many.lost or many.ungraded)
    return whole and many.cpu <= LINEAR * few.cpu


def table(few: Hall, many: Hall) -> str:
    """The lines as they are printed."""
    title = f"hall: {QUESTIONS} questions, a save every {EVERY:.0f} s"
    lines = [f"{title:42}{'takers':>7}{'s in all':>10}{'p50/p95 ms':>15}{'CPU ms':>9}  goal"]
    for one in (few, many):
        full = one.takers == TAKERS
        for words, step, goal, reached in (
            ("all start at once", one.start, f"≤ {START_GOAL:.0f} s", one.start.seconds <= START_GOAL),
            ("save", one.save, f"p95 < {SAVE_GOAL:.0f} ms", one.save.p95 < SAVE_GOAL),
            ("invigilator's screen", one.watch, "", True),
            ("all hand in at once", one.hand_in, f"≤ {HAND_IN_GOAL:.0f} s", one.hand_in.seconds <= HAND_IN_GOAL),
        ):
            said = f"{goal}: {'reached' if reached else 'NOT reached'}" if goal and full else ""
            lines.append(
                f"{words:42}{one.takers:7}{step.seconds:10.1f}{step.p50:8.0f}/{step.p95:<6.0f}{step.cpu:9.2f}  {said}"
            )
    verdict = "met" if right(few, many) else "MISSED"
    lines.append(
        f"a taker costs {many.cpu / few.cpu:.2f} times as much among {many.takers} as among {few.takers}; "
        f"{few.lost + many.lost} answers lost, {few.ungraded + many.ungraded} not graded: {verdict}"
    )
    return "\n".join(lines)


def jobs(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The steps as jobs of the load generator, a connection for each taker."""

    def job(lanes: list[Any], expect: int, **more: Any) -> dict[str, Any]:
        return {"name": NAME, "lanes": lanes, "repeat": False, "expect": expect, **more}

    return {
        "save": job(spec["saves"], 200, every=EVERY),
        "watch": job([spec["watch"]], 200),
        "hand_in": job([[one] for one in spec["hand_ins"]], 302),
    }
