"""Which enterprise a row means: by tax code, else by its name without accents, else a new one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from people.imports import lists
from people.imports.faults import Fault, fault, remark
from people.imports.rows import Facts, fold_once


@dataclass(eq=False)
class Firm:
    """An enterprise, registered (`pk`) or to be."""

    name: str
    tax_code: str = ""
    commune: int | None = None
    commune_name: str = ""
    pk: int | None = None
    legal_form: str = ""
    sector: int | None = None
    added_tax_code: str = ""
    """A tax code that a row adds to a registered enterprise."""

    folded: str = field(init=False)
    """The name as it is compared."""

    def __post_init__(self) -> None:
        self.folded = fold_once(self.name)


@dataclass
class _Said:
    """What the rows of a file say together of one enterprise, and which row said it first."""

    values: dict[str, object] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def add(self, place: str, facts: Facts) -> None:
        for column, value in _values(facts).items():
            if value and column not in self.values:
                self.values[column], self.places[column] = value, place

    def add_missing(self, other: "_Said") -> None:
        """What `other` says and this does not."""
        self.values = {**other.values, **self.values}
        self.places = {**other.places, **self.places}


def _values(facts: Facts) -> dict[str, object]:
    return {
        "enterprise": facts.enterprise,
        "legal_form": facts.legal_form,
        "sector": facts.sector,
        "enterprise_commune": facts.enterprise_commune,
    }


class Hearsay:
    """What all rows of a file say of enterprises: one may give the sector, another only the name."""

    def __init__(self, rows: Iterable[tuple[str, Facts]]) -> None:
        self.said: dict[tuple[str, str], _Said] = defaultdict(_Said)
        self.tax_codes: dict[str, set[str]] = defaultdict(set)
        for place, facts in rows:
            if facts.enterprise and facts.tax_code:
                self.tax_codes[fold_once(facts.enterprise)].add(facts.tax_code)
            if facts.enterprise or facts.tax_code:
                self.said[self.key(facts)].add(place, facts)
        for folded, codes in self.tax_codes.items():
            # Rows with the name alone mean the one enterprise of that name that has a code.
            if len(codes) == 1 and (by_name := self.said.pop(("name", folded), None)):
                self.said["tax", next(iter(codes))].add_missing(by_name)

    @staticmethod
    def key(facts: Facts) -> tuple[str, str]:
        """Under what a row's enterprise is kept."""
        return ("tax", facts.tax_code) if facts.tax_code else ("name", fold_once(facts.enterprise))


