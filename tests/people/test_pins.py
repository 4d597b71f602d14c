"""Which PINs are taken."""

from datetime import date

import pytest

from people.pins import is_pin, weakness

BORN = date(1992, 9, 4)


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("58392", "short"),
        ("123456", "easy"),
        ("012345", "easy"),
        ("567890", "easy"),
        ("654321", "easy"),
        ("890123", "easy"),
        ("000000", "easy"),
        ("121212", "easy"),
        ("111222", "easy"),
        ("123123", "easy"),
        ("112233", "easy"),
        ("12341234", "easy"),
        ("040992", "birth"),
        ("04091992", "birth"),
        ("920904", "birth"),
        ("19920904", "birth"),
        ("090492", "birth"),
        ("000214", "phone"),
        ("912000", "phone"),
        ("583920", ""),
        ("470815", ""),
        ("58392047", ""),
    ],
)
def test_what_is_easily_guessed_is_refused(pin, fault):
    assert weakness(pin, birth_date=BORN, phone="+84912000214") == fault


def test_without_birth_date_and_phone_the_rest_still_holds():
    assert weakness("040992", birth_date=None, phone="") == ""
    assert weakness("123456", birth_date=None, phone="") == "easy"


@pytest.mark.parametrize(("text", "expected"), [("583920", True), ("58392a", False), ("٥٨٣٩٢٠", False), ("", False)])
def test_a_pin_is_of_ascii_digits(text, expected):
    assert is_pin(text) is expected
