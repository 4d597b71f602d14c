"""Wagtail's permission policies by role, in place of Django's permissions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from wagtail.permission_policies.base import BasePermissionPolicy

from lms.lib.access import Role
from people.models import User


class RolePolicy(BasePermissionPolicy):
    """Which roles may view, add or change the rows of a model; nobody deletes them."""

    def __init__(self, model: type[models.Model], allowed: Mapping[str, frozenset[Role]]) -> None:
        super().__init__(model)
        self.allowed = allowed

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether one of the person's roles may do `action`."""
        return isinstance(user, User) and user.has_role(*self.allowed.get(action, frozenset()))

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet[User]:
        """Active members of staff who may do one of `actions`."""
        wanted = {role for action in actions for role in self.allowed.get(action, frozenset())}
        people = User.objects.filter(is_active=True)
        keys = [person.pk for person in people.exclude(role_names=[]) if person.has_role(*wanted)]
        found: models.QuerySet[User] = people.filter(Q(pk__in=keys) | Q(is_superuser=True))
        return found
