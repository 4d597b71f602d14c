"""Lists of people and enterprises for staff; the province as pages show it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest

from lms.lib import publiccache
from lms.lib.codes import in_fours
from people.logins import Kind, recognise
from people.models import Enterprise, Membership, Province, User
from people.roles import role_name

_shown: tuple[tuple[str, str], Province | None] = (("", ""), None)


def shown_province(request: HttpRequest) -> Province | None:
    """The province of the setting PROVINCE for a page to show, None before it is loaded. Not to be written with.

    Every page names it and it changes once in years, so each process keeps it until
    `publiccache.forget`.
    """
    global _shown  # noqa: PLW0603  (one assignment, whole: a thread sees the old pair or the new one)
    key = (settings.PROVINCE, publiccache.seen_by(request))
    kept, province = _shown
    if province is None or kept != key:
        province = Province.objects.filter(code=settings.PROVINCE).first()
        _shown = (key, province)
    return province


@dataclass(frozen=True)
class PersonRow:
    """A line of the list of people."""

    pk: int
    name: str
    birth_date: date | None
    code: str
    enterprise: str
    roles: str


def people(viewer: User, *, q: str = "", enterprise: Enterprise | None = None, role: str = "") -> QuerySet[User]:
    """People that `viewer` may see, narrowed, by given name in Vietnamese order."""
    found: QuerySet[User] = User.objects.visible_to(viewer).filter(merged_into=None)
    if q:
        found = found.filter(Q(pk__in=User.objects.matching(q).values("pk")) | _by_login(q))
    if enterprise is not None:
        in_it = Membership.objects.filter(enterprise=enterprise, ended_on=None)
        found = found.filter(pk__in=in_it.values("person"))
    if role:
        found = found.filter(grants__role=role, grants__ended_at=None)
    return found.order_by("sort_key", "pk")


def _by_login(text: str) -> Q:
    """Persons whom `text` signs in or reaches, if it is a code, a number or an address."""
    login = recognise(text)
    if login.kind == Kind.PHONE:
        return Q(login_phone=login.value) | Q(phone=login.value)
    if login.kind == Kind.EMAIL:
        return Q(email=login.value)
    return Q(login_code=login.value)


def person_rows(page: QuerySet[User]) -> list[PersonRow]:
    """Lines for the people of one page; two queries however many they are."""
    present = Membership.objects.filter(ended_on=None).select_related("enterprise").order_by("since", "pk")
    return [
        PersonRow(
            pk=person.pk,
            name=person.full_name,
            birth_date=person.birth_date,
            code=in_fours(person.login_code or ""),
            enterprise=", ".join(membership.enterprise.name for membership in _present(person)),
            roles=", ".join(role_name(name) for name in person.role_names),
        )
        for person in page.prefetch_related(Prefetch("memberships", queryset=present, to_attr="present"))
    ]


def _present(person: Any) -> list[Membership]:
    found: list[Membership] = person.present
    return found


def enterprises(viewer: User, *, q: str = "") -> QuerySet[Enterprise]:
    """Enterprises that `viewer` may see, narrowed by name or tax code."""
    found = Enterprise.objects.visible_to(viewer)
    if q:
        found = found.matching(q)
    return found.select_related("sector", "commune").order_by("search_key", "pk")
