"""Classes, who is in them, and how far they are."""

from enrolments.models.enrolment import CompletionRule, Enrolment, EnrolmentEvent, LessonProgress, Requirement
from enrolments.models.run import CourseRun, RunEvent, RunFunding, RunInstructor

__all__ = [
    "CompletionRule",
    "CourseRun",
    "Enrolment",
    "EnrolmentEvent",
    "LessonProgress",
    "Requirement",
    "RunEvent",
    "RunFunding",
    "RunInstructor",
]
