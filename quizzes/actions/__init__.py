"""Everything that is done to banks, exams and attempts."""

from quizzes.actions.answers import OutOfOrder, Saved, flag, save_answer
from quizzes.actions.attempts import close_overdue, open_sitting, start, submit, take_over
from quizzes.actions.bank import store_bank
from quizzes.actions.blueprints import make_forms, retire_form, store_blueprint
from quizzes.actions.classifying import (
    add_tags,
    assign_reviewer,
    move_topic,
    set_difficulty,
    set_exposure,
    set_pilot,
    set_tags,
)
from quizzes.actions.entry import Shown
from quizzes.actions.exam_making import create_exam, may_make
from quizzes.actions.keys import end_keys, grant_keys, require_keys, see_key
from quizzes.actions.measuring import flag_questions, settle_flag
from quizzes.actions.pictures import add_picture
from quizzes.actions.questions import (
    approve,
    create_question,
    drop_version,
    hand_in,
    retire,
    return_question,
    save_question,
    stamp,
    take_up,
    wrote,
)
from quizzes.actions.topics import add_topic, create_bank, retire_topic, save_topic, tell_apart

__all__ = [
    "OutOfOrder",
    "Saved",
    "Shown",
    "add_picture",
    "add_tags",
    "add_topic",
    "approve",
    "assign_reviewer",
    "close_overdue",
    "create_bank",
    "create_exam",
    "create_question",
    "drop_version",
    "end_keys",
    "flag",
    "flag_questions",
    "grant_keys",
    "hand_in",
    "make_forms",
    "may_make",
    "move_topic",
    "open_sitting",
    "require_keys",
    "retire",
    "retire_form",
    "retire_topic",
    "return_question",
    "save_answer",
    "save_question",
    "save_topic",
    "see_key",
    "set_difficulty",
    "set_exposure",
    "set_pilot",
    "set_tags",
    "settle_flag",
    "stamp",
    "start",
    "store_bank",
    "store_blueprint",
    "submit",
    "take_over",
    "take_up",
    "tell_apart",
    "wrote",
]
