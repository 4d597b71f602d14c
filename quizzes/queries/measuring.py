"""What is read for item analysis. Touches keys: which options are right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from lms.lib.access import Role
from lms.lib.periods import ZONE
from people.models import User
from quizzes.analysis import ItemFigures, Scored, Taken, TestFigures, measure
from quizzes.models import Answer, Attempt, AttemptItem, Bank, Exam, Grade, ItemFlag, QuestionKey, QuestionVersion

GROUPINGS = ("form", "language", "sex", "run")
_GROUP = {
    "form": "form__code",
    "language": "language",
    "sex": "sitting__person__sex",
    "run": "sitting__enrolment__run__code",
}
_CHUNK = 500


@dataclass(frozen=True)
class Measured:
    """An exam's figures, and the versions they are about."""

    test: TestFigures | None
    items: list[ItemFigures]
    versions: dict[int, QuestionVersion]
    since: datetime | None
    until: datetime | None
    open_flags: dict[int, list[ItemFlag]]

    @property
    def flagged(self) -> int:
        """How many versions have a warning."""
        return sum(bool(item.warnings) for item in self.items)


def measured_exams(person: User) -> QuerySet[Exam]:
    """Exams of the banks that `person` works on, all for examiners.

    Each with `graded`, its graded attempts, and `warned`, its versions with an open warning.
    """
    seen = Exam.objects.all()
    if not person.has_role(Role.EXAMINER):
        seen = seen.filter(bank__in=Bank.objects.visible_to(person))
    return seen.annotate(
        graded=Count("sittings__attempts", filter=Q(sittings__attempts__state=Attempt.State.GRADED), distinct=True),
        warned=Count("item_flags__version", filter=Q(item_flags__settled_at=None), distinct=True),
    ).order_by("retired", "code")


def exams_to_measure(fewest: int) -> list[Exam]:
    """Exams in use with at least `fewest` graded attempts."""
    counted = Exam.objects.filter(retired=False, sittings__attempts__state=Attempt.State.GRADED)
    return list(counted.annotate(graded=Count("sittings__attempts")).filter(graded__gte=fewest).order_by("pk"))


def graded_attempts(
    exam: Exam, *, since: datetime | None = None, until: datetime | None = None, first_only: bool = True
) -> QuerySet[Attempt]:
    """Attempts that are measured: graded, never void; of each sitting only the first unless said otherwise.

    Whoever sits again has seen questions before: their later attempts tell of memory too.
    """
    found = Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.GRADED)
    if since is not None:
        found = found.filter(submitted_at__gte=since)
    if until is not None:
        found = found.filter(submitted_at__lt=until)
    if first_only:
        firsts = Attempt.objects.exclude(state=Attempt.State.VOID).filter(sitting__exam=exam)
        found = found.filter(pk__in=firsts.order_by().values("sitting").annotate(first=Min("pk")).values("first"))
    return found.order_by("pk")


def years_sat(exam: Exam) -> list[int]:
    """Years in Vietnam in which attempts were handed in, newest first."""
    days = Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.GRADED)
    return [day.year for day in days.datetimes("submitted_at", "year", order="DESC", tzinfo=ZONE)]


def measured(exam: Exam, attempts: QuerySet[Attempt], group_by: str = "") -> Measured:
    """Figures of `attempts` of `exam`, compared by one of GROUPINGS if asked; queries grow by the 500 attempts."""
    groups = dict(attempts.values_list("pk", _GROUP[group_by])) if group_by else {}
    span = attempts.aggregate(since=Min("submitted_at"), until=Max("submitted_at"))
    ids = list(attempts.values_list("pk", flat=True))
    taken = [one for chunk in _chunks(ids) for one in _taken(chunk, groups)]
    versions = QuestionVersion.objects.select_related("question__bank").in_bulk(
        {item.version for one in taken for item in one.items}
    )
    options = {
        pk: [option["id"] for option in version.content["options"]]
        for pk, version in versions.items()
        if version.type in ("single", "multiple") and "options" in version.content
    }
    rights = {
        pk: frozenset(key.get("correct", ()))
        for pk, key in QuestionKey.objects.filter(pk__in=options).values_list("pk", "key")
    }
    test, items = measure(taken, rights, options)
    flags: dict[int, list[ItemFlag]] = {}
    for flag in ItemFlag.objects.filter(exam=exam, settled_at=None).order_by("pk"):
        flags.setdefault(flag.version_id, []).append(flag)
    return Measured(test, items, versions, span["since"], span["until"], flags)


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _taken(ids: list[int], groups: dict[int, Any]) -> list[Taken]:
    """The attempts `ids` with the grades that count and the newest answers."""
    grades: dict[int, tuple[bool, dict[str, Any]]] = {}
    for attempt, passed, detail in (
        Grade.objects.filter(attempt__in=ids).order_by("number").values_list("attempt", "passed", "detail")
    ):
        grades[attempt] = (passed, detail)
    answers: dict[tuple[int, int], tuple[Any, int | None]] = {}
    for attempt, version, response, seconds in (
        Answer.objects.filter(item__attempt__in=ids)
        .order_by("revision")
        .values_list("item__attempt_id", "item__version_id", "response", "seconds")
    ):
        answers[attempt, version] = (response, seconds)
    trial: dict[int, set[int]] = {}
    for attempt, version in AttemptItem.objects.filter(attempt__in=ids, scored=False).values_list(
        "attempt_id", "version_id"
    ):
        trial.setdefault(attempt, set()).add(version)
    found = []
    for pk in ids:
        if pk not in grades:
            continue
        passed, detail = grades[pk]
        items = []
        for item in detail["items"]:
            response, seconds = answers.get((pk, item["version"]), (None, None))
            items.append(
                Scored(
                    item["version"],
                    float(Fraction(item["share"])),
                    item["possible"],
                    item["answered"],
                    seconds,
                    chosen(response),
                )
            )
        group = str(groups.get(pk) or "")
        found.append(Taken(tuple(items), passed, group, frozenset(trial.get(pk, ()))))
    return found


def chosen(response: Any) -> tuple[str, ...]:
    """The options in an answer to a single or a multiple choice."""
    if not isinstance(response, dict):
        return ()
    if isinstance(response.get("choice"), str):
        return (response["choice"],)
    several = response.get("choices")
    return tuple(name for name in several if isinstance(name, str)) if isinstance(several, list) else ()
