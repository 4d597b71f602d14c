"""Long lists, a page at a time."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_of(rows: "QuerySet[Any] | Sequence[Any]", size: int, request: HttpRequest) -> "Page[Any]":
    """The page of `rows`, `size` to a page, that the address asks for with `page`; the nearest where there is none."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def rest_of(request: HttpRequest, *without: str) -> str:
    """The address's query without the page's number and what is named, for links to other pages."""
    query = request.GET.copy()
    for name in ("page", *without):
        query.pop(name, None)
    return query.urlencode()
