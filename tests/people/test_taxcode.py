"""Vietnamese tax codes."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from people.taxcode import tidy


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0100233488", "0100233488"),
        (" 0100 233 488 ", "0100233488"),
        ("0100.233.488", "0100233488"),
        ("0314409058-002", "0314409058-002"),
        ("0314409058002", "0314409058-002"),
        ("0314409058–002", "0314409058-002"),
        ("０１００２３３４８８", "0100233488"),
        ("092192000123", "092192000123"),
    ],
)
def test_a_code_is_kept_in_one_form(typed, stored):
    assert tidy(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("0100233480", "checksum", "check digit"),
        ("0100233498", "checksum", "check digit"),
        ("0314409058-000", "branch", "no branch 000"),
        ("01002334", "length", "8 digits"),
        ("01002334888", "length", "11 digits"),
        ("0921920001234567", "length", "16 digits"),
        ("0314-409058", "length", "hyphen"),
        ("031440905-8002", "length", "hyphen"),
        ("không có", "characters", "digits only"),
        ("010023348O", "characters", "digits only"),
        ("٠١٠٠٢٣٣٤٨٨", "characters", "digits only"),
        ("-", "characters", "digits only"),
        ("000192000123", "prefix", "001 to 999"),
        ("0000000000", "invalid", "certificate of registration"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(typed, code, said):
    with override("en"):
        with pytest.raises(ValidationError) as refused:
            tidy(typed)
        assert refused.value.code == code
        assert said in refused.value.messages[0]


def test_every_wrong_check_digit_is_found():
    for digit in "012345679":
        with pytest.raises(ValidationError):
            tidy(f"010023348{digit}")
