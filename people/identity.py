"""Personal identity numbers: what they encode, how they are sealed and shown.

Twelve digits since 2016 (Decree 137/2015, Article 13: place of birth registration,
century and sex, year, six random digits), nine before. There is no check digit.
"""

import re
import unicodedata
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext_lazy as _

from people.sealing import box

_PURPOSE = "identity numbers"
DOUBTS = {
    "sex": _("The number is one of another sex than the profile says. If both are right, leave them as they are."),
    "year": _("The number is of another year of birth than the profile says. Check both."),
}


class BadNumber(ValueError):
    """What was typed has neither twelve nor nine digits."""


class CannotOpen(Exception):
    """A sealed number that the present field key does not open."""


class Encoded(NamedTuple):
    """What a number of twelve digits says of its owner."""

    sex: str
    year: int


def tidy(text: str) -> str:
    """The digits of `text`, however they were grouped. Raises BadNumber."""
    digits = re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{12}|[0-9]{9}", digits):
        raise BadNumber
    return digits


def encoded(number: str) -> Encoded | None:
    """What `number` encodes; None for nine digits, which encode neither sex nor year.

    The fourth digit tells century and sex: 0 and 1 a man and a woman of the
    1900s, 2 and 3 of the 2000s, and so on; then the year's last two digits.
    """
    if len(number) != 12:
        return None
    mark = int(number[3])
    return Encoded("female" if mark % 2 else "male", 1900 + 100 * (mark // 2) + int(number[4:6]))


def doubts(number: str, *, sex: str, year: int | None) -> list[str]:
    """Keys into `DOUBTS`: where `number` disagrees with what is known of its owner. A warning, never a refusal."""
    said = encoded(number)
    if said is None:
        return []
    found = ["sex"] if sex and said.sex != sex else []
    if year is not None and said.year != year:
        found.append("year")
    return found


def seal(number: str) -> str:
    """`number`, sealed with the field key."""
    return box(_PURPOSE).encrypt(number.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` sealed. Raises CannotOpen for another key."""
    try:
        return box(_PURPOSE).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


def masked(last: str) -> str:
    """A number as it is shown: its last four digits behind dots; empty when there is none."""
    return f"•••• •••• {last}" if last else ""
