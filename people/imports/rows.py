"""One row of a file: its cells as facts, each checked as the forms check it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lms.lib.text import fold, nfc
from people import identity, taxcode
from people.imports import legacy, lists
from people.imports.faults import Fault, fault, remark
from people.imports.grid import Cell, Kind
from people.imports.lists import Lists
from people.logins import phone_number

LIMITS: Mapping[str, int] = {
    "full_name": 150, "family_name": 100, "given_name": 60, "email": 254, "phone": 40, "job": 120, "education": 120,
    "enterprise": 250, "tax_code": 40, "commune": 160, "enterprise_commune": 160,
}  # fmt: skip
"""Characters that a column takes; others take 60."""
_NAME_MARKS = frozenset(" .'’-·()")
_SEXES = {
    **dict.fromkeys(("nu", "female", "f", "ba", "gai"), "female"),
    **dict.fromkeys(("nam", "male", "m", "ong", "trai"), "male"),
    **dict.fromkeys(("khac", "other", "khong noi", "not said", "-"), ""),
}
_OLDEST = 110
_HARMED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(slots=True)
class Given:
    """What a row says, as text by column, and the identity number sealed."""

    texts: dict[str, str]
    sealed: str = ""
    last: str = ""

    def stored(self) -> dict[str, object]:
        """For a JSON field."""
        return {"given": self.texts, "sealed": self.sealed, "last": self.last}

    @classmethod
    def load(cls, facts: Mapping[str, object]) -> "Given":
        """Out of a JSON field."""
        # Erasing a person's data empties this.
        texts = facts.get("given", {})
        assert isinstance(texts, dict)
        return cls(texts, str(facts.get("sealed", "")), str(facts.get("last", "")))


@dataclass(slots=True)
class Facts:
    """A row that was understood."""

    full_name: str = ""
    given_name: str = ""
    sex: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    phone: str = ""
    email: str = ""
    job: str = ""
    education: str = ""
    commune: int | None = None
    sealed: str = ""
    last: str = ""
    tax_code: str = ""
    enterprise: str = ""
    legal_form: str = ""
    sector: int | None = None
    enterprise_commune: int | None = None
    since: date | None = None
    left_on: date | None = None
    folded: str = field(default="", repr=False)

    @property
    def year(self) -> int | None:
        """The year of birth, however it is known."""
        return self.birth_date.year if self.birth_date else self.birth_year


@lru_cache(maxsize=16_384)
def fold_once(text: str) -> str:
    """`text` without accents and case; the words of a file's columns come again and again."""
    return fold(text)


def take(cells: Mapping[str, Cell]) -> tuple[Given, list[Fault]]:
    """The texts of a row's cells and what is wrong with the cells themselves. The identity number is sealed here."""
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for key, cell in cells.items():
        text = _unquoted(nfc(cell.text))
        if cell.kind == Kind.ERROR:
            faults.append(fault(key, "error_value", text=text[:20]))
        elif cell.kind == Kind.NO_VALUE:
            faults.append(fault(key, "no_value"))
        elif len(text) > LIMITS.get(key, 60):
            faults.append(fault(key, "too_long", limit=LIMITS.get(key, 60)))
            texts[key] = text[: LIMITS.get(key, 60)]
        else:
            texts[key] = text
    given = Given(texts)
    _seal(given, faults)
    return given, faults


