"""What takers are told about an attempt: always with the exam's name as it stood and the way to the result."""

from datetime import datetime
from typing import Any

from people.actions import notify
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
