"""Every own address × method × role: the table decides, and nothing else is open."""

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from lms.access import TABLE, rule_for
from lms.lib.access import GRANTABLE, Role
from people.actions import join_enterprise
from tests.factories import AT, make_enterprise, make_person, make_province

OWN = ("people", "courses", "enrolments", "quizzes", "certificates", "reports", "cms", "lms")
METHODS = ("get", "head", "post", "put", "patch", "delete")
# Arguments that name nothing that exists: an allowed role gets a 404 for them, like for somebody else's.
SAMPLES: dict[str, Any] = {
    "IntConverter": 987654,
    "SlugConverter": "missing-one",
    "StringConverter": "missing",
    "UUIDConverter": uuid.UUID(int=0),
    "PathConverter": "missing/file",
}


class Address(NamedTuple):
    """One own route."""

    name: str
    path: str


def _own(callback: Any) -> bool:
    view = getattr(callback, "view_class", None) or callback
    return str(getattr(view, "__module__", "")).split(".")[0] in OWN


def _routes(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _routes(entry, (*namespaces, entry.namespace) if entry.namespace else namespaces)
        else:
            yield ":".join((*namespaces, entry.name or "")), entry


ROUTES = list(_routes(get_resolver()))


def addresses() -> list[Address]:
    """Every route that the table names, with sample arguments."""
    found = {}
    for name, pattern in ROUTES:
        if name in TABLE and name not in found:
            arguments = {key: SAMPLES[type(one).__name__] for key, one in pattern.pattern.converters.items()}
            found[name] = Address(name, reverse(name, kwargs=arguments))
    return sorted(found.values())


def test_every_own_address_has_a_line() -> None:
    # Wagtail's own screens that we only bend stay under Wagtail's names, and so under the prefix's line.
    missing = {
        name or str(pattern.pattern)
        for name, pattern in ROUTES
        if _own(pattern.callback) and name not in TABLE and not name.startswith("wagtail")
    }
    assert sorted(missing) == []


def test_every_line_has_its_address() -> None:
    names = {name for name, _pattern in ROUTES}
    assert sorted(set(TABLE) - names) == []


def test_every_vendor_route_falls_under_a_prefix() -> None:
    seen = 0
    for name, _pattern in ROUTES:
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue  # needs arguments: its sisters under the same prefix stand for it
        seen += 1
        assert rule_for(name, path) is not None, name
    assert seen > 100


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[Role, Client]]:
    """A client per role, the same for all tests here; each person holds that one role alone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _clients()
        transaction.set_rollback(True)


def _clients() -> dict[Role, Client]:
    make_province()
    clients = {Role.ANONYMOUS: Client(raise_request_exception=False)}
    for role in Role:
        if role == Role.ANONYMOUS:
            continue
        person = make_person(f"Người {role.value}", roles=(role,) if role in GRANTABLE else ())
        if role == Role.CONTACT:
            join_enterprise(
                person=person, enterprise=make_enterprise(), since=AT.date(), by=None, at=AT, is_contact=True
            )
        clients[role] = Client(raise_request_exception=False)
        clients[role].force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return clients


def _writes(queries: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"]
        for query in queries
        if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        and "django_session" not in query["sql"]
    ]


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.name)
def test_address_by_method_and_role(address: Address, cast: dict[Role, Client], db: None) -> None:
    rule = TABLE[address.name]
    for role, client in cast.items():
        for method in METHODS:
            cache.clear()
            roles = rule.roles(method.upper())
            allowed = role in roles or Role.ANONYMOUS in roles
            with CaptureQueriesContext(connection) as queries:
                response = getattr(client, method)(address.path)
            said = f"{role} {method} {address.path} → {response.status_code}"
            assert response.status_code < 500, said
            if not roles:
                assert response.status_code == 405, said
            elif allowed:
                assert response.status_code not in (403, 405), said
            elif role == Role.ANONYMOUS:
                assert response.status_code == 302, said
                assert "/account/login/" in response["Location"], said
            else:
                assert response.status_code == 403, said
            if not allowed or method in ("get", "head"):
                assert _writes(queries) == [], said
