"""What an enterprise sees of its own people: the board, rows of classes and certificates.

Seen are people who belong to it at present: what they hold, and what they do in
classes that are counted for it. Of those who left it sees what they did in its
name, and nothing since. The worker reads the same rows (`personal_file`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from certificates import matrix, progress
from certificates.matrix import Cell, Done, Need, Standing, Status
from certificates.models import Certificate
from certificates.queries import Finding
from certificates.verdict import verdict
from courses.models import Subject
from enrolments.models import CourseRun, Enrolment, SeatRequest, TrainingNeed
from lms.lib.periods import local_date
from lms.lib.text import collate, fold
from people.merged import theirs
from people.models import Enterprise, Membership, User

SPOILED = ("revoked", "withdrawn", "suspended")
"""Of a completion whose certificate stands so nothing is counted."""


# --- Whose people ------------------------------------------------------------------------


def own(viewer: User) -> QuerySet[Enterprise]:
    """Enterprises for which `viewer` speaks at present; staff roles open no other."""
    return Enterprise.objects.filter(pk__in=Membership.objects.contacts_of(viewer).values("enterprise")).order_by(
        "search_key", "pk"
    )


def present(enterprise: Enterprise) -> QuerySet[Membership]:
    """Those who belong to it now, by given name."""
    rows = Membership.objects.filter(enterprise=enterprise, ended_on=None, person__merged_into=None)
    return rows.order_by("person__sort_key", "pk")


def former(enterprise: Enterprise) -> QuerySet[Membership]:
    """The last membership of each who belonged to it and does no more, by given name."""
    same = Membership.objects.filter(enterprise=enterprise, person=OuterRef("person"))
    later = same.filter(
        Q(ended_on=None)
        | Q(ended_on__gt=OuterRef("ended_on"))
        | Q(ended_on=OuterRef("ended_on"), pk__gt=OuterRef("pk"))
    )
    rows = Membership.objects.filter(enterprise=enterprise, ended_on__isnull=False, person__merged_into=None)
    return rows.filter(~Exists(later)).select_related("person").order_by("person__sort_key", "pk")


def named(rows: QuerySet[Membership], text: str) -> QuerySet[Membership]:
    """Those whose name holds every word of `text`, accents and case aside."""
    for word in fold(text).split():
        rows = rows.filter(person__search_key__contains=word)
    return rows


def jobs(enterprise: Enterprise) -> list[tuple[str, str]]:
    """What its people work as, by folded and written name, in Vietnamese order."""
    written = present(enterprise).order_by().exclude(job="").values_list("job", flat=True).distinct()
    found: dict[str, str] = {}
    for job in sorted(written, key=collate):
        found.setdefault(fold(job), job)
    return list(found.items())


# --- Training, as the matrix counts it ---------------------------------------------------


@dataclass(frozen=True)
class Training:
    """What people have done, do and are about to do, by person and subject."""

    done: Mapping[int, Mapping[int, Sequence[Done]]]
    learning: Mapping[int, Mapping[int, date]]
    proposed: Mapping[int, frozenset[int]]


def training(enterprise: Enterprise, people: QuerySet[Membership], subjects: Iterable[int], on: date) -> Training:
    """Training of `people`, memberships of the enterprise, in `subjects`, as of a day: four queries however many."""
    persons, wanted = people.order_by().values("person"), list(subjects)
    done: dict[int, dict[int, list[Done]]] = {}
    counted = Enrolment.objects.filter(enterprise=enterprise, person__in=persons, run__course__subject__in=wanted)
    completed = counted.filter(state=Enrolment.State.COMPLETED).exclude(certificate__state__in=SPOILED)
    for person, subject, moment in completed.values_list("person", "run__course__subject", "completed_at"):
        if moment is not None:  # so says the constraint
            done.setdefault(person, {}).setdefault(subject, []).append(Done(local_date(moment)))
    taught, certified = "enrolment__run__course__subject", "decision__application__version__scheme__subject"
    held = Certificate.objects.filter(
        Q(**{f"{taught}__in": wanted}) | Q(**{f"{certified}__in": wanted}),
        theirs(persons.filter(ended_on=None)),
        state=Certificate.State.ISSUED,
    )
    # What an account merged into another one holds is the survivor's.
    holder = Coalesce("person__merged_into", "person")
    rows = held.values_list(holder, taught, certified, "enrolment__completed_at", "issued_on", "expires_on")
    for person, by_course, by_scheme, moment, issued, until in rows:
        day = local_date(moment) if moment else issued
        done.setdefault(person, {}).setdefault(by_course or by_scheme, []).append(Done(day, until))
    learning: dict[int, dict[int, date]] = {}
    under_way = [CourseRun.State.OPEN, CourseRun.State.RUNNING]
    active = counted.filter(state=Enrolment.State.ACTIVE, run__state__in=under_way, run__ends_on__gte=on)
    active = active.order_by("run__ends_on")
    for person, subject, ends in active.values_list("person", "run__course__subject", "run__ends_on"):
        learning.setdefault(person, {})[subject] = ends
    proposed: dict[int, set[int]] = {}
    asking = SeatRequest.objects.open().filter(
        enterprise=enterprise, person__in=persons, run__course__subject__in=wanted
    )
    for person, subject in asking.values_list("person", "run__course__subject"):
        proposed.setdefault(person, set()).add(subject)
    return Training(done, learning, {person: frozenset(found) for person, found in proposed.items()})


# --- The board: people × subjects ------------------------------------------------------------


@dataclass(frozen=True)
class Worker:
    """One of the enterprise's people, with their cells in the order of the board's subjects."""

    person: int
    name: str
    job: str
    job_key: str
    order: str
    reachable: bool
    """Whether an e-mail reaches them."""
    cells: Sequence[Cell]

    @property
    def standing(self) -> Standing:
        """The worst of the cells."""
        return matrix.standing(self.cells)


@dataclass(frozen=True)
class Wanted:
    """A subject that people should be sent to, and who."""

    subject: Subject
    expired: int
    missing: int
    due: int
    first_due: date | None
    people: Sequence[int]


@dataclass(frozen=True)
class Job:
    """A job with its people and how many subjects it needs."""

    key: str
    name: str
    people: int
    asked: int


@dataclass(frozen=True)
class Board:
    """Everybody who belongs to an enterprise, and how they stand to its rules."""

    enterprise: Enterprise
    on: date
    subjects: Sequence[Subject]
    workers: Sequence[Worker]
    jobs: Sequence[Job]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """How many people by standing, and how many of those with a gap are in a class already."""
        found = dict.fromkeys((*Standing, "learning"), 0)
        for worker in self.workers:
            found[worker.standing] += 1
            gaps = [cell for cell in worker.cells if cell.gap]
            found["learning"] += bool(gaps) and all(cell.under_way for cell in gaps)
        return {str(name): number for name, number in found.items()}

    @cached_property
    def wanted(self) -> list[Wanted]:
        """Subjects that people should be sent to, the most pressing first."""
        found = []
        for index, subject in enumerate(self.subjects):
            cells = [(worker.person, worker.cells[index]) for worker in self.workers if worker.cells[index].wanting]
            if not cells:
                continue
            counts = {status: sum(cell.status == status for _person, cell in cells) for status in Status}
            ends = [cell.until for _person, cell in cells if cell.status == Status.DUE and cell.until]
            found.append(
                Wanted(
                    subject,
                    counts[Status.EXPIRED],
                    counts[Status.MISSING],
                    counts[Status.DUE],
                    min(ends, default=None),
                    [person for person, _cell in cells],
                )
            )
        return sorted(found, key=lambda one: (-(one.expired + one.missing), -one.due))

    def narrowed(self, *, q: str = "", job: str = "", standing: str = "") -> list[Worker]:
        """Workers by job and given name, whose name holds every word of `q`."""
        words = fold(q).split()
        return [
            worker
            for worker in self.workers
            if (not job or worker.job_key == job)
            and (not standing or worker.standing == standing)
            and all(word in fold(worker.name) for word in words)
        ]


def board(enterprise: Enterprise, at: datetime) -> Board:
    """The board of an enterprise: six queries, for three people as for two thousand."""
    day = local_date(at)
    rows = list(
        present(enterprise).values_list("person", "person__full_name", "job", "person__sort_key", "person__email")
    )
    rules = list(TrainingNeed.objects.filter(enterprise=enterprise).select_related("subject"))
    subjects = sorted({rule.subject for rule in rules}, key=lambda one: (one.order, one.pk))
    order = [subject.pk for subject in subjects]
    needs = [Need(rule.job_key, rule.subject_id, rule.months) for rule in rules]
    known = training(enterprise, present(enterprise), order, day) if order else Training({}, {}, {})
    keys = {job: fold(job) for _person, _name, job, _sort, _email in rows}
    asked = {key: matrix.asked_of(needs, key) for key in keys.values()}
    workers = [
        Worker(
            person=person,
            name=name,
            job=job,
            job_key=keys[job],
            order=sort,
            reachable=bool(email),
            cells=matrix.row(
                asked[keys[job]],
                order,
                known.done.get(person, {}),
                on=day,
                learning=known.learning.get(person, {}),
                proposed=known.proposed.get(person, ()),
            ),
        )
        for person, name, job, sort, email in rows
    ]
    workers.sort(key=lambda worker: (worker.job_key == "", collate(worker.job), worker.order, worker.person))
    return Board(enterprise, day, subjects, workers, _jobs(workers, asked))


def _jobs(workers: Sequence[Worker], asked: Mapping[str, Mapping[int, int | None]]) -> list[Job]:
    names: dict[str, str] = {}
    people: dict[str, int] = {}
    for worker in workers:
        names.setdefault(worker.job_key, worker.job)
        people[worker.job_key] = people.get(worker.job_key, 0) + 1
    return [Job(key, name, people[key], len(asked[key])) for key, name in names.items()]


# --- Classes and certificates ----------------------------------------------------------------


def classes(enterprise: Enterprise, *, q: str = "", state: str = "", run: str = "") -> QuerySet[Enrolment]:
    """What the enterprise's people do and did in classes counted for it, latest first."""
    rows = Enrolment.objects.filter(enterprise=enterprise, person__in=present(enterprise).order_by().values("person"))
    for word in fold(q).split():
        rows = rows.filter(person__search_key__contains=word)
    if state:
        rows = rows.filter(state=state)
    if run:
        rows = rows.filter(run__code=run)
    return progress.readable(rows).order_by("-enrolled_at", "-pk")


