"""What follows for classes when two enterprises are merged."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from enrolments.models import InHouseRequest, SeatRequest, TrainingNeed
from people.models import Enterprise

if TYPE_CHECKING:
    from people.models import User


def move_demand(source: Enterprise, into: Enterprise, *, by: "User | None", at: datetime) -> Mapping[str, int]:
    """Let what `source` needs and asks for be what `into` does.

    A need that both have stays twice: the survivor's holds, the other row keeps
    its place. Enrolments are frozen and stay as they were.
    """
    held = set(TrainingNeed.objects.filter(enterprise=into).values_list("job_key", "subject"))
    needs = [
        pk
        for pk, *what in TrainingNeed.objects.filter(enterprise=source).values_list("pk", "job_key", "subject")
        if tuple(what) not in held
    ]
    return {
        "needs": TrainingNeed.objects.filter(pk__in=needs).update(enterprise=into),
        "seat_requests": SeatRequest.objects.filter(enterprise=source).update(enterprise=into),
        "in_house_requests": InHouseRequest.objects.filter(enterprise=source).update(enterprise=into),
    }
