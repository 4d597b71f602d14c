"""Accounts: signing up, slips, secrets, profile, closing."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.codes import random_code
from lms.lib.states import NotAllowed, Refused
from lms.lib.text import nfc
from people import logins, pins
from people.actions.enterprises import join_enterprise
from people.actions.history import note
from people.actions.notifying import notify
from people.actions.privacy import consent
from people.actions.roles import other_administrators
from people.actions.sessions import end_sessions
from people.models import Enterprise, User

SLIP_HOLDS = timedelta(days=14)
OWN_FACTS = frozenset({"sex", "birth_date", "birth_year", "phone", "commune", "job", "education", "language"})
"""What a person may change of themselves besides their name."""


class Slip(NamedTuple):
    """What is printed for someone without a mailbox. The PIN is known only now."""

    person: User
    code: str
    pin: str
    until: datetime


@transaction.atomic
def sign_up(
    *,
    person: User,
    full_name: str,
    email: str,
    password: str,
    language: str,
    purposes: Iterable[str],
    at: datetime,
) -> User:
    """Store a new account that its owner asked for, with the consents that they gave.

    `person` is a row not saved yet. The address signs in once it is confirmed.
    """
    person.email = email
    person.language = language
    person.set_name(full_name)
    person.set_password(password)
    person.save()
    note(person, "signed_up", by=person, at=at)
    for purpose in purposes:
        consent(person=person, purpose=purpose, by=person, at=at)
    return person


@transaction.atomic
def add_login_email(*, person: User, email: str, by: User | None, at: datetime) -> EmailAddress:
    """Let `person` sign in by `email`, an address known to be theirs.

    Raises Refused when it signs somebody else in.
    """
    email = email.strip().lower()
    if EmailAddress.objects.filter(email=email, verified=True).exclude(user=person).exists():
        raise Refused(_("%(email)s already belongs to another account.") % {"email": email}, code="taken")
    first = not EmailAddress.objects.filter(user=person, primary=True).exists()
    address, _created = EmailAddress.objects.update_or_create(
        user=person, email=email, defaults={"verified": True}, create_defaults={"verified": True, "primary": first}
    )
    if first and person.email != email:
        person.email = email
        person.save(update_fields=["email"])
    note(person, "login_email", by=by, at=at)
    return address


def follow_email(*, person_id: int) -> None:
    """Make the contact address that of sign-in, after its owner changed or removed it."""
    primary = EmailAddress.objects.filter(user_id=person_id, primary=True, verified=True).first()
    User.objects.filter(pk=person_id).update(email=primary.email if primary else "")


# --- Without a mailbox -----------------------------------------------------------


@transaction.atomic
def issue_slip(*, person: User, by: User | None, at: datetime) -> Slip:
    """Give `person` a login code, if they have none, and a fresh first PIN.

    The PIN replaces whatever secret there was, ends after `SLIP_HOLDS` and must be
    changed at the first sign-in. Raises Refused for staff, who would be
    impersonated that way, and for accounts that are closed.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active or person.merged_into_id:
        raise Refused(_("This account is closed. Look for the person's other account."), code="closed")
    if person.is_superuser or person.staff_roles:
        raise NotAllowed(
            _("%(name)s is a member of staff. Staff reset their password by e-mail, never by a slip.")
            % {"name": person.full_name},
            code="staff",
        )
    by_mail = EmailAddress.objects.filter(user=person, verified=True).exists()
    if by_mail and by is not None and not by.has_role(Role.ADMINISTRATOR):
        raise NotAllowed(
            _(
                "%(name)s signs in by e-mail and can reset the password there. "
                "Only an administrator prints a slip for them."
            )
            % {"name": person.full_name},
            code="has_email",
        )
    again = person.has_usable_password()
    if not person.login_code:
        person.login_code = _free_code()
    pin = _fresh_pin(person)
    person.set_password(pin)
    person.must_choose_secret = True
    person.slip_until = at + SLIP_HOLDS
    person.save(update_fields=["login_code", "password", "must_choose_secret", "slip_until"])
    note(person, "slip_issued", by=by, at=at)
    if again:
        notify(
            person=person,
            kind="slip_issued",
            key=at.isoformat(),
            at=at,
            facts={"by": by.full_name if by else "NSCL", "url": "/"},
        )
    return Slip(person, person.login_code, pin, person.slip_until)


@transaction.atomic
def enter_with_slip(*, by: User, at: datetime, **facts: Any) -> Slip:
    """Enter a person and give them their first slip, both or neither. See `add_person`."""
    return issue_slip(person=add_person(by=by, at=at, **facts), by=by, at=at)


def _free_code() -> str:
    while User.objects.filter(login_code=(code := random_code(logins.CODE_LENGTH))).exists():
        pass
    return code


def _fresh_pin(person: User) -> str:
    pin = ""
    while not pin or pins.weakness(pin, birth_date=person.birth_date, phone=person.phone):
        pin = "".join(secrets.choice("0123456789") for _digit in range(pins.DIGITS))
    return pin