class Firms:
    """The enterprises that rows may mean. `own` is the one that every row joins, where there is one."""

    def __init__(self, heard: Hearsay, own: Firm | None = None) -> None:
        self.own = own
        self.by_tax: dict[str, Firm] = {}
        self.by_name: dict[str, list[Firm]] = defaultdict(list)
        self._key, self._said, self._taxes = heard.key, heard.said, heard.tax_codes

    def add(self, firm: Firm, *names: str) -> None:
        """Let rows find `firm` by its tax code and its name, or by `names` that it had before."""
        if firm.tax_code:
            self.by_tax[firm.tax_code] = firm
        for folded in names or (firm.folded,):
            if firm not in self.by_name[folded]:
                self.by_name[folded].append(firm)

    def find(self, place: str, facts: Facts) -> tuple[Firm | None, list[Fault]]:
        """The enterprise of a row, None for none or for one that is refused, and what is to be said."""
        if self.own is not None:
            return self.own, self._others_than(self.own, facts)
        if not facts.tax_code and not facts.enterprise:
            return None, []
        code = facts.tax_code or self._tax_code_said(fold_once(facts.enterprise))
        if code in self.by_tax:
            return self._of_tax_code(self.by_tax[code], facts, place)
        named = [firm for firm in self.by_name.get(fold_once(facts.enterprise), []) if facts.enterprise]
        if code:
            return self._of_name_and_code(named, code, facts, place)
        if len(named) > 1:
            return None, [fault("enterprise", "enterprise_many", count=len(named))]
        if named:
            return named[0], [] if named[0].pk else self._contradicted(named[0], facts, place)
        return self._new(facts, "", place)

    def _tax_code_said(self, folded: str) -> str:
        """The tax code that other rows give for this name, if they give one."""
        codes = self._taxes.get(folded, set())
        return next(iter(codes)) if len(codes) == 1 else ""

    def _others_than(self, own: Firm, facts: Facts) -> list[Fault]:
        """What a row says of another enterprise, where all rows are of one."""
        same = not facts.enterprise or fold_once(facts.enterprise) == own.folded
        if facts.tax_code and own.tax_code and facts.tax_code != own.tax_code:
            return [fault("tax_code", "other_enterprise", enterprise=own.name)]
        if same or (facts.tax_code and facts.tax_code == own.tax_code):
            return []
        if lists.legal_form_of_name(facts.enterprise):
            return [fault("enterprise", "other_enterprise", enterprise=own.name)]
        # “Phân xưởng 2” below the heading “Đơn vị” is a workshop, no other enterprise.
        return [remark("enterprise", "own_enterprise", enterprise=own.name)]

    def _of_tax_code(self, firm: Firm, facts: Facts, place: str) -> tuple[Firm | None, list[Fault]]:
        if firm.pk is None:
            return firm, self._contradicted(firm, facts, place)
        if facts.enterprise and fold_once(facts.enterprise) != firm.folded:
            return firm, [remark("enterprise", "enterprise_name", enterprise=firm.name)]
        return firm, []

    def _of_name_and_code(
        self, named: list[Firm], code: str, facts: Facts, place: str
    ) -> tuple[Firm | None, list[Fault]]:
        """A tax code not registered: one of that name that has none yet, else a new enterprise."""
        without = [firm for firm in named if not firm.tax_code and firm.pk]
        if len(without) > 1:
            return None, [fault("enterprise", "enterprise_many", count=len(without))]
        if not without:
            return self._new(facts, code, place)
        firm = without[0]
        commune = self._said["tax", code].values.get("enterprise_commune")
        if commune and firm.commune and commune != firm.commune:
            return None, [fault("enterprise_commune", "enterprise_commune", commune=firm.commune_name)]
        firm.tax_code = firm.added_tax_code = code
        self.by_tax[code] = firm
        return firm, [remark("tax_code", "tax_code_added", enterprise=firm.name)]

    def _new(self, facts: Facts, code: str, place: str) -> tuple[Firm | None, list[Fault]]:
        said = self._said[("tax", code) if code else self._key(facts)]
        name = str(said.values.get("enterprise", ""))
        form = str(said.values.get("legal_form", "")) or lists.legal_form_of_name(name)
        sector = said.values.get("sector")
        lacking = [
            column
            for column, value in (("enterprise", name), ("legal_form", form), ("sector", sector))
            if not value
        ]  # fmt: skip
        if lacking:
            column = "enterprise" if facts.enterprise else "tax_code"
            return None, [Fault(column, "enterprise_lacks", {"columns": lacking})]
        commune = said.values.get("enterprise_commune")
        assert isinstance(sector, int)
        firm = Firm(
            name, code, commune if isinstance(commune, int) else None, legal_form=form, sector=sector
        )  # fmt: skip
        found = self._contradicted(firm, facts, place)
        if not any(not one.remark for one in found):
            self.add(firm)
        notes = [remark("enterprise", "enterprise_new")]
        if "legal_form" not in said.values:
            notes.append(remark("legal_form", "form_guessed", form=lists.LEGAL_FORMS[form]))
        return firm, [*found, *notes]

    def _contradicted(self, firm: Firm, facts: Facts, place: str) -> list[Fault]:
        """Where a row says something else of a new enterprise than an earlier row."""
        said = self._said[("tax", firm.tax_code) if firm.tax_code else ("name", firm.folded)]
        found = []
        for column, value in _values(facts).items():
            first = said.values.get(column)
            differs = first and value and first != value
            if column == "enterprise" and differs:
                differs = fold_once(str(first)) != fold_once(str(value))
            if differs and said.places[column] != place:
                told = firm.name if column == "enterprise" else ""
                found.append(
                    fault(column, "enterprise_contradicts", row=said.places[column], said=told)
                    if told
                    else fault(column, "enterprise_differs", row=said.places[column])
                )
        return found
