"""Reminders and reports by the sweep: found by rules, told once by their keys, however often it runs or dies."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _, ngettext, override

from courses.models import Lesson
from enrolments import laggards, reminders
from enrolments.actions.telling import place, when
from enrolments.models import CourseRun, Enrolment, LessonProgress, Meeting, Requirement, RunInstructor
from lms.lib.periods import ZONE, local_date
from people.actions import Telling, notify_all
from people.models import Notice

BATCH = 200
"""So many people are told in one transaction."""


def remind(*, at: datetime) -> int:
    """Tell everybody what is due at `at`; how many notices were new. In the quiet hours nobody is told anything.

    Each batch is a transaction of its own. Run twice, or killed half-way and run
    again, it tells nobody twice and leaves nobody out: the keys say who was told.
    """
    if not reminders.may_tell(at, quiet=settings.QUIET_HOURS):
        return 0
    told = 0
    for due in (_starting, _meeting_tomorrow, _unbegun, _ending, _completed, _reports):
        tellings = due(at)
        while batch := list(islice(tellings, BATCH)):
            told += len(notify_all(tellings=batch, at=at))
    return told


def tell_completed(*, enrolment_id: int, at: datetime) -> int:
    """Tell somebody that they have completed a class; once."""
    done = _people().filter(pk=enrolment_id, state=Enrolment.State.COMPLETED)
    return len(notify_all(tellings=[_completion(enrolment) for enrolment in done], at=at))


# --- Rows and words -------------------------------------------------------------------------


def _people() -> QuerySet[Enrolment]:
    """Enrolments of people who can be told, with what every text names."""
    return (
        Enrolment.objects.filter(person__is_active=True, person__merged_into=None)
        .select_related("person", "run__course")
        .order_by("pk")
    )


def _stream(enrolments: QuerySet[Enrolment]) -> Iterator[Enrolment]:
    """Rows in order, a batch at a time: people are told meanwhile, so no cursor is left open."""
    last = 0
    while batch := list(enrolments.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def both(text: Callable[[], str]) -> dict[str, str]:
    """A text in every language of the product."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found[language] = text()
    return found


def about(run: CourseRun, url: str = "") -> dict[str, Any]:
    """What every text about a class names."""
    return {
        "course": {"vi": run.course.title_vi, "en": run.course.title_en},
        "run": run.code,
        "url": url or f"/vi/learn/{run.code}/",
    }


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _end_of(day: date) -> str:
    return datetime.combine(day + timedelta(days=1), time.min, ZONE).isoformat()


# --- Before a class and before a meeting ---------------------------------------------------------


def _starting(at: datetime) -> Iterator[Telling]:
    """A week before a class that meets begins."""
    days = reminders.starting(at)
    opens, closes = _span(days)
    planned = Q(meetings__state=Meeting.State.PLANNED)
    runs = {
        run.pk: run
        for run in CourseRun.objects.announced()
        .exclude(mode=CourseRun.Mode.SELF_PACED)
        .annotate(first=Min("meetings__starts_at", filter=planned))
        .filter(Q(first__gte=opens, first__lt=closes) | Q(first=None, starts_on__range=days))
        .select_related("course")
    }
    if not runs:
        return
    facts = {pk: _start_facts(run, None) for pk, run in runs.items()}
    for meeting in _meetings(runs):
        if meeting.starts_at == runs[meeting.run_id].first:  # type: ignore[attr-defined]  # annotated
            facts[meeting.run_id] = _start_facts(meeting.run, meeting)
    enrolled = _people().seated().filter(run__in=runs, enrolled_at__lte=at - reminders.SETTLED)  # type: ignore[attr-defined]
    for enrolment in _stream(enrolled):
        key = f"run:{enrolment.run_id}:{facts[enrolment.run_id]['day']}"
        yield Telling(enrolment.person, "starts_in_a_week", key, facts[enrolment.run_id])


