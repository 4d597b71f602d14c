"""Who a row is: the same person only on good grounds; what merely looks alike is refused, never merged."""

from datetime import date
from typing import Any

import pytest

from people.imports.columns import tell
from people.imports.faults import SENTENCES, Fault
from people.imports.firms import Firm, Firms, Hearsay
from people.imports.grid import Cell, Kind
from people.imports.lists import Lists, Unit, sectors_by_name
from people.imports.matching import Judged, Known, Stay, World, same_letters
from people.imports.rows import Facts, Given, name_fault, read_day, take, understand

TODAY = date(2026, 11, 23)
LISTS = Lists(
    today=TODAY,
    units=[
        Unit(1, "31135", "Phường Ninh Kiều"),
        Unit(2, "31342", "Xã Tân Thạnh"),
        Unit(3, "31150", "Phường Xuân Khánh", date(2025, 6, 30)),
        Unit(4, "1", "Xã Trùng"),
        Unit(5, "2", "Phường Trùng"),
    ],
    sectors=sectors_by_name([(7, "seafood", "Thủy sản", "Seafood")]),
    sector_names=["Thủy sản"],
)


def facts(**texts: str) -> tuple[Facts, list[Fault]]:
    texts.setdefault("full_name", "Nguyễn Văn An")
    return understand(Given(texts), LISTS)


def codes(faults: list[Fault]) -> list[str]:
    return [fault.code for fault in faults]


class Town:
    """A world of a few people, and rows judged one after the other."""

    def __init__(self, *people: Known, firms: tuple[Firm, ...] = (), own: Firm | None = None, by_contact: bool = False):
        self.people, self.firms, self.own, self.by_contact = people, firms, own, by_contact

    def judge(self, *rows: dict[str, str]) -> list[Judged]:
        read = [facts(**row) for row in rows]
        firms = Firms(Hearsay((str(place), one) for place, (one, _faults) in enumerate(read, 2)), self.own)
        for firm in self.firms:
            firms.add(firm)
        world = World(firms, TODAY, self.by_contact)
        for person in self.people:
            world.add(person)
        return [world.judge(str(place), one, faults) for place, (one, faults) in enumerate(read, 2)]

    def one(self, **row: str) -> Judged:
        return self.judge(row)[0]


def known(name: str = "Nguyễn Văn An", **said: Any) -> Known:
    return Known(name, facts(full_name=name)[0].folded, pk=said.pop("pk", 1), **said)


BORN = {"birth": "04/09/1992"}
DAY = date(1992, 9, 4)


# --- Cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"full_name": ""}, "name_missing"),
        ({"full_name": "A"}, "name_short"),
        ({"full_name": "Nguyễn Văn 2"}, "name_characters"),
        ({"full_name": "=HYPERLINK(1)"}, "name_characters"),
        ({"full_name": "NguyÔn V¨n An"}, "name_legacy"),
        ({"full_name": "Nguyeãn Vaên An"}, "name_legacy"),
        ({"sex": "x"}, "sex"),
        ({"birth": "31/02/1992"}, "no_such_day"),
        ({"birth": "12/25/1992"}, "no_such_day"),
        ({"birth": "33000"}, "birth"),
        ({"birth": "4/9/92"}, "birth"),
        ({"birth": "1850"}, "birth_range"),
        ({"birth": "24/11/2026"}, "birth_range"),
        ({"phone": "9.12E+08"}, "phone"),
        ({"email": "an(at)x"}, "email"),
        ({"commune": "Đà Lạt"}, "commune"),
        ({"commune": "Phường Nịnh Kiêu"}, None),
        ({"commune": "Phường Ninh Kiểuu"}, "commune_near"),
        ({"commune": "Xuân Khánh"}, "commune_former"),
        ({"commune": "Trùng"}, "commune_both"),
        ({"commune": "P. Ninh Kiều, TP Cần Thơ"}, None),
        ({"commune": "31342"}, None),
        ({"tax_code": "0100233480"}, "tax_code_digit"),
        ({"tax_code": "12"}, "tax_code"),
        ({"legal_form": "Tập đoàn"}, "legal_form"),
        ({"sector": "Vàng bạc"}, "sector"),
        ({"since": "hôm qua"}, "day"),
        ({"since": "01/01/2027"}, "future"),
    ],
)
def test_each_cell_that_cannot_be_read_says_what_is_wrong(texts, code):
    found = facts(**texts)[1]
    assert codes(found) == ([code] if code else [])
    assert all(str(tell(one.code, one.facts)) for one in found)


def test_every_code_has_a_sentence_and_every_sentence_its_facts():
    for code, sentence in SENTENCES.items():
        assert "%" not in str(sentence).replace("%(", ""), code


