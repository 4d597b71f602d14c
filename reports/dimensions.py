"""What figures are broken down by. Another dimension is another line here (docs/reports.md)."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrolments.models import CourseRun
from people.models import Enterprise, User
from reports.labels import LAST, Label, translated

if TYPE_CHECKING:
    from reports.facts import Fact


@dataclass(frozen=True)
class Dimension:
    """One way to break figures down.

    `keys` gives the keys under which a fact counts (several for a class paid
    from several sources). All facts of one of its `group` have the same keys, so
    that adding up looks at each group once. `lookup` narrows a query of enrolments
    by one key, and is empty where only the fact knows. `unknown` names the empty key.
    """

    code: str
    group: str
    title: Any
    unknown: Any
    keys: Callable[["Fact"], tuple[str, ...]]
    lookup: str = ""
    choices: tuple[Any, ...] = ()

    def labels(self) -> Mapping[str, Label]:
        """Labels that are known without reading the database."""
        found = {str(choice.value): translated(choice.label, order) for order, choice in enumerate(self.choices)}
        return {**found, "": translated(self.unknown, LAST)}

    def narrow(self, key: str) -> Q:
        """The condition on enrolments that holds at least for all that count under `key`."""
        if not self.lookup:
            return Q()
        if self.code == "commune" and key:
            return _commune(key)
        if key or self.code == "size":
            return Q(**{self.lookup: key})
        return Q(**{f"{self.lookup}__isnull": True})


def _commune(key: str) -> Q:
    code, _at, since = key.partition("@")
    try:
        return Q(commune__code=code, commune__valid_from=date.fromisoformat(since))
    except ValueError:
        return Q(pk__in=[])


GROUPS: Mapping[str, Callable[["Fact"], Hashable]] = {
    "run": lambda fact: fact.run.id,
    "place": lambda fact: (fact.sector, fact.size, fact.commune),
    "sex": lambda fact: fact.sex,
}
"""What makes facts alike as far as some dimensions go."""
DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        "subject", "run", _("Subject"), _("no subject"), lambda fact: (fact.run.subject,), "run__course__subject__code"
    ),
    Dimension(
        "family", "run", _("Family of subjects"), _("no family"), lambda fact: (fact.run.family,),
        "run__course__subject__family__code",
    ),
    Dimension(
        "sector", "place", _("Sector"), _("no enterprise or sector"), lambda fact: (fact.sector,), "sector__code"
    ),
    Dimension(
        "commune", "place", _("Commune or ward"), _("no commune given"), lambda fact: (fact.commune,), "commune__code"
    ),
    # Merged people count with the survivor's sex, which a condition on the enrolment would miss.
    Dimension("sex", "sex", _("Sex"), _("not stated"), lambda fact: (fact.sex,), "", (User.Sex.FEMALE, User.Sex.MALE)),
    Dimension(
        "size", "place", _("Size of enterprise"), _("no enterprise or size"), lambda fact: (fact.size,), "size",
        tuple(Enterprise.Size),
    ),
    Dimension(
        "funding", "run", _("Funding source"), _("no funding source"), lambda fact: fact.run.funding,
        "run__funding__source__code",
    ),
    Dimension(
        "mode", "run", _("Mode"), _("no mode"), lambda fact: (fact.run.mode,), "run__mode", tuple(CourseRun.Mode)
    ),
)  # fmt: skip
BY_CODE: Mapping[str, Dimension] = {dimension.code: dimension for dimension in DIMENSIONS}
