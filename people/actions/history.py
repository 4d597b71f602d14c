"""The one way in which a line is written into a person's history."""

from datetime import datetime
from typing import Any

from people.models import PersonEvent, User


def note(person: User, what: str, *, by: User | None, at: datetime, **data: Any) -> None:
    """Write that `what` was done to `person`; `data` holds no secrets."""
    PersonEvent.objects.create(subject=person, new=what, by=by, at=at, data=data)
