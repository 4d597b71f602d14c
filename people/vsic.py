"""Sections of VSIC 2025, Viet Nam's classification of economic activities, out of `starter/vsic.yaml`."""

from functools import cache

import yaml
from django.conf import settings

from lms.lib.bilingual import of


@cache
def _sections() -> dict[str, dict[str, str]]:
    data = yaml.safe_load((settings.BASE_DIR / "starter" / "vsic.yaml").read_text(encoding="utf-8"))
    return {section["code"]: section["name"] for section in data["sections"]}


def choices() -> list[tuple[str, str]]:
    """Letter and “C – Manufacturing” for each section, in the reader's language."""
    return [(letter, f"{letter} – {of(name)}") for letter, name in _sections().items()]


def label(letter: str) -> str:
    """“C – Manufacturing”; the letter alone where VSIC 2025 has no such section."""
    name = _sections().get(letter)
    return f"{letter} – {of(name)}" if name else letter
