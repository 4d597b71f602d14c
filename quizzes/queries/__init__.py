"""What pages read."""

from quizzes.queries.banks import bank_rows, preview, questions, sights, told, versions
from quizzes.queries.papers import (
    Paper,
    Place,
    current_question,
    drawable,
    figures,
    items_to_grade,
    minima,
    needed,
    newest_answers,
    paper,
    revealed,
    says_the_same,
    title,
)
from quizzes.queries.results import evidence_count, newest_grade, past_attempts, to_revise, topic_lines
from quizzes.queries.sittings import missing_sittings, question_count, standing

__all__ = [
    "Paper",
    "Place",
    "bank_rows",
    "current_question",
    "drawable",
    "evidence_count",
    "figures",
    "items_to_grade",
    "minima",
    "missing_sittings",
    "needed",
    "newest_answers",
    "newest_grade",
    "paper",
    "past_attempts",
    "preview",
    "question_count",
    "questions",
    "revealed",
    "says_the_same",
    "sights",
    "standing",
    "title",
    "to_revise",
    "told",
    "topic_lines",
    "versions",
]
