"""Lists of people and enterprises for staff; the province as pages show it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest

from lms.lib import publiccache
from lms.lib.codes import in_fours
from people import charges, consents
from people.logins import Kind, recognise
from people.models import Consent, Enterprise, Membership, Province, RoleGrant, User
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


def outdated_consent(person: User) -> bool:
    """Whether `person` has not agreed to a required text as it stands now."""
    agreed = dict(
        Consent.objects.filter(person=person, purpose__in=consents.REQUIRED, withdrawn_at=None).values_list(
            "purpose", "text_version"
        )
    )
    return any(agreed.get(purpose) != consents.current(purpose) for purpose in consents.REQUIRED)


def in_charge_of(helper: User) -> QuerySet[User]:
    """People whom `helper` may give a new slip: of the enterprises they speak for, of classes they teach.

    Members of staff are nobody's charge.
    """
    own = Membership.objects.filter(
        ended_on=None, enterprise__in=Membership.objects.contacts_of(helper).values("enterprise")
    )
    theirs = Q(pk__in=own.values("person"))
    for condition in charges.conditions(helper):
        theirs |= condition
    found: QuerySet[User] = User.objects.standing().filter(theirs, is_active=True, is_superuser=False)
    staff = RoleGrant.objects.filter(ended_at=None).values("person")
    return found.exclude(pk__in=staff).exclude(pk=helper.pk).order_by("sort_key", "pk")


def slips_from(viewer: User) -> QuerySet[User]:
    """People for whom `viewer` may print a slip in the back office: all that they see, else those in their charge."""
    if viewer.sees_all_people:
        found: QuerySet[User] = User.objects.visible_to(viewer)
        return found
    return in_charge_of(viewer)


def sessions(person: User, at: datetime) -> list[UserSession]:
    """Where `person` is signed in at `at`, newest first: what a changed secret has ended is not among them."""
    rows = list(UserSession.objects.filter(user=person).order_by("-created_at"))
    alive = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=at)
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    good = {one.session_key for one in alive if one.get_decoded().get(HASH_SESSION_KEY) in hashes}
    return [row for row in rows if row.session_key in good]


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
    found: QuerySet[User] = User.objects.visible_to(viewer).standing()
    if q:
        found = found.filter(named(q))
    if enterprise is not None:
        in_it = Membership.objects.filter(enterprise=enterprise, ended_on=None)
        found = found.filter(pk__in=in_it.values("person"))
    if role:
        found = found.filter(grants__role=role, grants__ended_at=None)
    return found.order_by("sort_key", "pk")


def named(text: str) -> Q:
    """Persons whose name holds `text`, or whom it signs in or reaches."""
    return Q(pk__in=User.objects.matching(text).values("pk")) | _by_login(text)


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