@pytest.mark.parametrize("name", ["NGUYEN VAN AN", "nguyễn văn an", "H'Hen Niê", "Danh Sa-Rây", "Y Nuê Buôn Krông"])
def test_names_are_kept_as_written(name):
    assert facts(full_name=name)[0].full_name == name
    assert name_fault(name) is None


def test_what_cells_mean():
    found, faults = facts(
        sex="Nữ", birth="00/00/1992", phone="912000214", email="An@X.example", tax_code="100233488", sector="SEAFOOD",
        legal_form="HTX",
    )  # fmt: skip
    assert codes(faults) == ["zero_added"]
    assert (found.sex, found.birth_year, found.birth_date) == ("female", 1992, None)
    assert (found.phone, found.email) == ("+84912000214", "an@x.example")
    assert (found.tax_code, found.sector, found.legal_form) == ("0100233488", 7, "cooperative")
    assert read_day("2001-02-03") == read_day("3/2/2001") == date(2001, 2, 3)


def test_family_and_given_name_make_the_whole():
    found, faults = understand(Given({"family_name": "Nguyễn Văn", "given_name": "An"}), LISTS)
    assert (found.full_name, found.given_name, faults) == ("Nguyễn Văn An", "An", [])


def test_cells_in_error_and_too_long():
    _given, faults = take(
        {"full_name": Cell("#REF!", Kind.ERROR), "birth": Cell("", Kind.NO_VALUE), "job": Cell("x" * 121)}
    )
    assert [(fault.column, fault.code) for fault in faults] == [
        ("full_name", "error_value"),
        ("birth", "no_value"),
        ("job", "too_long"),
    ]


def test_a_quote_of_ours_before_a_formula_comes_off_again():
    given, _faults = take({"full_name": Cell("'=Nguyễn"), "job": Cell("'thợ'"), "phone": Cell("'+84912000214")})
    assert given.texts == {"full_name": "=Nguyễn", "job": "'thợ'", "phone": "+84912000214"}


def test_the_identity_number_is_sealed_at_once_and_its_text_forgotten():
    given, faults = take({"full_name": Cell("Nguyễn Văn An"), "identity": Cell("93092001234", Kind.NUMBER)})
    assert codes(faults) == ["zero_added"]
    assert given.last == "1234"
    assert "093092001234" not in str(given.stored())
    assert codes(take({"identity": Cell("12")})[1]) == ["identity"]
    doubted = take({"identity": Cell("093192001234"), "sex": Cell("Nam"), "birth": Cell("1992")})[1]
    assert [(one.code, one.remark) for one in doubted] == [("identity_doubt", True)]


# --- People ---------------------------------------------------------------------------------------


def test_somebody_new_needs_something_that_tells_them_apart():
    assert Town().one(**BORN).verdict == "create"
    assert Town().one(phone="0912000214").verdict == "create"
    thin = Town().one(birth="1992")
    assert (thin.verdict, codes(thin.faults)) == ("refuse", ["who"])


def test_same_name_and_birth_date_accents_and_capitals_aside():
    for name in ("Nguyễn Văn An", "NGUYEN VAN AN", "nguyễn văn an"):
        found = Town(known(birth_date=DAY)).one(full_name=name, **BORN)
        assert found.person.pk == 1, name
    assert Town(known(birth_date=DAY)).one(full_name="Nguyễn Văn Ân", **BORN).faults[0].code == "looks_like_accents"


def test_names_that_fold_alike_are_not_yet_the_same():
    assert same_letters("Hoà Bình", "Hòa Bình")
    assert same_letters("NGUYEN VAN AN", "Nguyễn Văn Ân")
    assert not same_letters("Nguyễn Thị Lan", "Nguyễn Thị Làn")


@pytest.mark.parametrize(
    ("person", "row", "verdict", "code"),
    [
        ({"phone": "+84912000214"}, {"phone": "0912 000 214"}, "same", None),
        ({"login_phone": "+84912000214"}, {"phone": "0912000214"}, "match", None),
        ({"emails": {"an@x.example"}}, {"email": "AN@x.example"}, "match", None),
        ({"birth_date": DAY}, {"birth": "05/09/1992"}, "create", None),
        (
            {"birth_date": DAY, "phone": "+84912000214"}, {"birth": "05/09/1992", "phone": "0912000214"},
            "refuse", "looks_like_birth",
        ),
        ({"birth_year": 1992}, BORN, "refuse", "looks_like_year"),
        ({"birth_date": DAY, "sex": "male"}, {**BORN, "sex": "Nữ"}, "refuse", "looks_like_sex"),
        ({"birth_date": DAY, "closed": True}, BORN, "refuse", "closed"),
        ({}, BORN, "create", None),
    ],
)  # fmt: skip
def test_one_known_person_and_one_row(person, row, verdict, code):
    found = Town(known(**person)).one(**row)
    assert found.verdict == verdict
    assert codes(found.faults) == ([code] if code else [])


