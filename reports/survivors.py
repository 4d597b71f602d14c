"""Merged duplicates: who a person, and what an enterprise, is counted as."""

from django.db.models import Q
from django.db.models.functions import Coalesce

from people.models import User


def merged() -> dict[int, tuple[int, str]]:
    """Every person merged into another, with who they are counted as and that person's sex."""
    links = {
        person: (into, sex)
        for person, into, sex in User.objects.filter(merged_into__isnull=False).values_list(
            "pk", "merged_into_id", "merged_into__sex"
        )
    }
    found: dict[int, tuple[int, str]] = {}
    for person in links:
        seen = {person}
        last = links[person]
        while last[0] in links and last[0] not in seen:
            seen.add(last[0])
            last = links[last[0]]
        found[person] = last
    return found


def of_merged(person: str) -> Q:
    """The condition that `person`, a path to a person, is a merged duplicate or one whom others were merged into."""
    duplicates = User.objects.filter(merged_into__isnull=False)
    return Q(**{f"{person}__in": duplicates.values("pk")}) | Q(**{f"{person}__in": duplicates.values("merged_into")})


def counted_enterprise() -> Coalesce:
    """The enterprise as which an enrolment's is counted. Merging keeps it flat: one step leads to the survivor."""
    return Coalesce("enterprise__merged_into", "enterprise")
