"""What people keeps of a person: for the copy, for erasure, for a merge."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.users.models import UserProfile

from lms.lib.codes import in_fours
from people import actions, identity, personal_data
from people.models import (
    Consent,
    DataRequest,
    ImportRow,
    Membership,
    Notice,
    NoticeChoice,
    PersonEvent,
    RefusedAddress,
    RoleGrant,
    User,
)
from people.notices import wording
from people.personal_data import Fact, Keeper, Section
from people.roles import event_name, role_name

PSEUDONYM = "Người dùng đã xóa {}"
_STAYS = {"joined", "left", "post_changed", "role_granted", "role_ended", "merged", "merged_from"}
"""Lines of history whose details are no personal data."""


# --- The copy -------------------------------------------------------------------------


def export(person: User, ids: Sequence[int]) -> Iterator[Section]:
    """Everything in people's own tables; the identity number by its last four digits alone."""
    yield _facts_section(ids)
    yield _logins(ids)
    yield Section(
        "memberships",
        _("Enterprises"),
        [("enterprise", _("Enterprise")), ("job", _("Job")), ("is_contact", _("enterprise contact")),
         ("since", _("Since")), ("ended_on", _("Until"))],
        [[row.enterprise.name, row.job, row.is_contact, row.since, row.ended_on]
         for row in Membership.objects.filter(person__in=ids).select_related("enterprise").order_by("since", "pk")],
    )  # fmt: skip
    yield Section(
        "roles",
        _("Roles"),
        [("role", _("Role")), ("granted_at", _("Given on")), ("ended_at", _("Ended on"))],
        [[role_name(row.role), row.granted_at, row.ended_at]
         for row in RoleGrant.objects.filter(person__in=ids).order_by("granted_at", "pk")],
    )  # fmt: skip
    yield Section(
        "consents",
        _("Consents"),
        [("purpose", _("Purpose")), ("version", _("Text")), ("given_at", _("Agreed on")),
         ("withdrawn_at", _("Taken back on"))],
        [[row.get_purpose_display(), row.text_version, row.given_at, row.withdrawn_at]
         for row in Consent.objects.filter(person__in=ids).order_by("given_at", "pk")],
    )  # fmt: skip
    yield Section(
        "notices",
        _("Notices"),
        [("at", _("When")), ("kind", _("Kind")), ("subject", _("Title")), ("channel", _("Channel")),
         ("address", _("Address")), ("read_at", _("Read on"))],
        [[row.created_at, row.kind, wording(row.kind, row.facts).subject, row.get_channel_display(), row.address,
          row.read_at] for row in Notice.objects.filter(person__in=ids).order_by("created_at", "pk")],
    )  # fmt: skip
    yield Section(
        "history",
        _("History"),
        [("at", _("When")), ("what", _("What")), ("details", _("Details"))],
        [[row.at, event_name(row.new), row.data]
         for row in PersonEvent.objects.filter(subject__in=ids).order_by("at", "pk")],
    )  # fmt: skip
    yield Section(
        "requests",
        _("Requests about my data"),
        [("kind", _("Kind")), ("state", _("State")), ("asked_at", _("Asked for")), ("due_on", _("Due on")),
         ("reason", _("Reason")), ("answer", _("Answer"))],
        [[row.get_kind_display(), row.get_state_display(), row.asked_at, row.due_on, row.reason, row.answer]
         for row in DataRequest.objects.filter(person__in=ids).order_by("asked_at", "pk")],
    )  # fmt: skip
    yield Section(
        "sessions",
        _("Signed-in devices"),
        [("since", _("Since")), ("device", _("Device")), ("address", _("Network address"))],
        [[row.created_at, row.user_agent, row.ip]
         for row in UserSession.objects.filter(user__in=ids).order_by("created_at")],
    )  # fmt: skip


def _facts_section(ids: Sequence[int]) -> Section:
    columns = [
        ("full_name", _("Full name")), ("given_name", _("Given name")), ("sex", _("Sex")),
        ("birth_date", _("Date of birth")), ("birth_year", _("Year of birth")), ("phone", _("Phone number")),
        ("email", _("Contact e-mail")), ("commune", _("Commune or ward")), ("job", _("Job")),
        ("education", _("Education")), ("identity", _("Personal identity number")),
        ("language", _("Language of letters")), ("joined", _("Account since")),
    ]  # fmt: skip
    rows = [
        [
            one.full_name, one.given_name, one.get_sex_display(), one.birth_date, one.birth_year, one.phone, one.email,
            one.commune.name if one.commune else "", one.job, one.education, identity.masked(one.identity_last),
            one.language, one.date_joined,
        ]
        for one in User.objects.filter(pk__in=ids).select_related("commune").order_by("merged_into", "pk")
    ]  # fmt: skip
    return Section("person", _("Profile"), columns, rows)


