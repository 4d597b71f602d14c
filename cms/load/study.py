"""Writes classes, enrolments, lessons read and exams sat."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from cms.load.classes import PLACES, Run, Sat, Turn
from cms.load.rows import take_ids, write
from courses.models import Course
from enrolments.models import (
    CourseRun,
    Enrolment,
    EnrolmentEvent,
    LessonProgress,
    Requirement,
    RunEvent,
    RunFunding,
    RunInstructor,
)
from lms.lib.codes import ALPHABET
from lms.lib.periods import local_date
from people.models import FundingSource, Programme, User
from quizzes.models import Answer, Attempt, AttemptEvent, AttemptItem, Grade, Sitting

KEPT_IN_FULL = 0.06
"""Share of attempts whose single questions and answers are written too."""


def write_runs(runs: list[Run], instructors: list[User], seed: int, chance: Random, at: datetime) -> None:
    """Store the classes with their money, their teachers and their history; each run gets its id."""
    for run, pk in zip(runs, take_ids(CourseRun, len(runs)), strict=True):
        run.id = pk
    programme = Programme.objects.order_by("starts").last()
    today = local_date(at)
    posts = {run.id: chance.choice(instructors) for run in runs}
    courses: dict[int, set[User]] = {}
    for run in runs:
        courses.setdefault(run.lessons.course.pk, set()).add(posts[run.id])
    for course in Course.objects.filter(pk__in=courses):
        course.instructors.add(*courses[course.pk])
    columns = (
        "id", "code", "course_id", "edition_id", "state", "mode", "starts_on", "ends_on", "enrols_from", "enrols_until",
        "seats", "place", "programme_id", "plan_year",
    )  # fmt: skip
    write(
        CourseRun,
        columns,
        (
            (
                run.id,
                f"{run.lessons.course.code}-L{seed}-{run.number:04d}",
                run.lessons.course.pk,
                run.lessons.course.edition_id,
                _states(run, today)[-1],
                run.mode,
                run.starts_on,
                run.ends_on,
                run.enrols_from,
                run.enrols_until,
                None if run.mode == "self" else run.size + chance.randint(0, 4),
                chance.choice(PLACES) if run.mode in ("room", "blended") else "",
                programme.pk if programme else None,
                run.starts_on.year,
            )
            for run in runs
        ),
    )
    write(
        RunEvent,
        ("subject_id", "old", "new", "at"),
        (
            (run.id, old, new, run.enrols_from if new in ("draft", "open") else run.starts_at)
            for run in runs
            for old, new in zip(["", *_states(run, today)], _states(run, today), strict=False)
        ),
    )
    write(
        RunInstructor, ("run_id", "person_id", "since"), ((run.id, posts[run.id].pk, run.enrols_from) for run in runs)
    )
    sources = list(FundingSource.objects.order_by("order", "pk"))
    if sources:
        funded = ((run.id, chance.choice(sources).pk, 100) for run in runs)
        write(RunFunding, ("run_id", "source_id", "percent"), funded)


def _states(run: Run, today: Any) -> list[str]:
    if run.starts_on > today:
        return ["draft", "open"]
    return ["draft", "open", "running"] if run.ends_on >= today else ["draft", "open", "running", "finished"]


def write_turns(turns: list[Turn]) -> None:
    """Store the enrolments with their history, requirements and lessons; each turn gets its id."""
    for turn, pk in zip(turns, take_ids(Enrolment, len(turns)), strict=True):
        turn.id = pk
    columns = (
        "id", "person_id", "run_id", "state", "enrolled_at", "completed_at", "enterprise_id", "sector_id", "size",
        "commune_id", "last_lesson_id",
    )  # fmt: skip
    write(Enrolment, columns, (_enrolment(turn) for turn in turns))
    write(
        EnrolmentEvent,
        ("subject_id", "old", "new", "at", "by_id"),
        (row for turn in turns for row in _history(turn)),
    )
    write(
        Requirement,
        ("enrolment_id", "kind", "key", "met_at", "met_by_id", "detail"),
        (row for turn in turns for row in _requirements(turn)),
    )
    write(
        LessonProgress,
        ("enrolment_id", "lesson_id", "opened_at", "last_opened_at", "done_at", "language", "revision_id"),
        (row for turn in turns for row in _progress(turn)),
    )


def _enrolment(turn: Turn) -> tuple[Any, ...]:
    firm, pages = turn.person.firm, turn.run.lessons.pages
    last = min(len(turn.read), len(pages) - 1)
    return (
        turn.id,
        turn.person.id,
        turn.run.id,
        turn.state,
        turn.enrolled_at,
        turn.completed_at,
        firm.id if firm else None,
        firm.sector if firm else None,
        firm.size if firm else "",
        turn.person.commune or (firm.commune if firm else None),
        pages[last][0] if turn.read else None,
    )


def _history(turn: Turn) -> Iterator[tuple[Any, ...]]:
    yield turn.id, "", "active", turn.enrolled_at, turn.person.id
    ended = turn.completed_at or turn.withdrawn_at
    if ended:
        yield turn.id, "active", turn.state, ended, turn.person.id


def _requirements(turn: Turn) -> Iterator[tuple[Any, ...]]:
    person = turn.person.id
    all_read = turn.read[-1] if len(turn.read) == len(turn.run.lessons.pages) else None
    yield turn.id, "lessons", "", all_read, person if all_read else None, {}
    for papers in turn.run.lessons.papers:
        passed = next((sat for sat in turn.sat if sat.exam is papers and sat.sheet.passed), None)
        if passed is None:
            yield turn.id, "exam", papers.exam.code, None, None, {}
        else:
            detail = {"points": str(passed.sheet.points), "possible": passed.sheet.possible}
            yield turn.id, "exam", papers.exam.code, passed.submitted_at, person, detail


def _progress(turn: Turn) -> Iterator[tuple[Any, ...]]:
    for (lesson, revision), done in zip(turn.run.lessons.pages, turn.read, strict=False):
        yield turn.id, lesson, done - timedelta(minutes=25), done, done, "vi", revision


def write_exams(turns: list[Turn], chance: Random) -> None:
    """Store sittings, attempts and grades; of some attempts the questions and answers too."""
    pairs = [(turn, papers) for turn in turns if turn.state != "withdrawn" for papers in turn.run.lessons.papers]
    sittings = take_ids(Sitting, len(pairs))
    write(
        Sitting,
        ("id", "person_id", "exam_id", "enrolment_id"),
        ((pk, turn.person.id, papers.exam.pk, turn.id) for pk, (turn, papers) in zip(sittings, pairs, strict=True)),
    )
    attempts = [
        (sitting, number, turn, sat)
        for sitting, (turn, papers) in zip(sittings, pairs, strict=True)
        for number, sat in enumerate((sat for sat in turn.sat if sat.exam is papers), start=1)
    ]
    ids = take_ids(Attempt, len(attempts))
    full = {pk for pk in ids if chance.random() < KEPT_IN_FULL}
    columns = (
        "id", "sitting_id", "number", "code", "state", "language", "seed", "rules", "started_at", "deadline",
        "submitted_at",
    )  # fmt: skip
    write(
        Attempt,
        columns,
        (
            (
                pk,
                sitting,
                number,
                "".join(chance.choices(ALPHABET, k=12)),
                "graded",
                "vi",
                sat.sheet.seed,
                sat.sheet.rules,
                sat.started_at,
                sat.started_at + timedelta(minutes=sat.exam.exam.minutes),
                sat.submitted_at,
            )
            for pk, (sitting, number, _turn, sat) in zip(ids, attempts, strict=True)
        ),
    )
    sat_by_id = {pk: (turn, sat) for pk, (_sitting, _number, turn, sat) in zip(ids, attempts, strict=True)}
    write(
        AttemptEvent,
        ("subject_id", "old", "new", "at", "by_id"),
        (row for pk, (turn, sat) in sat_by_id.items() for row in _attempt_history(pk, turn, sat)),
    )
    write(
        Grade,
        ("attempt_id", "number", "points", "possible", "passed", "detail", "graded_at", "graded_by_id"),
        (
            (
                pk,
                1,
                sat.sheet.points,
                sat.sheet.possible,
                sat.sheet.passed,
                sat.sheet.detail if pk in full else sat.sheet.short,
                sat.submitted_at,
                None,
            )
            for pk, (_turn, sat) in sat_by_id.items()
        ),
    )
    _write_answers([(pk, sat) for pk, (_turn, sat) in sat_by_id.items() if pk in full], chance)


def _attempt_history(pk: int, turn: Turn, sat: Sat) -> Iterable[tuple[Any, ...]]:
    person = turn.person.id
    return (
        (pk, "", "started", sat.started_at, person),
        (pk, "started", "submitted", sat.submitted_at, person),
        (pk, "submitted", "graded", sat.submitted_at, person),
    )


def _write_answers(sat: list[tuple[int, Sat]], chance: Random) -> None:
    placed = [
        (attempt, position, *item, one.started_at + timedelta(seconds=45 * position))
        for attempt, one in sat
        for position, item in enumerate(one.sheet.items, start=1)
    ]
    ids = take_ids(AttemptItem, len(placed))
    write(
        AttemptItem,
        ("id", "attempt_id", "position", "version_id", "order"),
        (
            (pk, attempt, position, version, order)
            for pk, (attempt, position, version, order, _response, _at) in zip(ids, placed, strict=True)
        ),
    )
    write(
        Answer,
        ("item_id", "revision", "key", "response", "received_at"),
        (
            (pk, 1, UUID(int=chance.getrandbits(128), version=4), response, received)
            for pk, (_attempt, _position, _version, _order, response, received) in zip(ids, placed, strict=True)
        ),
    )
