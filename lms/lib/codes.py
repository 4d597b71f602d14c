"""Codes that people read, type and dictate."""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters without 0, O, 1 and I, which are mistaken for one another."""


def random_code(length: int) -> str:
    """`length` random characters, 5 bits each, from the system's own source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def verification_code() -> str:
    """130 random bits: cannot be found by guessing (OWASP ASVS 5.0, 11.5.1)."""
    return random_code(26)


def tidy(code: str) -> str:
    """`code` as stored, from however it was typed: spaces, hyphens, lower case."""
    return re.sub(r"[\s\-–.]+", "", code).upper()


def in_fours(code: str) -> str:
    """`code` in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
