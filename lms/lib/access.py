"""Who may do what at which address: the words of the access table.

Each app declares its own addresses in `<app>/access.py` as `TABLE`; the
middleware refuses whatever has no line, and a test walks every line.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a person may be to the platform; several at once are possible."""

    ANONYMOUS = "anonymous"
    TRAINEE = "trainee"
    CONTACT = "contact"
    INSTRUCTOR = "instructor"
    REVIEWER = "reviewer"
    INVIGILATOR = "invigilator"
    EXAMINER = "examiner"
    OFFICER = "officer"
    DECIDER = "decider"
    PROGRAMME = "programme"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


STAFF = frozenset(
    {
        Role.INSTRUCTOR,
        Role.REVIEWER,
        Role.INVIGILATOR,
        Role.EXAMINER,
        Role.OFFICER,
        Role.DECIDER,
        Role.PROGRAMME,
        Role.INSPECTOR,
        Role.ADMINISTRATOR,
    }
)
GRANTABLE = STAFF
"""Roles that an administrator gives and takes; the others follow from facts."""

EVERYONE = frozenset(Role)
SIGNED_IN = EVERYONE - {Role.ANONYMOUS}


class Rule(NamedTuple):
    """Which roles may use an address with each method. Absent methods are refused."""

    get: frozenset[Role] = frozenset()
    post: frozenset[Role] = frozenset()

    def roles(self, method: str) -> frozenset[Role]:
        """Roles that may use `method` here; HEAD and OPTIONS follow GET."""
        return {"GET": self.get, "HEAD": self.get, "OPTIONS": self.get, "POST": self.post}.get(method, frozenset())


Table = Mapping[str, Rule]
"""From an address's name, such as `certificates:verify`, to its rule."""


def may(*roles: Role) -> frozenset[Role]:
    """A set of roles, to read well in a table."""
    return frozenset(roles)
