"""Grading of many answers, as corrections do it: `python -m bench.grading ANSWERS` prints a line of JSON.

Papers of sixty questions are put into the world, read and graded, and then graded
again by a correction; all in a transaction that is undone. In a process of its own.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import transaction  # noqa: E402  (Django is set up first)
from django.utils import timezone  # noqa: E402

from cms.demo.study import answer  # noqa: E402
from people.models import User  # noqa: E402
from quizzes import grading, queries  # noqa: E402
from quizzes.actions import corrections  # noqa: E402
from quizzes.actions.attempts import rules_at_start  # noqa: E402
from quizzes.actions.drawing import Drawn  # noqa: E402
from quizzes.models import Answer, Attempt, AttemptItem, Correction, Exam, Grade, QuestionVersion, Sitting  # noqa: E402
from quizzes.queries.corrections import CHUNK, preview  # noqa: E402
from quizzes.queries.measuring import measured  # noqa: E402
from quizzes.types import TYPES, rng  # noqa: E402

QUESTIONS, ANALYSED = 60, 1_000
KINDS = ("single", "multiple", "truefalse", "numeric", "matching", "ordering")


def papers(answers: int) -> tuple[Exam, list[Attempt]]:
    """Attempts handed in, of as many people, with `answers` answers in all."""
    chance, at = Random(9), timezone.now()
    exam = max(Exam.objects.all(), key=lambda one: one.bank.questions.filter(use="exam").count())
    drawn = list(
        QuestionVersion.objects.filter(question__bank=exam.bank, question__use="exam", type__in=KINDS)
        .filter(current_of__isnull=False)
        .select_related("topic", "key")
        .order_by("pk")[:QUESTIONS]
    )
    people = list(User.objects.filter(username__startswith="load-").order_by("pk")[: -(-answers // len(drawn))])
    rules = rules_at_start(exam, [Drawn(version) for version in drawn])
    sittings = Sitting.objects.bulk_create([Sitting(person=person, exam=exam) for person in people], batch_size=1_000)
    facts = {"number": 1, "state": "graded", "language": "vi", "rules": rules, "started_at": at, "deadline": at}
    attempts = Attempt.objects.bulk_create(
        [
            Attempt(sitting=sitting, code=f"bench-{sitting.pk}", seed=f"{sitting.pk:032x}", submitted_at=at, **facts)
            for sitting in sittings
        ],
        batch_size=1_000,
    )
    for attempt in attempts:
        _fill(attempt, drawn, chance, at)
    return exam, attempts


def _fill(attempt: Attempt, drawn: list[QuestionVersion], chance: Random, at: Any) -> None:
    items = []
    for position, version in enumerate(drawn, start=1):
        order = TYPES[version.type].shuffle(version.content, rng(f"{attempt.seed}:{version.pk}"))
        items.append(AttemptItem(attempt=attempt, position=position, version=version, order=order))
    AttemptItem.objects.bulk_create(items)
    rows = []
    for item in items:
        fields = answer(item, right=chance.random() < 0.75, chance=chance)
        response = TYPES[item.version.type].read(item.version.content, item.order, fields)
        key = UUID(int=chance.getrandbits(128), version=4)
        rows.append(Answer(item=item, revision=1, key=key, response=response, received_at=at))
    Answer.objects.bulk_create(rows)


def first_grades(attempts: list[Attempt]) -> Iterator[Grade]:
    """Read and grade."""
    at = timezone.now()
    for start in range(0, len(attempts), CHUNK):
        chunk = attempts[start : start + CHUNK]
        sheets = queries.sheets(chunk)
        for attempt in chunk:
            result = grading.grade(sheets[attempt.pk].items, grading.Rules.of(attempt.rules))
            yield Grade(
                attempt=attempt,
                number=1,
                points=grading.rounded(result.points),
                possible=result.possible,
                passed=result.passed,
                detail=result.detail(),
                graded_at=at,
            )


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What `work` gives, and its seconds and processor seconds."""
    began, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def main(answers: int) -> int:
    """Measure, print, undo."""
    with transaction.atomic():
        exam, attempts = papers(answers)
        rows, graded = timed(lambda: list(first_grades(attempts)))
        Grade.objects.bulk_create(rows, batch_size=500)
        version = attempts[0].items.get(position=1).version
        at = timezone.now()
        correction = Correction.objects.create(exam=exam, version=version, kind="all", reason="Bench", created_at=at)
        first = [attempt.pk for attempt in attempts[:ANALYSED]]
        _figures, analysed = timed(lambda: measured(exam, Attempt.objects.filter(pk__in=first)))
        _lines, previewed = timed(lambda: preview(correction))
        correction.move(Correction.State.APPLIED, by=None, at=at, applied_at=at)
        again, regraded = timed(lambda: corrections.carry_out(correction=correction, at=at))
        transaction.set_rollback(True)
    facts = {"attempts": len(attempts), "answers": len(attempts) * len(rows[0].detail["items"])}
    steps = {"graded": graded, "previewed": previewed, "regraded": {**regraded, "attempts": again}}
    print(json.dumps({**facts, **steps, "analysed": {**analysed, "of": len(first)}}))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