def _unquoted(text: str) -> str:
    """`text` without the quote that our own files put before what a spreadsheet would take for a formula."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" '\"").startswith(_HARMED) else text


def _seal(given: Given, faults: list[Fault]) -> None:
    """Seal the identity number and forget what was written."""
    text = given.texts.pop("identity", "")
    if not text:
        return
    if re.fullmatch(r"[0-9]{11}", text):
        # Codes of provinces begin with 0: a column of numbers drops it.
        text = f"0{text}"
        faults.append(remark("identity", "zero_added"))
    try:
        number = identity.tidy(text)
    except identity.BadNumber:
        faults.append(fault("identity", "identity"))
        return
    given.sealed, given.last = identity.seal(number), number[-4:]
    year = _years(given.texts)
    if identity.doubts(number, sex=_SEXES.get(fold_once(given.texts.get("sex", "")), ""), year=year):
        faults.append(remark("identity", "identity_doubt"))


def _years(texts: Mapping[str, str]) -> int | None:
    found = re.search(r"(\d{4})\s*$", texts.get("birth", "") or texts.get("birth_year", ""))
    return int(found[1]) if found else None


def understand(given: Given, known: Lists) -> tuple[Facts, list[Fault]]:
    """What the texts of a row mean, and everything that is wrong with them."""
    facts = Facts(sealed=given.sealed, last=given.last)
    reader = _Reader(given.texts, known, facts)
    reader.read()
    return facts, reader.faults


class _Reader:
    """Reads column by column, going on after a fault: all are told at once."""

    def __init__(self, texts: Mapping[str, str], known: Lists, facts: Facts) -> None:
        self.texts, self.known, self.facts = texts, known, facts
        self.faults: list[Fault] = []

    def read(self) -> None:
        """Every column."""
        facts = self.facts
        self._name()
        self._sex()
        self._birth()
        self._ways()
        facts.job, facts.education = self.texts.get("job", ""), self.texts.get("education", "")
        facts.commune = self._commune("commune")
        self._enterprise()
        facts.since = self._past_day("since")
        facts.left_on = self._past_day("left_on")

    def _name(self) -> None:
        family, given = self.texts.get("family_name", ""), self.texts.get("given_name", "")
        name = self.texts.get("full_name", "") or (f"{family} {given}".strip() if family else "")
        column = "full_name" if self.texts.get("full_name") or not family else "family_name"
        self.facts.full_name, self.facts.given_name = name, given
        self.facts.folded = fold_once(name)
        found = name_fault(name)
        if found is not None:
            self.faults.append(fault(column, found.code, **found.facts))
        if given and (found := name_fault(given, least=1)) is not None:
            self.faults.append(fault("given_name", found.code, **found.facts))

    def _sex(self) -> None:
        text = self.texts.get("sex", "")
        if text and fold_once(text) not in _SEXES:
            self.faults.append(fault("sex", "sex", text=text))
        self.facts.sex = _SEXES.get(fold_once(text), "")

    def _birth(self) -> None:
        column = "birth" if self.texts.get("birth") else "birth_year"
        text = self.texts.get(column, "")
        if not text:
            return
        year = re.fullmatch(r"(?:0{1,2}[/.\- ]0{1,2}[/.\- ])?([12][0-9]{3})", text)
        if year:
            self.facts.birth_year = int(year[1])
        else:
            day = read_day(text)
            if day is None:
                code = "no_such_day" if _DAY.fullmatch(text) else "birth"
                self.faults.append(fault(column, code, text=text))
                return
            self.facts.birth_date = day
        born, today = self.facts.year, self.known.today
        assert born is not None
        if not 0 <= today.year - born <= _OLDEST or (self.facts.birth_date and self.facts.birth_date > today):
            self.faults.append(fault(column, "birth_range", year=born))

    def _ways(self) -> None:
        text = self.texts.get("phone", "")
        self.facts.phone = phone_number(text) if text else ""
        if text and not self.facts.phone:
            self.faults.append(fault("phone", "phone", text=text))
        email = self.texts.get("email", "").lower()
        if email and not _is_email(email):
            self.faults.append(fault("email", "email", text=email))
            email = ""
        self.facts.email = email

    def _commune(self, column: str) -> int | None:
        text = self.texts.get(column, "")
        if not text:
            return None
        found = self.known.commune(text)
        if isinstance(found, Fault):
            self.faults.append(found._replace(column=column))
            return None
        return found.pk

    def _enterprise(self) -> None:
        facts, texts = self.facts, self.texts
        facts.enterprise = texts.get("enterprise", "")
        if texts.get("tax_code"):
            facts.tax_code, code = _tax_code(texts["tax_code"])
            if code == "zero_added":
                self.faults.append(remark("tax_code", code))
            elif code:
                self.faults.append(fault("tax_code", code, text=texts["tax_code"]))
        if texts.get("legal_form"):
            facts.legal_form = lists.legal_form(texts["legal_form"])
            if not facts.legal_form:
                choices = ", ".join(lists.LEGAL_FORMS.values())
                self.faults.append(fault("legal_form", "legal_form", text=texts["legal_form"], choices=choices))
        if texts.get("sector"):
            facts.sector = self.known.sector(texts["sector"])
            if facts.sector is None:
                choices = ", ".join(self.known.sector_names)
                self.faults.append(fault("sector", "sector", text=texts["sector"], choices=choices))
        facts.enterprise_commune = self._commune("enterprise_commune")

    def _past_day(self, column: str) -> date | None:
        text = self.texts.get(column, "")
        if not text:
            return None
        day = read_day(text)
        if day is None:
            self.faults.append(fault(column, "no_such_day" if _DAY.fullmatch(text) else "day", text=text))
        elif day > self.known.today:
            self.faults.append(fault(column, "future"))
        return day


_DAY = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})", re.ASCII)


def read_day(text: str) -> date | None:
    """The day of `dd/mm/yyyy` or, as machines write it, `yyyy-mm-dd`; None when it is none."""
    text = unicodedata.normalize("NFKC", text).strip()
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:.]*)?", text, re.ASCII)
    found = _DAY.fullmatch(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif found:
        day, month, year = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def name_fault(name: str, *, least: int = 2) -> Fault | None:
    """What is wrong with a person's name: the rule of `people.forms.NameField`, and letters before Unicode."""
    if not name:
        return fault("", "name_missing")
    old = legacy.recognise(name)
    if old is not None:
        return fault("", "name_legacy", text=name, encoding=old[0])
    strange = [char for char in name if unicodedata.category(char)[0] not in "LM" and char not in _NAME_MARKS]
    if strange:
        return fault("", "name_characters", char=strange[0])
    if sum(unicodedata.category(char).startswith("L") for char in name) < least:
        return fault("", "name_short")
    return None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=4096)
def _tax_code(text: str) -> tuple[str, str]:
    """The tax code in `text`, and the code of a fault or remark."""
    try:
        return taxcode.tidy(text), ""
    except ValidationError as error:
        if re.fullmatch(r"[0-9]{9}|[0-9]{11}", text):
            try:
                return taxcode.tidy(f"0{text}"), "zero_added"
            except ValidationError:
                pass
        return "", "tax_code_digit" if error.code == "checksum" else "tax_code"
