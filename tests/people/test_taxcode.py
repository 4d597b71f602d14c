"""Vietnamese tax codes."""

import pytest
from django.core.exceptions import ValidationError

from people.taxcode import tidy


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0100233488", "0100233488"),
        (" 0100 233 488 ", "0100233488"),
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
    ("typed", "code"),
    [
        ("0100233480", "checksum"),
        ("01002334", "format"),
        ("01002334888", "format"),
        ("không có", "format"),
        ("٠١٠٠٢٣٣٤٨٨", "format"),
        ("000192000123", "prefix"),
        ("0000000000", "invalid"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(typed, code):
    with pytest.raises(ValidationError) as refused:
        tidy(typed)
    assert refused.value.code == code
