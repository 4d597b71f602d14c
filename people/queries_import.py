"""What a file of people is compared with, and the lists and counts of such files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from lms.lib.text import fold
from people.imports.columns import label, tell
from people.imports.firms import Firm
from people.imports.grid import column_name
from people.imports.lists import Lists, Unit, sectors_by_name
from people.imports.matching import Known, Stay, World
from people.imports.rows import Facts
from people.models import (
    AdministrativeUnit,
    Enterprise,
    ImportRow,
    Job,
    Membership,
    PeopleImport,
    Province,
    Sector,
    User,
)

_FACTS = (
    "pk", "full_name", "search_key", "sex", "birth_date", "birth_year", "phone", "email", "job", "education",
    "commune_id", "identity_last", "login_phone", "login_code", "is_active", "merged_into_id",
)  # fmt: skip


def lists(*, on: date) -> Lists:
    """Communes, sectors and legal forms that a file may name on the day `on`."""
    province = Province.objects.filter(code=settings.PROVINCE).first()
    code = province.profile.get("unit_code", "") if province else ""
    units = AdministrativeUnit.objects.communes().filter(Q(parent_code=code) | Q(valid_to__lt=on))
    sectors = list(Sector.objects.values_list("pk", "code", "name_vi", "name_en"))
    return Lists(
        today=on,
        units=[Unit(*facts) for facts in units.values_list("pk", "code", "name_vi", "valid_to")],
        sectors=sectors_by_name(sectors),
        sector_names=[vi for _pk, _code, vi, _en in sectors],
    )


class Loader:
    """Fills a world with what rows might mean, as more rows come; what was asked for once is not asked again."""

    def __init__(self, world: World, own: Enterprise | None = None) -> None:
        self.world = world
        self._firms: dict[int, Firm] = {}
        self._people: dict[int, Known] = {}
        self._asked: set[tuple[str, str]] = set()
        self._own = own.pk if own else None
        if own is not None:
            world.firms.own = self._firm(own)

    def load(self, rows: Iterable[Facts]) -> None:
        """Everybody and every enterprise that `rows` might mean; a few queries however many rows."""
        rows = list(rows)
        if self.world.firms.own is None:
            self._load_firms(
                self._new("tax", (facts.tax_code for facts in rows)),
                self._new("firm", (fold(facts.enterprise) for facts in rows)),
            )
        names = self._new("name", (facts.folded for facts in rows))
        phones = self._new("phone", (facts.phone for facts in rows))
        emails = self._new("email", (facts.email for facts in rows))
        by_mail = EmailAddress.objects.filter(verified=True, email__in=emails).values_list("user_id", flat=True)
        found: dict[int, Known] = {}
        merged: dict[int, int] = {}
        for condition in (Q(search_key__in=names), Q(login_phone__in=phones), Q(pk__in=list(by_mail))):
            self._load_people(condition, found, merged)
        while missing := set(merged.values()) - self._people.keys():
            self._load_people(Q(pk__in=missing), found, merged)
        self._load_links({pk: known for pk, known in found.items() if pk not in merged})
        for pk, into in merged.items():
            self._stand_in(found[pk], into, merged)
        for known in found.values():
            self.world.add(known)

    def _load_people(self, condition: Q, found: dict[int, Known], merged: dict[int, int]) -> None:
        for facts in User.objects.filter(condition, erased_at=None).values_list(*_FACTS):
            pk, into = facts[0], facts[-1]
            if pk in self._people:
                continue
            found[pk] = self._people[pk] = _known(facts)
            if into is not None:
                merged[pk] = into

    def _stand_in(self, alias: Known, into: int, merged: dict[int, int]) -> None:
        """Rows that fit an account merged into another mean that other: a file may hold the name of before."""
        while into in merged:
            into = merged[into]
        kept = self._people[into]
        alias.survivor = kept
        alias.firms, alias.past, alias.stays = kept.firms, kept.past, kept.stays
        alias.visible, alias.closed = kept.visible, kept.closed

    def _new(self, kind: str, values: Iterable[str]) -> list[str]:
        fresh = {(kind, value) for value in values if value} - self._asked
        self._asked |= fresh
        return sorted(value for _kind, value in fresh)

    def _load_links(self, found: dict[int, Known]) -> None:
        """Addresses that sign people in, and where they belong or belonged."""
        addresses = EmailAddress.objects.filter(verified=True, user__in=list(found))
        for pk, email in addresses.values_list("user_id", "email"):
            found[pk].emails.add(email.lower())
        memberships = Membership.objects.filter(person__in=list(found)).select_related("enterprise__commune")
        for one in memberships.order_by("since", "pk"):
            known, firm = found[one.person_id], self._firm(one.enterprise)
            known.firms.add(firm)
            if one.ended_on is None:
                known.stays.append(Stay(one.pk, firm, one.since))
            else:
                known.past[firm] = max(one.ended_on, known.past.get(firm, one.ended_on))
        if self.world.by_contact:
            for known in found.values():
                known.visible = any(stay.firm is self.world.firms.own for stay in known.stays)

    def _load_firms(self, codes: list[str], names: list[str]) -> None:
        rows = Enterprise.objects.filter(Q(tax_code__in=codes) | Q(search_key__in=names)).select_related("commune")
        for one in rows:
            kept = one
            while kept.merged_into_id is not None:
                kept = Enterprise.objects.select_related("commune").get(pk=kept.merged_into_id)
            firm = self._firm(kept)
            self.world.firms.add(firm, one.search_key)
            if one.tax_code:
                self.world.firms.by_tax[one.tax_code] = firm

    def _firm(self, enterprise: Enterprise) -> Firm:
        if enterprise.pk not in self._firms:
            commune = enterprise.commune
            self._firms[enterprise.pk] = Firm(
                enterprise.name,
                enterprise.tax_code or "",
                enterprise.commune_id,
                commune.name_vi if commune else "",
                pk=enterprise.pk,
            )
        return self._firms[enterprise.pk]


def _known(facts: tuple[object, ...]) -> Known:
    said: dict[str, Any] = dict(zip(_FACTS, facts, strict=True))
    return Known(
        said["full_name"], said["search_key"], said["pk"], said["sex"], said["birth_date"], said["birth_year"],
        said["phone"], said["email"], said["job"], said["education"], said["commune_id"], said["identity_last"],
        login_phone=said["login_phone"] or "", has_code=bool(said["login_code"]), closed=not said["is_active"],
    )  # fmt: skip


# --- Files and their rows ------------------------------------------------------------------------------


def files(viewer: User) -> QuerySet[PeopleImport]:
    """Files of people that `viewer` may see, newest first."""
    return PeopleImport.objects.visible_to(viewer).select_related("uploaded_by", "enterprise", "job")


def counts(batch: PeopleImport) -> dict[str, int]:
    """Rows of a file by verdict, every verdict named."""
    found = dict(batch.rows.order_by("verdict").values_list("verdict").annotate(Count("pk")))
    return {verdict: found.get(verdict, 0) for verdict in ImportRow.Verdict.values}


def twin_of(batch: PeopleImport, viewer: User) -> PeopleImport | None:
    """The last earlier upload of the very same file that `viewer` may see and that was not dropped."""
    states = PeopleImport.State
    return (
        PeopleImport.objects.visible_to(viewer)
        .filter(sha256=batch.sha256, pk__lt=batch.pk)
        .exclude(state__in=[states.DROPPED, states.FAILED])
        .order_by("-pk")
        .first()
    )


def job_progress_key(job_id: int) -> str:
    """Under which the cache keeps how far a job is."""
    return f"job-progress-{job_id}"


def progress(job: Job) -> tuple[int, int]:
    """How much of a job is done, and of how much: the row or the cache, what is further."""
    done, total = cache.get(job_progress_key(job.pk), (0, 0))
    return max(job.done, done), max(job.total, total)


@dataclass(frozen=True)
class Said:
    """A fault or remark as pages and files show it: where (cell and column) and what."""

    where: str
    text: str
    remark: bool


@dataclass(frozen=True)
class FileLine:
    """A row of a file of people as it is shown."""

    place: str
    name: str
    born: str
    enterprise: str
    verdict: str
    label: str
    said: tuple[Said, ...]
    person: int | None
    done: bool


def lines(batch: PeopleImport, rows: Iterable[ImportRow]) -> list[FileLine]:
    """Rows of `batch` for the screen, in the reader's language."""
    several = len(batch.sheets) > 1
    return [_line(batch, row, several) for row in rows]


