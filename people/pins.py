"""Which PINs are taken: digits that nobody guesses within the few tries allowed."""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

DIGITS = 6
FAULTS = {
    "short": _("A PIN has at least six digits."),
    "easy": _("This PIN is too easy to guess. Avoid rows like 123456 and repeated digits."),
    "birth": _("Do not use your date of birth as PIN."),
    "phone": _("Do not use digits of your phone number as PIN."),
}
_ROWS = ("01234567890123456789", "98765432109876543210")


def is_pin(secret: str) -> bool:
    """Whether `secret` consists of ASCII digits alone."""
    return re.fullmatch(r"[0-9]+", secret) is not None


def weakness(pin: str, *, birth_date: date | None, phone: str) -> str:
    """The key into `FAULTS` of what is wrong with `pin`; empty when it may be used.

    Refused are fewer than six digits, rows, two different digits or fewer, a block
    said twice or more, pairs in a row (112233), the birth date in any usual order,
    and six digits of the phone number.
    """
    if len(pin) < DIGITS:
        return "short"
    if len(set(pin)) <= 2 or any(pin in row for row in _ROWS) or re.fullmatch(r"(\d{1,4})\1+|(?:(\d)\2)+", pin):
        return "easy"
    if birth_date is not None and pin in {
        birth_date.strftime(form) for form in ("%d%m%y", "%d%m%Y", "%y%m%d", "%Y%m%d", "%m%d%y", "%m%d%Y")
    }:
        return "birth"
    if phone and pin in re.sub(r"\D", "", phone):
        return "phone"
    return ""
