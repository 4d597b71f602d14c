"""Who a row is: somebody registered, somebody new, or a doubt that only people can settle.

Nobody is merged on a guess. The same name (accents aside) counts for the same person
only together with a whole date of birth, a phone number or e-mail address, or the
enterprise, and only where nothing speaks against it; what looks alike otherwise is refused.
"""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from lms.lib.text import fold
from people.imports.faults import Fault, fault, remark
from people.imports.firms import Firm, Firms
from people.imports.rows import Facts

FILLED = ("sex", "birth_date", "birth_year", "phone", "email", "job", "education", "commune")
"""Facts of a person that a row fills in where nothing is on record. What is on record stays."""
_DOUBTED = {"looks_like_sex": "sex", "looks_like_birth": "birth", "looks_like_year": "birth"}
_COLUMN_OF = {"birth_date": "birth", "birth_year": "birth_year"}


class Verdict(StrEnum):
    """What becomes of a row: as `people.models.ImportRow.Verdict`."""

    CREATE = "create"
    MATCH = "match"
    SAME = "same"
    REFUSE = "refuse"


@dataclass(slots=True)
class Stay:
    """A present membership of someone registered."""

    pk: int
    firm: Firm
    since: date


@dataclass(eq=False, slots=True)
class Known:
    """Somebody registered (`pk`), or whom an earlier row brings."""

    full_name: str
    folded: str
    pk: int | None = None
    sex: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    phone: str = ""
    email: str = ""
    job: str = ""
    education: str = ""
    commune: int | None = None
    last: str = ""
    login_phone: str = ""
    has_code: bool = False
    closed: bool = False
    visible: bool = True
    emails: set[str] = field(default_factory=set)
    """Addresses that sign them in."""
    stays: list[Stay] = field(default_factory=list)
    firms: set[Firm] = field(default_factory=set)
    """Enterprises they belong or belonged to."""
    past: dict[Firm, date] = field(default_factory=dict)
    """Until when they last belonged to an enterprise that they left."""
    place: str = ""
    said: Facts | None = None
    """The first row of this file that is about them."""
    survivor: "Known | None" = None
    """Whom this account was merged into: a row that fits it means that one."""

    @property
    def year(self) -> int | None:
        """The year of birth, however it is known."""
        return self.birth_date.year if self.birth_date else self.birth_year

    def reached_by(self, facts: Facts) -> bool:
        """Whether the row's phone number or address is theirs."""
        by_phone = facts.phone and facts.phone in (self.phone, self.login_phone)
        return bool(by_phone or (facts.email and (facts.email == self.email.lower() or facts.email in self.emails)))

    def told(self) -> str:
        """Who that is, in a sentence for those who may know."""
        born = f"{self.birth_date:%d/%m/%Y}" if self.birth_date else str(self.birth_year or "")
        firms = "; ".join(sorted(stay.firm.name for stay in self.stays))
        place = f"#{self.place}" if self.pk is None else ""
        return ", ".join(part for part in (self.full_name, born, firms, place) if part)


@dataclass(slots=True)
class Judged:
    """What becomes of a row, why, and what it would write."""

    verdict: Verdict
    faults: list[Fault]
    facts: Facts
    person: Known | None = None
    firm: Firm | None = None
    joins: bool = False
    fills: dict[str, Any] = field(default_factory=dict)
    ends: list[Stay] = field(default_factory=list)


