"""Merged accounts: what hangs on an account that was merged belongs to the survivor."""

from typing import Any

from django.db.models import Q


def theirs(people: Any, path: str = "person") -> Q:
    """The condition that `path` leads to one of `people` (ids, rows or a query), or to an account merged into one."""
    return Q(**{f"{path}__in": people}) | Q(**{f"{path}__merged_into__in": people})