def _line(batch: PeopleImport, row: ImportRow, several: bool) -> FileLine:
    given = row.facts.get("given", {})
    name = given.get("full_name") or f"{given.get('family_name', '')} {given.get('given_name', '')}".strip()
    own = batch.enterprise.name if batch.enterprise else ""
    return FileLine(
        place=f"{row.sheet} · {row.number}" if several else str(row.number),
        name=name,
        born=given.get("birth") or given.get("birth_year", ""),
        enterprise=own or given.get("enterprise") or given.get("tax_code", ""),
        verdict=row.verdict,
        label=row.get_verdict_display(),
        said=tuple(said(batch, row)),
        person=row.person_id,
        done=row.done_at is not None,
    )


def said(batch: PeopleImport, row: ImportRow) -> list[Said]:
    """What is to be said of a row; of a refused one the faults alone."""
    places = batch.sheets.get(row.sheet, {})
    refused = row.verdict == ImportRow.Verdict.REFUSE
    found = []
    for reason in row.reasons:
        if refused and reason["remark"]:
            continue
        column = reason["column"]
        cell = f"{column_name(places[column])}{row.number}" if column in places else ""
        where = " ".join(part for part in (cell, label(column) if column else "") if part)
        found.append(Said(where, tell(reason["code"], reason["facts"]), reason["remark"]))
    return found


def notes(batch: PeopleImport) -> list[str]:
    """What was seen of the file as a whole, each with its sheet where it is of one."""
    told = [(note["sheet"], tell(note["code"], note["facts"])) for note in batch.notes]
    return [f"{sheet}: {text}" if sheet else text for sheet, text in told]


def refused(batch: PeopleImport) -> list[tuple[dict[str, str], str]]:
    """What the refused rows of a file say and why, for the file in which they are corrected."""
    rows = batch.rows.filter(verdict=ImportRow.Verdict.REFUSE).order_by("pk")
    several = len(batch.sheets) > 1
    told = []
    for row in rows.iterator(chunk_size=2000):
        place = f"{row.sheet} {row.number}" if several else str(row.number)
        reasons = "; ".join(f"{one.where}: {one.text}" if one.where else one.text for one in said(batch, row))
        told.append((row.facts.get("given", {}), f"[{place}] {reasons}"))
    return told