@dataclass
class World:
    """Everybody whom the rows might mean."""

    firms: Firms
    today: date
    by_contact: bool = False
    people: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    logins: dict[str, Known] = field(default_factory=dict)

    def add(self, person: Known) -> None:
        """Let rows find `person`."""
        self.people[person.folded].append(person)
        for login in (person.login_phone, *person.emails):
            if login:
                self.logins[login] = person

    def judge(self, place: str, facts: Facts, read: Iterable[Fault]) -> Judged:
        """What becomes of the row at `place`. Later rows see what it brings."""
        firm, said = self.firms.find(place, facts)
        faults = [*read, *said]
        if not (firm or facts.phone or facts.email or facts.birth_date):
            faults.append(fault("birth", "who"))
        if _refuses(faults):
            return Judged(Verdict.REFUSE, faults, facts, firm=firm)
        person, doubt = self._match(facts, firm)
        if doubt is not None:
            return Judged(Verdict.REFUSE, [*faults, doubt], facts, firm=firm)
        if person is None:
            return self._bring(place, facts, firm, faults)
        return self._add_to(person, place, facts, firm, faults)

    # --- who -----------------------------------------------------------------------

    def _match(self, facts: Facts, firm: Firm | None) -> tuple[Known | None, Fault | None]:
        """The person whom a row means, or a doubt; neither for somebody new."""
        sure: list[tuple[int, Known]] = []
        doubts: list[tuple[str, Known]] = []
        for person in self.people.get(facts.folded, []):
            worth, doubt = _compare(facts, firm, person)
            if doubt:
                doubts.append((doubt, person))
            elif worth:
                sure.append((worth, person.survivor or person))
        if sure:
            return self._best(sure, facts)
        if doubts:
            code, person = doubts[0]
            return None, self._doubt(code, person, facts)
        for login in filter(None, (facts.phone, facts.email)):
            holder = self.logins.get(login)
            if holder is not None and holder.folded != facts.folded and _alike(holder.folded, facts.folded):
                return None, self._doubt("looks_like_login", holder, facts)
        return None, None

    def _best(self, sure: list[tuple[int, Known]], facts: Facts) -> tuple[Known | None, Fault | None]:
        most = max(worth for worth, _person in sure)
        best = list({id(person): person for worth, person in sure if worth == most}.values())
        if len(best) > 1:
            return None, fault("full_name", "looks_like_several", count=len(best))
        person = best[0]
        if self.by_contact and not person.visible:
            return None, fault("full_name", "outside")
        if person.closed:
            return None, fault("full_name", "closed", who=person.told())
        return person, None

    def _doubt(self, code: str, person: Known, facts: Facts) -> Fault:
        if self.by_contact and not person.visible:
            return fault("full_name", "outside")
        return fault(_DOUBTED.get(code, "full_name"), code, who=person.told())

    # --- what it brings ------------------------------------------------------------

    def _bring(self, place: str, facts: Facts, firm: Firm | None, faults: list[Fault]) -> Judged:
        person = Known(
            facts.full_name, facts.folded, sex=facts.sex, birth_date=facts.birth_date, birth_year=facts.birth_year,
            phone=facts.phone, email=facts.email, job=facts.job, education=facts.education, commune=facts.commune,
            last=facts.last, place=place, said=facts,
        )  # fmt: skip
        if facts.phone in self.logins:
            faults.append(remark("phone", "phone_taken"))
        elif facts.phone:
            person.login_phone = facts.phone
        if firm is not None:
            person.firms.add(firm)
        if facts.left_on:
            faults.append(remark("left_on", "left_nothing"))
        self.add(person)
        return Judged(Verdict.CREATE, faults, facts, person, firm, joins=firm is not None)

    def _add_to(self, person: Known, place: str, facts: Facts, firm: Firm | None, faults: list[Fault]) -> Judged:
        joins, returns = self._joins(person, facts, firm)
        if person.said is not None and person.place != place:
            other = _differing(person.said, facts)
            if other:
                conflict = Fault("full_name", "same_as_row", {"row": person.place, "columns": other})
                return Judged(Verdict.REFUSE, [*faults, conflict], facts, person, firm)
            if not joins:
                faults.append(remark("", "repeats", row=person.place))
        ends, said = self._ends(person, facts, firm)
        faults += [*returns, *said]
        if _refuses(faults):
            return Judged(Verdict.REFUSE, faults, facts, person, firm)
        fills, kept = _fills(person, facts)
        if kept:
            faults.append(Fault("", "kept", {"columns": kept}, remark=True))
        if person.last and facts.last and person.last != facts.last:
            faults.append(remark("identity", "identity_again"))
        elif facts.sealed and not person.last:
            fills["identity"], person.last = facts.sealed, facts.last
        self._note(person, place, facts, firm, fills)
        staying = [stay.firm.name for stay in person.stays if stay.firm is not firm and stay not in ends]
        if joins and staying and not self.by_contact:
            faults.append(remark("enterprise", "also_in", enterprise="; ".join(staying)))
        changed = bool(joins or fills or ends)
        verdict = Verdict.MATCH if changed else Verdict.SAME
        return Judged(verdict, faults, facts, person, firm, joins, fills, ends)

    def _joins(self, person: Known, facts: Facts, firm: Firm | None) -> tuple[bool, list[Fault]]:
        """Whether the row puts them into `firm`, and what is to be said of somebody who has been there before."""
        if firm is None or self._belongs(person, firm):
            return False, []
        until = person.past.get(firm)
        if until is None:
            return True, []
        if facts.since and facts.since < until:
            return False, [remark("since", "was_there", day=f"{until:%d/%m/%Y}")]
        return True, [remark("enterprise", "returns", day=f"{until:%d/%m/%Y}")]

    @staticmethod
    def _belongs(person: Known, firm: Firm) -> bool:
        """Whether they belong to `firm` now; of somebody new, by an earlier row."""
        if person.pk is None:
            return firm in person.firms
        return any(stay.firm is firm for stay in person.stays)

    def _ends(self, person: Known, facts: Facts, firm: Firm | None) -> tuple[list[Stay], list[Fault]]:
        """The memberships elsewhere that the row says have ended."""
        if facts.left_on is None:
            return [], []
        if self.by_contact:
            return [], [remark("left_on", "left_not_here")]
        others = [stay for stay in person.stays if stay.firm is not firm and stay.pk]
        if not others:
            return [], [remark("left_on", "left_nothing")]
        early = [stay for stay in others if facts.left_on < stay.since]
        if early:
            return [], [fault("left_on", "left_before", day=f"{early[0].since:%d/%m/%Y}")]
        return others, []

    def _note(self, person: Known, place: str, facts: Facts, firm: Firm | None, fills: dict[str, Any]) -> None:
        """Keep in mind what this row says and brings, for the rows after it."""
        if person.said is None:
            person.said, person.place = facts, place
        for name, value in fills.items():
            if name != "identity":
                setattr(person, name, value)
        if "phone" in fills and person.has_code and not person.login_phone and fills["phone"] not in self.logins:
            person.login_phone = fills["login_phone"] = fills["phone"]
            self.logins[fills["phone"]] = person
        if firm is not None and not self._belongs(person, firm):
            person.firms.add(firm)
            if person.pk is not None:
                person.stays.append(Stay(0, firm, facts.since or self.today))