def _span(days: reminders.Days) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the end of the last."""
    first = datetime.combine(days.first, time.min, ZONE)
    return first, datetime.combine(days.last + timedelta(days=1), time.min, ZONE)


def _meetings(runs: Iterable[int]) -> QuerySet[Meeting]:
    planned = Meeting.objects.filter(state=Meeting.State.PLANNED, run__in=list(runs))
    return planned.select_related("run__course").order_by("starts_at", "pk")


def _start_facts(run: CourseRun, first: Meeting | None) -> dict[str, Any]:
    day = reminders.first_day(run.starts_on, [first.starts_at] if first else [])
    where = place(first) if first else (both(lambda: _("online")) if not run.place else run.place)
    return {
        **about(run),
        "day": _day(day),
        "when": both(lambda: when(first)) if first else _day(day),
        "place": where,
        "until": first.starts_at.isoformat() if first else _end_of(day),
    }


def _meeting_tomorrow(at: datetime) -> Iterator[Telling]:
    """On the evening before each meeting."""
    window = reminders.tomorrow(at, hour=settings.REMINDER_HOUR)
    if window is None:
        return
    meetings: dict[int, list[Meeting]] = {}
    announced = CourseRun.objects.announced().values("pk")
    planned = Meeting.objects.filter(state=Meeting.State.PLANNED, run__in=announced)
    for meeting in planned.filter(starts_at__gte=window.first, starts_at__lt=window.end).select_related("run__course"):
        meetings.setdefault(meeting.run_id, []).append(meeting)
    if not meetings:
        return
    facts = {meeting.pk: _meeting_facts(meeting) for own in meetings.values() for meeting in own}
    for enrolment in _stream(_people().seated().filter(run__in=meetings)):  # type: ignore[attr-defined]
        for meeting in meetings[enrolment.run_id]:
            # The day is in the key: a meeting moved to another one is reminded of again.
            key = f"meeting:{meeting.pk}:{local_date(meeting.starts_at)}"
            yield Telling(enrolment.person, "meets_tomorrow", key, facts[meeting.pk])


def _meeting_facts(meeting: Meeting) -> dict[str, Any]:
    return {
        **about(meeting.run),
        "when": both(lambda: when(meeting)),
        "place": place(meeting),
        "until": meeting.starts_at.isoformat(),
    }


# --- While one learns ------------------------------------------------------------------------


def _unbegun(at: datetime) -> Iterator[Telling]:
    """A week after enrolling in a class at one's own pace without having opened a lesson."""
    window = reminders.unbegun(at)
    waiting = _people().filter(
        ~Exists(LessonProgress.objects.filter(enrolment=OuterRef("pk"))),
        state=Enrolment.State.ACTIVE,
        run__in=CourseRun.objects.announced().filter(mode=CourseRun.Mode.SELF_PACED).values("pk"),
        run__ends_on__gte=local_date(at),
        run__starts_on__lte=local_date(window.end),
        enrolled_at__gte=window.first,
        enrolled_at__lt=window.end,
    )
    courses = set(waiting.order_by().values_list("run__course", flat=True))
    minutes: dict[int, int] = {}
    for course, length in (
        Lesson.objects.taught()
        .filter(course__in=courses)
        .order_by("part__order", "order", "pk")
        .values_list("course", "minutes")
    ):
        minutes.setdefault(course, length)
    for enrolment in _stream(waiting):
        facts = {
            **about(enrolment.run, f"/vi/learn/{enrolment.run.code}/resume/"),
            "minutes": minutes.get(enrolment.run.course_id, 20),
            "until": _end_of(enrolment.run.ends_on),
        }
        yield Telling(enrolment.person, "not_started", f"enrolment:{enrolment.pk}", facts)


def _ending(at: datetime) -> Iterator[Telling]:
    """A week before the last day, to whoever still lacks something that they can do themselves."""
    ending = CourseRun.objects.announced().filter(ends_on__range=reminders.ending(at))
    runs = dict(ending.order_by().values_list("pk", "course"))
    if not runs:
        return
    totals = Counter(Lesson.objects.taught().filter(course__in=runs.values()).values_list("course", flat=True))
    ahead = set(_meetings(runs).filter(ends_at__gt=at).order_by().values_list("run", flat=True))
    learning = _people().filter(state=Enrolment.State.ACTIVE, run__in=runs, enrolled_at__lte=at - reminders.SETTLED)
    rows = _stream(learning)
    while batch := list(islice(rows, BATCH)):
        yield from _ending_batch(batch, totals, ahead)


