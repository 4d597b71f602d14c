"""What waits for marks by hand, for the examiners who may give them. Touches rubrics, which are keys."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from enrolments.models import RunInstructor
from lms.lib.periods import local_date
from people.models import Membership, User
from quizzes import marking
from quizzes.models import Answer, Attempt, AttemptItem, Correction, Exam, KeySight, Mark, QuestionVersion
from quizzes.queries.grading import as_given, total_points
from quizzes.types import TYPES
from quizzes.types.base import Criterion

SHOWN_FOR = timedelta(hours=12)
"""How long a rubric stays open after the look at it was logged."""
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def pseudonym(attempt: Attempt) -> str:
    """What an examiner knows an attempt by: always the same, and nobody can tell from it whose it is.

    Made from the seed, which never leaves the server; the attempt's code stands in its taker's address bar.
    """
    digest = hashlib.sha256(f"marking:{attempt.pk}:{attempt.seed}".encode()).digest()
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:8])
    return f"{letters[:4]}-{letters[4:]}"


def kinds_by_hand() -> list[str]:
    """Codes of the types that people judge."""
    return [code for code, kind in TYPES.items() if getattr(kind, "manual", False)]


def partial_to(examiner: User, taker: str, at: datetime) -> Q:
    """Rows whose taker, at the path `taker`, the examiner must not judge.

    Themselves, whom they teach or taught in a class, and whoever is in an enterprise
    with them on the day.
    """
    me = User.objects.same_as(examiner).values("pk")
    day = local_date(at)
    houses = Membership.objects.on(day).filter(person__in=me).values("enterprise")
    taught = RunInstructor.objects.filter(person__in=me, run__enrolments__person=OuterRef(taker))
    beside = Membership.objects.on(day).filter(enterprise__in=houses, person=OuterRef(taker))
    return Q(**{f"{taker}__in": me}) | Q(Exists(taught)) | Q(Exists(beside))


def _to_mark(examiner: User, at: datetime) -> QuerySet[AttemptItem]:
    """Answers of attempts handed in that people judge and this examiner may."""
    newer = Answer.objects.filter(item=OuterRef("item"), revision__gt=OuterRef("revision"))
    given = Answer.objects.filter(item=OuterRef("pk"), response__isnull=False).exclude(Exists(newer))
    settled = Correction.objects.filter(
        state=Correction.State.APPLIED,
        exam=OuterRef("attempt__sitting__exam"),
        version=OuterRef("version"),
        kind__in=[Correction.Kind.DROP, Correction.Kind.ALL],
    )
    return (
        AttemptItem.objects.filter(
            Exists(given),
            attempt__state=Attempt.State.SUBMITTED,
            version__type__in=kinds_by_hand(),
            scored=True,
        )
        .exclude(Exists(settled))
        .exclude(partial_to(examiner, "attempt__sitting__person", at))
    )


@dataclass
class Script:
    """One answer to mark. Names nobody."""

    item: AttemptItem
    turn: int
    mine: Mark | None
    """One's own mark that may still be changed."""
    lines: list[str] = field(default_factory=list)
    has_file: bool = False

    @property
    def name(self) -> str:
        """The pseudonym of its attempt."""
        return pseudonym(self.item.attempt)


def _scripts(examiner: User, at: datetime, rows: QuerySet[AttemptItem]) -> list[Script]:
    """Those of `rows` in which a turn is open for the examiner, then those whose own mark may still be changed."""
    items = list(rows.select_related("attempt__sitting", "version__question", "version__key"))
    marks: dict[int, list[Mark]] = {}
    for mark in Mark.objects.filter(item__in=[item.pk for item in items]).order_by("turn", "number"):
        marks.setdefault(mark.item_id, []).append(mark)
    mine_ids = set(User.objects.same_as(examiner).values_list("pk", flat=True))
    waiting, changeable = [], []
    for item in items:
        rule = marking.Rule.of(item.attempt.rules)
        theirs = marks.get(item.pk, [])
        standing = marking.stand([as_given(mark) for mark in theirs], total_points(item.version), rule)
        own = [mark for mark in theirs if mark.marker_id in mine_ids]
        if own:
            turn = marking.may_change(standing, own[-1].marker_id, rule)
            if turn is not None:
                changeable.append(Script(item, turn, own[-1]))
        elif (turn := marking.turn_for(standing, examiner.pk)) is not None:
            waiting.append(Script(item, turn, None))
    return [*waiting, *changeable]


@dataclass(frozen=True)
class Heap:
    """Answers to one question of one exam."""

    exam: Exam
    version: QuestionVersion
    waiting: int
    changeable: int


