"""Who may see the keys of a bank. No key is read here."""

from collections.abc import Iterable

from django.db.models import QuerySet

from people.models import User
from quizzes.models import Bank, KeyGrant, KeySight


def sees_keys(person: User, bank: Bank) -> bool:
    """Whether `person` has the permission to see the keys of `bank`, whatever their role."""
    return KeyGrant.objects.filter(bank=bank, person=person, until=None).exists()


def key_grants(bank: Bank) -> QuerySet[KeyGrant]:
    """All permissions of the bank, running ones first, each with who gave and who ended it."""
    return bank.key_grants.select_related("person", "by", "ended_by").order_by("until", "-since", "pk")


def bank_sights(bank: Bank) -> QuerySet[KeySight]:
    """Every sight of a key of the bank, the newest first."""
    found = KeySight.objects.filter(version__question__bank=bank)
    return found.select_related("person", "version__question").order_by("-at", "-pk")


def staff(roles: Iterable[str]) -> QuerySet[User]:
    """People who hold one of `roles` now, in order of their names."""
    found: QuerySet[User] = User.objects.filter(
        grants__role__in=[str(role) for role in roles], grants__ended_at=None, is_active=True
    )
    return found.distinct().order_by("sort_key")
