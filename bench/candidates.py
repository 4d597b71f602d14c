"""The people of a hall (see `bench.hall`), in the product's environment.

`python -m bench.candidates seat TAKERS FILE`: a session, seated; the requests that start.
`python -m bench.candidates papers ROUNDS FILE`: what each of them drew; the requests that save, watch and hand in.
`python -m bench.candidates count FILE`: how many acknowledged answers are not there, and attempts not graded once.
"""

import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.db import connection  # noqa: E402  (Django is set up first)
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.hall import QUESTIONS  # noqa: E402
from bench.prepare import CSRF, cookie, get, items_of, post, saves, staff_cookie  # noqa: E402
from lms.lib.access import Role  # noqa: E402
from people.actions import grant_role  # noqa: E402
from people.models import User  # noqa: E402
from quizzes import actions, queries  # noqa: E402
from quizzes.actions import sessions  # noqa: E402
from quizzes.models import Answer, Attempt, BlueprintLine, Exam, ExamSession, Sitting  # noqa: E402


def lengthen(exam: Exam, questions: int) -> None:
    """Make the exam as long as asked, whatever its difficulty."""
    stock = Counter(candidate.topic for candidate in queries.pool(exam))
    exam.blueprint.all().delete()
    left, lines = questions, []
    for order, (topic, count) in enumerate(sorted(stock.items())):
        take = min(count, left)
        if take:
            lines.append(BlueprintLine(exam=exam, topic_id=int(topic), difficulty="", count=take, order=order))
        left -= take
    assert not left, f"the bank holds {sum(stock.values())} questions"
    BlueprintLine.objects.bulk_create(lines)


def seat(takers: int) -> dict[str, Any]:
    """A session under way with `takers` people in it who have not begun."""
    at = timezone.now()
    exam = Exam.objects.filter(retired=False).order_by("code")[0]
    lengthen(exam, QUESTIONS)
    mark = f"hall-{takers}"
    people = User.objects.bulk_create(
        [
            User(username=f"{mark}-{number}", full_name=f"Người thi {number}", language="vi", sort_key=f"{number:04}")
            for number in range(takers + 1)
        ]
    )
    watcher, people = people[0], people[1:]
    grant_role(person=watcher, role=Role.INVIGILATOR, by=None, at=at)
    sittings = Sitting.objects.bulk_create([Sitting(person=person, exam=exam) for person in people])
    ends_at = at + timedelta(hours=3)
    session = sessions.plan_session(exam=exam, starts_at=at, ends_at=ends_at, by=watcher, at=at, code=mark)
    sessions.assign_invigilator(session=session, person=watcher, by=watcher, at=at)
    sessions.seat_people(session=session, seats={one.pk: "" for one in sittings}, by=watcher, at=at)
    sessions.open_session(session=session, by=watcher, at=at)
    starts = [
        [post(f"/vi/learn/exams/{one.pk}/", cookie(person), urlencode({"oath": "on"}))]
        for one, person in zip(sittings, people, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"csrf": CSRF, "session": mark, "watcher": watcher.pk, "starts": starts}


def papers(spec: dict[str, Any], rounds: int) -> dict[str, Any]:
    """What `spec` says, and the requests of those who started."""
    chance = Random(21)
    session = ExamSession.objects.get(code=spec["session"])
    attempts = list(Attempt.objects.filter(sitting__session=session).select_related("sitting__person").order_by("pk"))
    for attempt in attempts:
        actions.take_over(attempt=attempt, by=attempt.sitting.person, at=timezone.now(), device="bench")
    drawn = items_of(attempts)
    cookies = {attempt.pk: cookie(attempt.sitting.person) for attempt in attempts}
    look = get(f"/vi/hall/{session.code}/", staff_cookie(User.objects.get(pk=spec["watcher"])))
    return spec | {
        "saves": [saves(one, drawn[one.pk], cookies[one.pk], chance)[:rounds] for one in attempts],
        "watch": [look] * 10,
        "hand_ins": [post(f"/vi/learn/attempts/{one.code}/submit/", cookies[one.pk], "") for one in attempts],
        "rounds": rounds,
    }


def count(spec: dict[str, Any]) -> dict[str, int]:
    """What the database says after the hand-in."""
    attempts = Attempt.objects.filter(sitting__session__code=spec["session"])
    graded = attempts.filter(state=Attempt.State.GRADED).annotate(grades_=Count("grades")).filter(grades_=1)
    answers = Answer.objects.filter(item__attempt__in=attempts).count()
    takers = len(spec["starts"])
    return {"lost": takers * spec["rounds"] - answers, "ungraded": takers - graded.count()}


def main(arguments: list[str]) -> None:
    """See above."""
    match arguments:
        case ["seat", takers, target]:
            Path(target).write_text(json.dumps(seat(int(takers))))
        case ["papers", rounds, target]:
            Path(target).write_text(json.dumps(papers(json.loads(Path(target).read_text()), int(rounds))))
        case ["count", target]:
            print(json.dumps(count(json.loads(Path(target).read_text()))))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