def _refuses(faults: Iterable[Fault]) -> bool:
    return any(not one.remark for one in faults)


def _compare(facts: Facts, firm: Firm | None, person: Known) -> tuple[int, str]:
    """How much speaks for a row being `person`, whose name folds alike; or the code of a doubt."""
    reached = person.reached_by(facts)
    here = firm is not None and firm in person.firms
    whole = facts.birth_date is not None and facts.birth_date == person.birth_date
    differs = (
        facts.birth_date != person.birth_date
        if facts.birth_date and person.birth_date
        else bool(facts.year and person.year and facts.year != person.year)
    )
    if differs:
        return 0, "looks_like_birth" if reached else ""
    if not (reached or here or whole):
        near = facts.year is not None and facts.year == person.year
        return 0, "looks_like_year" if near else ""
    if not same_letters(facts.full_name, person.full_name):
        return 0, "looks_like_accents"
    if facts.sex and person.sex and facts.sex != person.sex:
        return 0, "looks_like_sex"
    return 4 * reached + 4 * whole + 2 * here + (facts.year is not None and facts.year == person.year), ""


def same_letters(one: str, other: str) -> bool:
    """Whether two names that fold alike may be one: the same letters, or one of them typed without any marks.

    Where the mark stands (Hòa, Hoà) and capitals make no difference.
    """
    first, second = (_letters(name) for name in (one, other))
    return first == second or one.casefold() == fold(one) or other.casefold() == fold(other)


def _letters(name: str) -> list[list[str]]:
    return [sorted(unicodedata.normalize("NFD", word)) for word in name.casefold().split()]


def _alike(one: str, other: str) -> bool:
    """Whether two folded names could be one person's, miswritten or shortened."""
    first, second = one.split(), other.split()
    if not first or not second:
        return False
    if (first[0], first[-1]) == (second[0], second[-1]):
        return True
    shorter, longer = sorted((set(first), set(second)), key=len)
    if len(shorter) > 1 and shorter <= longer:
        return True
    return difflib.SequenceMatcher(None, one, other).ratio() >= 0.85


def _differing(said: Facts, facts: Facts) -> list[str]:
    """Columns in which two rows about one person give different facts."""
    pairs = [(_COLUMN_OF.get(name, name), getattr(said, name), getattr(facts, name)) for name in (*FILLED, "last")]
    found = [column for column, first, second in pairs if first and second and first != second]
    return ["identity" if column == "last" else column for column in found]


def _fills(person: Known, facts: Facts) -> tuple[dict[str, Any], list[str]]:
    """What a row adds to what is on record, and the columns in which it says something else."""
    fills: dict[str, Any] = {}
    kept = ["full_name"] if facts.full_name != person.full_name else []
    for name in FILLED:
        given, present = getattr(facts, name), getattr(person, name)
        if not given:
            continue
        if name == "email":
            present = present.lower()
        if not present and not (name == "birth_year" and person.birth_date):
            fills[name] = given
        elif present and given != present and not (name == "phone" and given == person.login_phone):
            kept.append(_COLUMN_OF.get(name, name))
    return fills, kept