def _logins(ids: Sequence[int]) -> Section:
    rows: list[list[Any]] = [
        [_("E-mail"), address.email, address.verified] for address in EmailAddress.objects.filter(user__in=ids)
    ]
    for one in User.objects.filter(pk__in=ids):
        if one.login_phone:
            rows.append([_("Phone number"), one.login_phone, True])
        if one.login_code:
            rows.append([_("Code"), in_fours(one.login_code), True])
    factors = Authenticator.objects.filter(user__in=ids).order_by("pk")
    rows.extend([factor.get_type_display(), str(factor), True] for factor in factors)
    return Section(
        "logins", _("Signs in with"), [("kind", _("Kind")), ("login", _("Login")), ("confirmed", _("confirmed"))], rows
    )


# --- Erasure --------------------------------------------------------------------------


def bars_erasure(person: User, ids: Sequence[int]) -> Iterator[str]:
    """A member of staff is a party to what they did: the roles end first."""
    if person.is_staff:
        yield _("%(name)s holds a role of staff. End the roles first.") % {"name": person.full_name}


def erase(person: User, ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Names, contacts, logins, letters; sex and year of birth stay for the figures."""
    today = timezone.localdate(at)
    EmailAddress.objects.filter(user__in=ids).delete()
    Authenticator.objects.filter(user__in=ids).delete()
    for profile in UserProfile.objects.filter(user__in=ids):
        if profile.avatar:
            profile.avatar.delete(save=False)
        profile.delete()
    for copy in DataRequest.objects.filter(person__in=ids).exclude(path=""):
        actions.drop_copy(copy)
    Consent.objects.filter(person__in=ids, withdrawn_at=None).update(withdrawn_at=at)
    NoticeChoice.objects.filter(person__in=ids).delete()
    letters = Notice.objects.filter(person__in=ids)
    letters.exclude(kind="data_erased").filter(state=Notice.State.QUEUED).update(
        state=Notice.State.FAILED, error="erased"
    )
    letters.exclude(kind="data_erased").update(facts={}, address="")
    _forget_addresses(ids)
    DataRequest.objects.filter(person__in=ids).update(reason="")
    ImportRow.objects.filter(person__in=ids).update(facts={}, reasons=[])
    PersonEvent.objects.filter(subject__in=ids).exclude(new__in=_STAYS).update(data={}, note="")
    Membership.objects.filter(person__in=ids).update(job="")
    for membership in Membership.objects.filter(person__in=ids, ended_on=None):
        actions.leave_enterprise(membership=membership, on=max(today, membership.since), by=by, at=at)
    for one in User.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        actions.end_sessions(person=one, by=by, at=at)
        _pseudonymise(one, at)


def _forget_addresses(ids: Sequence[int]) -> None:
    """That an address takes no letters is forgotten with its owner, unless somebody else is written to there."""
    mine = {value for pair in User.objects.filter(pk__in=ids).values_list("email", "phone") for value in pair if value}
    others = User.objects.exclude(pk__in=ids)
    shared = {
        *others.filter(email__in=mine).values_list("email", flat=True),
        *others.filter(phone__in=mine).values_list("phone", flat=True),
    }
    RefusedAddress.objects.filter(address__in=mine - shared).delete()


def _pseudonymise(one: User, at: datetime) -> None:
    one.set_name(PSEUDONYM.format(one.pk))
    one.birth_year = one.birth_date.year if one.birth_date else one.birth_year
    one.birth_date = None
    one.email = one.phone = one.job = one.education = one.identity_sealed = one.identity_last = ""
    one.login_phone = one.login_code = one.slip_until = one.commune = None
    one.must_choose_secret = one.is_active = False
    one.set_unusable_password()
    one.erased_at = at
    one.save()


# --- Merging ---------------------------------------------------------------------------


def facts(person: User) -> Iterator[Fact]:
    """Counts by which an officer tells which account is the one in use."""
    yield Fact(_("Consents in force"), str(Consent.objects.filter(person=person, withdrawn_at=None).count()))
    yield Fact(_("Passkeys and authenticators"), str(Authenticator.objects.filter(user=person).count()))
    yield Fact(_("Last sign-in"), _moment(person.last_login))


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M}" if at else _("never")


def merge(source: User, into: User, *, by: User, at: datetime) -> None:
    """Logins, memberships, consents, letters and requests follow the person."""
    actions.end_sessions(person=source, by=by, at=at)
    # What signs in to a member of staff is for that person to add, signed in with their second factor.
    if not into.is_staff:
        _merge_logins(source, into)
    _merge_memberships(source, into, at)
    _merge_consents(source, into, at)
    told = Notice.objects.filter(person=into)
    for notice in Notice.objects.filter(person=source):
        if not told.filter(kind=notice.kind, key=notice.key, channel=notice.channel).exists():
            Notice.objects.filter(pk=notice.pk).update(person=into)
    for choice in NoticeChoice.objects.filter(person=source):
        same = NoticeChoice.objects.filter(person=into, group=choice.group, channel=choice.channel)
        if not same.exists():
            NoticeChoice.objects.filter(pk=choice.pk).update(person=into)
    waiting = DataRequest.objects.filter(person=into, state=DataRequest.State.ASKED)
    for request in DataRequest.objects.filter(person=source):
        if request.state == DataRequest.State.ASKED and waiting.filter(kind=request.kind).exists():
            request.move(DataRequest.State.TAKEN_BACK, by=by, at=at, ended_at=at, note="merged")
        DataRequest.objects.filter(pk=request.pk).update(person=into)


def _merge_logins(source: User, into: User) -> None:
    """Addresses and passkeys move; number and code too where the survivor has none.

    A number or code that stays leads to the survivor's account all the same, with
    the survivor's secret: see `people.backends`.
    """
    has_primary = EmailAddress.objects.filter(user=into, primary=True).exists()
    for address in EmailAddress.objects.filter(user=source):
        twin = EmailAddress.objects.filter(user=into, email=address.email).first()
        if twin is not None:
            verified = address.verified or twin.verified
            # One confirmed row per address: the moving one goes first.
            address.delete()
            EmailAddress.objects.filter(pk=twin.pk).update(verified=verified)
            continue
        primary = address.primary and not has_primary
        has_primary = has_primary or primary
        EmailAddress.objects.filter(pk=address.pk).update(user=into, primary=primary)
    Authenticator.objects.filter(user=source, type=Authenticator.Type.WEBAUTHN).update(user=into)
    moved = [name for name in ("login_phone", "login_code") if getattr(source, name) and not getattr(into, name)]
    fields = set(moved)
    for name in moved:
        value = getattr(source, name)
        setattr(source, name, None)
        # The number signs one account in: it leaves the one before it comes to the other.
        source.save(update_fields=[name])
        setattr(into, name, value)
    if source.has_usable_password() and not into.has_usable_password():
        for name in ("password", "must_choose_secret", "slip_until"):
            setattr(into, name, getattr(source, name))
            fields.add(name)
    into.save(update_fields=sorted(fields))


def _merge_memberships(source: User, into: User, at: datetime) -> None:
    """Times in enterprises move as they were; of two that run in one enterprise the survivor's goes on."""
    for membership in Membership.objects.filter(person=source):
        twin = Membership.objects.filter(person=into, enterprise=membership.enterprise_id, ended_on=None).first()
        if membership.ended_on is not None or twin is None:
            Membership.objects.filter(pk=membership.pk).update(person=into)
            continue
        twin.since = min(twin.since, membership.since)
        twin.job = twin.job or membership.job
        twin.is_contact = twin.is_contact or membership.is_contact
        twin.save(update_fields=["since", "job", "is_contact"])
        Membership.objects.filter(pk=membership.pk).update(
            ended_on=max(timezone.localdate(at), membership.since), is_contact=False
        )


def _merge_consents(source: User, into: User, at: datetime) -> None:
    """Every yes moves with its history; of two to one purpose the one to the newer text stays in force."""
    for consent in Consent.objects.filter(person=source).order_by("pk"):
        if consent.withdrawn_at is None:
            twin = Consent.objects.filter(person=into, purpose=consent.purpose, withdrawn_at=None).first()
            if twin is not None:
                older = consent if consent.text_version <= twin.text_version else twin
                Consent.objects.filter(pk=older.pk).update(withdrawn_at=at)
        Consent.objects.filter(pk=consent.pk).update(person=into)


def fill() -> None:
    """Fill the port."""
    personal_data.register(
        Keeper(floor=0, export=export, facts=facts, bars_erasure=bars_erasure, erase=erase, merge=merge)
    )
