"""How far people are in their classes: read in one go for the employer, the instructor and the worker."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _, ngettext

from certificates.models import Certificate
from certificates.verdict import Verdict, verdict
from courses.models import Lesson
from enrolments import results
from enrolments.attendance import Share
from enrolments.models import Attendance, Enrolment, LessonProgress, Meeting, Requirement, StudySession
from enrolments.timetables import Shares
from lms.lib.periods import ZONE, local_date
from quizzes.models import Attempt, Grade
from quizzes.queries import score_open

SILENT = timedelta(days=7)
"""Who has opened no lesson for so long lags, while there are lessons left."""


@dataclass(frozen=True)
class Progress:
    """One person in one class."""

    enrolment: Enrolment
    done: int
    total: int
    share: Share | None
    """Of attendance; None for a class that never meets."""
    asked: int | None
    """The share that the class asks for, in percent."""
    missing: tuple[str, ...]
    failed: bool
    """Whether an exam was tried, failed and not passed since."""
    last_at: datetime
    """When they last opened a lesson, or enrolled."""
    at: datetime

    @property
    def percent(self) -> int:
        """Share of lessons done."""
        return round(100 * self.done / self.total) if self.total else 0

    @property
    def attended(self) -> int | None:
        """Share of attendance so far, in percent; None before anything counts."""
        return self.share.percent if self.share else None

    @property
    def learning(self) -> bool:
        """Whether they hold a seat and have not completed."""
        return bool(self.enrolment.state == Enrolment.State.ACTIVE)

    @property
    def silent(self) -> bool:
        """Whether they have lessons left and have opened none for a week; not before the class has begun."""
        begun = datetime.combine(self.enrolment.run.starts_on, time.min, ZONE)
        return self.learning and self.done < self.total and max(self.last_at, begun) < self.at - SILENT

    @property
    def absent(self) -> bool:
        """Whether their attendance so far is under what the class asks for."""
        known = self.attended
        return self.learning and self.asked is not None and known is not None and known < self.asked

    @property
    def lags(self) -> bool:
        """Whether somebody should look after them."""
        return self.silent or self.absent or (self.learning and self.failed)

    @property
    def completed_on(self) -> date | None:
        """The day of completion."""
        moment = self.enrolment.completed_at
        return local_date(moment) if moment else None

    @property
    def certificate(self) -> Certificate | None:
        """The certificate of completion, once it is issued."""
        return getattr(self.enrolment, "certificate", None)

    @property
    def verdict(self) -> Verdict | None:
        """What stands about that certificate."""
        return verdict(self.certificate, local_date(self.at)) if self.certificate else None


def readable(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """The same with everything that a row of progress shows."""
    return enrolments.select_related(
        "person", "enterprise", "run__course__subject", "run__edition", "run__programme", "certificate"
    )


def of(enrolments: Iterable[Enrolment], at: datetime) -> list[Progress]:
    """Progress of `enrolments`, read by `readable`, in their order: as many queries for one as for a thousand."""
    rows = list(enrolments)
    keys = [row.pk for row in rows]
    shares = _shares({row.run_id for row in rows}, keys, at)
    read, opened = _lessons(keys)
    totals = _totals({row.run.course_id for row in rows})
    requirements = _requirements(keys)
    unmet = [one for group in requirements.values() for one in group if one.met_at is None]
    # Lessons and attendance are counted here; asked for by class they would cost queries per class.
    texts = results.of([one for one in unmet if one.kind in (Requirement.Kind.EXAM, Requirement.Kind.ASSIGNMENT)])
    failed = _failed(unmet)
    found = []
    for row in rows:
        done, total = read.get(row.pk, 0), totals.get(row.run.course_id, 0)
        own = requirements.get(row.pk, [])
        share = shares[row.run_id].of(row.pk) if row.run_id in shares else None
        found.append(
            Progress(
                enrolment=row,
                done=done,
                total=total,
                share=share,
                asked=next((one.threshold for one in own if one.kind == Requirement.Kind.ATTENDANCE), None),
                missing=_missing(row, own, texts, failed, total - done, share),
                failed=any((row.pk, one.key) in failed for one in own),
                last_at=max(opened.get(row.pk, row.enrolled_at), row.enrolled_at),
                at=at,
            )
        )
    return found


def _lessons(keys: Collection[int]) -> tuple[dict[int, int], dict[int, datetime]]:
    """Lessons done, and the last sign of life in any, by enrolment: two queries."""
    read: dict[int, int] = {}
    opened: dict[int, datetime] = {}
    rows = LessonProgress.objects.filter(enrolment__in=keys).order_by().values_list("enrolment")
    done = Count("pk", filter=Q(done_at__isnull=False, lesson__retired=False))
    for enrolment, number, last in rows.annotate(number=done, last=Max("last_opened_at")):
        read[enrolment], opened[enrolment] = number, last
    sessions = StudySession.objects.filter(enrolment__in=keys).order_by().values_list("enrolment")
    for enrolment, last in sessions.annotate(Max("last_at")):
        opened[enrolment] = max(last, opened.get(enrolment, last))
    return read, opened


def _totals(courses: Collection[int]) -> dict[int, int]:
    taught = Lesson.objects.taught().filter(course__in=courses).order_by().values_list("course")
    return dict(taught.annotate(Count("pk")))


def _requirements(keys: Collection[int]) -> dict[int, list[Requirement]]:
    found: dict[int, list[Requirement]] = {}
    for one in Requirement.objects.filter(enrolment__in=keys).order_by("pk"):
        found.setdefault(one.enrolment_id, []).append(one)
    return found


def _failed(unmet: Sequence[Requirement]) -> dict[tuple[int, str], str]:
    """Points of the last try at exams not passed yet, by enrolment and exam, where they may be seen: one query."""
    wanted = [one.enrolment_id for one in unmet if one.kind == Requirement.Kind.EXAM]
    graded = Grade.objects.filter(attempt__sitting__enrolment__in=wanted, attempt__state=Attempt.State.GRADED)
    graded = graded.filter(score_open("attempt"))
    rows = graded.order_by("attempt__number", "number").values_list(
        "attempt__sitting__enrolment", "attempt__sitting__exam__code", "points", "possible"
    )
    return {
        (enrolment, exam): f"{number_format(points.normalize())}/{number_format(possible)}"
        for enrolment, exam, points, possible in rows
    }


def _shares(runs: Collection[int], keys: Collection[int], at: datetime) -> dict[int, Shares]:
    """Attendance by class, for classes that meet: two queries."""
    meetings: dict[int, list[Meeting]] = {}
    for meeting in Meeting.objects.standing().filter(run__in=runs).order_by("starts_at", "pk"):
        meetings.setdefault(meeting.run_id, []).append(meeting)
    marks: dict[int, dict[int, str]] = {}
    rows = Attendance.objects.filter(enrolment__in=keys)
    for enrolment, one, status in rows.values_list("enrolment", "meeting", "status"):
        marks.setdefault(enrolment, {})[one] = status
    return {run: Shares(tuple(theirs), marks, False, at) for run, theirs in meetings.items()}


# --- What is still missing, in words --------------------------------------------------------


def _missing(
    enrolment: Enrolment,
    own: Sequence[Requirement],
    texts: dict[int, str],
    failed: dict[tuple[int, str], str],
    lessons_left: int,
    share: Share | None,
) -> tuple[str, ...]:
    if enrolment.state != Enrolment.State.ACTIVE:
        return ()
    found = []
    for one in own:
        if one.met_at is not None:
            continue
        text = texts.get(one.pk, "")
        if not text and (points := failed.get((enrolment.pk, one.key))):
            text = _("not passed, %(points)s at the last try") % {"points": points}
        found.append(_in_words(one, text, lessons_left, share))
    return tuple(found)


def _in_words(requirement: Requirement, text: str, lessons_left: int, share: Share | None) -> str:
    if requirement.kind == Requirement.Kind.LESSONS:
        left = max(lessons_left, 0)
        return ngettext("%(left)s lesson to read", "%(left)s lessons to read", left) % {"left": left}
    if requirement.kind == Requirement.Kind.ATTENDANCE:
        facts = {"share": share.percent if share else None, "asked": requirement.threshold or 100}
        if facts["share"] is None:
            return _("attendance: %(asked)s%% is asked for") % facts
        return _("attendance %(share)s%%, %(asked)s%% is asked for") % facts
    name = _("the exam") if requirement.kind == Requirement.Kind.EXAM else _("the assignment")
    return f"{name}: {text}" if text else name
