"""What takers are told about an attempt: always with the exam's name as it stood and the way to the result.

And what certification officers are told where a pass is lost.
"""

from datetime import datetime
from typing import Any

from django.urls import reverse

from lms.lib.access import Role
from people.actions import Telling, notify, notify_all
from quizzes import queries
from quizzes.issued_papers import papers_of
from quizzes.models import Attempt


def about(attempt: Attempt, **more: Any) -> dict[str, Any]:
    """The facts of such a notice."""
    rules = attempt.rules
    return {
        "exam": {"vi": rules["title_vi"], "en": rules["title_en"]},
        "url": f"/vi/learn/attempts/{attempt.code}/result/",
        **more,
    }


def tell_taker(attempt: Attempt, kind: str, key: str, at: datetime, **more: Any) -> None:
    """Tell the attempt's person, once for each `key`."""
    notify(person=attempt.sitting.person, kind=kind, key=key, at=at, facts=about(attempt, **more))


def tell_officers(kind: str, key: str, at: datetime, **facts: Any) -> None:
    """Tell all certification officers, once for each `key`."""
    officers = queries.staff([Role.OFFICER])
    notify_all(tellings=[Telling(officer, kind, key, facts) for officer in officers], at=at)


def tell_pass_lost(attempt: Attempt, number: int, at: datetime) -> None:
    """Tell certification officers that grade `number` took the attempt's pass away, and which certificates it bears.

    By their numbers alone: a name would stay in the notice after its person was erased.
    """
    reader = next(iter(queries.staff([Role.OFFICER])), None)
    papers = papers_of([attempt], reader).get(attempt.pk, []) if reader else []
    tell_officers(
        "pass_lost",
        f"{attempt.code}:{number}",
        at,
        exam=about(attempt)["exam"],
        attempt=attempt.code,
        papers=", ".join(paper.number for paper in papers) or "–",
        url=next((paper.address for paper in papers if paper.address), "")
        or reverse("quizzes_admin:exam", args=[attempt.sitting.exam_id]),
    )
