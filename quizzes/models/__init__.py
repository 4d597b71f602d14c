"""Banks, questions and their keys; exams, sessions, sittings and attempts; marks, corrections, appeals."""

from quizzes.models.assignment import Submission, SubmissionEvent
from quizzes.models.attempt import Answer, Attempt, AttemptEvent, AttemptItem, Grade, LateAnswer, Presence
from quizzes.models.bank import (
    Bank,
    KeyGrant,
    KeySight,
    Question,
    QuestionEvent,
    QuestionKey,
    QuestionVersion,
    Topic,
)
from quizzes.models.exam import (
    BlueprintLine,
    Exam,
    ExamForm,
    ExamSession,
    ExamSessionEvent,
    Invigilator,
    Section,
    Sitting,
    SittingExaminer,
    Ticket,
    TopicMinimum,
)
from quizzes.models.marking import Appeal, AppealEvent, Correction, CorrectionEvent, Mark
from quizzes.models.measuring import BankImport, BankImportEvent, ItemFlag

__all__ = [
    "Answer",
    "Appeal",
    "AppealEvent",
    "Attempt",
    "AttemptEvent",
    "AttemptItem",
    "Bank",
    "BankImport",
    "BankImportEvent",
    "BlueprintLine",
    "Correction",
    "CorrectionEvent",
    "Exam",
    "ExamForm",
    "ExamSession",
    "ExamSessionEvent",
    "Grade",
    "Invigilator",
    "ItemFlag",
    "KeyGrant",
    "KeySight",
    "LateAnswer",
    "Mark",
    "Presence",
    "Question",
    "QuestionEvent",
    "QuestionKey",
    "QuestionVersion",
    "Section",
    "Sitting",
    "SittingExaminer",
    "Submission",
    "SubmissionEvent",
    "Ticket",
    "Topic",
    "TopicMinimum",
]
