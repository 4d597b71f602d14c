"""What people type to sign in: an e-mail address, a phone number or an issued code."""

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

import phonenumbers

from lms.lib.codes import ALPHABET
from lms.lib.text import fold

CODE_LENGTH = 8


class Kind(StrEnum):
    """What an identifier was recognised as."""

    EMAIL = "email"
    PHONE = "phone"
    CODE = "code"


class Login(NamedTuple):
    """A recognised identifier in its one stored form."""

    kind: Kind
    value: str


def phone_number(text: str) -> str:
    """`text` as E.164, read as a Vietnamese number; empty when it is none."""
    text = unicodedata.normalize("NFKC", text)
    # The library reads letters as the digits of a telephone's keys; a code is no number.
    if not text.strip() or any(char.isalpha() for char in text):
        return ""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def recognise(text: str) -> Login:
    """The identifier in `text`, however it was written.

    All spellings of one identifier give one value: case, composed or decomposed,
    full width, spaces and hyphens aside.
    """
    text = "".join(unicodedata.normalize("NFKC", text).split())
    if "@" in text:
        return Login(Kind.EMAIL, text.lower())
    code = re.sub(r"[\W_]+", "", text).upper()
    if not is_code(code) and (phone := phone_number(text)):
        return Login(Kind.PHONE, phone)
    return Login(Kind.CODE, code)


def budget_key(text: str) -> str:
    """Under which failed attempts at `text` are counted.

    Wider than `recognise`: spellings that a database or a mail server might take
    for the same, such as letters without their accents or Đ and Ð, share one
    budget even where they sign nobody in (threats: accounts).
    """
    return fold(recognise(text).value).replace(" ", "")


def is_code(value: str) -> bool:
    """Whether `value` could be an issued login code."""
    return len(value) == CODE_LENGTH and all(char in ALPHABET for char in value)
