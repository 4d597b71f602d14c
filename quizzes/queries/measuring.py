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
from quizzes.analysis import FEWEST, RELIABLE, ItemFigures, Scored, Taken, TestFigures, measure
from quizzes.grading import by_hand
from quizzes.models import Answer, Attempt, Bank, Exam, Grade, ItemFlag, QuestionKey, QuestionVersion
from quizzes.types import TYPES

TRIAL = "trial"
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
    aside: dict[int, str]
    """Versions that are measured beside the score: on trial, dropped, or given to everybody by a correction."""

    @property
    def flagged(self) -> int:
        """How many versions have a warning."""
        return sum(bool(item.warnings) for item in self.items)

    @property
    def judged(self) -> int:
        """How many versions enough people have met to be warned of at all."""
        return sum(item.count >= FEWEST for item in self.items)

    @property
    def unreliable(self) -> bool:
        """Whether the test tells takers apart too badly to trust a verdict near the pass mark."""
        return (
            self.test is not None
            and self.test.count >= FEWEST
            and self.test.alpha is not None
            and self.test.alpha < RELIABLE
        )


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
    exam: Exam,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    first_only: bool = True,
    form: str = "",
) -> QuerySet[Attempt]:
    """Attempts that are measured: graded, never void; of each person only the first unless said otherwise.

    Whoever sits again, in another class too, has seen questions before: their later
    attempts tell of memory too. `form` is the code of one form.
    """
    found = Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.GRADED)
    if since is not None:
        found = found.filter(submitted_at__gte=since)
    if until is not None:
        found = found.filter(submitted_at__lt=until)
    if form:
        found = found.filter(form__code=form)
    if first_only:
        firsts = Attempt.objects.exclude(state=Attempt.State.VOID).filter(sitting__exam=exam).order_by()
        found = found.filter(pk__in=firsts.values("sitting__person").annotate(first=Min("pk")).values("first"))
    return found.order_by("pk")


def forms_sat(exam: Exam) -> list[str]:
    """Codes of the forms of which attempts were handed in."""
    codes = Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.GRADED).exclude(form=None)
    return list(codes.order_by("form__code").values_list("form__code", flat=True).distinct())


def years_sat(exam: Exam) -> list[int]:
    """Years in Vietnam in which attempts were handed in, newest first."""
    days = Attempt.objects.filter(sitting__exam=exam, state=Attempt.State.GRADED)
    return [day.year for day in days.datetimes("submitted_at", "year", order="DESC", tzinfo=ZONE)]


def measured(exam: Exam, attempts: QuerySet[Attempt], group_by: str = "") -> Measured:
    """Figures of `attempts` of `exam`, compared by one of GROUPINGS if asked; queries grow by the 500 attempts."""
    groups = dict(attempts.values_list("pk", _GROUP[group_by])) if group_by else {}
    span = attempts.aggregate(since=Min("submitted_at"), until=Max("submitted_at"))
    ids = list(attempts.values_list("pk", flat=True))
    aside: dict[int, str] = {}
    taken = [one for chunk in _chunks(ids) for one in _taken(chunk, groups, aside)]
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
    return Measured(test, items, versions, span["since"], span["until"], flags, aside)


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _taken(ids: list[int], groups: dict[int, Any], aside: dict[int, str]) -> list[Taken]:
    """The attempts `ids` with the grades that count and the newest answers; `aside` is filled in."""
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
    given = {line["version"] for _p, detail in grades.values() for line in detail["items"] if _treated(line) == "all"}
    own = QuestionVersion.objects.select_related("key").in_bulk(given) if given else {}
    found = []
    for pk in ids:
        if pk not in grades:
            continue
        passed, detail = grades[pk]
        items, trial = [], set()
        for line in detail["items"]:
            version = line["version"]
            response, seconds = answers.get((pk, version), (None, None))
            if treated := _treated(line):
                trial.add(version)
                aside[version] = treated
            share = _own_share(own[version], response) if treated == "all" else float(Fraction(line["share"]))
            if share is not None:
                answered = line["answered"]
                items.append(Scored(version, share, line["possible"], answered, seconds, chosen(response)))
        measured_aside = frozenset(item.version for item in items) & trial
        found.append(Taken(tuple(items), passed, str(groups.get(pk) or ""), frozenset(measured_aside)))
    return found


def _treated(line: dict[str, Any]) -> str:
    """Why a line of a grade tells nothing of the score: TRIAL, or what a correction did."""
    return TRIAL if line.get("scored") is False else str(line.get("treatment", ""))


def _own_share(version: QuestionVersion, response: Any) -> float | None:
    """What an answer earned before everybody was given the points; None where people judged it."""
    if by_hand(version.type):
        return None
    if response is None:
        return 0.0
    return min(max(float(TYPES[version.type].grade(version.content, version.key.key, response)), 0.0), 1.0)


def chosen(response: Any) -> tuple[str, ...]:
    """The options in an answer to a single or a multiple choice."""
    if not isinstance(response, dict):
        return ()
    if isinstance(response.get("choice"), str):
        return (response["choice"],)
    several = response.get("choices")
    return tuple(name for name in several if isinstance(name, str)) if isinstance(several, list) else ()
