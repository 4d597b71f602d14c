"""Everything that is done to banks, exams and attempts."""

from quizzes.actions.answers import OutOfOrder, Saved, flag, save_answer
from quizzes.actions.attempts import close_overdue, open_sitting, start, submit, take_over
from quizzes.actions.bank import see_key, store_bank

__all__ = [
    "OutOfOrder",
    "Saved",
    "close_overdue",
    "flag",
    "open_sitting",
    "save_answer",
    "see_key",
    "start",
    "store_bank",
    "submit",
    "take_over",
]