def heaps(examiner: User, at: datetime) -> list[Heap]:
    """What waits for this examiner, by exam and question, the oldest hand-in first."""
    counts: dict[tuple[int, int], list[int]] = {}
    versions = {}
    for script in _scripts(examiner, at, _to_mark(examiner, at).order_by("attempt__submitted_at", "pk")):
        key = script.item.attempt.sitting.exam_id, script.item.version_id
        versions[key[1]] = script.item.version
        counts.setdefault(key, [0, 0])[script.mine is not None] += 1
    exams = Exam.objects.in_bulk({exam for exam, _version in counts})
    return [Heap(exams[exam], versions[version], *both) for (exam, version), both in counts.items()]


def scripts(examiner: User, exam: Exam, version: QuestionVersion, at: datetime) -> list[Script]:
    """Answers to one question of one exam that wait for this examiner; without their texts.

    In the order of the seeds, which is nobody's: in the order of the hand-ins, which the
    hall's screens show with names, the first line of the table would be known by name.
    """
    rows = _to_mark(examiner, at).filter(attempt__sitting__exam=exam, version=version)
    return _scripts(examiner, at, rows.order_by("attempt__seed", "pk"))


def gone(examiner: User, exam: Exam, version: QuestionVersion, ids: set[int], at: datetime) -> list[Script]:
    """Those of the items `ids` that the examiner might have marked and that wait no more, with one's own mark if any.

    None for whoever never had a logged look at the rubric: they cannot have written about it.
    """
    if not ids or not KeySight.objects.filter(version=version, person=examiner).exists():
        return []
    rows = AttemptItem.objects.filter(pk__in=ids, version=version, attempt__sitting__exam=exam)
    apart = rows.exclude(attempt__state=Attempt.State.STARTED).exclude(
        partial_to(examiner, "attempt__sitting__person", at)
    )
    own: dict[int, Mark] = {}
    mine = User.objects.same_as(examiner).values("pk")
    for mark in Mark.objects.filter(item__in=ids, marker__in=mine).order_by("number"):
        own[mark.item_id] = mark
    items = apart.select_related("attempt__sitting", "version__question", "version__key").order_by("pk")
    return [Script(item, marking.FIRST, own.get(item.pk)) for item in items]


def read_scripts(found: Sequence[Script]) -> None:
    """Fill in what was answered, in one query."""
    rows = Answer.objects.filter(item__in=[script.item.pk for script in found]).order_by("revision")
    newest = dict(rows.values_list("item_id", "response"))
    for script in found:
        item = script.item
        response = newest.get(item.pk)
        kind = TYPES[item.version.type]
        script.has_file = bool(file_of(response))
        # The name that a taker gave a file is often their own.
        given = [] if script.has_file else kind.given(item.version.content, item.order, response, item.attempt.language)
        script.lines = given


def file_of(response: Any) -> dict[str, Any]:
    """What was noted of a file that is an answer; empty where it is none."""
    noted = response.get("file") if isinstance(response, dict) else None
    return noted if isinstance(noted, dict) and noted.get("path") else {}


def rubric_is_open(version: QuestionVersion, examiner: User, at: datetime) -> bool:
    """Whether the examiner's look at the rubric was logged lately."""
    return KeySight.objects.filter(version=version, person=examiner, at__gt=at - SHOWN_FOR).exists()


def rubrics_are_open(versions: set[int], examiner: User, at: datetime) -> bool:
    """Whether looks at all of these rubrics were logged lately."""
    seen = KeySight.objects.filter(version__in=versions, person=examiner, at__gt=at - SHOWN_FOR)
    return set(seen.values_list("version", flat=True)) == versions


def rubric(version: QuestionVersion) -> list[Criterion]:
    """The criteria of a question. For staff alone, after the look was logged."""
    return TYPES[version.type].rubric(version.key.key)


@dataclass(frozen=True)
class MarkLine:
    """A mark as it is shown once a grade stands on it."""

    position: int
    turn: int
    points: Decimal
    comment: str
    by_appeal: bool


def marks_of(attempt: Attempt) -> list[MarkLine]:
    """The marks of an attempt, without who gave them, newest of each turn."""
    newest: dict[tuple[int, int], Mark] = {}
    for mark in Mark.objects.filter(item__attempt=attempt).select_related("item").order_by("number"):
        newest[mark.item_id, mark.turn] = mark
    lines = [
        MarkLine(mark.item.position, mark.turn, mark.points, mark.comment, mark.appeal_id is not None)
        for mark in newest.values()
    ]
    return sorted(lines, key=lambda line: (line.position, line.turn))