def test_a_login_of_a_like_name_is_doubtful_of_another_it_is_shared():
    holder = known("Nguyễn Thị Hồng Thắm", login_phone="+84912000214")
    assert codes(Town(holder).one(full_name="Nguyễn Thị Thắm", phone="0912000214").faults) == ["looks_like_login"]
    shared = Town(holder).one(full_name="Trần Văn Bình", phone="0912000214")
    assert (shared.verdict, codes(shared.faults)) == ("create", ["phone_taken"])
    assert shared.person.login_phone == ""


def test_several_of_one_name_in_one_enterprise():
    firm = Firm("Hợp tác xã Mẫu", pk=9)
    two = [known(pk=pk, firms={firm}, stays=[Stay(pk, firm, DAY)]) for pk in (1, 2)]
    row = {"enterprise": "HOP TAC XA MAU"}
    assert codes(Town(*two, firms=(firm,)).one(**row).faults) == ["looks_like_several"]
    two[0].birth_date = DAY
    found = Town(*two, firms=(firm,)).one(**row, **BORN)
    assert found.person is two[0]


def test_what_is_on_record_stays_and_gaps_are_filled():
    person = known(birth_date=DAY, phone="+84912000000")
    found = Town(person).one(phone="0912000214", sex="Nam", **BORN)
    assert (found.verdict, found.fills) == ("match", {"sex": "male"})
    assert [(fault.code, fault.facts["columns"], fault.remark) for fault in found.faults] == [("kept", ["phone"], True)]


def test_an_account_merged_away_means_the_one_that_is_left():
    left = known("Nguyễn Thành An", pk=5)
    found = Town(known(birth_date=DAY, survivor=left)).one(**BORN)
    assert found.person is left


# --- Within one file ---------------------------------------------------------------------------------


def test_two_rows_for_one_person():
    first, again = Town().judge(dict(BORN), dict(BORN))
    assert (first.verdict, again.verdict, codes(again.faults)) == ("create", "same", ["repeats"])
    _first, other = Town().judge({**BORN, "phone": "0912000214"}, {**BORN, "phone": "0912000999"})
    assert (other.verdict, codes(other.faults)) == ("refuse", ["same_as_row"])
    assert other.faults[0].facts == {"row": "2", "columns": ["phone"]}


def test_two_rows_for_one_person_who_is_registered():
    _first, other = Town(known(birth_date=DAY)).judge({**BORN, "job": "Thợ"}, {**BORN, "job": "Tổ trưởng"})
    assert codes(other.faults) == ["same_as_row"]


def test_a_person_of_two_enterprises_in_one_file():
    firms = (Firm("HTX Một", pk=1), Firm("HTX Hai", pk=2))
    first, second = Town(firms=firms).judge({**BORN, "enterprise": "HTX Một"}, {**BORN, "enterprise": "HTX Hai"})
    assert (first.verdict, second.verdict) == ("create", "match")
    assert second.person is first.person
    assert second.joins


# --- Where they belong --------------------------------------------------------------------------------


def test_an_earlier_membership_stays_unless_the_row_ends_it():
    old, new = Firm("HTX Cũ", pk=1), Firm("HTX Mới", pk=2)

    def town() -> Town:
        return Town(known(birth_date=DAY, firms={old}, stays=[Stay(4, old, date(2025, 1, 1))]), firms=(old, new))

    found = town().one(enterprise="HTX Mới", **BORN)
    assert (found.joins, found.ends, codes(found.faults)) == (True, [], ["also_in"])
    assert [stay.pk for stay in town().one(enterprise="HTX Mới", left_on="01/06/2026", **BORN).ends] == [4]
    assert codes(town().one(enterprise="HTX Mới", left_on="01/06/2024", **BORN).faults) == ["left_before"]
    assert codes(Town(firms=(new,)).one(enterprise="HTX Mới", left_on="01/06/2024", **BORN).faults) == ["left_nothing"]


def test_somebody_who_comes_back():
    firm = Firm("HTX Mẫu", pk=1)

    def town() -> Town:
        return Town(known(birth_date=DAY, firms={firm}, past={firm: date(2026, 6, 1)}), firms=(firm,))

    again = town().one(enterprise="HTX Mẫu", **BORN)
    assert (again.joins, codes(again.faults)) == (True, ["returns"])
    old = town().one(enterprise="HTX Mẫu", since="01/01/2026", **BORN)
    assert (old.joins, codes(old.faults)) == (False, ["was_there"])


# --- Enterprises ------------------------------------------------------------------------------------

NEW = {"enterprise": "Công ty TNHH Mẫu", "sector": "Thủy sản"}


