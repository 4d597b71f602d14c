"""Port: who may help whom back in, beside the contacts of enterprises: instructors, of whom `enrolments` knows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from people.models import User

Charge = Callable[["User"], Q | None]
"""From a helper to the condition on the people in their charge; None if there are none."""

_charges: list[Charge] = []


def register(charge: Charge) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _charges.append(charge)


def conditions(helper: "User") -> list[Q]:
    """Conditions on the people in `helper`'s charge."""
    return [found for charge in _charges if (found := charge(helper)) is not None]
