"""Makes the takers of the fault test, and afterwards holds their ledgers against the database.

Run in the product's environment: `python -m tests.faults.world prepare TAKERS QUESTIONS FILE`
and `… check LEDGERS`. Both print nothing; `prepare` writes the takers, `check` the faults found.
"""

import json
import os
import sys
from pathlib import Path
from random import Random
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

from django.utils import timezone  # noqa: E402  (Django is set up first)

from bench.candidates import lengthen  # noqa: E402
from bench.prepare import CSRF, cookie, items_of  # noqa: E402
from cms.demo.study import answer  # noqa: E402
from people.models import User  # noqa: E402
from quizzes import actions  # noqa: E402
from quizzes.models import Answer, Attempt, Exam, Sitting  # noqa: E402
from quizzes.types import TYPES  # noqa: E402


def prepare(takers: int, questions: int) -> list[dict[str, Any]]:
    """Each taker: cookies, the attempt's code and device, and for each place a few answers as a browser sends them."""
    chance = Random(5)
    exam = Exam.objects.order_by("code")[0]
    lengthen(exam, questions)
    now = timezone.now()
    found = []
    for number in range(takers):
        person = User.objects.create(username=f"fault-{number}", full_name=f"Người thi {number}", language="vi")
        sitting = Sitting.objects.create(person=person, exam=exam)
        attempt = actions.start(sitting=sitting, by=person, at=now, language="vi", device="tab")
        places = [
            [answer(item, right=right, chance=chance) for right in (True, False)]
            for item in items_of([attempt])[attempt.pk]
        ]
        found.append({"cookie": cookie(person), "csrf": CSRF, "code": attempt.code, "places": places})
    return found


def check(ledgers: list[dict[str, Any]]) -> list[str]:
    """What is wrong: an acknowledged answer that is missing or other, anything twice, an attempt that is stuck."""
    faults = []
    for ledger in ledgers:
        attempt = Attempt.objects.get(code=ledger["code"])
        items = {item.position: item for item in attempt.items.select_related("version")}
        stored = {
            (position, revision): response
            for position, revision, response in Answer.objects.filter(item__attempt=attempt).values_list(
                "item__position", "revision", "response"
            )
        }
        for position, revision, fields in ledger["saved"]:
            item = items[position]
            meant = TYPES[item.version.type].read(item.version.content, item.order, fields)
            if (position, revision) not in stored:
                faults.append(f"{attempt.code} {position} r{revision}: acknowledged and missing")
            elif stored[position, revision] != meant:
                faults.append(f"{attempt.code} {position} r{revision}: stored as {stored[position, revision]}")
        acknowledged = {(position, revision) for position, revision, _fields in ledger["saved"]}
        if len(stored) != len(acknowledged):
            faults.append(f"{attempt.code}: {len(stored)} rows for {len(acknowledged)} answers")
        if attempt.state != Attempt.State.GRADED or attempt.grades.count() != 1:
            faults.append(f"{attempt.code}: {attempt.state} with {attempt.grades.count()} grades")
        if attempt.events.filter(new=Attempt.State.SUBMITTED).count() != 1:
            faults.append(f"{attempt.code}: handed in more than once")
    return faults


def main(arguments: list[str]) -> None:
    """See above."""
    match arguments:
        case ["prepare", takers, questions, target]:
            Path(target).write_text(json.dumps(prepare(int(takers), int(questions))))
        case ["check", ledgers, target]:
            Path(target).write_text(json.dumps(check(json.loads(Path(ledgers).read_text()))))
        case _:
            sys.exit("prepare TAKERS QUESTIONS FILE | check LEDGERS FILE")


if __name__ == "__main__":
    main(sys.argv[1:])