def test_by_tax_code_then_by_name():
    firm = Firm("Công ty TNHH Thủy sản Mẫu", "0100233488", pk=3)
    town = Town(firms=(firm,))
    by_code = town.one(tax_code="0100233488", enterprise="Thủy sản Mẫu", **BORN)
    assert (by_code.firm, codes(by_code.faults)) == (firm, ["enterprise_name"])
    assert town.one(enterprise="CONG TY TNHH THUY SAN MAU", **BORN).firm is firm
    assert codes(town.one(enterprise="Thủy sản Mẫu", **BORN).faults) == ["enterprise_lacks"]


def test_several_of_a_name_need_the_tax_code():
    firms = (Firm("HTX Mẫu", "0100233488", pk=1), Firm("HTX Mẫu", pk=2))
    assert codes(Town(firms=firms).one(enterprise="HTX Mẫu", **BORN).faults) == ["enterprise_many"]
    assert Town(firms=firms).one(enterprise="HTX Mẫu", tax_code="0100233488", **BORN).firm is firms[0]


def test_a_tax_code_is_added_to_the_one_of_that_name_that_has_none():
    firm = Firm("HTX Mẫu", commune=1, commune_name="Phường Ninh Kiều", pk=2)
    row = {"enterprise": "HTX Mẫu", "tax_code": "0100233488", **BORN}
    elsewhere = Town(firms=(firm,)).one(enterprise_commune="Xã Tân Thạnh", **row)
    assert codes(elsewhere.faults) == ["enterprise_commune"]
    found = Town(firms=(firm,)).one(**row)
    assert (found.firm, found.firm.added_tax_code, codes(found.faults)) == (firm, "0100233488", ["tax_code_added"])


def test_a_new_enterprise_once_with_what_its_rows_say_together():
    rows = [
        {**BORN, "enterprise": "Công ty TNHH Mẫu"},
        {"full_name": "Trần Thị Bình", **BORN, "enterprise": "cong ty tnhh mau", "sector": "Thủy sản"},
        {"full_name": "Lê Văn Chi", **BORN, "enterprise": "Công ty TNHH Mẫu", "tax_code": "0100233488"},
    ]
    found = Town().judge(*rows)
    assert {one.verdict for one in found} == {"create"}
    assert {id(one.firm) for one in found} == {id(found[0].firm)}
    assert (found[0].firm.tax_code, found[0].firm.sector) == ("0100233488", 7)


def test_what_a_new_enterprise_lacks_is_named():
    found = Town().one(enterprise="Cơ sở Mẫu", **BORN)
    assert found.faults[0].facts == {"columns": ["legal_form", "sector"]}
    assert Town().one(tax_code="0100233488", **BORN).faults[0].facts == {
        "columns": ["enterprise", "legal_form", "sector"]
    }


def test_the_legal_form_is_read_off_a_name_that_says_it():
    found = Town().one(**NEW, **BORN)
    assert (found.verdict, found.firm.legal_form) == ("create", "company-limited")
    assert codes(found.faults) == ["enterprise_new", "form_guessed"]


def test_rows_that_contradict_each_other():
    rows = [
        {**BORN, **NEW, "legal_form": "Công ty TNHH"},
        {"full_name": "Trần Thị Bình", **BORN, **NEW, "legal_form": "Hợp tác xã"},
    ]
    assert codes(Town().judge(*rows)[1].faults) == ["enterprise_differs"]


# --- A contact's file -----------------------------------------------------------------------------------

OWN = Firm("Công ty TNHH Mẫu", "0100233488", pk=3)


def test_every_row_joins_the_contacts_enterprise():
    town = Town(own=OWN, by_contact=True)
    found = town.one(**BORN)
    assert (found.firm, found.joins) == (OWN, True)
    assert codes(town.one(enterprise="Phân xưởng 2", **BORN).faults) == ["own_enterprise"]
    assert codes(town.one(enterprise="Công ty TNHH Khác", **BORN).faults) == ["other_enterprise"]
    assert codes(town.one(tax_code="0314409058-002", **BORN).faults) == ["other_enterprise"]


@pytest.mark.parametrize("row", [BORN, {"birth": "1992", "sex": "Nữ"}, {"phone": "0912000214", "birth": "01/01/1980"}])
def test_a_contact_learns_nothing_of_people_elsewhere(row):
    elsewhere = known(birth_date=DAY, phone="+84912000214", visible=False)
    found = Town(elsewhere, own=OWN, by_contact=True).one(**row)
    assert (found.verdict, codes(found.faults), found.faults[0].facts) == ("refuse", ["outside"], {})


def test_a_contact_ends_no_membership_elsewhere():
    other = Firm("HTX Khác", pk=8)
    person = known(birth_date=DAY, firms={OWN, other}, stays=[Stay(1, OWN, DAY), Stay(2, other, DAY)])
    found = Town(person, own=OWN, by_contact=True).one(left_on="01/06/2026", **BORN)
    assert (found.ends, codes(found.faults)) == ([], ["left_not_here"])
