"""What judged rows bring, written in bulk: derived keys and history as if each were entered alone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from people.actions.enterprises import prepare_enterprise
from people.imports.firms import Firm
from people.imports.matching import FILLED, Judged, Verdict
from people.models import Enterprise, EnterpriseEvent, ImportRow, Membership, PeopleImport, PersonEvent, User

_COLUMNS = {"commune": "commune_id"}


def write_rows(
    *, judged: Sequence[tuple[ImportRow, Judged]], batch: PeopleImport, by: User | None, at: datetime
) -> None:
    """Write what the rows of one portion bring and mark them done. Refused ones are marked refused.

    Runs in the caller's transaction, which holds the lock of all imports.
    """
    good = [one for _row, one in judged if one.verdict != Verdict.REFUSE]
    writer = _Writer(batch, by, at)
    writer.firms(good)
    writer.people(good)
    writer.memberships(good)
    PersonEvent.objects.bulk_create(writer.events, batch_size=500)
    writer.mark(judged)


class _Writer:
    """One portion on its way into the database."""

    def __init__(self, batch: PeopleImport, by: User | None, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        self.today = timezone.localdate(at)
        self.users: dict[int, User] = {}
        """By the identity of who was judged; those who are only referred to are not fetched."""
        self.events: list[PersonEvent] = []

    def firms(self, good: Iterable[Judged]) -> None:
        """New enterprises, and tax codes for those that had none."""
        firms = list({id(one.firm): one.firm for one in good if one.firm is not None}.values())
        new = [firm for firm in firms if firm.pk is None]
        made = [prepare_enterprise(_enterprise(firm), on=self.today) for firm in new]
        for firm, enterprise in zip(new, Enterprise.objects.bulk_create(made), strict=True):
            firm.pk = enterprise.pk
        events = [self._of_firm(firm, "registered") for firm in new]
        for firm in firms:
            if firm.added_tax_code and firm not in new:
                Enterprise.objects.filter(pk=_pk(firm), tax_code=None).update(tax_code=firm.added_tax_code)
                events.append(self._of_firm(firm, "changed", changes={"tax_code": ["", firm.added_tax_code]}))
        EnterpriseEvent.objects.bulk_create(events)

    def _of_firm(self, firm: Firm, what: str, **data: Any) -> EnterpriseEvent:
        return EnterpriseEvent(
            subject_id=_pk(firm), new=what, by=self.by, at=self.at, data={**data, "file": self.batch.pk}
        )  # fmt: skip

    def people(self, good: Sequence[Judged]) -> None:
        """New people, and facts filled in for those known."""
        touched = [one.person.pk for one in good if one.person and one.person.pk and one.fills]
        present = User.objects.in_bulk(touched)
        new: list[User] = []
        changed: dict[int, User] = {}
        fields: set[str] = set()
        events: list[tuple[User, str, dict[str, Any]]] = []
        for one in good:
            person = one.person
            assert person is not None
            if one.verdict == Verdict.CREATE:
                user = self.users[id(person)] = _user(one)
                new.append(user)
                events.append((user, "added", {}))
                if user.identity_sealed:
                    events.append((user, "identity_set", {}))
            elif one.fills:
                user = self.users.get(id(person)) or present[person.pk or 0]
                self.users[id(person)] = user
                names = _fill(user, one)
                if user.pk:
                    changed[user.pk] = user
                    fields |= names
                events.append((user, "profile_changed", {"filled": sorted(names)}))
        User.objects.bulk_create(new)
        if changed:
            User.objects.bulk_update(list(changed.values()), sorted(fields))
        for one in good:
            if one.person is not None and id(one.person) in self.users:
                one.person.pk = self.users[id(one.person)].pk
        for user, what, data in events:
            self._note(user.pk, what, **data)

    def memberships(self, good: Sequence[Judged]) -> None:
        """Who joins, and who left elsewhere."""
        made = []
        for one in good:
            assert one.person is not None and one.person.pk is not None
            for stay in one.ends:
                assert one.facts.left_on is not None
                if Membership.objects.filter(pk=stay.pk, ended_on=None).update(ended_on=one.facts.left_on):
                    self._note(one.person.pk, "left", enterprise=stay.firm.pk)
            if one.joins and one.firm is not None:
                since: date = one.facts.since or self.today
                made.append(
                    Membership(
                        person_id=one.person.pk, enterprise_id=_pk(one.firm), job=one.facts.job, since=since
                    )
                )  # fmt: skip
                self._note(one.person.pk, "joined", enterprise=one.firm.pk, is_contact=False)
        Membership.objects.bulk_create(made)

    def _note(self, pk: int, what: str, **data: Any) -> None:
        self.events.append(
            PersonEvent(subject_id=pk, new=what, by=self.by, at=self.at, data={**data, "file": self.batch.pk})
        )

    def mark(self, judged: Sequence[tuple[ImportRow, Judged]]) -> None:
        """Rows done, in the transaction of what they made; the verdict as it turned out."""
        done, turned = [], []
        for row, one in judged:
            if one.verdict != row.verdict:
                row.verdict, row.reasons = one.verdict, [fault.stored() for fault in one.faults]
                turned.append(row)
            good = one.verdict != Verdict.REFUSE
            row.person_id = one.person.pk if good and one.person else None
            if good:
                done.append(row)
        ImportRow.objects.filter(pk__in=[row.pk for row in done]).update(done_at=self.at)
        ImportRow.objects.bulk_update([row for row, _one in judged], ["person"])
        ImportRow.objects.bulk_update(turned, ["verdict", "reasons"])


def _pk(firm: Firm) -> int:
    assert firm.pk is not None  # the new ones have just been written
    return firm.pk


def _enterprise(firm: Firm) -> Enterprise:
    assert firm.sector is not None  # `Firms` refuses rows that give a new one no sector
    return Enterprise(
        name=firm.name,
        tax_code=firm.tax_code or None,
        legal_form=firm.legal_form,
        sector_id=firm.sector,
        commune_id=firm.commune,
    )  # fmt: skip


def _user(one: Judged) -> User:
    """A new person as `add_person` would enter them: no password, so nobody signs in before a slip is printed."""
    person, facts = one.person, one.facts
    assert person is not None
    user = User(login_phone=person.login_phone or None, identity_sealed=facts.sealed, identity_last=facts.last)
    user.set_name(facts.full_name, facts.given_name)
    user.set_unusable_password()
    for name in FILLED:
        setattr(user, _COLUMNS.get(name, name), getattr(facts, name))
    return user


def _fill(user: User, one: Judged) -> set[str]:
    """Set what the row fills in; the names of the fields."""
    names = set()
    for name, value in one.fills.items():
        if name == "identity":
            user.identity_sealed, user.identity_last = value, one.facts.last
            names |= {"identity_sealed", "identity_last"}
        else:
            setattr(user, _COLUMNS.get(name, name), value)
            names.add(name)
    return names
