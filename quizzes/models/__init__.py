"""Banks, questions and their keys; exams, sittings and attempts."""

from quizzes.models.assignment import Submission, SubmissionEvent
from quizzes.models.attempt import Answer, Attempt, AttemptEvent, AttemptItem, Grade, LateAnswer
from quizzes.models.bank import Bank, KeySight, Question, QuestionKey, QuestionVersion, Topic
from quizzes.models.exam import BlueprintLine, Exam, Sitting, SittingExaminer, TopicMinimum

__all__ = [
    "Answer",
    "Attempt",
    "AttemptEvent",
    "AttemptItem",
    "Bank",
    "BlueprintLine",
    "Exam",
    "Grade",
    "KeySight",
    "LateAnswer",
    "Question",
    "QuestionKey",
    "QuestionVersion",
    "Sitting",
    "SittingExaminer",
    "Submission",
    "SubmissionEvent",
    "Topic",
    "TopicMinimum",
]
