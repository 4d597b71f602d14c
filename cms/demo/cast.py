"""Who lives in the demo world."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.conf import settings
from django.utils.timezone import localdate

from courses import actions as courses
from courses.models import AppliedSystem, Edition, Subject
from lms.lib.access import Role
from lms.lib.codes import random_code
from people import actions
from people.models import AdministrativeUnit, Consent, Enterprise, Sector, User

PASSWORD = "nscl-demo-2026"  # noqa: S105  (published; production refuses to start while it works)
FOLDER = settings.BASE_DIR / "starter" / "demo"
ROLES = {
    "instructor": (Role.INSTRUCTOR,),
    "examiner": (Role.EXAMINER,),
    "certification-officer": (Role.OFFICER,),
    "decider": (Role.DECIDER,),
    "programme-officer": (Role.PROGRAMME,),
    "administrator": (Role.ADMINISTRATOR, Role.REVIEWER),
}


class Cast(NamedTuple):
    """People by how the rest of the demo finds them."""

    accounts: dict[str, User]
    trainees: list[User]


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


def gather(at: datetime, since: date) -> Cast:
    """Create enterprises, the eight accounts of the contract and some eighty trainees."""
    enterprises = {row["code"]: _enterprise(row, at) for row in _read(FOLDER / "enterprises.yaml")["enterprises"]}
    data = _read(FOLDER / "people.yaml")
    twins = {row["account"]: row for row in data["people"] if row.get("account")}
    accounts = {}
    for row in data["accounts"]:
        name = row["email"].partition("@")[0]
        person = _person({**twins.get(row["email"], {}), **row}, enterprises, at, since)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        actions.add_login_email(person=person, email=row["email"], by=None, at=at)
        for role in ROLES.get(row["role"], ()):
            actions.grant_role(person=person, role=role, by=None, at=at)
        accounts[name] = person
    trainees = [_person(row, enterprises, at, since) for row in data["people"] if not row.get("account")]
    return Cast(accounts, trainees)


def _enterprise(row: dict[str, Any], at: datetime) -> Enterprise:
    enterprise = Enterprise(
        name=row["name"],
        tax_code=row["tax_code"] or None,
        legal_form=row["legal_form"],
        sector=Sector.objects.get(code=row["sector"]),
        vsic=row["vsic"],
        products=row["products"]["vi"],
        commune=_commune(row["commune"]),
        staff=row["staff"],
        revenue_bn=row["revenue_bn"],
        capital_bn=row["capital_bn"],
        address=row.get("address", ""),
    )
    actions.save_enterprise(enterprise=enterprise, by=None, at=at)
    for system in row.get("systems", []):
        _system(system, enterprise, at)
    return enterprise


def _system(row: dict[str, Any], enterprise: Enterprise, at: datetime) -> None:
    """A system applied or certified since so many months, valid for so many more: less than none has expired."""
    today = localdate()
    left = row.get("months_left")
    courses.add_system(
        system=AppliedSystem(
            enterprise=enterprise,
            subject=Subject.objects.get(code=row["subject"]),
            edition=Edition.objects.get(code=row["edition"]),
            kind=AppliedSystem.Kind.CERTIFIED if row.get("number") else AppliedSystem.Kind.APPLIED,
            body=row.get("body", ""),
            number=row.get("number", ""),
            since=today - timedelta(days=30 * row["months_ago"]),
            valid_until=None if left is None else today + timedelta(days=30 * left),
        ),
        by=None,
        at=at,
    )


def _commune(code: str) -> AdministrativeUnit | None:
    return AdministrativeUnit.objects.communes().filter(code=code, valid_to=None).first()


def _person(row: dict[str, Any], enterprises: dict[str, Enterprise], at: datetime, since: date) -> User:
    enterprise = enterprises.get(row.get("enterprise", ""))
    born = row.get("birth_date")
    account = row.get("role", "")
    person: User = User.objects.create_user(
        full_name=row["full_name"],
        given_name=row["given_name"],
        sex=row["sex"],
        birth_date=date.fromisoformat(born) if born else None,
        birth_year=row.get("birth_year") or (int(born[:4]) if born else None),
        email=row.get("email", ""),
        job=row["job"]["vi"],
        education=row.get("education", ""),
        commune=enterprise.commune if enterprise else None,
        login_code=None if account else random_code(8),
        is_demo=True,
    )
    if enterprise is not None:
        actions.join_enterprise(
            person=person,
            enterprise=enterprise,
            job=person.job,
            since=since,
            is_contact=account == "enterprise-contact",
            by=None,
            at=at,
        )
    actions.consent(person=person, purpose=Consent.Purpose.TERMS, by=person, at=at)
    return person
