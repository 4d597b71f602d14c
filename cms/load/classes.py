"""Classes of two years, and what each person does in them. Decided here, written in `cms.load.study`."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from cms.load.crowd import Person
from cms.load.exams import Papers, Sheet
from courses.models import Course
from lms.lib.periods import ZONE, local_date

DAYS = 730
SELF_PACED_SHARE = 0.4
ROOM = 28
"""People in a class with a teacher."""
PLACES = "Hội trường Trung tâm,Công ty chủ nhà,Ủy ban nhân dân xã,Trường nghề".split(",")


class Lessons(NamedTuple):
    """A course with what a reader of it leaves behind. `pages` are (lesson, revision)."""

    course: Course
    pages: list[tuple[int, int]]
    papers: list[Papers]


@dataclass
class Run:
    """A class. `size` people are in it."""

    number: int
    lessons: Lessons
    starts_on: date
    ends_on: date
    enrols_from: datetime
    enrols_until: datetime | None
    size: int
    mode: str
    id: int = 0

    @property
    def starts_at(self) -> datetime:
        """Eight in the morning of the first day."""
        return datetime.combine(self.starts_on, time(8), ZONE)


class Sat(NamedTuple):
    """One attempt at an exam."""

    exam: Papers
    sheet: Sheet
    started_at: datetime
    submitted_at: datetime


@dataclass
class Turn:
    """One person in one class: when they did what."""

    run: Run
    person: Person
    enrolled_at: datetime
    read: list[datetime] = field(default_factory=list)
    sat: list[Sat] = field(default_factory=list)
    completed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    id: int = 0

    @property
    def state(self) -> str:
        """The enrolment's state."""
        if self.completed_at:
            return "completed"
        return "withdrawn" if self.withdrawn_at else "active"


def plan(catalogue: list[Lessons], enrolments: int, people: int, chance: Random, at: datetime) -> list[Run]:
    """Classes that seat `enrolments` in all: self-paced ones by half-years, the others small and frequent."""
    today = local_date(at)
    runs: list[Run] = []
    windows = [today - timedelta(days=DAYS - 182 * quarter) for quarter in range(4)]
    left = enrolments
    each = min(int(enrolments * SELF_PACED_SHARE) // (len(windows) * len(catalogue)), people)
    for starts in windows if each else []:
        for lessons in catalogue:
            opened = datetime.combine(starts - timedelta(days=10), time(9), ZONE)
            # The last window is open at present.
            ends = starts + timedelta(days=182 + (60 if starts == windows[-1] else 0))
            runs.append(Run(len(runs) + 1, lessons, starts, ends, opened, None, each, "self"))
            left -= each
    most = min(ROOM, people)
    count = -(-left // most)
    for place in range(count):
        starts = today + timedelta(days=round((DAYS + 18) * place / max(count, 1)) - DAYS)
        lessons = chance.choice(catalogue)
        ends = starts + timedelta(days=chance.choice((9, 12, 19)))
        opened = datetime.combine(starts - timedelta(days=40), time(9), ZONE)
        closed = datetime.combine(starts + timedelta(days=2), time(17), ZONE)
        size = left // (count - place)
        runs.append(
            Run(
                len(runs) + 1, lessons, starts, ends, opened, closed, size, chance.choice(("room", "blended", "online"))
            )
        )
        left -= size
    return runs


def live(run: Run, person: Person, chance: Random, at: datetime) -> Turn:
    """What `person` has done in `run` up to the moment `at`."""
    turn = Turn(run, person, _enrolled(run, chance, at))
    begin = max(turn.enrolled_at, run.starts_at)
    span = timedelta(days=chance.uniform(6, 18)) if run.mode != "self" else timedelta(days=chance.uniform(10, 45))
    pages = run.lessons.pages
    diligence = chance.random()
    if diligence < 0.06:
        share, leaves = chance.uniform(0, 0.5), True
    elif diligence < 0.17:
        share, leaves = chance.uniform(0, 0.9), False
    else:
        share, leaves = 1.0, False
    count = len(pages) if share == 1 else int(share * len(pages))
    moment = begin
    for _page in range(count):
        moment += span / len(pages) * chance.uniform(0.4, 1.6)
        if moment >= at:
            return turn
        turn.read.append(moment)
    if leaves and (left := moment + timedelta(days=2)) < at:
        turn.withdrawn_at = left
    if share == 1:
        _examine(turn, moment, chance, at)
    return turn


def _enrolled(run: Run, chance: Random, at: datetime) -> datetime:
    if run.mode == "self":
        window = timedelta(days=170)
        last = min(run.enrols_from + window, at - timedelta(hours=1))
    else:
        last = min(run.starts_at, at - timedelta(hours=1))
    first = min(run.enrols_from, last - timedelta(hours=1))
    return first + (last - first) * chance.random()


def _examine(turn: Turn, moment: datetime, chance: Random, at: datetime) -> None:
    """Sit every exam of the course, each up to its number of attempts; the last pass completes."""
    for papers in turn.run.lessons.papers:
        passed = False
        for number in range(papers.exam.attempts):
            moment += timedelta(hours=papers.exam.wait_hours + chance.uniform(2, 60))
            ends = moment + timedelta(minutes=papers.exam.minutes * chance.uniform(0.4, 0.95))
            if ends >= at or (number and chance.random() < 0.3):
                return
            passed = chance.random() < (0.82, 0.7, 0.6, 0.5)[min(number, 3)]
            sheets = papers.passing if passed else papers.failing
            if not sheets:
                return
            turn.sat.append(Sat(papers, chance.choice(sheets), moment, ends))
            moment = ends
            if passed:
                break
        if not passed:
            return
    turn.completed_at = moment


def hours(course: Course) -> str:
    """Learning hours as a certificate prints them."""
    value: Decimal = course.hours
    return str(value.normalize() if value % 1 else int(value))
