"""The one way in which a line is written into a person's or an enterprise's history."""

from datetime import datetime
from typing import Any

from people.models import Enterprise, EnterpriseEvent, PersonEvent, User


def note(person: User, what: str, *, by: User | None, at: datetime, **data: Any) -> None:
    """Write that `what` was done to `person`; `data` holds no secrets."""
    PersonEvent.objects.create(subject=person, new=what, by=by, at=at, data=data)


def note_enterprise(enterprise: Enterprise, what: str, *, by: User | None, at: datetime, **data: Any) -> None:
    """Write that `what` was done to `enterprise`; `data` names people by their keys alone."""
    EnterpriseEvent.objects.create(subject=enterprise, new=what, by=by, at=at, data=data)
