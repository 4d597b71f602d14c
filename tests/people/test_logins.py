"""What people type to sign in."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from lms.lib.codes import ALPHABET
from people.logins import Kind, budget_key, is_code, phone_number, recognise

EMAIL_SPELLINGS = [
    "tham@nscl.example",
    "Tham@NSCL.example",
    "THAM@NSCL.EXAMPLE",
    "  tham@nscl.example ",
    "tham @nscl.example",
    "tham@ nscl.example",
    "\u00a0tham@nscl.example",
    "tham@nscl.example\t",
    "ｔｈａｍ＠ｎｓｃｌ．ｅｘａｍｐｌｅ",
    "ＴＨＡＭ@nscl.example",
    "thám@nscl.example",
    unicodedata.normalize("NFD", "thám@nscl.example"),
    "thăm@nscl.example",
    "thẳm@nscl.example",
    unicodedata.normalize("NFD", "Thẳm@nscl.example"),
    "THẮM@nscl.example",
    "tha\u0309m@nscl.example",
    "tham@NSCL.Example",
    "tham\u3000@nscl.example",
    "t h a m@nscl.example",
]
CODE_SPELLINGS = [
    "K7M4PQ29",
    "K7M4-PQ29",
    "k7m4-pq29",
    "k7m4 pq29",
    " K7M4  PQ29 ",
    "K7M4–PQ29",
    "K7M4—PQ29",
    "K7M4‑PQ29",
    "K7M4.PQ29",
    "K7M4_PQ29",
    "K 7 M 4 P Q 2 9",
    "Ｋ７Ｍ４－ＰＱ２９",
    "ｋ７ｍ４ｐｑ２９",
    "K7M4\u00a0PQ29",
    "K7M4/PQ29",
    "K7-M4-PQ-29",
    "(K7M4) PQ29",
    "k7M4pQ29",
    "K7M4\tPQ29",
    "\u200bK7M4-PQ29",
]
PHONE_SPELLINGS = [
    "0912000214",
    "0912 000 214",
    "0912.000.214",
    "0912-000-214",
    "(0912) 000 214",
    "+84912000214",
    "+84 912 000 214",
    "+84 (0)912 000 214",
    "0084 912 000 214",
    "84912000214",
    "０９１２０００２１４",
    " 0912000214 ",
    "0912\u00a0000\u00a0214",
    "09 12 00 02 14",
    "0912 000214",
    "0912/000/214",
    "+84.912.000.214",
    "+84-912-000-214",
    "0 912 000 214",
    "＋84 912 000 214",
]


@pytest.mark.parametrize("spellings", [EMAIL_SPELLINGS, CODE_SPELLINGS, PHONE_SPELLINGS])
def test_twenty_spellings_of_one_login_share_one_budget(spellings):
    assert len(set(spellings)) >= 20
    assert len({budget_key(text) for text in spellings}) == 1


@pytest.mark.parametrize("d", ["đ", "Đ", "ð", "Ð", "d", "D"])
def test_every_d_shares_the_budget_of_d(d):
    assert budget_key(f"{d}at@nscl.example") == "dat@nscl.example"


def test_a_login_without_its_accents_shares_the_budget_but_signs_nobody_else_in():
    assert recognise("thắm@nscl.example").value != recognise("tham@nscl.example").value
    assert budget_key("thắm@nscl.example") == budget_key("tham@nscl.example")


@pytest.mark.parametrize("text", CODE_SPELLINGS)
def test_a_code_is_recognised_however_it_is_written(text):
    assert recognise(text) == (Kind.CODE, "K7M4PQ29")


@pytest.mark.parametrize("text", PHONE_SPELLINGS)
def test_a_number_is_recognised_however_it_is_written(text):
    assert recognise(text) == (Kind.PHONE, "+84912000214")


@pytest.mark.parametrize("text", EMAIL_SPELLINGS[:10])
def test_an_address_is_recognised_however_it_is_written(text):
    assert recognise(text) == (Kind.EMAIL, "tham@nscl.example")


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_no_issued_code_is_taken_for_a_phone_number(code):
    assert recognise(code) == (Kind.CODE, code)
    assert is_code(code)


@given(st.text(max_size=40))
def test_recognising_twice_changes_nothing(text):
    login = recognise(text)
    assert recognise(login.value).value == login.value


@given(st.text(max_size=40))
def test_composition_case_and_spaces_never_open_a_second_budget(text):
    key = budget_key(text)
    assert budget_key(unicodedata.normalize("NFD", text)) == key
    assert budget_key(f" {text} ") == key


@pytest.mark.parametrize("text", ["", "12", "0912", "K7M4PQ29", "không có", "0123456789012345"])
def test_what_is_no_number_is_none(text):
    assert phone_number(text) == ""
