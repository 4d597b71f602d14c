"""Everything that is done to classes and enrolments."""

from enrolments.actions.attendance import (
    Mark,
    add_sheet,
    check_in,
    close_meeting,
    mark,
    mark_all,
    refuse_outside,
    settle_attendance,
)
from enrolments.actions.copies import copy_run, start_run
from enrolments.actions.demand import (
    ask_in_house,
    decline_in_house,
    drop_need,
    plan_in_house,
    set_need,
    take_back_in_house,
)
from enrolments.actions.hours import beat
from enrolments.actions.line import approve, close_line, lapse, nominate, offer, promote, refuse
from enrolments.actions.meetings import (
    cancel_meeting,
    change_meeting,
    plan_meetings,
    renew_calendar_key,
    restore_meeting,
)
from enrolments.actions.reminding import remind, tell_completed
from enrolments.actions.rules import set_rules
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
from enrolments.actions.seats import accept, ask, decline, enrol, withdraw
from enrolments.actions.study import complete, finish_lesson, meet, open_lesson, settle_lessons
from enrolments.actions.talk import (
    announce,
    answer_as_trainee,
    answer_post,
    ask_about_lesson,
    close_announcement,
    hide_post,
    restore_post,
    tell_announcement,
)
from enrolments.actions.telling import tell_of_meetings, untold

__all__ = [
    "CHANGEABLE",
    "Mark",
    "accept",
    "add_sheet",
    "announce",
    "answer_as_trainee",
    "answer_post",
    "approve",
    "ask",
    "ask_about_lesson",
    "ask_in_house",
    "assign_instructor",
    "beat",
    "cancel_meeting",
    "change_meeting",
    "change_run",
    "check_in",
    "close_announcement",
    "close_line",
    "close_meeting",
    "complete",
    "copy_run",
    "decline",
    "decline_in_house",
    "drop_need",
    "end_instructor",
    "enrol",
    "finish_lesson",
    "hide_post",
    "lapse",
    "mark",
    "mark_all",
    "meet",
    "move_run",
    "nominate",
    "offer",
    "open_lesson",
    "open_run",
    "plan_in_house",
    "plan_meetings",
    "plan_run",
    "promote",
    "refuse",
    "refuse_outside",
    "remind",
    "renew_calendar_key",
    "require",
    "restore_meeting",
    "restore_post",
    "set_need",
    "set_rules",
    "settle_attendance",
    "settle_lessons",
    "start_run",
    "take_back_in_house",
    "tell_announcement",
    "tell_completed",
    "tell_of_meetings",
    "untold",
    "withdraw",
]