def asking(enterprise: Enterprise) -> QuerySet[SeatRequest]:
    """Places asked for in the enterprise's name that nobody holds yet, for people who are still its own."""
    rows = SeatRequest.objects.open().filter(
        enterprise=enterprise, person__in=present(enterprise).order_by().values("person")
    )
    return rows.select_related("person", "run__course", "nominated_by").order_by("run__starts_on", "since", "pk")


def certificates(enterprise: Enterprise, *, q: str = "", show: str = "", on: date) -> QuerySet[Certificate]:
    """Certificates of those who belong to it now; `show` is valid, ending (within 90 days), expired or ended."""
    rows = Certificate.objects.filter(theirs(present(enterprise).order_by().values("person")))
    for word in fold(q).split():
        rows = rows.filter(holder_key__contains=word)
    soon = on + matrix.DUE_WITHIN
    narrowed = {
        "valid": Q(Q(expires_on=None) | Q(expires_on__gte=on), state=Certificate.State.ISSUED),
        "ending": Q(expires_on__gte=on, expires_on__lte=soon, state=Certificate.State.ISSUED),
        "expired": Q(expires_on__lt=on, state__in=[Certificate.State.ISSUED, Certificate.State.SUSPENDED]),
        "ended": ~Q(state=Certificate.State.ISSUED),
    }
    return rows.filter(narrowed.get(show, Q())).select_related("person").order_by("expires_on", "-issued_on", "-pk")


@dataclass(frozen=True)
class Paper:
    """A certificate with its verdict and whether it ends soon."""

    finding: Finding
    ends_soon: bool

    @property
    def certificate(self) -> Certificate:
        """The row."""
        return self.finding.certificate


def papers(rows: Iterable[Certificate], on: date) -> list[Paper]:
    """Rows for the screen and the files."""
    found = []
    for row in rows:
        stands = verdict(row, on)
        soon = row.expires_on is not None and on <= row.expires_on <= on + matrix.DUE_WITHIN
        found.append(Paper(Finding(row, stands), stands.status == "valid" and soon))
    return found