def _ending_batch(batch: Sequence[Enrolment], totals: Counter[int], ahead: set[int]) -> Iterator[Telling]:
    unmet: dict[int, list[Requirement]] = {}
    for requirement in Requirement.objects.filter(enrolment__in=batch, met_at=None).order_by("pk"):
        unmet.setdefault(requirement.enrolment_id, []).append(requirement)
    done = _lessons_done(LessonProgress.objects.filter(enrolment__in=batch))
    for enrolment in batch:
        run = enrolment.run
        left = totals[run.course_id] - done[enrolment.pk]
        # Attendance comes by itself while the class still meets.
        missing = [
            row for row in unmet.get(enrolment.pk, []) if row.kind != Requirement.Kind.ATTENDANCE or run.pk not in ahead
        ]
        if missing:
            facts = {
                **about(run),
                "day": _day(run.ends_on),
                "missing": both(lambda missing=missing, left=left: _missing(missing, left)),  # type: ignore[misc]
                "until": _end_of(run.ends_on),
            }
            yield Telling(enrolment.person, "deadline_near", f"enrolment:{enrolment.pk}:{run.ends_on}", facts)


def _lessons_done(progress: QuerySet[LessonProgress]) -> Counter[int]:
    finished = progress.filter(done_at__isnull=False, lesson__retired=False).order_by()
    return Counter(dict(finished.values_list("enrolment").annotate(Count("pk"))))


def _missing(requirements: Sequence[Requirement], lessons_left: int) -> str:
    parts = []
    for requirement in requirements:
        if requirement.kind == Requirement.Kind.LESSONS:
            parts.append(ngettext("%(n)s lesson", "%(n)s lessons", lessons_left) % {"n": lessons_left})
        else:
            parts.append(requirement.get_kind_display().lower())
    return ", ".join(parts) + "."


def _completed(at: datetime) -> Iterator[Telling]:
    """Completions whose message the broker forgot."""
    since = reminders.completed_since(at)
    for enrolment in _stream(_people().filter(state=Enrolment.State.COMPLETED, completed_at__gte=since)):
        yield _completion(enrolment)


def _completion(enrolment: Enrolment) -> Telling:
    return Telling(enrolment.person, "completed", f"enrolment:{enrolment.pk}", about(enrolment.run))


# --- Reports to instructors ------------------------------------------------------------------------


def _reports(at: datetime) -> Iterator[Telling]:
    """Once a week, where a class that goes on stands, to whoever teaches it."""
    key, today = reminders.report_key(at), local_date(at)
    if key is None:
        return
    running = CourseRun.objects.announced().filter(starts_on__lte=today, ends_on__gte=today)
    posts = list(
        RunInstructor.objects.filter(until=None, run__in=running.values("pk"), person__is_active=True)
        .select_related("person", "run__course")
        .order_by("run", "pk")
    )
    keys = {post.pk: f"run:{post.run_id}:{key}" for post in posts}
    told = Notice.objects.filter(kind="class_report", key__in=keys.values())
    known = set(told.values_list("person", "key"))
    posts = [post for post in posts if (post.person_id, keys[post.pk]) not in known]
    if not posts:
        return
    facts = standings([post.run for post in posts], at)
    for post in posts:
        if facts[post.run_id]["enrolled"]:
            yield Telling(post.person, "class_report", keys[post.pk], facts[post.run_id])


def standings(runs: Sequence[CourseRun], at: datetime) -> dict[int, dict[str, Any]]:
    """How many are in each class, behind, and done, by the class's key; as many queries however many classes."""
    by_pk = {run.pk: run for run in runs}
    lagging = laggards.count(list(by_pk), at)
    states = Counter(Enrolment.objects.seated().filter(run__in=by_pk).values_list("run", "state"))
    found = {}
    for pk, run in by_pk.items():
        completed = states[pk, Enrolment.State.COMPLETED.value]
        found[pk] = {
            **about(run, f"/admin/classes/{run.code}/"),
            "enrolled": completed + states[pk, Enrolment.State.ACTIVE.value],
            "lagging": lagging.get(pk, 0),
            "completed": completed,
        }
    return found
