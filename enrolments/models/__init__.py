"""Classes, who is in them, and how far they are."""

from enrolments.models.demand import InHouseEvent, InHouseRequest, TrainingNeed
from enrolments.models.enrolment import CompletionRule, Enrolment, EnrolmentEvent, LessonProgress, Requirement
from enrolments.models.meeting import (
    Attendance,
    AttendanceEvent,
    CalendarKey,
    Meeting,
    MeetingEvent,
    SignedSheet,
)
from enrolments.models.request import SeatRequest, SeatRequestEvent
from enrolments.models.run import CourseRun, Prerequisite, RunEvent, RunFunding, RunInstructor
from enrolments.models.study import StudySession
from enrolments.models.talk import Announcement, LessonPost

__all__ = [
    "Announcement",
    "Attendance",
    "AttendanceEvent",
    "CalendarKey",
    "CompletionRule",
    "CourseRun",
    "Enrolment",
    "EnrolmentEvent",
    "InHouseEvent",
    "InHouseRequest",
    "LessonPost",
    "LessonProgress",
    "Meeting",
    "MeetingEvent",
    "Prerequisite",
    "Requirement",
    "RunEvent",
    "RunFunding",
    "RunInstructor",
    "SeatRequest",
    "SeatRequestEvent",
    "SignedSheet",
    "StudySession",
    "TrainingNeed",
]