@transaction.atomic
def add_person(
    *,
    full_name: str,
    by: User | None,
    at: datetime,
    enterprise: Enterprise | None = None,
    even_if_twin: bool = False,
    **fields: Any,
) -> User:
    """A person without a mailbox, entered by staff.

    Raises Refused when somebody of the same name and birth date is there already
    (without a birth date: of the same name in the same enterprise), unless
    `even_if_twin` says that they are two people.
    """
    full_name = nfc(full_name)
    if not even_if_twin:
        _refuse_twin(full_name, fields.get("birth_date"), enterprise)
    phone = logins.phone_number(fields.get("phone", ""))
    if phone and "login_phone" not in fields:
        fields["phone"] = phone
        fields["login_phone"] = phone if _is_free(phone) else None
    person: User = User.objects.create_user(full_name=full_name, **fields)
    note(person, "added", by=by, at=at)
    if enterprise is not None:
        join_enterprise(person=person, enterprise=enterprise, job=person.job, since=at.date(), by=by, at=at)
    return person


def _refuse_twin(full_name: str, birth_date: Any, enterprise: Enterprise | None) -> None:
    twins = User.objects.filter(full_name=full_name, merged_into=None)
    if birth_date is not None:
        if twins.filter(birth_date=birth_date).exists():
            raise Refused(
                _(
                    "%(name)s with this date of birth is registered already. A new slip is printed from that "
                    "person's page; ask the programme if you cannot open it. Or say that this is somebody else."
                )
                % {"name": full_name},
                code="twin",
            )
        return
    if enterprise is not None:
        twins = twins.filter(memberships__enterprise=enterprise, memberships__ended_on=None)
    if twins.exists():
        raise Refused(
            _(
                "There is a %(name)s already. Give the date of birth to tell the two apart, or say that this is "
                "somebody else. For the same person a new slip is printed from their page; ask the programme if "
                "you cannot open it."
            )
            % {"name": full_name},
            code="twin",
        )


def _is_free(phone: str, person: User | None = None) -> bool:
    """Whether `phone` signs nobody in, or only `person`."""
    holders = User.objects.filter(login_phone=phone)
    return not (holders.exclude(pk=person.pk) if person else holders).exists()


@transaction.atomic
def choose_secret(*, person: User, secret: str, by: User, at: datetime) -> User:
    """Set the PIN or password that the person chose after a first sign-in by slip.

    A secret of digits is a PIN and follows people.pins; anything else is a
    password and follows the site's rules. Raises ValidationError.
    """
    if pins.is_pin(secret):
        fault = pins.weakness(secret, birth_date=person.birth_date, phone=person.phone)
        if fault:
            raise ValidationError(str(pins.FAULTS[fault]), code=fault)
    else:
        validate_password(secret, person)
    if person.check_password(secret):
        raise ValidationError(_("Choose a PIN other than the one on the slip."), code="same")
    person.set_password(secret)
    person.must_choose_secret = False
    person.slip_until = None
    person.save(update_fields=["password", "must_choose_secret", "slip_until"])
    note(person, "secret_chosen", by=by, at=at)
    return person


# --- Profile ------------------------------------------------------------------------


@transaction.atomic
def update_profile(
    *, person: User, by: User, at: datetime, full_name: str, given_name: str = "", **fields: Any
) -> User:
    """Change a person's own facts. What certificates print is frozen and stays.

    A date of birth gives the year; the year alone stands where the day is not known.
    Someone who signs in by phone number signs in by the new number from now on; by
    their issued code alone when the number is another's login.
    """
    if not fields.keys() <= OWN_FACTS:
        raise ValueError(f"Not a person's own facts: {fields.keys() - OWN_FACTS}")
    if fields.get("birth_date"):
        fields["birth_year"] = fields["birth_date"].year
    before = person.full_name
    person.set_name(full_name, given_name)
    for name, value in fields.items():
        setattr(person, name, value)
    if person.login_code and "phone" in fields:
        phone = logins.phone_number(person.phone)
        person.login_phone = phone if phone and _is_free(phone, person) else None
    # Named one by one: roles and secrets may have changed since the row was read.
    person.save(update_fields=["full_name", "given_name", "sort_key", "search_key", "login_phone", *fields])
    note(person, "profile_changed", by=by, at=at, **({"full_name": before} if before != person.full_name else {}))
    return person


# --- Closing ----------------------------------------------------------------------


@transaction.atomic
def close_account(*, person: User, reason: str, by: User, at: datetime) -> User:
    """Shut an account: its sessions end with their next request and nobody signs in to it. Closed already, no change.

    Raises Refused without a reason, for one's own and for the last administrator's.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        return person
    if len(reason.strip()) < 10:
        raise Refused(_("Write why the account is closed, at least ten characters."), code="reason")
    if by.pk == person.pk:
        raise NotAllowed(_("Nobody closes their own account here. Ask another administrator."), code="self")
    if Role.ADMINISTRATOR in person.staff_roles and not other_administrators(person):
        raise Refused(_("This is the last administrator. Grant the role to somebody else first."), code="last")
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person=person, by=by, at=at)
    note(person, "closed", by=by, at=at, reason=reason.strip()[:300])
    return person


@transaction.atomic
def reopen_account(*, person: User, by: User, at: datetime) -> User:
    """Open a closed account again. Raises Refused for one that was merged or erased."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.merged_into_id or person.erased_at:
        raise Refused(_("A merged or erased account stays closed."), code="over")
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        note(person, "reopened", by=by, at=at)
    return person
