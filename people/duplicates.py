"""Accounts that look like one person's: proposed, never merged by themselves. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from django.db.models import Count, F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import Membership, SaidDistinct, User

MOST = 500
"""Groups looked at of one kind: a longer list is worked off from its top."""
SHARED_BY = 4
"""A number or address of more people than this is a shared one and says nothing."""
REASONS: dict[str, tuple[int, Promise]] = {
    "born": (4, _("same name and date of birth")),
    "phone": (3, _("same phone number")),
    "email": (3, _("same e-mail")),
    "enterprise": (2, _("same name without accents in one enterprise")),
}
"""Why two accounts are proposed, with its weight."""


@dataclass
class Pair:
    """Two accounts and why they may be one person's."""

    first: User
    second: User
    reasons: list[str] = field(default_factory=list)

    @property
    def why(self) -> list[Promise]:
        """The reasons in words."""
        return [REASONS[reason][1] for reason in self.reasons]

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return sum(REASONS[reason][0] for reason in self.reasons)


def proposals() -> list[Pair]:
    """Pairs that nobody has told apart, the likeliest first. A fixed number of queries."""
    why: dict[tuple[int, int], list[str]] = {}
    for reason, groups in (
        ("born", _alike("search_key", "birth_date")),
        ("phone", _alike("phone", shared=True)),
        ("email", _alike("email", shared=True)),
        ("enterprise", _colleagues()),
    ):
        for group in groups:
            for pair in combinations(sorted(group), 2):
                why.setdefault(pair, []).append(reason)
    for said in SaidDistinct.objects.values_list("first_id", "second_id"):
        why.pop(said, None)
    people = User.objects.in_bulk({pk for pair in why for pk in pair})
    found = [Pair(people[first], people[second], reasons) for (first, second), reasons in why.items()]
    return sorted(found, key=lambda pair: (-pair.weight, pair.first.sort_key, pair.first.pk, pair.second.pk))


def _alike(*names: str, shared: bool = False) -> Iterable[list[int]]:
    """Groups of people who have all of the columns `names`, given, in common."""
    people = User.objects.standing().order_by()
    for name in names:
        people = people.exclude(**{f"{name}__isnull": True} if name == "birth_date" else {name: ""})
    many = people.values(*names).annotate(number=Count("pk")).filter(number__gt=1)
    if shared:
        many = many.filter(number__lte=SHARED_BY)
    keys = set(many.order_by("-number", *names).values_list(*names)[:MOST])
    rows = people.filter(**{f"{names[0]}__in": {key[0] for key in keys}}).values_list(*names, "pk")
    return _grouped(keys, rows)


def _colleagues() -> Iterable[list[int]]:
    """Groups of people whose names are alike without accents, in one enterprise at present."""
    posts = Membership.objects.filter(ended_on=None, person__merged_into=None, person__erased_at=None).order_by()
    names = ("person__search_key", "enterprise")
    many = posts.values(*names).annotate(number=Count("person", distinct=True)).filter(number__gt=1)
    keys = set(many.order_by("-number", *names).values_list(*names)[:MOST])
    rows = posts.filter(person__search_key__in={key[0] for key in keys}).values_list(*names, F("person"))
    return _grouped(keys, rows)


def _grouped(keys: set[tuple[object, ...]], rows: Iterable[tuple[object, ...]]) -> Iterable[list[int]]:
    groups: dict[tuple[object, ...], list[int]] = {}
    for *key, pk in rows:
        if tuple(key) in keys:
            assert isinstance(pk, int)
            groups.setdefault(tuple(key), []).append(pk)
    return groups.values()
