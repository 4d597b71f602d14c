"""Everything that is done to classes and enrolments."""

from enrolments.actions.hours import beat
from enrolments.actions.runs import (
    CHANGEABLE,
    assign_instructor,
    change_run,
    end_instructor,
    move_run,
    open_run,
    plan_run,
    require,
)
from enrolments.actions.seats import enrol, withdraw
from enrolments.actions.study import complete, finish_lesson, meet, open_lesson, settle_lessons

__all__ = [
    "CHANGEABLE",
    "assign_instructor",
    "beat",
    "change_run",
    "complete",
    "end_instructor",
    "enrol",
    "finish_lesson",
    "meet",
    "move_run",
    "open_lesson",
    "open_run",
    "plan_run",
    "require",
    "settle_lessons",
    "withdraw",
]
