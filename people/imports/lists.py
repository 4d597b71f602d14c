"""What a file may name by its words: communes, sectors, legal forms. Filled from the database, read without it."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lms.lib.text import fold
from people.imports.faults import Fault, fault


def plain(text: str) -> str:
    """`text` without accents, case and signs."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(text)).split())


LEGAL_FORMS: Mapping[str, str] = {
    "company-limited": "Công ty TNHH",
    "joint-stock": "Công ty cổ phần",
    "private": "Doanh nghiệp tư nhân",
    "cooperative": "Hợp tác xã",
    "household": "Hộ kinh doanh",
    "public": "Đơn vị công lập",
}
"""How each legal form is written in a file."""

_FORMS = {
    **{plain(words): value for value, words in LEGAL_FORMS.items()},
    **dict.fromkeys(
        ("tnhh", "cty tnhh", "cong ty trach nhiem huu han", "tnhh mtv", "cong ty tnhh mtv", "limited liability company",
         "cong ty tnhh mot thanh vien", "cong ty tnhh hai thanh vien tro len", "ltd", "llc"), "company-limited",
    ),
    **dict.fromkeys(
        ("co phan", "ctcp", "cty cp", "cong ty cp", "cty co phan", "joint stock company", "jsc"), "joint-stock",
    ),
    **dict.fromkeys(("dntn", "tu nhan", "private enterprise"), "private"),
    **dict.fromkeys(("htx", "lien hiep hop tac xa", "co operative", "cooperative"), "cooperative"),
    **dict.fromkeys(("hkd", "ho", "ho kinh doanh ca the", "household business", "household"), "household"),
    **dict.fromkeys(("don vi su nghiep", "don vi su nghiep cong lap", "co quan nha nuoc", "public body"), "public"),
}  # fmt: skip
_BEGINNINGS = (
    (r"(cong ty|cty) (tnhh|trach nhiem huu han)\b", "company-limited"),
    (r"((cong ty|cty) (co phan|cp)|ctcp)\b", "joint-stock"),
    (r"(doanh nghiep tu nhan|dntn)\b", "private"),
    (r"(hop tac xa|htx|lien hiep hop tac xa)\b", "cooperative"),
    (r"(ho kinh doanh|hkd)\b", "household"),
)


def legal_form(text: str) -> str:
    """The legal form that `text` names; empty for none."""
    return _FORMS.get(plain(text), "")


def legal_form_of_name(name: str) -> str:
    """The legal form that an enterprise's name begins with, as the law has it begin; empty if it does not."""
    folded = plain(name)
    return next((value for pattern, value in _BEGINNINGS if re.match(pattern, folded)), "")


_SHORT = {"p": "phường ", "x": "xã "}


@dataclass
class Unit:
    """A commune or ward by its name, in force or until when it was."""

    pk: int
    code: str
    name: str
    until: date | None = None


@dataclass
class Lists:
    """What a file may name, and the day on which it is read."""

    today: date
    units: list[Unit] = field(default_factory=list)
    sectors: Mapping[str, int] = field(default_factory=dict)
    """From a sector's folded code or name to its key."""
    sector_names: list[str] = field(default_factory=list)
    _missed: dict[str, Fault] = field(default_factory=dict, repr=False)

    @cached_property
    def _by_name(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units:
            bare = re.sub(r"^(phuong|xa|thi tran|dac khu) (?=\S)", "", plain(unit.name))
            kind = plain(unit.name).removesuffix(bare).strip()
            for key in {unit.code, plain(unit.name), bare, f"{bare} {kind}".strip()}:
                found[key].append(unit)
        return found

    def commune(self, text: str) -> Unit | Fault:
        """The commune that `text` names, or what is wrong with it (of no column yet)."""
        written = re.sub(r"^\s*([px])\s*[.:]\s*", lambda mark: _SHORT[mark[1]], text.lower())
        for part in (plain(written), plain(written.partition(",")[0])):
            units = self._by_name.get(part, [])
            current = [unit for unit in units if unit.until is None or unit.until >= self.today]
            if len(current) == 1:
                return current[0]
            if current:
                return fault("", "commune_both", text=text, near=" / ".join(sorted(unit.name for unit in current)))
            if units:
                ended = max(unit.until for unit in units if unit.until)
                return fault("", "commune_former", text=text, day=f"{ended:%d/%m/%Y}")
        return self._missing(text, plain(written))

    def _missing(self, text: str, folded: str) -> Fault:
        if text not in self._missed:
            # Looking for what is near takes a while: a file full of other words must not.
            near = difflib.get_close_matches(folded, self._by_name, 1, 0.8) if len(self._missed) < 300 else []
            current = [unit for key in near for unit in self._by_name[key] if unit.until is None]
            code = "commune_near" if current else "commune"
            self._missed[text] = fault("", code, text=text, near=current[0].name if current else "")
        return self._missed[text]

    def sector(self, text: str) -> int | None:
        """The sector that `text` names."""
        return self.sectors.get(plain(text))


def sectors_by_name(rows: Iterable[tuple[int, str, str, str]]) -> dict[str, int]:
    """From folded codes and names to keys, for rows of (key, code, Vietnamese, English)."""
    return {plain(name): pk for pk, code, vi, en in rows for name in (code, vi, en)}
