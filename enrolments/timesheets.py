"""The statement of hours of one enrolment: lessons, meetings, exams."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _, ngettext

from courses.models import LessonPage
from enrolments import hour_sources, hours
from enrolments.hours import Line
from enrolments.models import Attendance, Enrolment, StudySession
from lms.lib.periods import local_date

LESSON, MEETING, EXAM = "lesson", "meeting", "exam"


@dataclass(frozen=True)
class Statement:
    """Every line by day, and the sums."""

    enrolment: Enrolment
    lines: list[Line]

    @property
    def lessons(self) -> int:
        """Seconds in lessons."""
        return hours.total(self.lines, LESSON)

    @property
    def meetings(self) -> int:
        """Seconds in meetings."""
        return hours.total(self.lines, MEETING)

    @property
    def exams(self) -> int:
        """Seconds in exams."""
        return hours.total(self.lines, EXAM)

    @property
    def total(self) -> int:
        """All seconds."""
        return hours.total(self.lines)


def statement(enrolment: Enrolment, language: str) -> Statement:
    """What is recorded of an enrolment, by day: four queries and those of the apps above."""
    lines = [*_lessons(enrolment, language), *_meetings(enrolment), *hour_sources.lines(enrolment)]
    order = {MEETING: 0, LESSON: 1, EXAM: 2}
    lines.sort(key=lambda line: (line.day, order.get(line.kind, 9), line.what))
    return Statement(enrolment, lines)


def _lessons(enrolment: Enrolment, language: str) -> list[Line]:
    sessions = list(
        StudySession.objects.filter(enrolment=enrolment, seconds__gt=0).select_related("lesson").order_by("started_at")
    )
    titles: dict[int, str] = {}
    pages = LessonPage.objects.filter(lesson__in={session.lesson_id for session in sessions})
    for lesson_id, title, spoken in pages.values_list("lesson_id", "title", "language"):
        if spoken == language or lesson_id not in titles:
            titles[lesson_id] = title
    counted: dict[int, int] = {}
    by_day: dict[tuple[date, int], tuple[int, int]] = {}
    for session in sessions:
        # The cap is on the lesson, over all days: what comes after it is read, not counted.
        before = hours.capped(counted.get(session.lesson_id, 0), session.lesson.minutes)
        counted[session.lesson_id] = counted.get(session.lesson_id, 0) + session.seconds
        gained = hours.capped(counted[session.lesson_id], session.lesson.minutes) - before
        place = (local_date(session.started_at), session.lesson_id)
        seconds, visits = by_day.get(place, (0, 0))
        by_day[place] = (seconds + gained, visits + 1)
    return [
        Line(
            day,
            LESSON,
            titles.get(lesson_id, ""),
            seconds,
            ngettext("active time, %(visits)s visit", "active time, %(visits)s visits", visits) % {"visits": visits},
        )
        for (day, lesson_id), (seconds, visits) in by_day.items()
        if seconds
    ]


def _meetings(enrolment: Enrolment) -> list[Line]:
    there = (
        Attendance.objects.filter(enrolment=enrolment, status__in=[Attendance.Status.PRESENT, Attendance.Status.LATE])
        .exclude(meeting__state="cancelled")
        .select_related("meeting")
    )
    return [
        Line(
            local_date(one.meeting.starts_at),
            MEETING,
            one.meeting.topic or one.meeting.room or _("Meeting"),
            seconds_there(one),
            one.get_method_display(),
        )
        for one in there
    ]


def seconds_there(one: Attendance) -> int:
    """Time in a meeting: as measured; else the whole, or from the mark on for those who came late.

    A mark made after the end, from a sheet or a file, says nothing about when they came.
    """
    meeting = one.meeting
    if one.minutes is not None:
        return min(one.minutes, meeting.minutes) * 60
    begun: datetime = meeting.starts_at
    if one.status == Attendance.Status.LATE and one.marked_at <= meeting.ends_at:
        begun = max(one.marked_at, meeting.starts_at)
    return int(max(meeting.ends_at - begun, timedelta(0)).total_seconds())
